"""The dirty map: every baseline once, and no interpolation.

The map is 512 x 512 pixels of a 512th of its period. Baselines are whole numbers of unit spacings;
those longer than 256 are folded, which changes no pixel, because pixels stand at whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.norh.synthesis.array import Complexes, Floats

SIZE = 512


class UvGrid:
    """The baselines of the good pairs, those that are the same taken together.

    Parameters
    ----------
    pairs : array, shape (m, 2)
        baselines in unit spacings.
    cell : int
        0 weighs every baseline alike; else each counts by one over those in a square of so many
        unit spacings around it, which brings out fine structure.

    Attributes
    ----------
    baselines : array, shape (n, 2)
        in unit spacings, one of each and of its negative.
    """

    def __init__(self, pairs: Floats, cell: int = 0) -> None:
        flip = (pairs[:, 0] < 0) | ((pairs[:, 0] == 0) & (pairs[:, 1] < 0))
        self._sign = np.where(flip, -1, 1)
        self.baselines, self._group = np.unique(
            pairs * self._sign[:, None], axis=0, return_inverse=True
        )
        self._group = self._group.ravel()
        self._count = np.bincount(self._group)
        west, north = self.baselines.astype(int).T % SIZE
        # A real map has half of a plane: what is folded into the other half is turned around.
        self._is_turned = west > SIZE // 2
        self._west = np.where(self._is_turned, SIZE - west, west)
        self._north = np.where(self._is_turned, -north, north) % SIZE
        self._weights = _weigh_baselines(self.baselines.astype(int), cell)
        self.beam = self.make_map(np.ones(len(self.baselines), complex))

    def average(self, values: Complexes) -> Complexes:
        """Means over the pairs of a baseline."""
        real = np.bincount(self._group, values.real)
        imaginary = np.bincount(self._group, values.imag * self._sign)
        return np.asarray((real + 1j * imaginary) / self._count, complex)

    def make_map(self, visibilities: Complexes) -> Floats:
        """The map of visibilities at :attr:`baselines`; its pixel [0, 0] is the phase centre.

        A point of one K arcsec2 has a maximum of one.
        """
        values = np.where(self._is_turned, visibilities.conj(), visibilities) * self._weights / 2
        cells = np.zeros((SIZE, SIZE // 2 + 1), complex)
        np.add.at(cells, (self._north, self._west), values)
        # The first and the last column are their own mirror images.
        for column in (0, SIZE // 2):
            mirror = np.roll(cells[::-1, column], 1).conj()
            cells[:, column] += mirror
        found: Floats = np.fft.irfft2(cells, (SIZE, SIZE))
        return found * (SIZE * SIZE)

    def see_map(self, image: Floats) -> Complexes:
        """Visibilities at :attr:`baselines` of points in the pixels of a map, in K arcsec2."""
        seen: Complexes = np.fft.rfft2(image)[self._north, self._west]
        return np.where(self._is_turned, seen.conj(), seen)


def _weigh_baselines(baselines: NDArray[np.int64], cell: int) -> Floats:
    """The share of every baseline in the map; uniform, or super-uniform for a cell."""
    from scipy.ndimage import uniform_filter

    if not cell:
        return np.full(len(baselines), 1 / len(baselines))
    west, north = baselines.T
    seen = np.zeros((2 * SIZE, 2 * SIZE))
    seen[north, west] = seen[-north, -west] = 1
    weights = 1 / uniform_filter(seen, cell, mode="wrap")[north, west]
    return np.asarray(weights / weights.sum())
