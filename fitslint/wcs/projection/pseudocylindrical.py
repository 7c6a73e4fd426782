"""Pseudo-cylindrical projections and their like: SFL PAR MOL AIT (Paper II, 5.3)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.wcs.maths import NAN, Maths, T
from fitslint.wcs.projection.base import (
    EDGE,
    HALF_PI,
    AngleProjection,
    Projection,
    bound_ratio,
    keep_within,
)

_ROOT = math.sqrt(2.0)


def find_longitude(maths: Maths[T], x: T, breadth: T) -> T:
    """Longitude of x on a parallel of a breadth, which is 0 at a pole, where only x = 0 lies."""
    at_pole = maths.absolute(breadth) <= EDGE
    ratio = maths.divide(x, breadth)
    return maths.select(at_pole, maths.select(maths.absolute(x) <= EDGE, 0.0, NAN), ratio)


class SansonFlamsteed(AngleProjection):
    """SFL: the Sanson-Flamsteed (sinusoidal) projection (Paper II, 5.3.1)."""

    __slots__ = ()
    code: ClassVar[str] = "SFL"

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """The whole sphere."""
        return phi * maths.cos(theta), theta

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """What lies inside the two sinusoids."""
        theta = keep_within(maths, y, HALF_PI)
        return find_longitude(maths, x, maths.cos(theta)), theta


class Parabolic(AngleProjection):
    """PAR: the parabolic projection (Paper II, 5.3.2)."""

    __slots__ = ()
    code: ClassVar[str] = "PAR"

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """The whole sphere."""
        third = maths.sin(theta / 3.0)
        return phi * (1.0 - 4.0 * third * third), math.pi * third

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """What lies inside the two parabolas."""
        third = bound_ratio(maths, y / math.pi)
        return find_longitude(maths, x, 1.0 - 4.0 * third * third), 3.0 * maths.asin(third)


class Mollweide(Projection):
    """MOL: Mollweide's projection (Paper II, 5.3.3)."""

    __slots__ = ()
    code: ClassVar[str] = "MOL"
    native: ClassVar[float] = 0.0

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere.

        With E = pi - 2 gamma of the nearer pole, eq. 99 is Kepler's equation of eccentricity 1:
        E - sin E = M = pi (1 - sin theta), solved by Newton's steps from (6 M)^(1/3), below it.
        """
        mean = math.pi * (u * u + v * v) / (1.0 + maths.absolute(w))
        turn = maths.power(6.0 * mean, 1 / 3)
        for _ in range(16):
            fall, slope = _fall(maths, turn)
            step = maths.select(slope > 0, maths.divide(fall - mean, slope), 0.0)
            turn = turn - step
            if maths.all(maths.invert(maths.absolute(step) > 1e-15)):
                break
        sine, cosine = maths.sincos(0.5 * turn)
        return (2 * _ROOT / math.pi) * maths.atan2(v, u) * sine, maths.copysign(_ROOT * cosine, w)

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The ellipse."""
        height = bound_ratio(maths, y / _ROOT)
        breadth = maths.sqrt((1.0 - height) * (1.0 + height))
        phi = keep_within(
            maths, find_longitude(maths, math.pi / (2 * _ROOT) * x, breadth), math.pi, 1e-10
        )
        sine, cosine = maths.sincos(phi)
        # 1 - sin theta keeps its digits near a pole when it comes from E - sin E
        turn = 2.0 * maths.atan2(breadth, maths.absolute(height))
        below = _fall(maths, turn)[0] / math.pi
        rest = maths.sqrt(below * (2.0 - below))
        return rest * cosine, rest * sine, maths.copysign(1.0 - below, height)


def _fall(maths: Maths[T], turn: T) -> tuple[T, T]:
    """``E - sin E`` and its derivative, to all digits for a small E."""
    sine, cosine = maths.sincos(turn)
    small = turn < 1e-2
    square = turn * turn
    fall = square * turn * (1 / 6 - square * (1 / 120 - square / 5040))
    slope = square * (0.5 - square * (1 / 24 - square / 720))
    return maths.select(small, fall, turn - sine), maths.select(small, slope, 1.0 - cosine)


class HammerAitoff(Projection):
    """AIT: the Hammer-Aitoff projection (Paper II, 5.3.4)."""

    __slots__ = ()
    code: ClassVar[str] = "AIT"
    native: ClassVar[float] = 0.0

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere."""
        sine, cosine = maths.sincos(0.5 * maths.atan2(v, u))
        breadth = maths.hypot(u, v)
        gamma = maths.sqrt(2.0 / (1.0 + breadth * cosine))
        return 2.0 * gamma * breadth * sine, gamma * w

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The ellipse."""
        square = 1.0 - x * x / 16.0 - y * y / 4.0
        square = maths.select(square >= 0.5 - EDGE, maths.maximum(square, 0.5), NAN)
        root = maths.sqrt(square)
        height = bound_ratio(maths, y * root)
        # cos theta (cos, sin) of half the longitude, then of the whole
        across, along = 0.5 * root * x, 2.0 * square - 1.0
        length = maths.hypot(across, along)
        below = maths.select(length > 0, length, 1.0)
        return (
            (along * along - across * across) / below,
            2.0 * across * along / below,
            height,
        )
