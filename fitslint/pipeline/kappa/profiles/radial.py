"""Potentials that depend on one elliptical radius: phi(u), u^2 = (1 - e) x^2 + (1 + e) y^2.

Golse & Kneib (2002, A&A 390, 821). With the mean convergence inside u of the circular lens,
m = phi'/u, and its shear g = (phi'/u - phi'')/2 the derivatives along the axes of the lens are

    phi_x  = m (1 - e) x                       phi_y  = m (1 + e) y
    phi_xx = (1 - e) [m - 2 g (1 - e) x^2/u^2]
    phi_yy = (1 + e) [m - 2 g (1 + e) y^2/u^2]
    phi_xy = -2 g (1 - e^2) x y/u^2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from fitslint.pipeline.kappa.constants import FLOOR
from fitslint.pipeline.kappa.profiles.block import ALPHA, GAMMA, KAPPA, Block
from fitslint.pipeline.kappa.profiles.placing import Placing
from fitslint.pipeline.kappa.profiles.scratch import Floats, Scratch


class Circular(Protocol):
    """The circular lens under an elliptical potential."""

    def mean_and_shear(self, radius: Floats, scratch: Scratch) -> tuple[Floats, Floats]:
        """Mean convergence inside a radius in arcsec, and the tangential shear there."""


@dataclass(frozen=True, slots=True)
class Radial:
    """A circular lens whose potential is made elliptical by ``e``."""

    placing: Placing
    e: float
    circular: Circular

    def add(self, block: Block) -> None:
        """Add this lens to the sums of the block."""
        major, minor = self.placing.axes(self.placing.offsets(block))
        radius = self._radius(major, minor, block)
        mean, shear = self.circular.mean_and_shear(radius, block.scratch)
        if block.wants(KAPPA, *GAMMA):
            np.square(radius, out=radius)
            shear /= radius
            self._add_second(major, minor, mean, shear, block)
        if block.wants(*ALPHA):
            mean *= 1 - self.e
            major *= mean
            mean *= (1 + self.e) / (1 - self.e)
            minor *= mean
            self.placing.add_deflection(block, major, minor)

    def _radius(self, major: Floats, minor: Floats, block: Block) -> Floats:
        radius = np.square(major, out=block.array("radius"))
        radius *= 1 - self.e
        square = np.square(minor, out=block.array("part"))
        square *= 1 + self.e
        radius += square
        np.sqrt(radius, out=radius)
        return np.maximum(radius, FLOOR, out=radius)

    def _add_second(
        self, major: Floats, minor: Floats, mean: Floats, bend: Floats, block: Block
    ) -> None:
        """Add convergence and shear; ``bend`` is g/u^2."""
        one, other, part = (1 - self.e) ** 2, (1 + self.e) ** 2, block.array("part")
        xx = np.square(major, out=block.array("xx"))
        xx *= bend
        yy = np.square(minor, out=block.array("yy"))
        yy *= bend
        if block.wants(KAPPA):
            block.sums[KAPPA] += mean
            block.sums[KAPPA] -= np.multiply(xx, one, out=part)
            block.sums[KAPPA] -= np.multiply(yy, other, out=part)
        if block.wants(*GAMMA):
            xx *= -one
            yy *= other
            xx += yy
            xx -= np.multiply(mean, self.e, out=part)
            xy = np.multiply(major, minor, out=yy)
            xy *= bend
            xy *= -2 * (1 - self.e) * (1 + self.e)
            self.placing.add_shear(block, xx, xy)
