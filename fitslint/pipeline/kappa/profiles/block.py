"""A block of rows of the maps: its pixels, the sums so far and working arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.profiles.scratch import Floats, Shape, WorkArrays

KAPPA = "kappa"
GAMMA = ("gamma1", "gamma2")
ALPHA = ("alpha_x", "alpha_y")
QUANTITIES = (KAPPA, *GAMMA, *ALPHA)


@dataclass(frozen=True, slots=True)
class RowBlock:
    """What components are added to.

    Parameters
    ----------
    x, y : ndarray
        arcsec from the reference; they broadcast to ``shape``.
    shape : tuple of int
        rows and columns.
    sums : dict of str to ndarray
        convergence, shear (dimensionless) and deflection (arcsec), those that are wanted.
    scratch : Scratch
        working arrays.
    """

    x: Floats
    y: Floats
    shape: Shape
    sums: dict[str, Floats]
    scratch: WorkArrays

    def get_array(self, name: str) -> Floats:
        """The working array of that name in the shape of the block."""
        return self.scratch(name, self.shape)

    def has_any(self, *quantities: str) -> bool:
        """Whether any of the quantities is asked for."""
        return any(quantity in self.sums for quantity in quantities)

    def rotate_and_add(
        self, quantities: tuple[str, str], one: Floats, two: Floats, turn: tuple[float, float]
    ) -> None:
        """Add two components turned by the angle whose cosine and sine are ``turn``."""
        cos, sin = turn
        part = self.get_array("turned")
        for quantity, first, second in zip(quantities, (cos, sin), (-sin, cos), strict=True):
            if quantity in self.sums:
                self.sums[quantity] += np.multiply(one, first, out=part)
                self.sums[quantity] += np.multiply(two, second, out=part)
