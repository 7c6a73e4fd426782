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

from fitslint.wcs.linear import linear_to_position, tangent_to_position, to_linear

Floats = NDArray[np.float64]
GridConvention = Literal["tan", "linear", "offset"]
_ARCSEC_IN_RADIANS = math.radians(1 / 3600)


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Pixels (column, row; the centre of the first is 0, 0) and the sky."""

    shape: tuple[int, int]
    """Rows, columns."""
    convention: GridConvention
    is_recorded: bool
    """Whether the header tells the convention (GRIDCONV) or it was inferred."""
    reference: tuple[float, float]
    """Right ascension and declination in degrees of the reference pixel."""
    reference_pixel: tuple[float, float]
    """Column and row of the reference pixel, from 0."""
    matrix: tuple[tuple[float, float], tuple[float, float]]
    """Arcsec to the east and to the north of a step along column and row."""

    @property
    def is_on_sky(self) -> bool:
        """Whether positions on the sky are known."""
        return self.convention != "offset"

    @property
    def determinant(self) -> float:
        """Square arcsec of a pixel; negative where east is to the left with north up."""
        (a, b), (c, d) = self.matrix
        return a * d - b * c

    @property
    def pixel_scale(self) -> float:
        """Side of a pixel in arcsec: the root of its area."""
        return math.sqrt(abs(self.determinant))

    def compute_offsets(self, column: ArrayLike, row: ArrayLike) -> tuple[Floats, Floats]:
        """Arcsec to the east and north of the reference, in the plane of the map."""
        across = np.asarray(column, np.float64) - self.reference_pixel[0]
        up = np.asarray(row, np.float64) - self.reference_pixel[1]
        (a, b), (c, d) = self.matrix
        return a * across + b * up, c * across + d * up

    def compute_pixels(self, east: ArrayLike, north: ArrayLike) -> tuple[Floats, Floats]:
        """Column and row of offsets in arcsec."""
        (a, b), (c, d) = self.matrix
        x, y = np.asarray(east, np.float64), np.asarray(north, np.float64)
        size = self.determinant
        return (
            (d * x - b * y) / size + self.reference_pixel[0],
            (a * y - c * x) / size + self.reference_pixel[1],
        )

    def to_sky(self, column: ArrayLike, row: ArrayLike) -> tuple[Floats, Floats]:
        """Right ascension and declination in degrees."""
        east, north = self.compute_offsets(column, row)
        if self.convention == "linear":
            return convert_linear_to_sky(east, north, self.reference)
        return convert_tangent_to_sky(east, north, self.reference)

    def to_pixel(self, ra: ArrayLike, dec: ArrayLike) -> tuple[Floats, Floats]:
        """Column and row of positions in degrees."""
        if self.convention == "linear":
            return self.compute_pixels(*convert_sky_to_linear(ra, dec, self.reference))
        return self.compute_pixels(*convert_sky_to_tangent(ra, dec, self.reference))

    def is_inside(self, column: ArrayLike, row: ArrayLike) -> NDArray[np.bool_]:
        """Whether positions lie on the pixels of the map."""
        x, y = np.asarray(column), np.asarray(row)
        return (x > -0.5) & (x < self.shape[1] - 0.5) & (y > -0.5) & (y < self.shape[0] - 0.5)

    def has_same_pixels(self, other: MapFrame) -> bool:
        """Whether two maps have the same pixels, to a hundredth of one at the corners."""
        if self.shape != other.shape or self.is_on_sky != other.is_on_sky:
            return False
        corners = np.array([0, self.shape[1] - 1.0]), np.array([0, self.shape[0] - 1.0])
        if self.is_on_sky:
            there = other.to_pixel(*self.to_sky(*corners))
        else:
            there = other.compute_pixels(*self.compute_offsets(*corners))
        return bool(np.allclose(there, corners, rtol=0, atol=0.01))


def convert_tangent_to_sky(
    east: ArrayLike, north: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec in the tangent plane."""
    return tangent_to_position(np.negative(east), north, reference)


def convert_sky_to_tangent(
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
    return x / _ARCSEC_IN_RADIANS, y / _ARCSEC_IN_RADIANS


def convert_linear_to_sky(
    east: ArrayLike, north: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec as Lenstool counts them."""
    return linear_to_position(np.negative(east), north, reference)


def convert_sky_to_linear(
    ra: ArrayLike, dec: ArrayLike, reference: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Offsets in arcsec as Lenstool counts them."""
    west, north = to_linear(ra, dec, reference)
    return -west, north


def compute_separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Arcsec between two positions in degrees, along the great circle (Vincenty)."""
    across = math.radians(other_ra - ra)
    low, high = math.radians(dec), math.radians(other_dec)
    first = math.cos(high) * math.sin(across)
    second = math.cos(low) * math.sin(high) - math.sin(low) * math.cos(high) * math.cos(across)
    third = math.sin(low) * math.sin(high) + math.cos(low) * math.cos(high) * math.cos(across)
    return math.atan2(math.hypot(first, second), third) / _ARCSEC_IN_RADIANS
