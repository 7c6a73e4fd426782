"""Profile 1: the singular isothermal sphere whose potential is elliptical, phi = b0 u.

Lenstool takes a third of the ellipticity of the mass for the potential.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.component import LensPlane
from fitslint.pipeline.kappa.profiles.orientation import Orientation
from fitslint.pipeline.kappa.profiles.radial import EllipticalPotential
from fitslint.pipeline.kappa.profiles.scratch import Floats, WorkArrays


@dataclass(frozen=True, slots=True)
class CircularIsothermal:
    """The circular singular isothermal lens; ``b0`` is its Einstein radius in arcsec."""

    b0: float

    def compute_mean_and_shear(self, radius: Floats, scratch: WorkArrays) -> tuple[Floats, Floats]:
        """b0/u and half of it."""
        mean = np.divide(self.b0, radius, out=scratch("mean", radius.shape))
        return mean, np.multiply(mean, 0.5, out=scratch("tangential", radius.shape))


def build_sie(lens: Lens, setting: LensPlane) -> EllipticalPotential:
    """The profile of a lens."""
    b0 = 4 * setting.convention.bending * lens.velocity**2 * setting.distance_ratio
    return EllipticalPotential(
        Orientation.from_lens(lens), lens.ellipticity / 3, CircularIsothermal(b0)
    )
