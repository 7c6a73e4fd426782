"""The relative width of the model band as a FITS file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from fitslint._version import __version__
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.assess import QcReport
from fitslint.pipeline.kappa.qc.band import ModelBand
from fitslint.pipeline.kappa.qc.inputs import QcInputs, shorten_path
from fitslint.products.text import replace_unprintable
from fitslint.wcs.map_frame import MapFrame
from fitslint.wcs.map_wcs import build_wcs_cards, is_gnomonic

BAND_WIDTH_NAME = "kappa_band_width.fits"
_COPIED_KEYWORDS = ("OBJECT", "RADESYS", "EQUINOX", "ZLENS", "ZSRC", "DLSDS", "LENSNORM")


def write_band_width(assessment: QcReport, folder: str | Path) -> Path | None:
    """Write (p84 - p16)/(2 median) on the pixels of the band; None where there is no band.

    Raises
    ------
    PipelineError
        when it cannot be written.
    """
    from astropy.io import fits

    found = assessment.measurements.band
    if isinstance(found, str):
        return None
    hdu = fits.PrimaryHDU(found.relative_width.astype(">f4"))
    for keyword, value, comment in _build_cards(found, assessment.inputs):
        hdu.header[keyword] = (value, comment)
    hdu.header["HISTORY"] = f"(p84 - p16)/(2 median) of kappa over {found.model_count} models"
    for model in assessment.inputs.other_models:
        hdu.header["HISTORY"] = f"sha256 {model.sha256}"
    hdu.add_checksum()
    return _store_file(hdu, Path(folder) / BAND_WIDTH_NAME)


def _store_file(hdu: Any, path: Path) -> Path:
    """Write beside the name and rename: no reader sees half a file."""
    part = path.with_name(f".{path.name}.part")
    try:
        hdu.writeto(part, overwrite=True)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PipelineError(f"cannot be written: {error.strerror}", path=str(path)) from None
    return path


def _build_cards(found: ModelBand, evidence: QcInputs) -> Iterator[tuple[str, Any, str]]:
    """The frame of the samples, what is copied from the map, and who made it."""
    frame, stride = found.frame, found.stride
    yield "BUNIT", "", "dimensionless"
    if frame.wcs and not is_gnomonic(frame.wcs):
        for keyword, value in build_wcs_cards(frame.wcs, stride).items():
            yield keyword, value, ""
    else:
        yield from _build_plane_cards(frame, stride)
    if frame.is_on_sky:
        yield "GRIDCONV", frame.convention, "positions are linear or tan"
    yield from _copy_cards(found, evidence)


def _build_plane_cards(frame: MapFrame, stride: int) -> Iterator[tuple[str, Any, str]]:
    """The tangent plane of a map, or its linear offsets."""
    to_unit = 3600.0 if frame.is_on_sky else 1.0
    kinds = ("RA---TAN", "DEC--TAN") if frame.is_on_sky else ("LINEAR", "LINEAR")
    rows = np.array(frame.matrix) * stride / to_unit
    if not frame.is_on_sky:
        rows[0] *= -1
    turned = abs(rows[0, 1]) > 0 or abs(rows[1, 0]) > 0
    for number, kind in enumerate(kinds, 1):
        yield f"CTYPE{number}", kind, ""
        yield f"CUNIT{number}", "deg" if frame.is_on_sky else "arcsec", ""
        yield f"CRVAL{number}", frame.reference[number - 1], ""
        yield f"CRPIX{number}", frame.reference_pixel[number - 1] / stride + 1, ""
        if turned:
            for other in (1, 2):
                yield f"CD{number}_{other}", float(rows[number - 1, other - 1]), ""
        else:
            yield f"CDELT{number}", float(rows[number - 1, number - 1]), ""


def _copy_cards(found: ModelBand, evidence: QcInputs) -> Iterator[tuple[str, Any, str]]:
    """What the map of convergence says, and who made the band."""
    for keyword in _COPIED_KEYWORDS:
        value = evidence.kappa.header.get(keyword)
        if isinstance(value, int | float) or (isinstance(value, str) and value.isascii()):
            yield keyword, value, "as in the map of convergence"
    yield (
        "KAPPAMAP",
        replace_unprintable(shorten_path(evidence.kappa.path))[:60],
        "map that the band belongs to",
    )
    yield "NMODELS", found.model_count, "models of the band"
    yield "CREATOR", f"fitslint {__version__}", "software and its version"
