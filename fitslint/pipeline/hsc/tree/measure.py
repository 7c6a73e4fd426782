"""What solutions of two files say of the same CCD: where it is, and what its counts are worth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fitslint.model.errors import FitslintError
from fitslint.pipeline.hsc.apply.lsst_archive import read_flux_scale, read_wcs
from fitslint.pipeline.hsc.apply.solution import read_flux_surface
from fitslint.pipeline.hsc.apply.surface import FluxSurface, build_surface
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE, CHIP_SHAPE, load_chips
from fitslint.pipeline.hsc.joint.output import NANOJANSKY_ZERO
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions
from fitslint.pipeline.hsc.joint.polynomial import list_terms
from fitslint.rules.rerun.tree import CcdMeasure, TreeFile
from fitslint.source.files import read_file
from fitslint.wcs.compare import compile_celestial, find_icrs
from fitslint.wcs.wcs import Wcs

Array = NDArray[np.float64]
Locate = Callable[[Array, Array], tuple[Array, Array]]
_RIGHT, _TOP = CHIP_SHAPE
_PIXELS = np.array([
    CHIP_CENTRE, (0, 0), (_RIGHT - 1, 0), (_RIGHT - 1, _TOP - 1), (0, _TOP - 1)
], dtype=np.float64)  # fmt: skip
"""The middle and the corners of a CCD, counted from 0."""
_STEP = 8.0
"""Pixels by which areas are measured."""


def open_coordinates(path: str) -> tuple[Locate, Array] | None:
    """What turns pixels from 0 into positions (ICRS, degrees), and the pixel of the tangent point.

    None where a file has no coordinates that can be read.
    """
    for hdu in read_file(path).hdus:
        wcs = compile_celestial(hdu.header)
        if wcs is None or wcs.sky_axes[:2] != (0, 1):
            continue
        return partial(_locate, wcs), np.array(wcs.origin[:2]) - 1
    try:
        archived = read_wcs(path)
        return archived.locate, archived.find_axis()
    except (FitslintError, np.linalg.LinAlgError):
        return None


def _locate(wcs: Wcs, x: Array, y: Array) -> tuple[Array, Array]:
    found = [find_icrs(wcs, (a + 1, b + 1)) for a, b in zip(x, y, strict=True)]
    ra, dec = np.array([each or (np.nan, np.nan) for each in found]).T
    return ra, dec


def locate_ccd(path: str) -> Array | None:
    """Directions (5, 3) of the middle and the corners of a CCD."""
    found = open_coordinates(path)
    if found is None:
        return None
    directions = to_directions(*found[0](*_PIXELS.T))
    return directions if np.isfinite(directions).all() else None


def measure_ccd(path: str) -> CcdMeasure | None:
    """The place and area of the middle of a CCD against the optical axis."""
    found = open_coordinates(path)
    if found is None:
        return None
    locate, axis = found
    ra, dec = locate(axis[:1], axis[1:])
    if not np.isfinite(ra).all():
        return None
    plane = TangentPlane.touch(float(ra[0]), float(dec[0]))
    areas, places = [], []
    for x, y in (axis, CHIP_CENTRE):
        around = x + np.array([0, _STEP, -_STEP, 0, 0]), y + np.array([0, 0, 0, _STEP, -_STEP])
        flat = plane.project(to_directions(*locate(*around)))
        places.append(flat[0])
        areas.append(abs(np.linalg.det(np.stack([flat[1] - flat[2], flat[3] - flat[4]]))))
    if not np.isfinite(areas).all() or not min(areas) > 0:
        return None
    u, v = places[1] / np.sqrt(areas[0]) * 2 * _STEP
    return CcdMeasure((float(u), float(v)), float(areas[1] / areas[0]))


def measure_zero(file: TreeFile) -> tuple[float, bool] | None:
    """Magnitude of a count in the middle of a CCD, and whether the area of its pixels is in it."""
    try:
        return _read_old_zero(file) if file.kind == "fcr" else _read_zero(file)
    except (FitslintError, ValueError, KeyError, IndexError, TypeError):
        return None


def _read_zero(file: TreeFile) -> tuple[float, bool]:
    if file.told.get("is_product"):
        zero, surface = read_flux_surface(Path(file.path))
        has_area = False
    else:
        scale = read_flux_scale(file.path)
        zero, surface, has_area = NANOJANSKY_ZERO / scale.mean, scale.surface, scale.wcs is None
    bend = 0.0 if surface is None else _evaluate_middle(surface)
    return float(2.5 * np.log10(zero)) + bend, has_area


def _read_old_zero(file: TreeFile) -> tuple[float, bool] | None:
    """The same of ``fcr-VISIT-CCD.fits``."""
    header = read_file(file.path).hdus[0].header
    zero, order = header.number("FLUXMAG0"), header.number("ORDER")
    if not zero or zero <= 0 or order is None or not 0 <= order <= 20:
        return None
    chips = load_chips()
    terms = [header.number(f"C_{i}_{j}") or 0.0 for i, j in list_terms(int(order))]
    places = [header.number(name) for name in ("X0", "Y0", "U_MAX", "V_MAX")]
    x0, y0, u, v = (part or otherwise for part, otherwise in zip(places, (0, 0, 1, 1), strict=True))
    is_chebyshev = header.value("CHEBYSHEV") or header.value("HIERARCH CHEBYSHEV")
    quarter = int(chips.quarters[np.searchsorted(chips.numbers, file.ccd)])
    surface = build_surface(
        np.array(terms),
        is_chebyshev=bool(is_chebyshev),
        offset=(x0, y0),
        scale=(u, v),
        quarter=quarter,
        shape=CHIP_SHAPE,
    )
    return float(2.5 * np.log10(zero)) + _evaluate_middle(surface), False


def _evaluate_middle(surface: FluxSurface) -> float:
    x, y = CHIP_CENTRE
    return float(surface.evaluate(np.array([x]), np.array([y]))[0])
