"""Polyconic projections: BON PCO (Paper II, 5.5)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.text import phrase
from fitslint.wcs.maths import DEGREE_RADIANS, NAN, Maths, T
from fitslint.wcs.projection.base import (
    HALF_PI,
    AngleProjection,
    ProjectionParameters,
    keep_within,
)
from fitslint.wcs.projection.pseudocylindrical import find_longitude

_STEPS = 80
_CLOSE = 2e-16


class Bonne(AngleProjection):
    """BON: Bonne's equal-area projection, PVi_1 = theta_1 (Paper II, 5.5.1)."""

    __slots__ = ("apex", "side")
    code: ClassVar[str] = "BON"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        parallel = parameters.require(1, phrase("theta_1, the true parallel"))
        if not -90.0 <= parallel <= 90.0:
            raise parameters.refuse(
                1, phrase("has theta_1 between -90 and 90, not {parallel:g}", parallel=parallel)
            )
        self.side = math.copysign(1.0, parallel) if parallel else 0.0
        theta = parallel * DEGREE_RADIANS
        cotangent = 0.0 if abs(parallel) in (0.0, 90.0) else 1.0 / math.tan(theta)
        self.apex = cotangent + theta
        if not math.isfinite(self.apex):
            raise parameters.refuse(
                1, phrase("makes no cone with theta_1 {parallel:g}", parallel=parallel)
            )

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """Paper II, eq. 134 and 135; SFL where theta_1 is 0."""
        breadth = maths.cos(theta)
        if not self.side:
            return phi * breadth, theta
        radius = self.apex - theta
        at_apex = radius == 0.0
        turn = maths.select(at_apex, 0.0, maths.divide(phi * breadth, radius))
        sine, cosine = maths.sincos(turn)
        return radius * sine, self.apex - radius * cosine

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Paper II, eq. 138 and 139."""
        if not self.side:
            theta = keep_within(maths, y, HALF_PI)
            return find_longitude(maths, x, maths.cos(theta)), theta
        down = self.apex - y
        radius = self.side * maths.hypot(x, down)
        turn = maths.atan2(self.side * x, self.side * down)
        theta = keep_within(maths, self.apex - radius, HALF_PI)
        return find_longitude(maths, turn * radius, maths.cos(theta)), theta


class Polyconic(AngleProjection):
    """PCO: the polyconic projection (Paper II, 5.5.2)."""

    __slots__ = ()
    code: ClassVar[str] = "PCO"

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """The whole sphere."""
        sine, cosine = maths.sincos(theta)
        # 1 - cos keeps its digits near the equator as 2 sin^2 of the half
        across, along = maths.sincos(0.5 * phi * sine)
        flat = maths.absolute(sine) < 1e-9
        cotangent = maths.divide(cosine, sine)
        x = maths.select(flat, phi, 2.0 * cotangent * across * along)
        y = maths.select(flat, 0.5 * phi * phi * sine, 2.0 * cotangent * across * across)
        return x, theta + y

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Paper II, eq. 142: f = (x^2 + (y - t)^2) sin t - 2 (y - t) cos t has a root before y.

        Newton's steps in an interval that is halved where they leave it.
        """
        up = maths.absolute(y)
        low, high = maths.fill(y, 0.0), maths.minimum(up, HALF_PI)
        at = maths.minimum(up / (1.0 + 0.5 * x * x), 0.999 * high)
        for _ in range(_STEPS):
            sine, cosine = maths.sincos(at)
            rest = up - at
            arc = x * x + rest * rest
            off = arc * sine - 2.0 * rest * cosine
            slope = (arc + 2.0) * cosine
            low = maths.select(off <= 0, at, low)
            high = maths.select(off >= 0, at, high)
            new = at - maths.divide(off, slope)
            new = maths.select((new >= low) & (new <= high), new, 0.5 * (low + high))
            moved = maths.absolute(new - at)
            at = new
            if maths.all(maths.invert(moved > _CLOSE * (1.0 + maths.absolute(at)))):
                break
        sine, cosine = maths.sincos(at)
        turn = maths.atan2(x * sine, cosine - (up - at) * sine)
        flat = sine < 1e-12
        phi = maths.select(flat, x, maths.divide(turn, sine))
        at_pole = cosine <= 1e-9
        phi = maths.select(at_pole & (maths.absolute(x) < 1e-12), 0.0, phi)
        return phi, maths.select(up <= 4.0, maths.copysign(at, y), NAN)
