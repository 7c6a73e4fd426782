"""Cylindrical projections: CYP CEA CAR MER (Paper II, 5.2)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.text import phrase
from fitslint.wcs.maths import NAN, Maths, T, clip
from fitslint.wcs.projection.base import (
    AngleProjection,
    Projection,
    ProjectionParameters,
    bound_ratio,
    keep_within,
)

_STEEPEST = 340.0
"""Beyond this y of MER, the square of sinh is no longer a float."""


class PlateCarree(AngleProjection):
    """CAR: longitude and latitude as they are (Paper II, 5.2.3)."""

    __slots__ = ()
    code: ClassVar[str] = "CAR"

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """The angles themselves."""
        return phi, theta

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """The coordinates themselves."""
        return x, y


class CylindricalPerspective(AngleProjection):
    """CYP: PVi_1 = mu, the distance of the point of projection; PVi_2 = lambda, the radius."""

    __slots__ = ("breadth", "mu")
    code: ClassVar[str] = "CYP"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.mu = parameters.get(1, 1.0)
        self.breadth = parameters.get(2, 1.0)
        if self.breadth == 0.0:
            raise parameters.refuse(2, phrase("cannot have a cylinder of radius 0"))
        if self.mu + self.breadth == 0.0:
            raise parameters.refuse(1, phrase("cannot be projected from the cylinder"))

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """Paper II, eq. 78 and 79."""
        height, breadth = maths.sincos(theta)
        below = self.mu + breadth
        below = maths.select(below == 0.0, NAN, below)
        return self.breadth * phi, (self.mu + self.breadth) * height / below

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Paper II, eq. 80 and 81."""
        eta = y / (self.mu + self.breadth)
        limb = bound_ratio(maths, eta * self.mu / maths.sqrt(eta * eta + 1.0))
        return x / self.breadth, maths.atan(eta) + maths.asin(limb)


class CylindricalEqualArea(Projection):
    """CEA: PVi_1 = lambda, the square of the cosine of the true latitude."""

    __slots__ = ("scale",)
    code: ClassVar[str] = "CEA"
    native: ClassVar[float] = 0.0

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.scale = parameters.get(1, 1.0)
        if not 0.0 < self.scale <= 1.0:
            raise parameters.refuse(
                1, phrase("has lambda above 0 and up to 1, not {scale:g}", scale=self.scale)
            )

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere."""
        return maths.atan2(v, u), w / self.scale

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The rectangle."""
        height = bound_ratio(maths, y * self.scale)
        breadth = maths.sqrt((1.0 - height) * (1.0 + height))
        sine, cosine = maths.sincos(keep_within(maths, x, math.pi))
        return breadth * cosine, breadth * sine, height


class Mercator(Projection):
    """MER: Mercator's projection (Paper II, 5.2.4)."""

    __slots__ = ()
    code: ClassVar[str] = "MER"
    native: ClassVar[float] = 0.0

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """All but the poles."""
        length = maths.hypot(u, v)
        length = maths.select(length > 1e-16, length, NAN)
        rise = maths.log((1.0 + maths.absolute(w)) / length)
        return maths.atan2(v, u), maths.copysign(rise, w)

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The strip."""
        sine, cosine = maths.sincos(keep_within(maths, x, math.pi))
        steep = maths.sinh(clip(maths, y, -_STEEPEST, _STEEPEST))
        length = maths.sqrt(1.0 + steep * steep)
        return cosine / length, sine / length, steep / length
