"""The surface of a joint solution by which counts of a CCD are corrected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.polynomial import to_square

Array = NDArray[np.float64]
_FIELD = 18_000.0
"""Pixels that hold the focal plane."""


@dataclass(frozen=True)
class FluxSurface:
    """F of a CCD: magnitudes by which counts are corrected.

    Attributes
    ----------
    square : array, (order + 1, order + 1)
        Chebyshev's coefficients of u / u_max and v / v_max.
    offset, scale : (float, float)
        u and v of the first pixel of the chip turned upright; those that are 1.
    quarter : int
        right angles by which the chip is turned.
    shape : (int, int)
        pixels along x and y.
    """

    square: Array
    offset: tuple[float, float]
    scale: tuple[float, float]
    quarter: int
    shape: tuple[int, int]

    def evaluate_grid(self, rows: Array) -> Array:
        """F at all pixels of some rows, (rows, columns); rows count from 0."""
        x = np.arange(self.shape[0], dtype=np.float64)
        if self.quarter % 2:
            u, v = self._place(x[:1], rows)[0], self._place(x, rows[:1])[1]
        else:
            u, v = self._place(x, rows[:1])[0], self._place(x[:1], rows)[1]
        in_u, in_v = (chebyshev.chebvander(part, len(self.square) - 1) for part in (u, v))
        grid = in_u @ self.square @ in_v.T
        return np.asarray(grid if self.quarter % 2 else grid.T)

    def evaluate(self, x: Array, y: Array) -> Array:
        """F at positions counted from 0."""
        return np.asarray(chebyshev.chebval2d(*self._place(x, y), self.square))

    def _place(self, x: Array, y: Array) -> tuple[Array, Array]:
        right, top = self.shape[0] - 1, self.shape[1] - 1
        turned = {0: (x, y), 1: (top - y, x), 2: (right - x, top - y), 3: (y, right - x)}
        u, v = turned[self.quarter]
        return (u + self.offset[0]) / self.scale[0], (v + self.offset[1]) / self.scale[1]


def build_surface(
    terms: Array,
    *,
    is_chebyshev: bool,
    offset: tuple[float, float],
    scale: tuple[float, float],
    quarter: int,
    shape: tuple[int, int],
) -> FluxSurface:
    """A surface of terms as files have them, of Chebyshev or powers of pixels.

    Raises
    ------
    ValueError
        when they are not as many as a degree has.
    """
    square = to_square(terms, int(np.sqrt(2 * len(terms))) - 1)
    if not is_chebyshev:
        # Powers of pixels as they are: in units of the field, where Chebyshev's terms are small.
        u, v = (_FIELD / part for part in scale)
        degrees = np.arange(len(square))
        square = square * u ** degrees[:, None] * v ** degrees[None, :]
        scale = _FIELD, _FIELD
        for _ in range(2):
            square = np.stack([_to_chebyshev(column) for column in square.T])
    return FluxSurface(square, offset, scale, quarter % 4, shape)


def _to_chebyshev(powers: Array) -> Array:
    """Chebyshev's coefficients of a polynomial, as many as it has."""
    found = np.zeros(len(powers))
    kept = chebyshev.poly2cheb(powers)
    found[: len(kept)] = kept
    return found
