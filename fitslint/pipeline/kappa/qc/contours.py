"""Lines e: area, equivalent radius and shape of the contours kappa = 0.5 and 1.

Areas are those of the polygons that contourpy draws between pixel centres, which is exact for a
surface that is linear between them. Axis ratio and position angle are of the second moments of the
pixels inside the contour around the highest clump.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from fitslint.pipeline.kappa.qc.check import (
    PASS,
    Judgement,
    NotJudgedError,
    check,
    require_map,
)
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.peak import Clump
from fitslint.pipeline.page.peaks import select_disc
from fitslint.wcs.map_frame import Floats, MapFrame

LEVELS = (0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Contour:
    """A level of convergence inside the strong-lensing region."""

    area: float
    """Square arcsec."""
    axis_ratio: float
    """Minor by major axis."""
    position_angle: float
    """Degrees from north to east."""
    is_closed: bool
    """Whether it stays inside the region and the map."""

    @property
    def radius(self) -> float:
        """Radius in arcsec of the circle with its area."""
        return math.sqrt(self.area / math.pi)


def find_region(inputs: QcInputs, clumps: list[Clump]) -> NDArray[np.bool_]:
    """The strong-lensing region: a circle around the centre, or the highest clump without one."""
    frame = inputs.kappa.frame
    column, row = clumps[0].maximum.column, clumps[0].maximum.row
    if inputs.centres and frame.is_on_sky:
        place = frame.to_pixel(inputs.centres[0].ra, inputs.centres[0].dec)
        if frame.is_inside(*place):
            column, row = (float(pixel) for pixel in place)
    radius = inputs.thresholds.get_value("strong_lensing_radius") / frame.pixel_scale
    return select_disc(frame.shape, column, row, radius)


def measure_contour(
    data: Floats, frame: MapFrame, level: float, inside: NDArray[np.bool_], clump: Clump
) -> Contour | None:
    """The contour of a level; None where the map does not reach it in the region."""
    above = inside & (data >= level)
    labels, _ = ndimage.label(above)
    row, column = (round(place) for place in (clump.maximum.row, clump.maximum.column))
    sizes = np.bincount(labels.ravel())[1:]
    if sizes.size == 0:
        return None
    own = labels == (int(labels[row, column]) or int(sizes.argmax()) + 1)
    if np.count_nonzero(own) < 3:
        return None
    area = _compute_area(np.where(inside, data, np.nan), level) * abs(frame.determinant)
    ratio, angle = _measure_shape(own, frame)
    return Contour(area, ratio, angle, _is_closed(own, inside))


def _is_closed(pixels: NDArray[np.bool_], inside: NDArray[np.bool_]) -> bool:
    """Whether no pixel of the contour around the clump touches the end of the region or map."""
    core = ndimage.binary_erosion(inside, border_value=0)
    return not bool(np.any(pixels & ~core))


def _compute_area(data: Floats, level: float) -> float:
    """Square pixels above ``level``: the polygons less their holes."""
    from contourpy import FillType, contour_generator

    made = contour_generator(z=np.ma.masked_invalid(data), fill_type=FillType.OuterOffset)
    total = 0.0
    for points, offsets in zip(*made.filled(level, np.inf), strict=True):
        rings = [_compute_ring_area(points[a:b]) for a, b in pairwise(offsets)]
        total += rings[0] - sum(rings[1:])
    return total


def _compute_ring_area(points: Floats) -> float:
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2


def _measure_shape(pixels: NDArray[np.bool_], frame: MapFrame) -> tuple[float, float]:
    """Axis ratio, and position angle in degrees from north to east, of a set of pixels."""
    rows, columns = np.nonzero(pixels)
    east, north = frame.compute_offsets(columns, rows)
    values, vectors = np.linalg.eigh(np.cov(np.stack([east, north])))
    angle = math.degrees(math.atan2(vectors[0, 1], vectors[1, 1])) % 180
    return math.sqrt(max(values[0], 0.0) / values[1]), angle


def _check_level(level: float, inputs: QcInputs, clumps: list[Clump]) -> Judgement:
    if not clumps:
        raise NotJudgedError("the map has no maximum")
    limit, kpc = inputs.thresholds["strong_lensing_radius"], inputs.kpc_per_arcsec
    inside = find_region(inputs, clumps)
    contour = measure_contour(inputs.kappa.data, inputs.kappa.frame, level, inside, clumps[0])
    if contour is None:
        raise NotJudgedError(f"kappa does not reach {level:g} within {limit.value:g} arcsec")
    facts = {
        "area_arcsec2": contour.area, "equivalent_radius_arcsec": contour.radius,
        "equivalent_radius_kpc": contour.radius * kpc if kpc else None,
        "axis_ratio": contour.axis_ratio, "position_angle_deg": contour.position_angle,
    }  # fmt: skip
    said = (
        f"area {contour.area:.1f} arcsec2, equivalent radius {contour.radius:.2f} arcsec, "
        f"axis ratio {contour.axis_ratio:.3f}, "
        f"position angle {contour.position_angle:.1f} deg (north to east)"
    )
    if not contour.is_closed:
        raise NotJudgedError(
            f"{said}; it leaves the map or the region of {limit.value:g} arcsec, so this is a part",
            **facts,
        )
    return Judgement(PASS, said, contour.radius, "arcsec", limit, facts)


def _register_level(level: float) -> None:
    @check(f"e.contour-{level:g}", f"Contour kappa = {level:g}", needs=(require_map,))
    def _check_contour(inputs: QcInputs, clumps: list[Clump]) -> Judgement:
        return _check_level(level, inputs, clumps)


for _level in LEVELS:
    _register_level(_level)
