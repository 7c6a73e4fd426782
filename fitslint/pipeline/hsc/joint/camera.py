"""Where the CCDs of Hyper Suprime-Cam are in its focal plane, and how light is bent on its way."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_TABLE = Path(__file__).with_name("camera.toml")
CHIP_SHAPE = (2048, 4176)
"""Pixels of a CCD along x and y."""
CHIP_CENTRE = (1023.5, 2087.5)
"""Its middle, counted from 0 at the centre of the first pixel."""
SCALE_DEG = 0.168767 / 3600
"""Degrees of a focal-plane pixel on the axis."""
_ORDER = 9
_GAP = 300.0
"""Pixels from a chip that still are between chips, and not outside."""


@dataclass(frozen=True)
class ChipPlaces:
    """Chips in the focal plane.

    Attributes
    ----------
    numbers : int array, (chips,)
    centre : array, (chips, 2)
        u and v of the middle of each in focal-plane pixels.
    yaw : array, (chips,)
        radians by which its pixels are turned.
    """

    numbers: NDArray[np.int64]
    centre: Array
    yaw: Array

    def project(self, chip: NDArray[np.int64], x: Array, y: Array) -> tuple[Array, Array]:
        """Focal-plane positions of pixels counted from 0; ``chip`` is a place in ``numbers``."""
        cos, sin = np.cos(self.yaw)[chip], np.sin(self.yaw)[chip]
        dx, dy = x - CHIP_CENTRE[0], y - CHIP_CENTRE[1]
        return self.centre[chip, 0] + cos * dx - sin * dy, self.centre[
            chip, 1
        ] + sin * dx + cos * dy

    def select(self, numbers: NDArray[np.int64]) -> ChipPlaces:
        """Those of some chips, in the order of ``numbers``."""
        at = np.searchsorted(self.numbers, numbers)
        return ChipPlaces(self.numbers[at], self.centre[at], self.yaw[at])

    def list_points(self, chips: NDArray[np.int64] | None = None) -> tuple[Array, Array]:
        """Focal-plane positions all over all chips, or over those at some places."""
        places = np.arange(len(self.numbers)) if chips is None else chips
        x, y = list_chip_pixels()
        count = len(places)
        return self.project(np.repeat(places, len(x)), np.tile(x, count), np.tile(y, count))

    def find_nearest(self, point: Array) -> Array:
        """A focal-plane position, (2,), on a chip or in a gap; else the nearest that is on a chip.

        Polynomials mean nothing where no chip is.
        """
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        du, dv = (point - self.centre).T
        x = np.clip(CHIP_CENTRE[0] + cos * du + sin * dv, 0, CHIP_SHAPE[0] - 1)
        y = np.clip(CHIP_CENTRE[1] - sin * du + cos * dv, 0, CHIP_SHAPE[1] - 1)
        near = np.stack(self.project(np.arange(len(du)), x, y), axis=1)
        away = np.hypot(*(near - point).T)
        return near[np.argmin(away)] if away.min() > _GAP else point

    @property
    def quarters(self) -> NDArray[np.int64]:
        """Right angles nearest to ``yaw``, from 0 to 3."""
        return np.rint(self.yaw / (np.pi / 2)).astype(np.int64) % 4


def list_chip_pixels(count: int = 12) -> tuple[Array, Array]:
    """So many pixels squared of a CCD, from edge to edge."""
    x, y = np.meshgrid(*(np.linspace(-0.5, size - 0.5, count) for size in CHIP_SHAPE))
    return x.ravel(), y.ravel()


@cache
def load_chips() -> ChipPlaces:
    """The 104 science CCDs as the camera was measured."""
    rows = np.array(tomllib.loads(_TABLE.read_text("utf-8"))["chips"])
    return ChipPlaces(rows[:, 0].astype(np.int64), rows[:, 1:3], np.radians(rows[:, 3]))


@cache
def _load_distortion() -> tuple[Array, Array]:
    """Coefficients of u^i v^j, (10, 10), of both axes."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    found = []
    for name in ("distortion_u", "distortion_v"):
        square, values = np.zeros((_ORDER + 1, _ORDER + 1)), iter(table[name])
        for i in range(_ORDER + 1):
            for j in range(_ORDER + 1 - i):
                square[i, j] = next(values)
        found.append(square)
    return found[0], found[1]


def distort(u: Array, v: Array) -> tuple[Array, Array]:
    """Where focal-plane pixels are on the gnomonic plane of the optical axis, in degrees."""
    in_u, in_v = _load_distortion()
    return (
        np.asarray(np.polynomial.polynomial.polyval2d(u, v, in_u) * SCALE_DEG, np.float64),
        np.asarray(np.polynomial.polynomial.polyval2d(u, v, in_v) * SCALE_DEG, np.float64),
    )
