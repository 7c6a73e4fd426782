"""What every projection of the sphere offers, and the parameters that it is made of.

Sources: Calabretta & Greisen (2002), "Paper II", for all but HPX (Calabretta & Roukema 2007) and
XPH (Calabretta & Lowe 2013). Plane coordinates are in radians: those of the papers with r0 = 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from fitslint.model.errors import FitslintError
from fitslint.text import phrase
from fitslint.wcs.maths import NAN, Maths, T

HALF_PI = math.pi / 2
QUARTER_PI = math.pi / 4
EDGE = 1e-12
"""How far, in radians, a position may lie beyond the edge of a map by rounding."""


class BadParameter(FitslintError):  # noqa: N818 (told on as a WcsError, by its keyword)
    """No projection can be made with the parameter ``index`` as it is; the sentence says why."""

    def __init__(self, index: int, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.index = index


class ProjectionParameters:
    """PVi_m of the latitude axis."""

    __slots__ = ("code", "values")

    def __init__(self, code: str, values: Mapping[int, float]) -> None:
        self.code = code
        self.values = values

    def get(self, index: int, default: float) -> float:
        """A parameter, or its default."""
        return self.values.get(index, default)

    def require(self, index: int, meaning: str) -> float:
        """A parameter without default.

        Raises
        ------
        BadParameter
            where it is absent.
        """
        found = self.values.get(index)
        if found is None:
            raise self.refuse(index, phrase("has no default for {meaning}", meaning=meaning))
        return found

    def refuse(self, index: int, reason: str) -> BadParameter:
        """The error that a parameter is, to be raised."""
        return BadParameter(index, phrase("{code} {reason}", code=self.code, reason=reason))


class Projection:
    """A projection of the native sphere; positions on it are directions.

    A direction is (cos theta cos phi, cos theta sin phi, sin theta) of native longitude phi and
    latitude theta. Where a point has no counterpart, NaN is among the numbers.
    """

    __slots__ = ("theta0",)
    code: ClassVar[str]
    native: ClassVar[float] = HALF_PI

    def __init__(self, parameters: ProjectionParameters) -> None:
        self.theta0 = self.native
        """Native latitude, in radians, of the reference point; its native longitude is 0."""

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """Plane coordinates of a direction of unit length."""
        raise NotImplementedError

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The direction, of any positive length, of plane coordinates."""
        raise NotImplementedError


class AngleProjection(Projection):
    """A projection whose formulas are in native longitude and latitude."""

    __slots__ = ()
    native: ClassVar[float] = 0.0

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """Plane coordinates of a direction of unit length."""
        return self.to_plane(maths, maths.atan2(v, u), maths.atan2(w, maths.hypot(u, v)))

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The unit direction of plane coordinates."""
        phi, theta = self.to_angles(maths, x, y)
        sine, cosine = maths.sincos(keep_within(maths, phi, math.pi))
        height, breadth = maths.sincos(keep_within(maths, theta, HALF_PI))
        return breadth * cosine, breadth * sine, height

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """Plane coordinates of native longitude and latitude in radians."""
        raise NotImplementedError

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Native longitude and latitude, which may be beyond their bounds."""
        raise NotImplementedError


def keep_within(maths: Maths[T], value: T, bound: float, edge: float = EDGE) -> T:
    """The value, NaN where it is farther than ``bound`` from 0 by more than rounding."""
    return maths.select(maths.absolute(value) <= bound + edge, value, NAN)


def bound_ratio(maths: Maths[T], value: T) -> T:
    """A sine or cosine; one that is beyond 1 by rounding is 1, by more NaN."""
    inside = maths.minimum(maths.maximum(value, -1.0), 1.0)
    return maths.select(maths.absolute(value) <= 1.0 + EDGE, inside, NAN)


def split_polar(maths: Maths[T], u: T, v: T) -> tuple[T, T, T]:
    """Length of (u, v), and sine and cosine of its native longitude, which is 0 for a pole."""
    length = maths.hypot(u, v)
    at_pole = length == 0.0
    below = maths.select(at_pole, 1.0, length)
    return length, v / below, maths.select(at_pole, 1.0, u / below)
