"""Images of the X-ray pipeline as conformant files: pixels, their place, and their good time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.acis.bands import EV_PER_KEV, Band
from fitslint.pipeline.xray.errors import XrayError, explain_writing, name_product
from fitslint.pipeline.xray.events.cards import (
    SKY_CARDS,
    TIME_FILTER,
    Cards,
    format_cards,
    pick_time_cards,
)
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.events.writer import build_gti_hdu
from fitslint.pipeline.xray.sky import SkyBox, SkyPlane
from fitslint.products.conform import conform
from fitslint.products.result import ConformResult
from fitslint.products.write import build_image_cards
from fitslint.syntax.write_hdu import close_header, fill_block

Numbers = NDArray[Any]
Map = NDArray[np.float64]
EXPOSURE_CUT = 0.015
"""Part of the largest exposure under which a pixel is left out."""


@dataclass(frozen=True)
class ImageFrame:
    """What all images of one field share.

    Attributes
    ----------
    box : SkyBox
    plane : SkyPlane
    band : Band
    cards : mapping
        of the observation.
    good : Intervals
    chips : tuple of int
    facts : mapping
        redshift and cosmology, as for :func:`fitslint.conform`.
    """

    box: SkyBox
    plane: SkyPlane
    band: Band
    cards: Cards
    good: Intervals
    chips: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExposedImages:
    """Counts and exposure of pixels that count, their files, and how many counts were cut."""

    counts: Numbers
    exposure: Map
    files: tuple[ConformResult, ...]
    numbers: dict[str, float]


def write_image(
    path: Path, pixels: Numbers, kind: str, frame: ImageFrame, **facts: Any
) -> ConformResult:
    """Write an image with its good time intervals; one that is there is replaced.

    Parameters
    ----------
    path : Path
    pixels : ndarray
        rows by columns; whole numbers are written as int32, others as float32.
    kind : str
        of product.
    frame : ImageFrame
    **facts
        what the kind needs besides.

    Raises
    ------
    ProductError
        when the header would contradict itself.
    XrayError
        when the file cannot be written.
    """
    stored = np.ascontiguousarray(pixels, ">i4" if pixels.dtype.kind in "iu" else ">f4")
    bitpix = 32 if pixels.dtype.kind in "iu" else -32
    text = build_image_cards(bitpix, *stored.shape) + format_cards(
        {"EXTEND": True, **frame.cards, **build_subspace(frame), "HDUCLASS": "OGIP",
         "HDUCLAS1": "IMAGE", "CONTENT": "IMAGE"}
    )  # fmt: skip
    gti = build_gti_hdu(frame.good, pick_time_cards(frame.cards))
    data = close_header(text) + fill_block(stored.tobytes()) + gti
    told = {**frame.box.build_wcs_cards(frame.plane), **frame.facts, **facts}
    told |= {"ENERGYLO": frame.band.low, "ENERGYHI": frame.band.high}
    with name_product(path):
        result = conform(data, kind, hdu=1, **told)
    with explain_writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, result.data or data)
    return replace(result, path=str(path), written=str(path))


def write_flux_images(
    folder: Path, root: str, counts: Numbers, exposure: Map, frame: ImageFrame, **told: Any
) -> ExposedImages:
    """Write counts, exposure and flux where the exposure is more than `EXPOSURE_CUT`.

    They are called as CIAO calls them: ``{root}_thresh.img``, ``.expmap`` and ``_flux.img``.

    Parameters
    ----------
    counts, exposure : ndarray
        of all pixels.
    **told
        what the exposure map says of its making.

    Raises
    ------
    XrayError
        when there is no exposure at all, or a file cannot be written.
    """
    seen = select_exposed(exposure)
    kept, exposed = np.where(seen, counts, 0), np.where(seen, exposure, 0)
    flux = divide_exposed(kept, exposed)
    images = (
        write_image(folder / f"{root}_thresh.img", kept, "xray-counts", frame),
        write_image(folder / f"{root}_thresh.expmap", exposed, "xray-exposure", frame, **told),
        write_image(folder / f"{root}_flux.img", flux, "xray-flux", frame,
                    unit="photon cm**-2 s**-1", EXPCUT=EXPOSURE_CUT),
    )  # fmt: skip
    numbers: dict[str, float] = {
        "counts": int(kept.sum()),
        "counts_cut": int((counts - kept).sum()),
    }
    return ExposedImages(kept, exposed, images, numbers)


def select_exposed(exposure: Map) -> NDArray[np.bool_]:
    """Pixels with more than `EXPOSURE_CUT` of the largest exposure.

    Raises
    ------
    XrayError
        when there is no exposure at all.
    """
    largest = float(exposure.max(initial=0.0))
    if not largest > 0:
        raise XrayError("the exposure is zero everywhere")
    return np.asarray(exposure > EXPOSURE_CUT * largest)


def divide_exposed(counts: Numbers, exposure: Map) -> Map:
    """Counts by exposure; zero where there is none."""
    return np.divide(counts, exposure, out=np.zeros(counts.shape), where=exposure > 0)


def build_subspace(frame: ImageFrame) -> Cards:
    """The data subspace: time, chips, energies and the box of sky pixels that are in the image."""
    box = frame.box
    width, height = box.columns * box.bin_size, box.rows * box.bin_size
    middle = box.x_low + width / 2, box.y_low + height / 2
    chips = ",".join(f"{first}:{last}" for first, last in list_runs(frame.chips))
    energies = f"{frame.band.low * EV_PER_KEV:.10g}:{frame.band.high * EV_PER_KEV:.10g}"
    return {
        **SKY_CARDS, **TIME_FILTER, "DSTYP2": "ccd_id", "DSVAL2": chips, "DSFORM2": "I",
        "DSTYP3": "energy", "DSVAL3": energies, "DSFORM3": "E", "DSUNIT3": "eV",
        "DSTYP4": "sky(x,y)",
        "DSVAL4": f"box({middle[0]:.10g},{middle[1]:.10g},{width:.10g},{height:.10g},0)",
    }  # fmt: skip


def list_runs(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Ascending numbers as first and last of those that follow each other.

    Examples
    --------
    >>> list_runs((0, 1, 2, 3, 6))
    [(0, 3), (6, 6)]
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
