"""Profile 14: external shear, phi = gamma/2 (x^2 - y^2) along its own axes.

Its deflection vanishes at the position of the component. Lenstool leaves it out of its deflection
maps; here it is in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.base import ALPHA, GAMMA, LensPlane, LensProfile, RowBlock
from fitslint.pipeline.kappa.profiles.orientation import Orientation


@dataclass(frozen=True, slots=True)
class ExternalShear(LensProfile):
    """A shear of one ``strength``, times D_ls/D_s."""

    orientation: Orientation
    strength: float

    @classmethod
    def from_lens(cls, lens: Lens, plane: LensPlane) -> ExternalShear:
        """The shear of a lens, whose ellipticity is its strength."""
        return cls(Orientation.from_lens(lens), lens.ellipticity * plane.distance_ratio)

    @classmethod
    def find_bad_ellipticity(cls, lens: Lens) -> str | None:
        """The strength of a shear is any number."""
        return None

    def add(self, block: RowBlock) -> None:
        """Add the shear and its deflection to the sums of the block."""
        for quantity, turn in zip(GAMMA, self.orientation.double_angle, strict=True):
            if block.has_any(quantity):
                block.sums[quantity] += self.strength * turn
        if block.has_any(*ALPHA):
            major, minor = self.orientation.compute_axes(self.orientation.compute_offsets(block))
            np.multiply(major, self.strength, out=major)
            np.multiply(minor, -self.strength, out=minor)
            self.orientation.add_deflection(block, major, minor)
