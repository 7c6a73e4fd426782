"""Conic projections: COP COE COD COO (Paper II, 5.4); PVi_1 = theta_a, PVi_2 = eta."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.text import phrase
from fitslint.wcs.maths import DEGREE_RADIANS, NAN, Maths, T
from fitslint.wcs.projection.base import HALF_PI, AngleProjection, ProjectionParameters, bound_ratio


class ConicProjection(AngleProjection):
    """A cone; ``constant`` is C of Paper II, and ``apex`` Y0."""

    __slots__ = ("apex", "constant", "eta", "side")

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        middle = parameters.require(1, phrase("theta_a, the middle of the standard parallels"))
        if not -90.0 <= middle <= 90.0:
            raise parameters.refuse(
                1, phrase("has theta_a between -90 and 90, not {middle:g}", middle=middle)
            )
        self.theta0 = middle * DEGREE_RADIANS
        self.eta = parameters.get(2, 0.0) * DEGREE_RADIANS
        self.side = math.copysign(1.0, middle)
        self.constant, self.apex = self.shape(parameters)
        if self.constant == 0.0 or not math.isfinite(self.constant + self.apex):
            raise parameters.refuse(
                1, phrase("makes no cone with theta_a {middle:g}", middle=middle)
            )

    def shape(self, parameters: ProjectionParameters) -> tuple[float, float]:
        """C and Y0 of the parameters."""
        raise NotImplementedError

    def radius(self, maths: Maths[T], theta: T) -> T:
        """Distance from the apex, with the sign of theta_a."""
        raise NotImplementedError

    def latitude(self, maths: Maths[T], radius: T) -> T:
        """The native latitude of a distance from the apex."""
        raise NotImplementedError

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """Paper II, eq. 108 and 109."""
        radius = self.radius(maths, theta)
        sine, cosine = maths.sincos(self.constant * phi)
        return radius * sine, self.apex - radius * cosine

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Paper II, eq. 110 and 111."""
        down = self.apex - y
        radius = self.side * maths.hypot(x, down)
        turn = maths.atan2(self.side * x, self.side * down)
        turn = maths.select(radius == 0.0, 0.0, turn)
        return turn / self.constant, self.latitude(maths, radius)


class ConicPerspective(ConicProjection):
    """COP: the conic perspective projection (Paper II, 5.4.1)."""

    __slots__ = ("breadth", "start")
    code: ClassVar[str] = "COP"

    def shape(self, parameters: ProjectionParameters) -> tuple[float, float]:
        """C = sin(theta_a), Y0 = cos(eta) cot(theta_a)."""
        sine = math.sin(self.theta0)
        self.breadth = math.cos(self.eta)
        if sine == 0.0 or abs(self.breadth) < 1e-15:
            raise parameters.refuse(1, phrase("makes no cone"))
        self.start = 0.0 if abs(self.theta0) == HALF_PI else math.cos(self.theta0) / sine
        return sine, self.breadth * self.start

    def radius(self, maths: Maths[T], theta: T) -> T:
        """What is in front of the centre of the sphere, on the side of the cone."""
        away = theta - self.theta0
        away = maths.select(maths.absolute(away) < HALF_PI, away, NAN)
        found = self.breadth * (self.start - maths.tan(away))
        return maths.select(found * self.side >= -1e-13, found, NAN)

    def latitude(self, maths: Maths[T], radius: T) -> T:
        """Paper II, eq. 116."""
        return self.theta0 + maths.atan(self.start - radius / self.breadth)


class ConicEqualArea(ConicProjection):
    """COE: the conic equal-area projection (Paper II, 5.4.2)."""

    __slots__ = ("gamma", "product")
    code: ClassVar[str] = "COE"

    def shape(self, parameters: ProjectionParameters) -> tuple[float, float]:
        """C = gamma / 2, where gamma is the sum of the sines of the standard parallels."""
        first, second = math.sin(self.theta0 - self.eta), math.sin(self.theta0 + self.eta)
        self.gamma = first + second
        self.product = 1.0 + first * second
        if abs(self.gamma) < 1e-15:
            raise parameters.refuse(1, phrase("makes no cone"))
        inside = max(0.0, self.product - self.gamma * math.sin(self.theta0))
        return self.gamma / 2, 2.0 / self.gamma * math.sqrt(inside)

    def radius(self, maths: Maths[T], theta: T) -> T:
        """Paper II, eq. 119."""
        inside = self.product - self.gamma * maths.sin(theta)
        return 2.0 / self.gamma * maths.sqrt(maths.maximum(inside, 0.0))

    def latitude(self, maths: Maths[T], radius: T) -> T:
        """Paper II, eq. 121."""
        sine = self.product / self.gamma - self.gamma * 0.25 * radius * radius
        return maths.asin(bound_ratio(maths, sine))


class ConicEquidistant(ConicProjection):
    """COD: the conic equidistant projection (Paper II, 5.4.3)."""

    __slots__ = ("zero",)
    code: ClassVar[str] = "COD"

    def shape(self, parameters: ProjectionParameters) -> tuple[float, float]:
        """C = sin(theta_a) sin(eta) / eta, Y0 = eta cot(eta) cot(theta_a)."""
        sine = math.sin(self.theta0)
        if sine == 0.0:
            raise parameters.refuse(1, phrase("makes no cone"))
        small = self.eta == 0.0
        constant = sine if small else sine * math.sin(self.eta) / self.eta
        if not small and math.sin(self.eta) == 0.0:
            raise parameters.refuse(2, phrase("makes no cone"))
        start = 0.0 if abs(self.theta0) == HALF_PI else math.cos(self.theta0) / sine
        apex = start if small else start * self.eta / math.tan(self.eta)
        self.zero = self.theta0 + apex
        return constant, apex

    def radius(self, maths: Maths[T], theta: T) -> T:
        """Paper II, eq. 124."""
        return self.zero - theta

    def latitude(self, maths: Maths[T], radius: T) -> T:
        """Paper II, eq. 126."""
        return self.zero - radius


class ConicOrthomorphic(ConicProjection):
    """COO: the conic orthomorphic projection (Paper II, 5.4.4)."""

    __slots__ = ("exponent", "scale")
    code: ClassVar[str] = "COO"

    def shape(self, parameters: ProjectionParameters) -> tuple[float, float]:
        """C and psi of Paper II, eq. 128 and 129."""
        first, second = self.theta0 - self.eta, self.theta0 + self.eta
        low, high = (math.tan((HALF_PI - theta) / 2) for theta in (first, second))
        breadths = math.cos(first), math.cos(second)
        try:
            if self.eta == 0.0:
                self.exponent = math.sin(first)
            else:
                self.exponent = math.log(breadths[1] / breadths[0]) / math.log(high / low)
            self.scale = breadths[0] / (self.exponent * math.pow(low, self.exponent))
            apex = self.scale * math.pow(math.tan((HALF_PI - self.theta0) / 2), self.exponent)
        except (ValueError, ArithmeticError):
            raise parameters.refuse(1, phrase("makes no cone")) from None
        if self.scale == 0.0:
            raise parameters.refuse(1, phrase("makes no cone"))
        return self.exponent, apex

    def radius(self, maths: Maths[T], theta: T) -> T:
        """Paper II, eq. 127."""
        half = maths.maximum(maths.tan(0.5 * (HALF_PI - theta)), 0.0)
        power = maths.power(half, self.exponent)
        return maths.select(power < 1e15, self.scale * power, NAN)

    def latitude(self, maths: Maths[T], radius: T) -> T:
        """Paper II, eq. 131."""
        return HALF_PI - 2.0 * maths.atan(maths.power(radius / self.scale, 1.0 / self.exponent))
