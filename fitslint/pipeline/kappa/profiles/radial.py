"""Potentials that depend on one elliptical radius: phi(u), u^2 = (1 - e) x^2 + (1 + e) y^2.

Golse & Kneib (2002, A&A 390, 821). With the mean convergence inside u of the circular lens,
m = phi'/u, and its shear g = (phi'/u - phi'')/2 the derivatives along the axes of the lens are

    phi_x  = m (1 - e) x                       phi_y  = m (1 + e) y
    phi_xx = (1 - e) [m - 2 g (1 - e) x^2/u^2]
    phi_yy = (1 + e) [m - 2 g (1 + e) y^2/u^2]
    phi_xy = -2 g (1 - e^2) x y/u^2

Profile 1 is the singular isothermal sphere with such a potential, phi = b0 u.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from fitslint.pipeline.kappa.constants import MIN_RADIUS
from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import (
    ALPHA,
    GAMMA,
    KAPPA,
    Floats,
    LensPlane,
    LensProfile,
    RowBlock,
    WorkArrays,
)
from fitslint.pipeline.kappa.profiles.orientation import Orientation


class CircularLens(Protocol):
    """The circular lens under an elliptical potential."""

    def compute_mean_and_shear(self, radius: Floats, scratch: WorkArrays) -> tuple[Floats, Floats]:
        """Mean convergence inside a radius in arcsec, and the tangential shear there."""


@dataclass(frozen=True, slots=True)
class EllipticalPotential(LensProfile):
    """A circular lens whose potential is made elliptical by ``e``."""

    orientation: Orientation
    e: float
    circular: CircularLens

    def add(self, block: RowBlock) -> None:
        """Add this lens to the sums of the block."""
        major, minor = self.orientation.compute_axes(self.orientation.compute_offsets(block))
        radius = self._compute_radius(major, minor, block)
        mean, shear = self.circular.compute_mean_and_shear(radius, block.scratch)
        if block.has_any(KAPPA, *GAMMA):
            np.square(radius, out=radius)
            shear /= radius
            self._add_second_derivatives(major, minor, mean, shear, block)
        if block.has_any(*ALPHA):
            mean *= 1 - self.e
            major *= mean
            mean *= (1 + self.e) / (1 - self.e)
            minor *= mean
            self.orientation.add_deflection(block, major, minor)

    def _compute_radius(self, major: Floats, minor: Floats, block: RowBlock) -> Floats:
        radius = np.square(major, out=block.get_array("radius"))
        radius *= 1 - self.e
        square = np.square(minor, out=block.get_array("part"))
        square *= 1 + self.e
        radius += square
        np.sqrt(radius, out=radius)
        return np.maximum(radius, MIN_RADIUS, out=radius)

    def _add_second_derivatives(
        self, major: Floats, minor: Floats, mean: Floats, bend: Floats, block: RowBlock
    ) -> None:
        """Add convergence and shear; ``bend`` is g/u^2."""
        one, other, part = (1 - self.e) ** 2, (1 + self.e) ** 2, block.get_array("part")
        xx = np.square(major, out=block.get_array("xx"))
        xx *= bend
        yy = np.square(minor, out=block.get_array("yy"))
        yy *= bend
        if block.has_any(KAPPA):
            block.sums[KAPPA] += mean
            block.sums[KAPPA] -= np.multiply(xx, one, out=part)
            block.sums[KAPPA] -= np.multiply(yy, other, out=part)
        if block.has_any(*GAMMA):
            xx *= -one
            yy *= other
            xx += yy
            xx -= np.multiply(mean, self.e, out=part)
            xy = np.multiply(major, minor, out=yy)
            xy *= bend
            xy *= -2 * (1 - self.e) * (1 + self.e)
            self.orientation.add_shear(block, xx, xy)


@dataclass(frozen=True, slots=True)
class CircularIsothermal:
    """The circular singular isothermal lens; ``b0`` is its Einstein radius in arcsec."""

    b0: float

    def compute_mean_and_shear(self, radius: Floats, scratch: WorkArrays) -> tuple[Floats, Floats]:
        """b0/u and half of it."""
        mean = np.divide(self.b0, radius, out=scratch("mean", radius.shape))
        return mean, np.multiply(mean, 0.5, out=scratch("tangential", radius.shape))


class SingularIsothermal(EllipticalPotential):
    """Profile 1; Lenstool takes a third of the ellipticity of the mass for the potential."""

    __slots__ = ()
    PARAMETERS = ("velocity",)

    @classmethod
    def from_lens(cls, lens: Lens, plane: LensPlane) -> SingularIsothermal:
        """The profile of a lens."""
        b0 = 4 * plane.convention.bending * lens.velocity**2 * plane.distance_ratio
        return cls(Orientation.from_lens(lens), lens.ellipticity / 3, CircularIsothermal(b0))
