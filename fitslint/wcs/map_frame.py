"""The frame of a map: which pixel lies where on the sky, in the convention that its header records.

``tan`` is what the header says, in any projection. ``linear`` is what Lenstool calculates under a
header that says TAN: offsets of right ascension times cos(dec0), and of declination. ``offset`` is
a map without a place on the sky, in arcsec to the west and north.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitslint.model.records import dataclass
from fitslint.wcs.linear import convert_linear_to_sky, convert_sky_to_linear
from fitslint.wcs.sphere import measure_separation
from fitslint.wcs.wcs import Wcs

Floats = NDArray[np.float64]
GridConvention = Literal["tan", "linear", "offset"]
Matrix = tuple[tuple[float, float], tuple[float, float]]


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
    matrix: Matrix
    """Arcsec to the east and to the north of a step along column and row, at that pixel."""
    wcs: Wcs | None = None
    """The world coordinates of the header; None of an offset map."""
    wcs_pixel: tuple[float, float] = (1.0, 1.0)
    """Pixel coordinates (from 1) in ``wcs`` of the reference pixel."""

    @property
    def is_on_sky(self) -> bool:
        """Whether positions on the sky are known."""
        return self.convention != "offset"

    @property
    def projection(self) -> str:
        """Code of the projection that the header names; empty for an offset map."""
        return self.wcs.code if self.wcs else ""

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
        """Right ascension and declination in degrees; NaN where a pixel is no place on the sky."""
        if self.convention == "linear" or self.wcs is None:
            east, north = self.compute_offsets(column, row)
            return convert_linear_to_sky(-east, north, self.reference)
        x, y = self._find_shift()
        ra, dec = self.wcs.pixel_to_sky(
            np.asarray(column, np.float64) + x, np.asarray(row, np.float64) + y
        )
        return ra, dec

    def to_pixel(self, ra: ArrayLike, dec: ArrayLike) -> tuple[Floats, Floats]:
        """Column and row of positions in degrees; NaN where the map has none."""
        if self.convention == "linear" or self.wcs is None:
            west, north = convert_sky_to_linear(ra, dec, self.reference)
            return self.compute_pixels(-west, north)
        pixel = self.wcs.sky_to_pixel(np.asarray(ra, np.float64), np.asarray(dec, np.float64))
        x, y = self._find_shift()
        return pixel[0] - x, pixel[1] - y

    def _find_shift(self) -> tuple[float, float]:
        """From pixels from 0 to those of ``wcs``: a map that is laid elsewhere is moved."""
        (x, y), (column, row) = self.wcs_pixel, self.reference_pixel
        return x - column, y - row

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


def compute_separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Arcsec between two positions in degrees, along the great circle."""
    return measure_separation(ra, dec, other_ra, other_dec) * 3600
