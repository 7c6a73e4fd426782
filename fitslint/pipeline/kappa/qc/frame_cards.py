"""The frame that the cards of a header tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fitslint.pipeline.errors import PipelineError
from fitslint.wcs.axes import DEGREES
from fitslint.wcs.map_frame import GridConvention, MapFrame, Matrix
from fitslint.wcs.map_wcs import has_pixel_size
from fitslint.wcs.wcs import Wcs
from fitslint.wcs.wcs_error import WcsError

_MIN_PIXEL, _MAX_PIXEL = 1e-4, 3600.0
"""Arcsec of a pixel."""
_MAX_REFERENCE_DISTANCE = 1e7
"""Pixels from the map to the reference pixel."""
_DIFFERENCE = 1e-7
"""Of a pixel: what a matrix that is measured on the sky differs from one that is recorded."""


def read_map_frame(header: Mapping[str, Any], shape: tuple[int, ...], path: str) -> MapFrame:
    """The frame that the header tells, on any projection.

    Raises
    ------
    PipelineError
        when it tells none.
    """
    if not has_pixel_size(header):
        sentence = "has no CDELT1 and CDELT2, or CD matrix; give it world coordinates"
        raise PipelineError(sentence, path=path)
    try:
        wcs = Wcs.from_header(header, sky_only=True)
    except WcsError as error:
        raise PipelineError(
            f"has no world coordinates to judge it by: {error}", path=path
        ) from None
    if wcs.is_celestial and wcs.system != "RA":
        sentence = "maps are judged in right ascension and declination, reproject it"
        raise PipelineError(f"CTYPE1 is {wcs.types[0][:16]}; {sentence}", path=path)
    size = shape[0], shape[1]
    frame = (_read_sky if wcs.is_celestial else _read_offsets)(wcs, size, path)
    steps = np.hypot(*np.array(frame.matrix))
    if not (steps.min() >= _MIN_PIXEL and steps.max() <= _MAX_PIXEL):
        pixel = f"{steps[0]:g} x {steps[1]:g} arcsec"
        raise PipelineError(f"has pixels of {pixel}, which are of no cluster", path=path)
    if not sum(map(abs, frame.reference_pixel)) < _MAX_REFERENCE_DISTANCE:
        sentence = "has CRPIX far from its pixels; give it world coordinates"
        raise PipelineError(sentence, path=path)
    if not wcs.is_celestial:
        return frame
    convention, is_recorded = _read_convention(header, wcs)
    return replace(frame, convention=convention, is_recorded=is_recorded)


def _read_sky(wcs: Wcs, shape: tuple[int, int], path: str) -> MapFrame:
    """The frame around CRPIX where a tangent plane lies there, else around the middle."""
    pixel, reference = wcs.origin[:2], (wcs.longitude, wcs.latitude)
    position = tuple(wcs.reference[axis or 0] for axis in reference)
    if wcs.code != "TAN":
        pixel = (shape[1] + 1) / 2, (shape[0] + 1) / 2
        position = wcs.pixel_to_sky(*pixel) or ()
    local = wcs.pixel_matrix(pixel)
    if local is None or len(position) != 2 or wcs.sky_axes[:2] != (0, 1):
        raise PipelineError("the middle of the map is no place on the sky", path=path)
    measured = np.array((local.east, local.north))
    recorded = np.array([wcs.matrix[axis or 0][:2] for axis in reference])
    close = np.allclose(measured, recorded, rtol=0, atol=_DIFFERENCE * np.abs(measured).max())
    return MapFrame(
        shape, "tan", True, (position[0], position[1]), (pixel[0] - 1, pixel[1] - 1),
        _to_matrix(3600 * (recorded if close else measured)), wcs, (pixel[0], pixel[1]),
    )  # fmt: skip


def _read_offsets(wcs: Wcs, shape: tuple[int, int], path: str) -> MapFrame:
    """The frame of a map in linear offsets, x of which grows to the west."""
    first, second = (*wcs.units, "", "")[:2]
    units = first or second, second or first
    factors = [DEGREES.get(unit, 0.0) * 3600 for unit in units]
    for axis, unit in enumerate(units, 1):
        if unit not in DEGREES:
            sentence = f"CUNIT{axis} is {unit[:16]}; maps are judged in deg, arcmin or arcsec"
            raise PipelineError(sentence, path=path)
    if wcs.axes < 2:
        raise PipelineError("has world coordinates of one axis; a map has two", path=path)
    matrix = np.array([row[:2] for row in wcs.matrix[:2]]) * np.reshape(factors, (2, 1))
    back = np.linalg.solve(matrix, np.array(wcs.reference[:2]) * factors)
    matrix[0] *= -1
    pixel = wcs.origin[0] - 1 - float(back[0]), wcs.origin[1] - 1 - float(back[1])
    return MapFrame(shape, "offset", True, (0.0, 0.0), pixel, _to_matrix(matrix))


def _to_matrix(rows: Any) -> Matrix:
    (a, b), (c, d) = rows.tolist()
    return (a, b), (c, d)


def _read_convention(header: Mapping[str, Any], wcs: Wcs) -> tuple[GridConvention, bool]:
    """What the header says, unless GRIDCONV, or Lenstool as its origin, says linear."""
    word = str(header.get("GRIDCONV", "")).strip()
    if wcs.code != "TAN" or word == "tan":
        return "tan", True
    if word == "linear":
        return "linear", True
    is_lenstool = str(header.get("ORIGIN", "")).strip() == "JPK-SOFT"
    return ("linear", False) if is_lenstool else ("tan", True)
