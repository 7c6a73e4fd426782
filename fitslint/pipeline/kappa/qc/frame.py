"""The frame of a map: which pixel lies where on the sky, in the convention that its header records.

``tan`` is the gnomonic projection (Calabretta & Greisen 2002, section 5.1.3). ``linear`` is what
Lenstool calculates under a header that says TAN: offsets of right ascension times cos(dec0), and
of declination. ``offset`` is a map without a place on the sky, in arcsec to the west and north.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitslint.wcs.linear import from_linear, from_plane, to_linear

Floats = NDArray[np.float64]
Convention = Literal["tan", "linear", "offset"]
_ARCSEC = math.radians(1 / 3600)


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels (column, row; the centre of the first is 0, 0) and the sky."""

    shape: tuple[int, int]
    """Rows, columns."""
    convention: Convention
    recorded: bool
    """Whether the header tells the convention (GRIDCONV) or it was inferred."""
    reference: tuple[float, float]
    """Right ascension and declination in degrees of the reference pixel."""
    pixel: tuple[float, float]
    """Column and row of the reference pixel, from 0."""
    matrix: tuple[tuple[float, float], tuple[float, float]]
    """Arcsec to the east and to the north of a step along column and row."""

    @property
    def on_sky(self) -> bool:
        """Whether positions on the sky are known."""
        return self.convention != "offset"

    @property
    def determinant(self) -> float:
        """Square arcsec of a pixel; negative where east is to the left with north up."""
        (a, b), (c, d) = self.matrix
        return a * d - b * c

    @property
    def scale(self) -> float:
        """Side of a pixel in arcsec: the root of its area."""
        return math.sqrt(abs(self.determinant))

    def offsets(self, column: ArrayLike, row: ArrayLike) -> tuple[Floats, Floats]:
        """Arcsec to the east and north of the reference, in the plane of the map."""
        across = np.asarray(column, np.float64) - self.pixel[0]
        up = np.asarray(row, np.float64) - self.pixel[1]
        (a, b), (c, d) = self.matrix
        return a * across + b * up, c * across + d * up

    def pixels(self, east: ArrayLike, north: ArrayLike) -> tuple[Floats, Floats]:
        """Column and row of offsets in arcsec."""
        (a, b), (c, d) = self.matrix
        x, y = np.asarray(east, np.float64), np.asarray(north, np.float64)
        size = self.determinant
        return (
            (d * x - b * y) / size + self.pixel[0],
            (a * y - c * x) / size + self.pixel[1],
        )

    def to_sky(self, column: ArrayLike, row: ArrayLike) -> tuple[Floats, Floats]:
        """Right ascension and declination in degrees."""
        east, north = self.offsets(column, row)
        if self.convention == "linear":
            return linear_to_sky(east, north, self.reference)
        return plane_to_sky(east, north, self.reference)

    def to_pixel(self, ra: ArrayLike, dec: ArrayLike) -> tuple[Floats, Floats]:
        """Column and row of positions in degrees."""
        if self.convention == "linear":
            return self.pixels(*sky_to_linear(ra, dec, self.reference))
        return self.pixels(*sky_to_plane(ra, dec, self.reference))

    def inside(self, column: ArrayLike, row: ArrayLike) -> NDArray[np.bool_]:
        """Whether positions lie on the pixels of the map."""
        x, y = np.asarray(column), np.asarray(row)
        return (x > -0.5) & (x < self.shape[1] - 0.5) & (y > -0.5) & (y < self.shape[0] - 0.5)

    def alike(self, other: Frame) -> bool:
        """Whether two maps have the same pixels, to a hundredth of one at the corners."""
        if self.shape != other.shape or self.on_sky != other.on_sky:
            return False
        corners = np.array([0, self.shape[1] - 1.0]), np.array([0, self.shape[0] - 1.0])
        if self.on_sky:
            there = other.to_pixel(*self.to_sky(*corners))
        else:
            there = other.pixels(*self.offsets(*corners))
        return bool(np.allclose(there, corners, rtol=0, atol=0.01))


def plane_to_sky(
    east: ArrayLike, north: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec in the tangent plane."""
    return from_plane(np.negative(east), north, reference)


def sky_to_plane(
    ra: ArrayLike, dec: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Offsets in arcsec in the tangent plane; NaN for what is not in front of it."""
    across = np.radians(np.asarray(ra, np.float64) - reference[0])
    up = np.radians(np.asarray(dec, np.float64))
    sine, cosine = math.sin(math.radians(reference[1])), math.cos(math.radians(reference[1]))
    depth = np.sin(up) * sine + np.cos(up) * cosine * np.cos(across)
    depth = np.where(depth > 1e-9, depth, np.nan)
    x = np.cos(up) * np.sin(across) / depth
    y = (np.sin(up) * cosine - np.cos(up) * sine * np.cos(across)) / depth
    return x / _ARCSEC, y / _ARCSEC


def linear_to_sky(
    east: ArrayLike, north: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec as Lenstool counts them."""
    return from_linear(np.negative(east), north, reference)


def sky_to_linear(
    ra: ArrayLike, dec: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Offsets in arcsec as Lenstool counts them."""
    west, north = to_linear(ra, dec, reference)
    return -west, north


def separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Arcsec between two positions in degrees, along the great circle (Vincenty)."""
    across = math.radians(other_ra - ra)
    low, high = math.radians(dec), math.radians(other_dec)
    first = math.cos(high) * math.sin(across)
    second = math.cos(low) * math.sin(high) - math.sin(low) * math.cos(high) * math.cos(across)
    third = math.sin(low) * math.sin(high) + math.cos(low) * math.cos(high) * math.cos(across)
    return math.atan2(math.hypot(first, second), third) / _ARCSEC
