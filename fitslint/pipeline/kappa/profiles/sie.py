"""Profile 1: the singular isothermal sphere whose potential is elliptical, phi = b0 u.

Lenstool takes a third of the ellipticity of the mass for the potential.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.component import Setting
from fitslint.pipeline.kappa.profiles.placing import Placing
from fitslint.pipeline.kappa.profiles.radial import Radial
from fitslint.pipeline.kappa.profiles.scratch import Floats, Scratch


@dataclass(frozen=True, slots=True)
class Isothermal:
    """The circular singular isothermal lens; ``b0`` is its Einstein radius in arcsec."""

    b0: float

    def mean_and_shear(self, radius: Floats, scratch: Scratch) -> tuple[Floats, Floats]:
        """b0/u and half of it."""
        mean = np.divide(self.b0, radius, out=scratch("mean", radius.shape))
        return mean, np.multiply(mean, 0.5, out=scratch("tangential", radius.shape))


def sie(lens: Lens, setting: Setting) -> Radial:
    """The profile of a lens."""
    b0 = 4 * setting.convention.bending * lens.velocity**2 * setting.weight
    return Radial(Placing.of(lens), lens.ellipticity / 3, Isothermal(b0))
