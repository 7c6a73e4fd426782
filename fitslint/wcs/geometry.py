"""Scale, turn, corners and area of an image on the sky."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fitslint.model.records import dataclass
from fitslint.wcs.sphere import Direction, compute_dot, measure_solid_angle, normalise

if TYPE_CHECKING:
    from fitslint.wcs.wcs import Wcs

__all__ = ["PixelMatrix", "differentiate", "list_corners", "measure_area", "normalise"]

_STEP = 1e-6
"""Radians on the sky between two positions from which a derivative is taken."""
_SIDE = 16
"""Pieces into which a side of an image is cut for its area."""


@dataclass(frozen=True, slots=True)
class PixelMatrix:
    """Degrees to the east and to the north of a step along two pixel axes."""

    east: tuple[float, float]
    north: tuple[float, float]

    @property
    def determinant(self) -> float:
        """Square degrees of a pixel; negative where east is to the left with north up."""
        return self.east[0] * self.north[1] - self.east[1] * self.north[0]

    @property
    def scale(self) -> tuple[float, float]:
        """Lengths in degrees of a pixel along its two axes."""
        (a, b), (c, d) = self.east, self.north
        return math.hypot(a, c), math.hypot(b, d)

    @property
    def parity(self) -> int:
        """-1 where east is to the left with north up, as the sky is seen; 1 where mirrored."""
        return -1 if self.determinant < 0 else 1

    @property
    def rotation(self) -> float:
        """Position angle in degrees, from north through east, of the second axis."""
        return math.degrees(math.atan2(self.east[1], self.north[1])) % 360.0


def differentiate(wcs: Wcs, pixel: Sequence[float] | None) -> PixelMatrix | None:
    """The matrix from pixels to degrees east and north at a pixel, CRPIX by default.

    The two pixel axes are the first two that move on the sky. None where there is no position.
    """
    if not wcs.is_celestial:
        return None
    given = () if pixel is None else tuple(pixel)
    at = [*given, *wcs.origin[len(given) :]]
    axes = wcs.sky_axes
    middle = wcs.pixel_to_direction(at)
    if len(axes) < 2 or middle is None:
        return None
    east, north = _list_directions(wcs, at, middle)
    moved = [_move(wcs, at, axis, middle) for axis in axes[:2]]
    if moved[0] is None or moved[1] is None:
        return None
    first, second = moved[0], moved[1]
    return PixelMatrix(
        (compute_dot(first, east), compute_dot(second, east)),
        (compute_dot(first, north), compute_dot(second, north)),
    )


def _list_directions(
    wcs: Wcs, at: Sequence[float], middle: Direction
) -> tuple[Direction, Direction]:
    """East and north at a position; at a pole as its longitude tells them."""
    found = wcs.pixel_to_sky(*at)
    longitude = 0.0 if found is None else math.radians(found[0])
    sine, cosine = math.sin(longitude), math.cos(longitude)
    up, breadth = middle[2], math.hypot(middle[0], middle[1])
    return (-sine, cosine, 0.0), (-up * cosine, -up * sine, breadth)


def _move(wcs: Wcs, at: Sequence[float], axis: int, middle: Direction) -> Direction | None:
    """Degrees that the direction moves with a pixel of an axis, by a step small on the sky."""
    step = 1e-3
    for _ in range(2):
        ends = [
            wcs.pixel_to_direction(
                [value + side * step * (i == axis) for i, value in enumerate(at)]
            )
            for side in (-1.0, 1.0)
        ]
        one, other = ends[0] or middle, ends[1] or middle
        span = (2 if ends[0] and ends[1] else 1) * step
        rate = [(b - a) / span for a, b in zip(one, other, strict=True)]
        size = math.sqrt(sum(part * part for part in rate))
        if not 0.0 < size < math.inf:
            return None
        step = _STEP / size
    u, v, w = (math.degrees(part) for part in rate)
    return u, v, w


def list_corners(naxis: Sequence[int], *, edges: bool = False) -> list[tuple[float, float]]:
    """Pixel coordinates of the corners of an image, counter-clockwise from the first pixel.

    The centres of the outermost pixels, or with ``edges`` their outer corners.
    """
    out = 0.5 if edges else 0.0
    low, (right, top) = 1.0 - out, (naxis[0] + out, naxis[1] + out)
    return [(low, low), (right, low), (right, top), (low, top)]


def measure_area(wcs: Wcs, naxis: Sequence[int]) -> float | None:
    """Square degrees inside the edges of an image; None where one of them has no position.

    ``naxis`` are the lengths of the two pixel axes that move on the sky; the others stand at CRPIX.
    """
    axes = wcs.sky_axes
    if len(axes) != 2:
        return None

    def find_direction(pixel: Sequence[float]) -> Direction | None:
        at = list(wcs.origin)
        at[axes[0]], at[axes[1]] = pixel
        return wcs.pixel_to_direction(at)

    corners = list_corners(naxis, edges=True)
    outline: list[Direction] = []
    for one, other in zip(corners, (*corners[1:], corners[0]), strict=True):
        for step in range(_SIDE):
            part = step / _SIDE
            found = find_direction([a + (b - a) * part for a, b in zip(one, other, strict=True)])
            if found is None:
                return None
            outline.append(found)
    apex = find_direction([(naxis[0] + 1) / 2, (naxis[1] + 1) / 2])
    return None if apex is None else measure_solid_angle(apex, outline)
