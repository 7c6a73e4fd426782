"""The frame that the cards of a header tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.qc.frame import Convention, Frame

_FINEST, _COARSEST = 1e-4, 3600.0
"""Arcsec of a pixel."""
_FARTHEST = 1e7
"""Pixels from the map to the reference pixel."""


def frame_of(header: Mapping[str, Any], shape: tuple[int, ...], path: str) -> Frame:
    """The frame that the header tells.

    Raises
    ------
    PipelineError
        when it tells none.
    """
    value = _numbers(header)
    to_arcsec = 1.0 if _word(header, "CUNIT1") == "arcsec" else 3600.0
    matrix = np.array(_matrix(value)) * to_arcsec
    if not np.all(np.isfinite(matrix)) or not abs(np.linalg.det(matrix)) > 0:
        raise PipelineError("has no CDELT1 and CDELT2, or CD matrix; give it a frame", path=path)
    steps = np.hypot(*matrix)
    if steps.min() < _FINEST or steps.max() > _COARSEST:
        size = f"{steps[0]:g} x {steps[1]:g} arcsec"
        raise PipelineError(f"has pixels of {size}, which are of no cluster", path=path)
    pixel = value("CRPIX1", 1.0) - 1, value("CRPIX2", 1.0) - 1
    if not abs(pixel[0]) + abs(pixel[1]) < _FARTHEST:
        raise PipelineError("has CRPIX far from its pixels; give it a frame", path=path)
    reference = value("CRVAL1", 0.0), value("CRVAL2", 0.0)
    convention, recorded = _convention(header, path)
    if convention == "offset":
        back = np.linalg.solve(matrix, np.array(reference) * to_arcsec)
        pixel, reference = (pixel[0] - back[0], pixel[1] - back[1]), (0.0, 0.0)
        matrix[0] *= -1  # x of an offset map grows to the west
    elif not -90 <= reference[1] <= 90:
        raise PipelineError(f"CRVAL2 is {reference[1]:g}; a declination ends at 90", path=path)
    else:
        matrix = _poled(value("LONPOLE", 180.0)) @ matrix
    rows = tuple((float(row[0]), float(row[1])) for row in matrix)
    return Frame((shape[0], shape[1]), convention, recorded, reference, pixel, (rows[0], rows[1]))


def _numbers(header: Mapping[str, Any]) -> Any:
    def value(keyword: str, otherwise: float) -> float:
        found = header.get(keyword)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return otherwise
        return float(found) if math.isfinite(found) else math.nan

    return value


def _word(header: Mapping[str, Any], keyword: str) -> str:
    return str(header.get(keyword, "")).strip()


def _matrix(value: Any) -> list[list[float]]:
    """CDi_j, or PCi_j times CDELTi, or CDELTi turned by CROTA2, in the unit of the header."""
    names = ("CD1_1", "CD1_2", "CD2_1", "CD2_2")
    cd = [value(name, 0.0) for name in names]
    if any(cd):
        return [cd[:2], cd[2:]]
    first, second = value("CDELT1", math.nan), value("CDELT2", math.nan)
    turn = math.radians(value("CROTA2", 0.0))
    if turn:
        return [
            [first * math.cos(turn), -second * math.sin(turn)],
            [first * math.sin(turn), second * math.cos(turn)],
        ]
    pc = [value(f"PC{name[2:]}", 1.0 if name in ("CD1_1", "CD2_2") else 0.0) for name in names]
    return [[first * pc[0], first * pc[1]], [second * pc[2], second * pc[3]]]


def _poled(longitude: float) -> Any:
    """The turn of the tangent plane that a native longitude of the pole other than 180 is.

    Calabretta & Greisen (2002), equations 2 and 12: the native longitude counts from the pole.
    """
    turn = math.radians(180.0 - longitude)
    return np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])


def _convention(header: Mapping[str, Any], path: str) -> tuple[Convention, bool]:
    """Gnomonic unless the header, or Lenstool as its origin, says linear."""
    kind = _word(header, "CTYPE1")
    if not kind.startswith(("RA--", "DEC-")):
        return "offset", True
    if kind != "RA---TAN":
        sentence = f"CTYPE1 is {kind[:16]}; maps are judged in RA---TAN, reproject it"
        raise PipelineError(sentence, path=path)
    told = _word(header, "GRIDCONV")
    if told in ("tan", "linear"):
        return ("linear" if told == "linear" else "tan"), True
    return ("linear", False) if _word(header, "ORIGIN") == "JPK-SOFT" else ("tan", True)
