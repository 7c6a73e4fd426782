"""The relative width of the model band as a product."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band import ModelBand
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.products.errors import ProductError
from fitslint.products.text import replace_unprintable
from fitslint.products.write import write_product
from fitslint.wcs.map_wcs import build_wcs_cards, is_gnomonic

BAND_WIDTH_NAME = "kappa_band_width.fits"
_SYSTEMS = ("ICRS", "FK5", "FK4", "FK4-NO-E", "GAPPT")
"""What RADESYS of a product may be (FITS 4.0, table 23); the rest is taken for the default."""
_MAX_NAME = 60
"""Characters of a name on a card."""


def write_band_width(report: QcReport, folder: str | Path) -> Path | None:
    """Write (p84 - p16)/(2 median) on the pixels of the band; None where there is no band.

    Raises
    ------
    ProductError
        when it cannot be written.
    """
    band, inputs = report.measurements.band, report.inputs
    if isinstance(band, str):
        return None
    path = Path(folder) / BAND_WIDTH_NAME
    try:
        _write(path, band, inputs, _copy_lens_facts(inputs))
    except ProductError:  # redshifts that contradict each other are for the checks of the map
        _write(path, band, inputs, {})
    return path


def _write(path: Path, band: ModelBand, inputs: QcInputs, lens_facts: Mapping[str, object]) -> None:
    kappa, maps = inputs.kappa, (inputs.kappa, *inputs.other_models)
    name, system = _make_text(shorten_path(kappa.path)), kappa.get_text("RADESYS")
    is_on_sky = kappa.frame.is_on_sky
    write_product(
        path,
        band.relative_width,
        "kappa-band-width",
        overwrite=True,
        grid_cards=_build_grid_cards(band),
        object=_make_text(kappa.get_text("OBJECT")) or name,
        radesys=(system if system in _SYSTEMS else "ICRS") if is_on_sky else None,
        equinox=kappa.get_number("EQUINOX") if is_on_sky else None,
        history=(f"(p84 - p16)/(2 median) of kappa over {band.model_count} models",),
        inputs=[(_make_text(shorten_path(each.path)), each.sha256) for each in maps],
        KAPPAMAP=name,
        NMODELS=band.model_count,
        **lens_facts,
    )


def _make_text(text: str) -> str:
    return replace_unprintable(text)[:_MAX_NAME]


def _copy_lens_facts(inputs: QcInputs) -> dict[str, object]:
    """What the header of the map says of lens and sources; None where it makes no sense."""
    kappa = inputs.kappa
    factor = kappa.get_number("DLSDS")
    return {
        "zlens": kappa.get_redshift("ZLENS"),
        "zsource": kappa.get_redshift("ZSRC"),
        "dlsds": factor if factor is not None and 0 <= factor <= 1 else None,
        "normalisation": kappa.normalisation,
    }


def _build_grid_cards(band: ModelBand) -> dict[str, str | float]:
    """World coordinates of the pixels of the band."""
    frame, stride = band.frame, band.stride
    if frame.wcs and not is_gnomonic(frame.wcs):
        return {**build_wcs_cards(frame.wcs, stride), "GRIDCONV": frame.convention}
    to_unit = 3600.0 if frame.is_on_sky else 1.0
    kinds = ("RA---TAN", "DEC--TAN") if frame.is_on_sky else ("LINEAR", "LINEAR")
    rows = np.array(frame.matrix) * stride / to_unit
    if not frame.is_on_sky:
        rows[0] *= -1
    is_turned = abs(rows[0, 1]) > 0 or abs(rows[1, 0]) > 0
    cards: dict[str, str | float] = {}
    for number, kind in enumerate(kinds, 1):
        cards[f"CTYPE{number}"] = kind
        cards[f"CUNIT{number}"] = "deg" if frame.is_on_sky else "arcsec"
        cards[f"CRVAL{number}"] = frame.reference[number - 1]
        cards[f"CRPIX{number}"] = frame.reference_pixel[number - 1] / stride + 1
        if is_turned:
            for other in (1, 2):
                cards[f"CD{number}_{other}"] = float(rows[number - 1, other - 1])
        else:
            cards[f"CDELT{number}"] = float(rows[number - 1, number - 1])
    if frame.is_on_sky:
        cards["GRIDCONV"] = frame.convention
    return cards
