"""Zenithal perspective projections from any point: AZP SZP (Paper II, 5.1.1 and 5.1.2)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.text import phrase
from fitslint.wcs.maths import DEGREE_RADIANS, NAN, Maths, T
from fitslint.wcs.projection.base import (
    HALF_PI,
    Projection,
    ProjectionParameters,
    bound_ratio,
)
from fitslint.wcs.projection.zenithal import hit_sphere


class ZenithalPerspective(Projection):
    """AZP: PVi_1 = mu, the distance of the point of projection; PVi_2 = gamma, the tilt."""

    __slots__ = ("cosine", "mu", "sine", "tangent")
    code: ClassVar[str] = "AZP"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.mu = parameters.get(1, 0.0)
        gamma = parameters.get(2, 0.0)
        if self.mu == -1.0:
            raise parameters.refuse(1, phrase("cannot be projected from the reference point (-1)"))
        self.sine, self.cosine = math.sin(gamma * DEGREE_RADIANS), math.cos(gamma * DEGREE_RADIANS)
        if abs(self.cosine) < 1e-15:
            raise parameters.refuse(2, phrase("cannot have its plane tilted by 90 degrees"))
        self.tangent = self.sine / self.cosine

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """What is on the side of the reference, neither hidden by it nor behind the eye."""
        lean = self.tangent * u
        depth = self.mu + w + lean
        side = math.copysign(1.0, self.mu + 1.0)
        seen = depth * side > 0
        if abs(self.mu) > 1.0:
            seen = seen & (w >= -1.0 / self.mu)
        if abs(self.mu * self.cosine) < 1.0:
            # along a meridian the depth may vanish twice; what is beyond both is not seen either
            square = u * u + v * v
            twice = self.mu * self.mu * square <= square + lean * lean
            turn = square - lean * w
            if side > 0:
                beyond = twice & (turn < 0) & (w + lean < 0)
            else:
                beyond = twice & (turn > 0) & (lean > 0)
            seen = seen & maths.invert(beyond)
        factor = (self.mu + 1.0) / maths.select(seen, depth, NAN)
        return factor * v, -factor * u / self.cosine

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """Of the two points of a ray, that nearer to the reference (Paper II, eq. 24 to 28)."""
        across, up = x, y * self.cosine
        radius = maths.hypot(across, up)
        ratio = maths.divide(radius, (self.mu + 1.0) + y * self.sine)
        steep = maths.atan2(maths.fill(x, 1.0), ratio)
        limb = ratio * self.mu / maths.sqrt(ratio * ratio + 1.0)
        limb = maths.asin(bound_ratio(maths, limb))
        one, other = steep - limb, steep + limb + math.pi
        one = maths.select(one > HALF_PI, one - 2 * math.pi, one)
        other = maths.select(other > HALF_PI, other - 2 * math.pi, other)
        theta = maths.maximum(one, other)
        theta = maths.select(theta >= -HALF_PI, theta, NAN)
        height, breadth = maths.sincos(theta)
        at_pole = radius == 0.0
        factor = maths.divide(breadth, radius)
        factor = maths.select(at_pole, 0.0, factor)
        return -up * factor, across * factor, maths.select(at_pole, 1.0, height)


class SlantPerspective(Projection):
    """SZP: PVi_1 = mu, PVi_2 and PVi_3 = phi and theta that the point of projection faces."""

    __slots__ = ("eye", "mu", "point")
    code: ClassVar[str] = "SZP"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.mu = parameters.get(1, 0.0)
        phi = parameters.get(2, 0.0) * DEGREE_RADIANS
        theta = parameters.get(3, 90.0) * DEGREE_RADIANS
        breadth = 0.0 if parameters.get(3, 90.0) in (90.0, -90.0) else math.cos(theta)
        self.eye = breadth * math.cos(phi), breadth * math.sin(phi), math.sin(theta)
        """Direction against which the point of projection lies."""
        u, v, w = (-self.mu * part for part in self.eye)
        self.point = v, -u, 1.0 - w
        """The point of projection in x, y and depth."""
        if abs(self.point[2]) < 1e-15:
            raise parameters.refuse(1, phrase("has its point of projection on the plane"))

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """What is on the side of the reference, and not hidden by the limb."""
        across, up, deep = self.point
        rise = maths.select(w > 0, (u * u + v * v) / (1.0 + maths.absolute(w)), 1.0 - w)
        depth = deep - rise
        seen = depth * deep > 0
        if abs(self.mu) > 1.0:
            facing = self.eye[0] * u + self.eye[1] * v + self.eye[2] * w
            seen = seen & (deep * (1.0 + self.mu * facing) >= 0)
        depth = maths.select(seen, depth, NAN)
        return (deep * v - across * rise) / depth, -(deep * u + up * rise) / depth

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """Of the two points of a ray, that nearer to the reference."""
        across, up, deep = self.point
        return hit_sphere(maths, x, y, ((x - across) / deep, (y - up) / deep))
