"""Arcs and areas on the sphere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from fitslint.wcs.maths import DEGREE_RADIANS, RADIAN_DEGREES, SCALAR, Maths, load_array_maths

if TYPE_CHECKING:
    from fitslint.wcs.maths import Floats

Direction = tuple[float, float, float]


@overload
def measure_separation(
    longitude: float, latitude: float, other_lon: float, other_lat: float
) -> float: ...
@overload
def measure_separation(
    longitude: Floats, latitude: Floats, other_lon: Floats, other_lat: Floats
) -> Floats: ...
def measure_separation(longitude: Any, latitude: Any, other_lon: Any, other_lat: Any) -> Any:
    """Degrees along the great circle between positions in degrees (Vincenty's formula).

    Of floats, or of arrays that broadcast.
    """
    values = (longitude, latitude, other_lon, other_lat)
    is_scalar = all(isinstance(value, float | int) for value in values)
    maths: Maths[Any] = SCALAR if is_scalar else load_array_maths()
    sine, cosine = maths.sincos((other_lon - longitude) * DEGREE_RADIANS)
    sine_low, cosine_low = maths.sincos(latitude * DEGREE_RADIANS)
    sine_high, cosine_high = maths.sincos(other_lat * DEGREE_RADIANS)
    first = cosine_high * sine
    second = cosine_low * sine_high - sine_low * cosine_high * cosine
    third = sine_low * sine_high + cosine_low * cosine_high * cosine
    return maths.atan2(maths.hypot(first, second), third) * RADIAN_DEGREES


def normalise(direction: Direction) -> Direction:
    """The direction with length 1."""
    length = math.sqrt(sum(part * part for part in direction))
    u, v, w = (part / length for part in direction)
    return u, v, w


def measure_solid_angle(apex: Direction, outline: Sequence[Direction]) -> float:
    """Square degrees of a polygon on the sphere, positive whichever way it is gone round.

    The triangles from ``apex`` to every side (van Oosterom & Strackee 1983) are summed with their
    signs; all directions have length 1.
    """
    total = 0.0
    for one, other in zip(outline, (*outline[1:], outline[0]), strict=True):
        volume = (
            apex[0] * (one[1] * other[2] - one[2] * other[1])
            + apex[1] * (one[2] * other[0] - one[0] * other[2])
            + apex[2] * (one[0] * other[1] - one[1] * other[0])
        )
        below = 1.0 + compute_dot(apex, one) + compute_dot(one, other) + compute_dot(other, apex)
        total += 2.0 * math.atan2(volume, below)
    return math.degrees(math.degrees(abs(total)))


def compute_dot(one: Direction, other: Direction) -> float:
    """The cosine of the angle between directions of length 1."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
