"""Profile 14: external shear, phi = gamma/2 (x^2 - y^2) along its own axes.

Its deflection vanishes at the position of the component. Lenstool leaves it out of its deflection
maps; here it is in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.block import ALPHA, GAMMA, RowBlock
from fitslint.pipeline.kappa.profiles.component import LensPlane
from fitslint.pipeline.kappa.profiles.orientation import Orientation


@dataclass(frozen=True, slots=True)
class ExternalShear:
    """A shear of one ``strength``, times D_ls/D_s."""

    orientation: Orientation
    strength: float

    @classmethod
    def from_lens(cls, lens: Lens, setting: LensPlane) -> ExternalShear:
        """The shear of a lens, whose ellipticity is its strength."""
        return cls(Orientation.from_lens(lens), lens.ellipticity * setting.distance_ratio)

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
