"""Zenithal projections without iteration: TAN STG SIN ARC ZEA (Paper II, 5.1.3 to 5.1.8)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.wcs.maths import NAN, Maths, T
from fitslint.wcs.projection.base import EDGE, Projection, ProjectionParameters, split_polar


class Gnomonic(Projection):
    """TAN: the gnomonic projection (Paper II, 5.1.3)."""

    __slots__ = ()
    code: ClassVar[str] = "TAN"

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """Only what is in front of the plane has a place on it."""
        depth = maths.select(w > 0, w, NAN)
        return v / depth, -u / depth

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """Every point of the plane."""
        return -y, x, maths.fill(x, 1.0)


class Stereographic(Projection):
    """STG: the stereographic projection (Paper II, 5.1.4)."""

    __slots__ = ()
    code: ClassVar[str] = "STG"

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """All but the far pole."""
        below = maths.select(w > -1.0, 1.0 + w, NAN)
        return 2.0 * v / below, -2.0 * u / below

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """Every point of the plane."""
        return -y, x, 1.0 - 0.25 * (x * x + y * y)


def hit_sphere(maths: Maths[T], x: T, y: T, lean: tuple[T | float, T | float]) -> tuple[T, T, T]:
    """Where a ray from (x, y) on the plane first meets the sphere below it.

    ``lean`` is how far it goes in x and y against a unit of depth: the first root t of
    (1 + X^2 + Y^2) t^2 - 2 (1 + x X + y Y) t + x^2 + y^2 = 0 (Paper II, eq. 24 and 44).
    """
    across, up = lean
    square = x * x + y * y
    ahead = 1.0 + x * across + y * up
    inside = ahead * ahead - (1.0 + across * across + up * up) * square
    inside = maths.select((inside > -EDGE) & (ahead > 0), maths.maximum(inside, 0.0), NAN)
    depth = square / (ahead + maths.sqrt(inside))
    return depth * up - y, x - depth * across, 1.0 - depth


class Orthographic(Projection):
    """SIN: the orthographic projection, slant with PVi_1 and PVi_2 (Paper II, 5.1.5)."""

    __slots__ = ("eta", "xi")
    code: ClassVar[str] = "SIN"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.xi = parameters.get(1, 0.0)
        self.eta = parameters.get(2, 0.0)

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The near hemisphere."""
        if self.xi == 0.0 and self.eta == 0.0:
            seen = w >= 0
            return maths.select(seen, v, NAN), maths.select(seen, -u, NAN)
        # 1 - w is exact near the far pole, and (u^2 + v^2)/(1 + w) near the reference
        rise = maths.select(w > 0, (u * u + v * v) / (1.0 + maths.absolute(w)), 1.0 - w)
        rise = maths.select(w + self.xi * v - self.eta * u >= -EDGE, rise, NAN)
        return v + self.xi * rise, self.eta * rise - u

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The disc; of two points that lie on a ray, that nearer to the reference."""
        if self.xi == 0.0 and self.eta == 0.0:
            return -y, x, maths.sqrt(1.0 - (x * x + y * y))
        return hit_sphere(maths, x, y, (self.xi, self.eta))


class Equidistant(Projection):
    """ARC: the zenithal equidistant projection (Paper II, 5.1.6)."""

    __slots__ = ()
    code: ClassVar[str] = "ARC"

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere."""
        length, sine, cosine = split_polar(maths, u, v)
        radius = maths.atan2(length, w)
        return radius * sine, -radius * cosine

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The disc of radius 180 degrees."""
        radius = maths.hypot(x, y)
        radius = maths.select(radius <= math.pi + EDGE, radius, NAN)
        sine, cosine = maths.sincos(radius)
        factor = maths.select(radius == 0.0, 1.0, maths.divide(sine, radius))
        return -y * factor, x * factor, cosine


class EqualArea(Projection):
    """ZEA: the zenithal equal-area projection (Paper II, 5.1.8)."""

    __slots__ = ()
    code: ClassVar[str] = "ZEA"

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere."""
        length, sine, cosine = split_polar(maths, u, v)
        near = length * maths.sqrt(2.0 / (1.0 + maths.absolute(w)))
        radius = maths.select(w > 0, near, maths.sqrt(2.0 * (1.0 - w)))
        return radius * sine, -radius * cosine

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The disc of radius 2."""
        quarter = 0.25 * (x * x + y * y)
        rest = maths.select(quarter <= 1.0 + EDGE, maths.maximum(1.0 - quarter, 0.0), NAN)
        factor = maths.sqrt(rest)
        return -y * factor, x * factor, 1.0 - 2.0 * quarter
