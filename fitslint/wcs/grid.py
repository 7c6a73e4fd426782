"""Grids: which offsets from the reference the pixels of a map have, and how a header tells it.

Offsets are in arcsec from the reference of a lens model, x to the *west* and y to the north, as
Lenstool counts them. A model was fitted to positions that were made linear:
``x = -(ra - ra0) cos(dec0)``, ``y = dec - dec0``; a grid on the sky therefore turns each pixel into
a right ascension and declination first and makes these linear in the same way.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Grid(Protocol):
    """The pixels of a map."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns (NAXIS2, NAXIS1)."""

    @property
    def pixel(self) -> tuple[float, float]:
        """Size of a pixel along x and y in arcsec, positive."""

    def block(self, start: int, stop: int) -> tuple[Floats, Floats]:
        """x and y in arcsec of the rows ``start`` to ``stop``, which broadcast to their shape.

        Where x depends on the column alone it has the shape (1, nx), y then (rows, 1).
        """

    def cards(self) -> dict[str, str | float]:
        """The keywords that tell the grid: CTYPEn, CUNITn, CRVALn, CRPIXn, CDELTn (or CDi_j),
        RADESYS, EQUINOX and GRIDCONV (``linear`` or ``tan``), in the order in which they stand."""
