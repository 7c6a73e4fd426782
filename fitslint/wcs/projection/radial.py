"""Zenithal projections whose radius is inverted by iteration: ZPN AIR (Paper II, 5.1.7, 5.1.9)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.text import phrase
from fitslint.wcs.maths import DEGREE_RADIANS, NAN, SCALAR, Maths, T, sum_powers
from fitslint.wcs.projection.base import EDGE, Projection, ProjectionParameters, split_polar

_STEPS = 100
_CLOSE = 4e-16
HIGHEST_TERM = 30
"""Of ZPN."""


class RadialProjection(Projection):
    """A zenithal projection with a radius that rises with the distance from the native pole."""

    __slots__ = ("inner", "outer", "reach")

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.reach = math.pi
        """Distance from the pole, in radians, up to which the radius rises."""
        self.inner = self.outer = 0.0
        """Radius of the pole and of the reach."""

    def measure(self, maths: Maths[T], distance: T) -> tuple[T, T]:
        """Radius, and how it grows, at distances from the native pole in radians."""
        raise NotImplementedError

    def bound(self, limit: float) -> None:
        """Find up to where, ``limit`` at most, the radius rises."""
        self.reach = _find_turn(self, limit)
        self.inner = self.measure(SCALAR, 0.0)[0]
        self.outer = self.measure(SCALAR, self.reach)[0]

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """What is not beyond the reach."""
        length, sine, cosine = split_polar(maths, u, v)
        distance = maths.atan2(length, w)
        radius = self.measure(maths, distance)[0]
        radius = maths.select(distance <= self.reach + EDGE, radius, NAN)
        return radius * sine, -radius * cosine

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The ring between the radii of the pole and of the reach."""
        radius, sine, cosine = split_polar(maths, -y, x)
        distance = self.invert(maths, radius)
        along, height = maths.sincos(distance)
        return along * cosine, along * sine, height

    def invert(self, maths: Maths[T], radius: T) -> T:
        """Distance from the pole: Newton's steps in an interval that is halved else."""
        inside = (radius >= self.inner - EDGE) & (radius <= self.outer + EDGE)
        target = maths.select(inside, radius, NAN)
        low, high = maths.fill(radius, 0.0), maths.fill(radius, self.reach)
        at = maths.minimum(radius - self.inner, self.reach)
        at = maths.select((at > 0) & (at < self.reach), at, 0.5 * self.reach)
        for _ in range(_STEPS):
            value, slope = self.measure(maths, at)
            off = value - target
            low = maths.select(off <= 0, at, low)
            high = maths.select(off >= 0, at, high)
            new = at - maths.divide(off, slope)
            new = maths.select((new >= low) & (new <= high), new, 0.5 * (low + high))
            moved = maths.absolute(new - at)
            at = new
            if maths.all((moved <= _CLOSE) | maths.isnan(target)):
                break
        return maths.select(inside, at, NAN)


def _find_turn(projection: RadialProjection, limit: float) -> float:
    """The first distance where the radius no longer grows, or the limit."""
    steps = 180
    low = 0.0
    for step in range(1, steps + 1):
        high = limit * step / steps
        if not projection.measure(SCALAR, high)[1] > 0:
            break
        low = high
    else:
        return limit
    for _ in range(60):
        middle = 0.5 * (low + high)
        if projection.measure(SCALAR, middle)[1] > 0:
            low = middle
        else:
            high = middle
    return low


class ZenithalPolynomial(RadialProjection):
    """ZPN: the radius is the sum of PVi_m z^m over m from 0 to 20, z the zenith distance."""

    __slots__ = ("slopes", "terms")
    code: ClassVar[str] = "ZPN"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        used = [index for index, value in parameters.values.items() if value and index >= 0]
        highest = max(used, default=0)
        if highest > HIGHEST_TERM:
            raise parameters.refuse(highest, phrase("has no term above {most}", most=HIGHEST_TERM))
        if highest == 0:
            raise parameters.refuse(1, phrase("needs a term above 0; give PVi_1 = 1 for ARC"))
        self.terms = tuple(parameters.get(index, 0.0) for index in range(highest + 1))
        self.slopes = tuple(index * term for index, term in enumerate(self.terms))[1:]
        if not self.slopes[0] > 0:
            raise parameters.refuse(
                1, phrase("needs a radius that grows from the reference on (PVi_1 > 0)")
            )
        self.bound(math.pi)

    def measure(self, maths: Maths[T], distance: T) -> tuple[T, T]:
        """The polynomial and its derivative."""
        return sum_powers(distance, self.terms), sum_powers(distance, self.slopes)


class Airy(RadialProjection):
    """AIR: minimum error inside theta_b = PVi_1, by default 90 degrees."""

    __slots__ = ("weight",)
    code: ClassVar[str] = "AIR"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        theta = parameters.get(1, 90.0)
        if not -90.0 < theta <= 90.0:
            raise parameters.refuse(
                1, phrase("has theta_b between -90 and 90, not {theta:g}", theta=theta)
            )
        half = (90.0 - theta) / 2 * DEGREE_RADIANS
        self.weight = _compute_airy_ratio(SCALAR, half)
        self.bound(math.pi * (1 - 1e-9))

    def measure(self, maths: Maths[T], distance: T) -> tuple[T, T]:
        """Paper II, eq. 77, and its derivative, in terms of half the distance."""
        half = 0.5 * distance
        tangent = maths.tan(half)
        ratio = _compute_airy_ratio(maths, half)
        radius = -2.0 * tangent * (ratio + self.weight)
        # d/dz of ln cos(h)/tan h is -1 - ln cos(h)/sin^2 h, and sin^2 = tan^2 / (1 + tan^2)
        square = 1.0 + tangent * tangent
        slope = 1.0 + ratio * square - self.weight * square
        return radius, slope


def _compute_airy_ratio(maths: Maths[T], half: T) -> T:
    """``ln(cos h) / tan(h)^2``, which is -1/2 at 0."""
    square = maths.tan(half)
    square = square * square
    small = square < 1e-4
    series = -0.5 + square * (0.25 - square * (1 / 6 - square / 8))
    return maths.select(small, series, maths.divide(-0.5 * maths.log(1.0 + square), square))
