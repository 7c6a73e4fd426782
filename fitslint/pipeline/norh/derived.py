"""The products that are made of images, each with what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fitslint.pipeline.norh.beam import Beam, draw_beam, is_fujiki
from fitslint.pipeline.norh.classify import CLASSES, ClassLimits
from fitslint.pipeline.norh.clock import JST_AHEAD, format_header_clock, format_ut
from fitslint.pipeline.norh.emission.inversion import Reason, Sources
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.flux import Flux, FluxMethod
from fitslint.pipeline.norh.heliographic import trace_grid
from fitslint.pipeline.norh.image import Axis, SolarImage
from fitslint.pipeline.norh.match import KERNEL_REACH
from fitslint.pipeline.norh.product import (
    Product,
    build_beam_cards,
    build_derived,
    build_image_hdu,
    build_observation,
    build_observer,
    build_table_extension,
    build_times,
    copy_other_cards,
)
from fitslint.pipeline.norh.stack import TIMES, require_stack
from fitslint.pipeline.norh.sun import DECIMALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.pipeline.norh.curve import Curves
    from fitslint.pipeline.norh.ratios import Ratio
    from fitslint.products.user_facts import CardValue

_SFU_UNIT = "10**4 Jy"
_CURVE_UNITS = {"TIME": "s", "F17I": _SFU_UNIT, "F17V": _SFU_UNIT, "F34": _SFU_UNIT}
_ASSUMED_VALIDITY = (
    "assumed: thresholds of validity; those of IDL are not published",
    "values are kept where MVD is 0, as in IDL",
)


def _list_remarks(*images: SolarImage) -> list[str]:
    found = [f"{remark}" for image in images for remark in image.remarks]
    missing = [key for key in DECIMALS if any(key not in image.header for image in images)]
    if missing:
        found.append(f"computed of the time of the image: {', '.join(missing)}")
    if any(is_fujiki(image) and image.number("CELLSIZE") is None for image in images):
        found.append("assumed: the beam of other cells, since Fujiki's CELLSIZE is missing")
    return list(dict.fromkeys(found))


def build_map(image: SolarImage, *, for_sunpy: bool = False) -> Product:
    """The image with helioprojective coordinates beside its own, or instead of them for sunpy.

    Whatever the header says else is kept; PROGNAME goes on as IMGPROG.
    """
    kind = image.text("DATA-TYP") or "cleaned_map"
    cards = build_derived(image, kind, image.unit)
    history = [*_list_remarks(image), "helioprojective coordinates (Thompson 2006) added"]
    if for_sunpy:
        cards |= {
            "CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN", "DATE-OBS": format_ut(image.middle),
        }  # fmt: skip
        history[-1] = "axes renamed to HPLN-TAN and HPLT-TAN and the time put into DATE-OBS"
    kept = copy_other_cards(image.header, cards)
    return Product("norh-image", image.values, cards, history, [image.path], kept)


def build_stack(images: Sequence[SolarImage]) -> Product:
    """Images of one kind as a cube in order of time, with a table of their times.

    Raises
    ------
    NorhError
        when they are not of one kind.
    """
    require_stack(images)
    ordered = sorted(images, key=lambda image: image.middle)
    first, last = ordered[0], ordered[-1]
    cards = {
        **build_derived(first, first.text("DATA-TYP") or "cleaned_map", first.unit),
        **_build_span(first, last),
    }
    midnight = _find_midnight(first)
    rows = np.zeros(
        len(ordered), [("TIME", ">f8"), ("EXPOSURE", ">f8"), ("FRAME", ">i4"), ("FILE", "S60")]
    )
    for row, image in zip(rows, ordered, strict=True):
        row["TIME"] = (image.middle - midnight).total_seconds()
        row["EXPOSURE"] = image.exposure
        row["FRAME"] = int(image.number("STARTFRM") or 0)
        row["FILE"] = image.path.rpartition("/")[2].encode("ascii", "replace")[:60]
    table = build_table_extension(TIMES, rows, {"TIME": "s", "EXPOSURE": "s"}, midnight)
    cube = np.stack([image.values for image in ordered])
    history = [*_list_remarks(*ordered[:1]), f"stack of {len(ordered)} images"]
    paths = [image.path for image in ordered]
    kept = copy_other_cards(first.header, cards)
    return Product("norh-image", cube, cards, history, paths, kept, [table])


def _find_midnight(image: SolarImage) -> datetime:
    return image.start.replace(hour=0, minute=0, second=0, microsecond=0)


def _build_span(first: SolarImage, last: SolarImage) -> dict[str, CardValue]:
    """The times from the first image to the last."""
    middle = first.start + (last.end - first.start) / 2
    found = build_times(first, last) | {
        "TIME-OBS": format_header_clock(middle), "JSTTIME": format_header_clock(middle + JST_AHEAD),
        "END-OBS": format_header_clock(last.end),
        "JST-END": format_header_clock(last.end + JST_AHEAD),
        "DATE-AVG": format_ut(middle),
    }  # fmt: skip
    frame = last.number("ENDFRM")
    return found if frame is None else found | {"ENDFRM": int(frame)}


def build_beam_product(image: SolarImage, beam: Beam, size: int) -> Product:
    """The beam on the pixels of its image.

    Raises
    ------
    NorhError
        when ``size`` is no odd number of pixels.
    """
    values = draw_beam(beam, (image.x.step, image.y.step), size)
    middle = (size + 1) / 2
    axes = [Axis(size, middle, 0.0, axis.step) for axis in (image.x, image.y)]
    centred = replace(image, values=values, x=axes[0], y=axes[1])
    cards = build_derived(centred, "clean_beam", "") | build_beam_cards(beam)
    history = [
        *_list_remarks(image),
        "clean beam (Gaussian on the ground), its axes offsets from its peak",
    ]
    return Product("norh-image", values, cards, history, [image.path])


def build_intensity(
    image: SolarImage, origin: FluxRow, method: FluxMethod, notes: Sequence[str] = ()
) -> Product:
    """An image in SFU/sr; of ``origin`` only the header and the background count."""
    source = origin.image
    cards = build_derived(image, "intensity", image.unit) | _build_method(method, source)
    if origin.background:
        cards["BKGVAL"] = float(f"{origin.background:.8g}")
    history = [*_list_remarks(source), *_list_frequency(method, source), *notes,
               "brightness temperature to intensity by Rayleigh-Jeans"]  # fmt: skip
    return Product("norh-image", image.values, cards, history, [source.path])


def _build_method(method: FluxMethod, image: SolarImage) -> dict[str, CardValue]:
    return {"FREQUSED": method.find_frequency(image), "PARITY": method.parity}


def _list_frequency(method: FluxMethod, *images: SolarImage) -> list[str]:
    if all(image.band.true == image.band.nominal for image in images):
        return []
    said = "33.8" if method.use_true_frequency else "34"
    return [f"assumed: {said} GHz in the formula; which one IDL takes is not published"]


def build_polarization(total: SolarImage, polarised: SolarImage, ratio: Ratio,
                       signal: float) -> Product:  # fmt: skip
    """r_c = V/I, with its mask."""
    cards = build_derived(total, "circular_polarization", "")
    cards |= {"POLARIZ": "(r-l)/(r+l)", **_build_validity(ratio, signal)}
    history = [
        *_list_remarks(total, polarised), "(R-L)/(R+L)", *_ASSUMED_VALIDITY,
        "|V| over I by more than 3 sigma is not valid",
    ]  # fmt: skip
    inputs = [polarised.path, total.path]
    hdus = _build_ratio_hdus(ratio, total)
    return Product("norh-image", ratio.values, cards, history, inputs, extensions=hdus)


def _build_ratio_hdus(ratio: Ratio, image: SolarImage) -> list[bytes]:
    """The mask, which IDL calls MVD, and the error of a ratio."""
    mask, errors = ratio.valid.astype(np.uint8), ratio.errors.astype(">f4")
    return [
        build_image_hdu("MVD", "1 where the value is valid", mask, image),
        build_image_hdu("ERROR", "one sigma", errors, image),
    ]


def _build_validity(ratio: Ratio, signal: float) -> dict[str, CardValue]:
    return {
        "VALIDN": signal, "VALIDNUM": int(ratio.valid.sum()),
        "NOISE1": float(f"{ratio.noises[0]:.8g}"), "NOISE2": float(f"{ratio.noises[1]:.8g}"),
        "NOISESRC": "off the limb" if ratio.is_measured else "given",
    }  # fmt: skip


def build_matched(
    image: SolarImage, other: SolarImage, matched: SolarImage, beam: Beam, *, parity: bool
) -> Product:
    """An image convolved with the beam of the other one, on the common grid."""
    resampled = "none" if matched.x.step == image.x.step else "mean" if parity else "kernel"
    cards = build_derived(matched, "convolved_map", image.unit) | build_beam_cards(beam)
    cards |= {
        "KRNREACH": KERNEL_REACH, "KRNEDGE": "zero", "RESAMPLE": resampled, "PARITY": parity,
    }  # fmt: skip
    history = [
        *_list_remarks(image), f"convolved with the beam of {Path(other.path).name}",
        "assumed: reach of the kernel and way to the coarser pixels; IDL's are not published",
    ]  # fmt: skip
    return Product("norh-image", matched.values, cards, history, [image.path, other.path])


def build_index(
    low: SolarImage, high: SolarImage, ratio: Ratio, method: FluxMethod, signal: float
) -> Product:
    """alpha from 17 to 34 GHz, with its mask and its error."""
    cards = build_derived(low, "spectral_index", "")
    cards |= {"POLARIZ": "unknown", **_build_validity(ratio, signal)}
    cards |= _build_method(method, high)
    history = [
        *_list_remarks(low, high), *_list_frequency(method, high),
        "ln(F34/F17)/ln(34/17)", *_ASSUMED_VALIDITY,
    ]  # fmt: skip
    inputs, hdus = [low.path, high.path], _build_ratio_hdus(ratio, low)
    return Product("norh-image", ratio.values, cards, history, inputs, extensions=hdus)


def build_classes(
    image: SolarImage, classes: NDArray[np.int32], limits: ClassLimits, inputs: Sequence[str]
) -> Product:
    """The class of emission by pixel."""
    cards = build_derived(image, "emission_class", "")
    cards |= {"CLSPOL": limits.polarised, "CLSFLAT": limits.flat}
    names = ", ".join(f"{at} {name}" for at, name in enumerate(CLASSES))
    history = [
        names, f"strong polarisation from {limits.polarised:g}, alpha near 0 to {limits.flat:g}",
        "assumed: both limits; the chart of the manual was taken from its text",
    ]  # fmt: skip
    return Product("norh-mask", classes, cards, history, inputs)


_SOURCE_UNITS = {
    "theta": "deg", "tau": "sr", "T": "K", "VEM": "cm**(-3)", "VEM/sqrt(T)": "cm**(-3) K**(-0.5)",
}  # fmt: skip
_SOURCE_COMMENTS = {
    "delta": "index of the electrons", "theta": "angle of field and line of sight",
    "NV": "electrons above 10 keV", "sign": "of the field along the line of sight",
    "tau": "optical depth at 17 GHz times solid angle", "T": "electron temperature",
    "VEM": "volume emission measure", "VEM/sqrt(T)": "emission measure by root of temperature",
}  # fmt: skip


def build_sources(
    images: Sequence[SolarImage], sources: Sources, method: FluxMethod, assumed: str
) -> Product:
    """The field (gauss) behind the pixels, and what else was found, an HDU each."""
    first = images[0]
    (name, field), *others = (
        (key, sources.facts[key]) for key in sorted(sources.facts, key=lambda key: key[0] != "B")
    )
    hdus = [
        build_image_hdu(
            key.replace("/sqrt(T)", "_T").upper(), _SOURCE_COMMENTS[key], values.astype(">f8"),
            first, _SOURCE_UNITS.get(key, ""),
        )
        for key, values in others
        if np.isfinite(values).any()
    ]  # fmt: skip
    reasons = sources.reasons.astype(np.uint8)
    told = ", ".join(f"{reason.value} {reason.name.lower().replace('_', ' ')}" for reason in Reason)
    for key, said, values in (
        ("MVD", "1 where the value is valid", (reasons == 0).astype(np.uint8)),
        ("REASON", "why a value is not valid", reasons),
    ):
        hdus.append(build_image_hdu(key, said, values, first))
    cards = build_derived(first, "magnetic_field", "10**-4 T") | _build_method(method, images[-1])
    history = [
        *_list_remarks(*images), *_list_frequency(method, *images),
        f"{name} in gauss of a thin source by Dulk (1985), assumed {assumed or 'nothing'}",
        f"REASON: {told}", _ASSUMED_VALIDITY[0],
    ]  # fmt: skip
    paths = [image.path for image in images]
    return Product("norh-image", field, cards, history, paths, extensions=hdus)


def build_curve(curves: Curves, abox: Sequence[float], method: FluxMethod,
                paths: Sequence[str]) -> Product:  # fmt: skip
    """Light curves of a box as a table."""
    first, last = curves.images
    midnight = _find_midnight(first)
    kinds = {name: ">i2" if name.startswith("MVD") else ">f8" for name in curves.columns}
    rows = np.zeros(len(curves.times), [("TIME", ">f8"), *kinds.items()])
    rows["TIME"] = [(time - midnight).total_seconds() for time in curves.times]
    for name, values in curves.columns.items():
        rows[name] = values
    table = build_table_extension("CURVE", rows, _CURVE_UNITS, midnight)
    cards = build_observation(first) | _build_span(first, last) | _build_method(method, last)
    cards |= {f"ABOX{at}": float(edge) for at, edge in enumerate(abox, 1)}
    cards |= {
        "DATA-TYP": "light_curve", "POLARIZ": "unknown", "VALIDN": 5.0, "SKIPPED": curves.skipped,
        "DATEREF": format_ut(midnight),
    }  # fmt: skip
    history = [
        *_list_remarks(first), *_list_frequency(method, last), "fluxes of the box in 10**4 Jy",
        "sums before ratios", _ASSUMED_VALIDITY[0],
    ]  # fmt: skip
    if not curves.noise_known:
        history.append("no sky to measure the noise, so that no ratio is valid")
    return Product("norh-table", None, cards, history, paths, extensions=[table])


@dataclass(frozen=True, slots=True)
class FluxRow:
    """The flux of one image; ``background`` is what was subtracted in its unit, 0 where nothing."""

    image: SolarImage
    flux: Flux
    background: float = 0.0


def build_fluxes(rows: Sequence[FluxRow], method: FluxMethod, box: Sequence[float] | None,
                 notes: Sequence[str] = ()) -> Product:  # fmt: skip
    """Fluxes of images of one kind as a table: SFU, pixels, and how many had no value.

    Raises
    ------
    NorhError
        when they are of several kinds.
    """
    ordered = sorted(rows, key=lambda row: row.image.middle)
    first, last = ordered[0].image, ordered[-1].image
    if other := next((row.image for row in ordered if row.image.kind != first.kind), None):
        raise NorhError(
            f"is {' '.join(other.kind)} and {first.path} {' '.join(first.kind)}; a table of fluxes "
            "is of one kind (fitslint norh curve)",
            path=other.path,
        )
    midnight = _find_midnight(first)
    table: NDArray[Any] = np.array(
        [
            ((row.image.middle - midnight).total_seconds(), row.flux.value, row.flux.count,
             row.flux.skipped, row.background)
            for row in ordered
        ],
        [("TIME", ">f8"), ("FLUX", ">f8"), ("PIXELS", ">i4"), ("SKIPPED", ">i4"),
         ("BACKGRND", ">f8")],
    )  # fmt: skip
    units = {"TIME": "s", "FLUX": _SFU_UNIT, "PIXELS": "pixel", "SKIPPED": "pixel"}
    units["BACKGRND"] = first.unit
    cards = build_observation(first) | _build_span(first, last) | _build_method(method, last)
    cards |= {"DATA-TYP": "light_curve", "DATEREF": format_ut(midnight)}
    if box is not None:
        cards |= {f"ABOX{at}": float(edge) for at, edge in enumerate(box, 1)}
    unit = "fluxes in SFU (10**4 Jy)"
    history = [*_list_remarks(first), *_list_frequency(method, last), *notes, unit]
    paths = list(dict.fromkeys(row.image.path for row in ordered))
    hdu = build_table_extension("FLUX", table, units, midnight)
    return Product("norh-table", None, cards, history, paths, extensions=[hdu])


def build_grid(image: SolarImage, step: float, *, orthographic: bool) -> Product:
    """The lines of the heliographic grid as a table of points."""
    tilt = image.number("SOLB") or 0.0
    lines = trace_grid(image.radius, tilt, step, orthographic=orthographic)
    kinds = [("LINE", ">i4"), ("LATITUDE", ">f8"), ("LONGITUD", ">f8"), ("X", ">f8"), ("Y", ">f8")]
    parts = []
    for number, (_, _, b, along, x, y) in enumerate(lines):
        seen = np.isfinite(x)
        part = np.zeros(int(seen.sum()), kinds)
        part["LINE"] = number
        for name, values in zip(("LATITUDE", "LONGITUD", "X", "Y"), (b, along, x, y), strict=True):
            part[name] = values[seen]
        parts.append(part)
    units = {"LATITUDE": "deg", "LONGITUD": "deg", "X": "arcsec", "Y": "arcsec"}
    cards = build_observation(image) | build_observer(image) | {"DATA-TYP": "heliographic_grid"}
    way = "orthographic" if orthographic else "perspective (Thompson 2006)"
    history = [f"{way} projection, lines every {step:g} deg",
               "assumed: which projection IDL uses is not published"]  # fmt: skip
    table = build_table_extension("GRID", np.concatenate(parts), units)
    return Product("norh-table", None, cards, history, [image.path], extensions=[table])
