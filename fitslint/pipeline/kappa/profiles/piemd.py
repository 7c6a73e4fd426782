"""Profile 8: the pseudo-isothermal elliptical mass distribution (Kassiola & Kovner 1993)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.block import ALPHA, GAMMA, KAPPA, RowBlock
from fitslint.pipeline.kappa.profiles.component import LensPlane
from fitslint.pipeline.kappa.profiles.isothermal import Ellipse, compute_flattening
from fitslint.pipeline.kappa.profiles.orientation import BlockOffsets
from fitslint.pipeline.kappa.profiles.scratch import Floats


@dataclass(frozen=True, slots=True)
class Piemd:
    """A PIEMD: ``strength`` is b q D_ls/D_s in arcsec, ``core`` the radius s of
    :mod:`isothermal`."""

    ellipse: Ellipse
    strength: float
    core: float

    @classmethod
    def from_lens(cls, lens: Lens, setting: LensPlane) -> Piemd:
        """The PIEMD of a lens."""
        eps = compute_flattening(lens.ellipticity) or setting.convention.min_flattening
        ellipse = Ellipse.from_lens(lens, eps)
        b0 = 6 * setting.convention.bending * lens.velocity**2 * setting.distance_ratio
        return cls(ellipse, b0 * ellipse.stretch * ellipse.q, ellipse.convert_radius(lens.core))

    def add(self, block: RowBlock) -> None:
        """Add this lens to the sums of the block."""
        at = self.ellipse.orientation.compute_offsets(block)
        psi = self.ellipse.compute_psi_square(at, self.core, "psi")
        np.sqrt(psi, out=psi)
        if block.has_any(KAPPA):
            part = block.get_array("convergence")
            block.sums[KAPPA] += np.divide(self.strength / 2, psi, out=part)
        if block.has_any(*GAMMA):
            weight = self.ellipse.compute_shear_weight(at, self.core, psi, self.strength, "weight")
            self.ellipse.add_shear(at, weight, self.core)
        if block.has_any(*ALPHA):
            self._add_deflection(at, psi)

    def _add_deflection(self, at: BlockOffsets, psi: Floats) -> None:
        """Add strength/f (arctan f x/(psi + s), arctanh f y/(psi + q^2 s)); psi is overwritten."""
        ellipse = self.ellipse
        major, minor = ellipse.orientation.compute_axes(at)
        psi += self.core
        ellipse.apply_arctan(np.divide(major, psi, out=major), np.arctan, self.strength)
        psi -= ellipse.f**2 * self.core
        ellipse.apply_arctan(np.divide(minor, psi, out=minor), np.arctanh, self.strength)
        ellipse.orientation.add_deflection(at.block, major, minor)
