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

from fitslint.pipeline.kappa.qc.check import PASS, QcResult, skip_check
from fitslint.pipeline.kappa.qc.image import select_disc
from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.peak import Clump
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


def find_region(evidence: QcInputs, clumps: list[Clump]) -> NDArray[np.bool_]:
    """The strong-lensing region: a circle around the centre, or the highest clump without one."""
    frame = evidence.kappa.frame
    column, row = clumps[0].maximum.column, clumps[0].maximum.row
    if evidence.centres and frame.is_on_sky:
        place = frame.to_pixel(evidence.centres[0].ra, evidence.centres[0].dec)
        if frame.is_inside(*place):
            column, row = (float(one) for one in place)
    radius = evidence.thresholds.get_value("strong_lensing_radius") / frame.pixel_scale
    return select_disc(frame.shape, column, row, radius)


def measure_contour(
    data: Floats, frame: MapFrame, level: float, inside: NDArray[np.bool_], clump: Clump
) -> Contour | None:
    """The contour of a level; None where the map does not reach it in the region."""
    above = inside & (data >= level)
    labels, _ = ndimage.label(above)
    row, column = (round(one) for one in (clump.maximum.row, clump.maximum.column))
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


def check_contours(evidence: QcInputs, clumps: list[Clump]) -> list[QcResult]:
    """A line for every level."""
    if evidence.unusable_reason or not clumps:
        said = evidence.unusable_reason or "the map has no maximum"
        return [skip_check(_format_code(level), _format_title(level), said) for level in LEVELS]
    inside = find_region(evidence, clumps)
    return [_check_level(evidence, level, inside, clumps[0]) for level in LEVELS]


def _format_code(level: float) -> str:
    return f"e.contour-{level:g}"


def _format_title(level: float) -> str:
    return f"Contour kappa = {level:g}"


def _check_level(
    evidence: QcInputs, level: float, inside: NDArray[np.bool_], clump: Clump
) -> QcResult:
    code, title, limit = (
        _format_code(level),
        _format_title(level),
        evidence.thresholds["strong_lensing_radius"],
    )
    found = measure_contour(evidence.kappa.data, evidence.kappa.frame, level, inside, clump)
    if found is None:
        said = f"kappa does not reach {level:g} within {limit.value:g} arcsec"
        return skip_check(code, title, said)
    facts = {
        "area_arcsec2": found.area, "equivalent_radius_arcsec": found.radius,
        "equivalent_radius_kpc": found.radius * evidence.kpc_per_arcsec if evidence.kpc_per_arcsec else None,
        "axis_ratio": found.axis_ratio, "position_angle_deg": found.position_angle,
    }  # fmt: skip
    said = (
        f"area {found.area:.1f} arcsec2, equivalent radius {found.radius:.2f} arcsec, axis ratio "
        f"{found.axis_ratio:.3f}, position angle {found.position_angle:.1f} deg (north to east)"
    )
    if not found.is_closed:
        said += f"; it leaves the map or the region of {limit.value:g} arcsec, so this is a part"
        return skip_check(code, title, said, **facts)
    return QcResult(code, title, PASS, said, found.radius, "arcsec", limit, facts)
