"""Projections on the faces of a cube: TSC CSC QSC (Paper II, 5.6).

Face 0 is above, 1 to 4 stand along the equator from longitude 0 on, 5 is below; (x, y) of a face
counts from its middle in units of 45 degrees.
"""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.wcs.maths import NAN, Mask, Maths, T
from fitslint.wcs.projection.base import EDGE, QUARTER_PI, Projection

_OVER = 1.0 + 1e-12


class QuadCube(Projection):
    """A projection of the cube; a subclass maps the coordinates of one face."""

    __slots__ = ()
    native: ClassVar[float] = 0.0

    def to_face(self, maths: Maths[T], xi: T, eta: T, zeta: T) -> tuple[T, T]:
        """Coordinates between -1 and 1 of a direction; zeta is along the normal of the face."""
        raise NotImplementedError

    def from_face(self, maths: Maths[T], across: T, up: T) -> tuple[T, T, T]:
        """xi, eta and zeta of coordinates between -1 and 1."""
        raise NotImplementedError

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere."""
        choose = maths.select
        ahead, aside, above = maths.absolute(u), maths.absolute(v), maths.absolute(w)
        polar = (above > ahead) & (above > aside)
        front = (ahead >= aside) & maths.invert(polar)
        side = maths.invert(polar | front)
        top, near, east = w > 0, u > 0, v > 0
        zeta = choose(polar, above, choose(front, ahead, aside))
        xi = choose(polar, v, choose(front, choose(near, v, -v), choose(east, -u, u)))
        eta = choose(polar, choose(top, -u, u), w)
        across, up = self.to_face(maths, xi, eta, zeta)
        column = choose(polar | (front & near), 0.0, choose(side, choose(east, 2.0, 6.0), 4.0))
        row = choose(polar, choose(top, 2.0, -2.0), 0.0)
        x, y = across + column, up + row
        return QUARTER_PI * x, QUARTER_PI * y

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The six faces; those along the equator are the same 360 degrees farther."""
        choose = maths.select
        across, up = x / QUARTER_PI, y / QUARTER_PI
        across = choose(across < -1.0, choose(across >= -7.0, across + 8.0, NAN), across)
        column, row, inside = _find_face(maths, across, up)
        across = choose(inside, across - column, NAN)
        xi, eta, zeta = self.from_face(maths, across, up - row)
        top, below = row > 1.0, row < -1.0
        polar = top | below
        back = column == 4.0
        side = (column == 2.0) | (column == 6.0)
        east = column == 2.0
        u = choose(back, -zeta, choose(side, choose(east, -xi, xi), zeta))
        v = choose(back, -xi, choose(side, choose(east, zeta, -zeta), xi))
        return (
            choose(polar, choose(top, -eta, eta), u),
            choose(polar, xi, v),
            choose(polar, choose(top, zeta, -zeta), eta),
        )


def _find_face(maths: Maths[T], across: T, up: T) -> tuple[T, T, Mask]:
    """Column and row of the middle of the face, and whether there is one."""
    height = maths.absolute(up)
    column = 2.0 * maths.rint(0.5 * across)
    column = maths.select(column == 8.0, 6.0, column)
    wide = across <= 7.0 * _OVER
    row = maths.select(height > _OVER, maths.copysign(2.0, up), 0.0)
    polar = row != 0.0
    column = maths.select(polar, 0.0, column)
    narrow = (maths.absolute(across) <= _OVER) & (height <= 3.0 * _OVER)
    inside = (polar & narrow) | (maths.invert(polar) & wide)
    return column, row, inside


class TangentialCube(QuadCube):
    """TSC: the tangential spherical cube (Paper II, 5.6.1)."""

    __slots__ = ()
    code: ClassVar[str] = "TSC"

    def to_face(self, maths: Maths[T], xi: T, eta: T, zeta: T) -> tuple[T, T]:
        """Gnomonic on every face."""
        return xi / zeta, eta / zeta

    def from_face(self, maths: Maths[T], across: T, up: T) -> tuple[T, T, T]:
        """Gnomonic on every face."""
        return across, up, maths.fill(across, 1.0)


_FORWARD = {
    "gamma*": 1.37484847732, "M": 0.004869491981, "Gamma": -0.13161671474,
    "Omega": -0.159596235474, "D0": 0.0759196200467, "D1": -0.0217762490699,
    "C00": 0.141189631152, "C10": 0.0809701286525, "C01": -0.281528535557,
    "C11": 0.15384112876, "C20": -0.178251207466, "C02": 0.106959469314,
}  # fmt: skip
_BACK = (
    (-0.27292696, -0.07629969, -0.22797056, 0.54852384, -0.62930065, 0.25795794, 0.02584375),
    (-0.02819452, -0.01471565, 0.48051509, -1.74114454, 1.71547508, -0.53022337),
    (0.27058160, -0.56800938, 0.30803317, 0.98938102, -0.83180469),
    (-0.60441560, 1.50880169, -0.93678576, 0.08693841),
    (0.93412077, -1.41601920, 0.33887446),
    (-0.63915306, 0.52032238),
    (0.14381585,),
)
"""P_ij of Paper II, table 12: the powers of Y^2 downwards, of X^2 across."""


class CobeCube(QuadCube):
    """CSC: the COBE quadrilateralized cube, whose two ways agree to arcseconds (5.6.2)."""

    __slots__ = ()
    code: ClassVar[str] = "CSC"

    def to_face(self, maths: Maths[T], xi: T, eta: T, zeta: T) -> tuple[T, T]:
        """Paper II, eq. 172 and 173."""
        across, up = xi / zeta, eta / zeta
        return _bend_forward(across, up), _bend_forward(up, across)

    def from_face(self, maths: Maths[T], across: T, up: T) -> tuple[T, T, T]:
        """Paper II, eq. 176 and 177."""
        return _bend_back(across, up), _bend_back(up, across), maths.fill(across, 1.0)


def _bend_forward(one: T, other: T) -> T:
    k = _FORWARD
    first, second = one * one, other * other
    rest, far = 1.0 - first, 1.0 - second
    mixed = (
        k["C00"] + k["C10"] * first + k["C01"] * second + k["C11"] * first * second
        + k["C20"] * first * first + k["C02"] * second * second
    )  # fmt: skip
    product = k["Gamma"] + (k["M"] - k["Gamma"]) * first + far * mixed
    single = k["Omega"] - rest * (k["D0"] + k["D1"] * first)
    cube = one * first
    return (
        one * k["gamma*"]
        + cube * (1.0 - k["gamma*"])
        + one * second * rest * product
        + cube * rest * single
    )


def _bend_back(one: T, other: T) -> T:
    first, second = one * one, other * other
    total = first * 0.0
    for row in reversed(_BACK):
        line = first * 0.0
        for term in reversed(row):
            line = line * first + term
        total = total * second + line
    return one + one * (1.0 - first) * total


class QuadrilateralizedCube(QuadCube):
    """QSC: the quadrilateralized spherical cube, equal in area (Paper II, 5.6.3)."""

    __slots__ = ()
    code: ClassVar[str] = "QSC"

    def to_face(self, maths: Maths[T], xi: T, eta: T, zeta: T) -> tuple[T, T]:
        """Paper II, eq. 181 and 182."""
        steep = maths.absolute(xi) <= maths.absolute(eta)
        long, short = maths.select(steep, eta, xi), maths.select(steep, xi, eta)
        centre = long == 0.0
        omega = short / maths.select(centre, 1.0, long)
        square = omega * omega
        # 1 - zeta from the other two, which keeps its digits near the middle of the face
        fall = (xi * xi + eta * eta) / (1.0 + zeta)
        size = maths.sqrt(fall / (1.0 - 1.0 / maths.sqrt(2.0 + square)))
        size = maths.copysign(size, long)
        turn = maths.atan(omega) - maths.asin(omega / maths.sqrt(2.0 * (1.0 + square)))
        other = size * (turn * (12.0 / math.pi))
        return maths.select(steep, other, size), maths.select(steep, size, other)

    def from_face(self, maths: Maths[T], across: T, up: T) -> tuple[T, T, T]:
        """Paper II, eq. 183 to 186."""
        steep = maths.absolute(across) <= maths.absolute(up)
        long, short = maths.select(steep, up, across), maths.select(steep, across, up)
        centre = long == 0.0
        ratio = short / maths.select(centre, 1.0, long)
        sine, cosine = maths.sincos(ratio * (math.pi / 12.0))
        omega = sine / (cosine - math.sqrt(0.5))
        square = omega * omega
        fall = long * long * (1.0 - 1.0 / maths.sqrt(2.0 + square))
        zeta = maths.select(fall <= 1.0 + EDGE, 1.0 - fall, NAN)
        size = maths.copysign(maths.sqrt(fall * (2.0 - fall) / (1.0 + square)), long)
        other = size * omega
        return maths.select(steep, other, size), maths.select(steep, size, other), zeta
