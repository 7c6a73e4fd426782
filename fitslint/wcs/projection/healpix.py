"""HEALPix: HPX (Calabretta & Roukema 2007) and its butterfly XPH (Calabretta & Lowe 2013)."""

from __future__ import annotations

import math
from typing import ClassVar

from fitslint.text import phrase
from fitslint.wcs.maths import NAN, Maths, T
from fitslint.wcs.projection.base import (
    EDGE,
    HALF_PI,
    QUARTER_PI,
    AngleProjection,
    Projection,
    ProjectionParameters,
    bound_ratio,
)

_MOST = 1e6


class Healpix(AngleProjection):
    """HPX: PVi_1 = H facets along the equator, by default 4; PVi_2 = K across, by default 3."""

    __slots__ = ("across", "facets", "odd")
    code: ClassVar[str] = "HPX"

    def __init__(self, parameters: ProjectionParameters) -> None:
        super().__init__(parameters)
        self.facets, self.across = parameters.get(1, 4.0), parameters.get(2, 3.0)
        for index, number in enumerate((self.facets, self.across), 1):
            if not 0.0 < number < _MOST:
                raise parameters.refuse(
                    index, phrase("needs a number of facets, not {number:g}", number=number)
                )
        self.odd = math.fmod(round(self.across), 2) == 1

    def _find_middle(self, maths: Maths[T], x: T, north: T) -> T:
        """Longitude of the middle of the polar facet in which x lies."""
        shift = 1.0 if self.odd else 0.0
        omega = maths.fill(x, shift) if self.odd else maths.select(north > 0, 1.0, 0.0)
        cell = maths.floor((x + math.pi) * self.facets / (2 * math.pi) + 0.5 * (1.0 - omega))
        return -math.pi + (2.0 * cell + omega) * (math.pi / self.facets)

    def to_plane(self, maths: Maths[T], phi: T, theta: T) -> tuple[T, T]:
        """Paper eq. 1 to 8: an equal-area cylinder, and triangles around the poles."""
        height = maths.sin(theta)
        distance = maths.absolute(height)
        flat = distance <= (self.across - 1.0) / self.across
        breadth = maths.cos(theta)
        sigma = maths.sqrt(self.across * breadth * breadth / (1.0 + distance))
        middle = self._find_middle(maths, phi, theta)
        scale = math.pi / self.facets
        y = maths.copysign(scale * (0.5 * (self.across + 1.0) - sigma), theta)
        return (
            maths.select(flat, phi, middle + (phi - middle) * sigma),
            maths.select(flat, 0.5 * scale * self.across * height, y),
        )

    def to_angles(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """The inverse; what lies between the triangles is nowhere."""
        scale = math.pi / self.facets
        high = maths.absolute(y)
        flat = high <= 0.5 * scale * (self.across - 1.0)
        sine = y * (2.0 / (scale * self.across))
        sigma = 0.5 * (self.across + 1.0) - high / scale
        sigma = maths.select(sigma >= -EDGE, maths.maximum(sigma, 0.0), NAN)
        middle = self._find_middle(maths, x, y)
        at_pole = sigma == 0.0
        away = maths.divide(x - middle, sigma)
        away = maths.select(at_pole, 0.0, away)
        inside = maths.absolute(x - middle) <= sigma * scale + EDGE
        inside = inside & (maths.absolute(x) <= math.pi + EDGE)
        phi = maths.select(inside, middle + away, NAN)
        # theta from the distance to the pole: 1 - sin = sigma^2 / K
        fall = maths.minimum(sigma / math.sqrt(2.0 * self.across), 1.0)
        theta = maths.copysign(HALF_PI - 2.0 * maths.asin(fall), y)
        flat_theta = maths.asin(bound_ratio(maths, maths.select(flat, sine, 0.0)))
        return maths.select(flat, x, phi), maths.select(flat, flat_theta, theta)


class HealpixButterfly(Projection):
    """XPH: the four northern facets of HPX joined at the pole."""

    __slots__ = ()
    code: ClassVar[str] = "XPH"

    def project(self, maths: Maths[T], u: T, v: T, w: T) -> tuple[T, T]:
        """The whole sphere."""
        phi = maths.atan2(v, u)
        wing = maths.minimum(maths.maximum(maths.floor(phi / HALF_PI), -2.0), 1.0)
        turn = phi - wing * HALF_PI - QUARTER_PI
        distance = maths.absolute(w)
        flat = distance <= 2.0 / 3.0
        sigma = maths.sqrt(3.0 * (u * u + v * v) / (1.0 + distance))
        across = maths.select(flat, turn, turn * sigma)
        high = maths.copysign(HALF_PI - QUARTER_PI * sigma, w)
        down = HALF_PI - maths.select(flat, 0.75 * HALF_PI * w, high)
        # a wing points away from the pole at 45 degrees between its two meridians
        one, other = (down - across) * math.sqrt(0.5), (down + across) * math.sqrt(0.5)
        choose = maths.select
        x = choose(
            wing == -2.0, -other, choose(wing == -1.0, -one, choose(wing == 0.0, other, one))
        )
        y = choose(
            wing == -2.0, one, choose(wing == -1.0, -other, choose(wing == 0.0, -one, other))
        )
        return x, y

    def deproject(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """The four wings."""
        choose = maths.select
        right, up = x > 0, y > 0
        size, height = maths.absolute(x), maths.absolute(y)
        wing = choose(right, choose(up, 1.0, 0.0), choose(up, -2.0, -1.0))
        swapped = (wing == -2.0) | (wing == 0.0)
        down = (size + height) * math.sqrt(0.5)
        across = choose(swapped, size - height, height - size) * math.sqrt(0.5)
        high = HALF_PI - down
        flat = maths.absolute(high) <= QUARTER_PI
        sigma = (HALF_PI - maths.absolute(high)) / QUARTER_PI
        sigma = choose(sigma >= -EDGE, maths.maximum(sigma, 0.0), NAN)
        turn = choose(flat, across, choose(sigma == 0.0, 0.0, maths.divide(across, sigma)))
        turn = choose(maths.absolute(turn) <= QUARTER_PI + EDGE, turn, NAN)
        square = sigma * sigma / 3.0
        level = choose(flat, high / (0.75 * HALF_PI), maths.copysign(1.0 - square, high))
        breadth = choose(
            flat,
            maths.sqrt(maths.maximum(1.0 - level * level, 0.0)),
            maths.sqrt(square * maths.maximum(2.0 - square, 0.0)),
        )
        sine, cosine = maths.sincos(turn + QUARTER_PI + wing * HALF_PI)
        return breadth * cosine, breadth * sine, level
