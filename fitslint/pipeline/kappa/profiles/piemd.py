"""Profile 8: the pseudo-isothermal elliptical mass distribution (Kassiola & Kovner 1993)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.block import ALPHA, GAMMA, KAPPA, Block
from fitslint.pipeline.kappa.profiles.component import Setting
from fitslint.pipeline.kappa.profiles.isothermal import Ellipse, flattening
from fitslint.pipeline.kappa.profiles.placing import Offsets
from fitslint.pipeline.kappa.profiles.scratch import Floats


@dataclass(frozen=True, slots=True)
class Piemd:
    """A PIEMD: ``strength`` is b q D_ls/D_s in arcsec, ``core`` the radius s of
    :mod:`isothermal`."""

    ellipse: Ellipse
    strength: float
    core: float

    @classmethod
    def of(cls, lens: Lens, setting: Setting) -> Piemd:
        """The PIEMD of a lens."""
        eps = flattening(lens.ellipticity) or setting.convention.least_flattening
        ellipse = Ellipse.of(lens, eps)
        b0 = 6 * setting.convention.bending * lens.velocity**2 * setting.weight
        return cls(ellipse, b0 * ellipse.stretch * ellipse.q, ellipse.radius(lens.core))

    def add(self, block: Block) -> None:
        """Add this lens to the sums of the block."""
        at = self.ellipse.placing.offsets(block)
        psi = self.ellipse.square(at, self.core, "psi")
        np.sqrt(psi, out=psi)
        if block.wants(KAPPA):
            part = block.array("convergence")
            block.sums[KAPPA] += np.divide(self.strength / 2, psi, out=part)
        if block.wants(*GAMMA):
            weight = self.ellipse.shear_weight(at, self.core, psi, self.strength, "weight")
            self.ellipse.add_shear(at, weight, self.core)
        if block.wants(*ALPHA):
            self._add_deflection(at, psi)

    def _add_deflection(self, at: Offsets, psi: Floats) -> None:
        """Add strength/f (arctan f x/(psi + s), arctanh f y/(psi + q^2 s)); psi is overwritten."""
        ellipse = self.ellipse
        major, minor = ellipse.placing.axes(at)
        psi += self.core
        ellipse.arc(np.divide(major, psi, out=major), np.arctan, self.strength)
        psi -= ellipse.f**2 * self.core
        ellipse.arc(np.divide(minor, psi, out=minor), np.arctanh, self.strength)
        ellipse.placing.add_deflection(at.block, major, minor)
