"""The convex polygon around points on the sky, its centre, and the circle around that."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fitslint.pipeline.hsc.errors import HscError

Direction = tuple[float, float, float]
_HEMISPHERE = 1e-9
"""Cosine below which a point is too far from the middle of all to be on their side of the sky."""
_CHORD_ERROR = 5e-15
"""By how much sphgeom enlarges squared chords, against rounding."""


def to_direction(longitude: float, latitude: float) -> Direction:
    """The unit vector of a position in degrees."""
    lon, lat = math.radians(longitude), math.radians(latitude)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def to_position(direction: Direction) -> tuple[float, float]:
    """Longitude from 0 to 360 and latitude in degrees."""
    x, y, z = direction
    return math.degrees(math.atan2(y, x)) % 360.0, math.degrees(math.atan2(z, math.hypot(x, y)))


def enclose_points(points: Sequence[Direction]) -> list[Direction]:
    """The corners of the convex polygon around points, counter-clockwise as seen from outside.

    Raises
    ------
    HscError
        when they do not lie within half of the sky.
    """
    middle = _scale([sum(axis) for axis in zip(*points, strict=True)])
    if middle is None or min(_dot(point, middle) for point in points) < _HEMISPHERE:
        raise HscError("the images do not lie within half of the sky")
    east, north = _build_axes(middle)
    # Great circles are straight lines in this plane, so that its hull is theirs.
    plane = sorted(
        {
            (
                _dot(point, east) / _dot(point, middle),
                _dot(point, north) / _dot(point, middle),
            ): point
            for point in points
        }.items()
    )
    if len(plane) < 3:
        return [point for _, point in plane]
    lower, upper = _build_chain(plane), _build_chain(plane[::-1])
    return [*lower[:-1], *upper[:-1]]


def _build_chain(
    places: Sequence[tuple[tuple[float, float], Direction]],
) -> list[Direction]:
    """One half of the hull (Andrew 1979, Inf. Proc. Lett. 9, 216)."""
    chain: list[tuple[tuple[float, float], Direction]] = []
    for place in places:
        while len(chain) > 1 and _turn(chain[-2][0], chain[-1][0], place[0]) <= 0:
            chain.pop()
        chain.append(place)
    return [point for _, point in chain]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def find_centroid(corners: Sequence[Direction]) -> Direction:
    """The centre of the area of a polygon on the sphere (Brock 1974).

    Raises
    ------
    HscError
        when it has no area.
    """
    total = [0.0, 0.0, 0.0]
    for start, stop in zip(corners, (*corners[1:], corners[0]), strict=True):
        normal = _cross(start, stop)
        size = math.sqrt(_dot(normal, normal))
        if size > 0:
            angle = math.atan2(size, _dot(start, stop))
            total = [part + angle * axis / size for part, axis in zip(total, normal, strict=True)]
    found = _scale(total)
    if found is None or len(corners) < 3:
        raise HscError("the images enclose no area on the sky")
    return found


def measure_radius(corners: Sequence[Direction], centre: Direction) -> float:
    """Degrees from a centre to the farthest corner."""
    chord = max(
        sum((a - b) ** 2 for a, b in zip(corner, centre, strict=True)) for corner in corners
    )
    return math.degrees(2 * math.asin(min(math.sqrt(chord + _CHORD_ERROR) / 2, 1.0)))


def _build_axes(middle: Direction) -> tuple[Direction, Direction]:
    """Two directions across ``middle`` that make a right-handed system with it."""
    helper = (0.0, 0.0, 1.0) if abs(middle[2]) < 0.9 else (1.0, 0.0, 0.0)
    east = _scale(_cross(helper, middle)) or (1.0, 0.0, 0.0)
    return east, _cross(middle, east)


def _scale(vector: Sequence[float]) -> Direction | None:
    size = math.sqrt(sum(axis * axis for axis in vector))
    if not size > 1e-12:
        return None
    x, y, z = vector
    return x / size, y / size, z / size


def _dot(a: Direction, b: Direction) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Direction, b: Direction) -> Direction:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
