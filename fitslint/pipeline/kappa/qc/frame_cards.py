"""The frame that the cards of a header tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from fitslint.pipeline.errors import PipelineError
from fitslint.wcs.map_frame import GridConvention, MapFrame
from fitslint.wcs.place import ARCSEC, number, read_matrix, turn_by_pole

_MIN_PIXEL, _MAX_PIXEL = 1e-4, 3600.0
"""Arcsec of a pixel."""
_MAX_REFERENCE_DISTANCE = 1e7
"""Pixels from the map to the reference pixel."""


def read_map_frame(header: Mapping[str, Any], shape: tuple[int, ...], path: str) -> MapFrame:
    """The frame that the header tells.

    Raises
    ------
    PipelineError
        when it tells none.
    """

    def value(keyword: str, otherwise: float) -> float:
        found = number(header.get, keyword)
        return otherwise if found is None else found

    cunit = _read_units(header, path)
    told = read_matrix(header.get, cunit)
    if told is None:
        raise PipelineError(
            "has no CDELT1 and CDELT2, or CD matrix; give it world coordinates",
            path=path,
        )
    matrix = np.reshape(told, (2, 2))
    steps = np.hypot(*matrix)
    if steps.min() < _MIN_PIXEL or steps.max() > _MAX_PIXEL:
        size = f"{steps[0]:g} x {steps[1]:g} arcsec"
        raise PipelineError(f"has pixels of {size}, which are of no cluster", path=path)
    pixel = value("CRPIX1", 1.0) - 1, value("CRPIX2", 1.0) - 1
    if not abs(pixel[0]) + abs(pixel[1]) < _MAX_REFERENCE_DISTANCE:
        raise PipelineError(
            "has CRPIX far from its pixels; give it world coordinates",
            path=path,
        )
    arcsec = [ARCSEC[unit] for unit in cunit]
    reference = (value("CRVAL1", 0.0) * arcsec[0] / 3600, value("CRVAL2", 0.0) * arcsec[1] / 3600)
    convention, recorded = _read_convention(header, path)
    if convention == "offset":
        back = np.linalg.solve(matrix, np.array(reference) * 3600)
        pixel, reference = (pixel[0] - back[0], pixel[1] - back[1]), (0.0, 0.0)
        matrix[0] *= -1  # x of an offset map grows to the west
    elif not -90 <= reference[1] <= 90:
        raise PipelineError(f"CRVAL2 is {reference[1]:g}; a declination ends at 90", path=path)
    else:
        matrix = np.reshape(turn_by_pole(told, value("LONPOLE", 180.0)), (2, 2))
    rows = tuple((float(row[0]), float(row[1])) for row in matrix)
    return MapFrame(
        (shape[0], shape[1]), convention, recorded, reference, pixel, (rows[0], rows[1])
    )


def _read_units(header: Mapping[str, Any], path: str) -> tuple[str, str]:
    """CUNIT1 and CUNIT2; degrees where there are none (FITS 4.0, 8.2)."""
    first = _read_word(header, "CUNIT1") or _read_word(header, "CUNIT2") or "deg"
    units = first, _read_word(header, "CUNIT2") or first
    for axis, unit in enumerate(units, 1):
        if unit not in ARCSEC:
            sentence = f"CUNIT{axis} is {unit[:16]}; maps are judged in {', '.join(ARCSEC)}"
            raise PipelineError(sentence, path=path)
    return units


def _read_word(header: Mapping[str, Any], keyword: str) -> str:
    return str(header.get(keyword, "")).strip()


def _read_convention(header: Mapping[str, Any], path: str) -> tuple[GridConvention, bool]:
    """Gnomonic unless the header, or Lenstool as its origin, says linear."""
    kind = _read_word(header, "CTYPE1")
    if not kind.startswith(("RA--", "DEC-")):
        return "offset", True
    if kind != "RA---TAN":
        sentence = f"CTYPE1 is {kind[:16]}; maps are judged in RA---TAN, reproject it"
        raise PipelineError(sentence, path=path)
    told = _read_word(header, "GRIDCONV")
    if told in ("tan", "linear"):
        return ("linear" if told == "linear" else "tan"), True
    return ("linear", False) if _read_word(header, "ORIGIN") == "JPK-SOFT" else ("tan", True)
