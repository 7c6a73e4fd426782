"""The sky pixels of Chandra: a gnomonic plane without roll, and from one plane to another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[Any]
SKY_CENTRE = 4096.5
"""The sky pixel at the tangent point of ACIS."""
SKY_PIXEL = 0.492
"""Arcsec of a sky pixel of ACIS."""
SKY_SIZE = 8192
"""Sky pixels of ACIS along an axis; their centres are whole numbers from 1 on."""


@dataclass(frozen=True)
class SkyPlane:
    """A tangent plane with north up.

    Attributes
    ----------
    ra, dec : float
        the tangent point in degrees.
    """

    ra: float
    dec: float

    @property
    def axes(self) -> NDArray[np.float64]:
        """Unit vectors as rows: to the tangent point, to the east, to the north."""
        ra, dec = math.radians(self.ra), math.radians(self.dec)
        return np.array([
            [math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)],
            [-math.sin(ra), math.cos(ra), 0.0],
            [-math.sin(dec) * math.cos(ra), -math.sin(dec) * math.sin(ra), math.cos(dec)],
        ])  # fmt: skip

    def find_pixel(self, ra: ArrayLike, dec: ArrayLike) -> tuple[Numbers, Numbers]:
        """The sky pixel of positions in degrees; NaN where the plane does not reach."""
        alpha, delta = np.radians(ra), np.radians(dec)
        vectors = np.stack(
            [np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)]
        )
        depth, east, north = np.tensordot(self.axes, vectors, 1)
        depth = np.where(depth > 0, depth, np.nan)
        scale = 1 / math.radians(SKY_PIXEL / 3600)
        return SKY_CENTRE - east / depth * scale, SKY_CENTRE + north / depth * scale

    def find_position(self, x: ArrayLike, y: ArrayLike) -> tuple[Numbers, Numbers]:
        """Right ascension and declination in degrees of sky pixels."""
        scale = math.radians(SKY_PIXEL / 3600)
        east = (SKY_CENTRE - np.asarray(x, float)) * scale
        north = (np.asarray(y, float) - SKY_CENTRE) * scale
        vector = np.tensordot(self.axes.T, np.stack([np.ones_like(east), east, north]), 1)
        ra = np.degrees(np.arctan2(vector[1], vector[0])) % 360
        return ra, np.degrees(np.arctan2(vector[2], np.hypot(vector[0], vector[1])))

    def reproject(self, x: Numbers, y: Numbers, other: SkyPlane) -> tuple[Numbers, Numbers]:
        """The sky pixels in another plane: one rotation of the sphere, exact, both ways."""
        if other == self:
            return x, y
        scale = math.radians(SKY_PIXEL / 3600)
        turn = other.axes @ self.axes.T
        east, north = (SKY_CENTRE - x) * scale, (y - SKY_CENTRE) * scale
        depth = (turn[0, 0] + turn[0, 1] * east + turn[0, 2] * north) * scale
        new_east = (turn[1, 0] + turn[1, 1] * east + turn[1, 2] * north) / depth
        new_north = (turn[2, 0] + turn[2, 1] * east + turn[2, 2] * north) / depth
        return SKY_CENTRE - new_east, SKY_CENTRE + new_north

    def measure_distance(self, other: SkyPlane) -> float:
        """Degrees between the tangent points."""
        chord = float(np.linalg.norm(self.axes[0] - other.axes[0]))
        return math.degrees(2 * math.asin(min(chord / 2, 1.0)))


@dataclass(frozen=True, slots=True)
class SkyBox:
    """The pixels of an image: ``columns`` by ``rows`` of ``bin_size`` sky pixels from a corner.

    Attributes
    ----------
    x_low, y_low : float
        sky coordinates of the lower left corner, half a pixel below the first centre.
    """

    x_low: float
    y_low: float
    columns: int
    rows: int
    bin_size: float = 1.0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def extend(self, pixels: int) -> SkyBox:
        """The box with so many more pixels on every side."""
        margin = pixels * self.bin_size
        return SkyBox(
            self.x_low - margin, self.y_low - margin, self.columns + 2 * pixels,
            self.rows + 2 * pixels, self.bin_size,
        )  # fmt: skip

    def find_index(self, x: Numbers, y: Numbers) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The index of every position in the flat image, and which of them are in it."""
        column = np.floor((x - self.x_low) / self.bin_size)
        row = np.floor((y - self.y_low) / self.bin_size)
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        place = row[inside] * self.columns + column[inside]
        return place.astype(np.int64), inside

    def count(self, x: Numbers, y: Numbers) -> NDArray[np.int64]:
        """How many positions are in every pixel, as an image."""
        place, _ = self.find_index(x, y)
        counts = np.bincount(place, minlength=self.rows * self.columns)
        return np.asarray(counts.reshape(self.shape), np.int64)

    def list_centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sky x of the columns and sky y of the rows."""
        x, y = (
            np.asarray(low + (np.arange(count) + 0.5) * self.bin_size, np.float64)
            for low, count in ((self.x_low, self.columns), (self.y_low, self.rows))
        )
        return x, y

    def build_wcs_cards(self, plane: SkyPlane) -> dict[str, str | float]:
        """World coordinates: celestial, and the physical ones of sky pixels (P, LTV, LTM)."""
        cards: dict[str, str | float] = {"RADESYS": "ICRS", "EQUINOX": 2000.0}
        step = SKY_PIXEL * self.bin_size / 3600
        axes = (
            ("RA---TAN", plane.ra, -step, self.x_low),
            ("DEC--TAN", plane.dec, step, self.y_low),
        )
        for number, (kind, value, size, low) in enumerate(axes, 1):
            cards |= {
                f"CTYPE{number}": kind, f"CUNIT{number}": "deg", f"CRVAL{number}": value,
                f"CRPIX{number}": (SKY_CENTRE - low) / self.bin_size + 0.5,
                f"CDELT{number}": size,
                f"CTYPE{number}P": "xy"[number - 1], f"CRVAL{number}P": low,
                f"CRPIX{number}P": 0.5, f"CDELT{number}P": self.bin_size,
                f"LTV{number}": 0.5 - low / self.bin_size,
                f"LTM{number}_{number}": 1 / self.bin_size,
            }  # fmt: skip
        return cards | {"WCSTY1P": "PHYSICAL", "WCSTY2P": "PHYSICAL"}
