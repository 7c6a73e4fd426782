"""The dirty map: every baseline once, and no interpolation.

The map is 512 x 512 pixels of a 512th of its period. Baselines are whole numbers of unit spacings;
those longer than 256 are folded, which changes no pixel, because pixels stand at whole numbers.
"""

from __future__ import annotations

import numpy as np

from fitslint.pipeline.norh.synthesis.array import Complexes, Floats

SIZE = 512


class UvGrid:
    """The baselines of the good pairs, those that are the same taken together.

    Attributes
    ----------
    baselines : array, shape (n, 2)
        in unit spacings, one of each and of its negative.
    """

    def __init__(self, pairs: Floats) -> None:
        flip = (pairs[:, 0] < 0) | ((pairs[:, 0] == 0) & (pairs[:, 1] < 0))
        self._sign = np.where(flip, -1, 1)
        self.baselines, self._group = np.unique(
            pairs * self._sign[:, None], axis=0, return_inverse=True
        )
        self._group = self._group.ravel()
        self._count = np.bincount(self._group)
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
        west, north = self.baselines.astype(int).T % SIZE
        # Half of the plane is enough: each baseline and its negative are one cosine.
        cells = np.zeros((SIZE, SIZE), complex)
        np.add.at(cells, (north, west), visibilities)
        found: Floats = np.fft.ifft2(cells).real * (SIZE * SIZE / len(self.baselines))
        return found

    def see_map(self, image: Floats) -> Complexes:
        """Visibilities at :attr:`baselines` of points in the pixels of a map, in K arcsec2."""
        west, north = self.baselines.astype(int).T % SIZE
        seen: Complexes = np.fft.fft2(image)[north, west]
        return seen
