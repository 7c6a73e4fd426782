"""Profile 14: external shear, phi = gamma/2 (x^2 - y^2) along its own axes.

Its deflection vanishes at the position of the component. Lenstool leaves it out of its deflection
maps; here it is in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import Lens
from fitslint.pipeline.kappa.profiles.block import ALPHA, GAMMA, Block
from fitslint.pipeline.kappa.profiles.component import Setting
from fitslint.pipeline.kappa.profiles.placing import Placing


@dataclass(frozen=True, slots=True)
class Shear:
    """A shear of one ``strength``, times D_ls/D_s."""

    placing: Placing
    strength: float

    @classmethod
    def of(cls, lens: Lens, setting: Setting) -> Shear:
        """The shear of a lens, whose ellipticity is its strength."""
        return cls(Placing.of(lens), lens.ellipticity * setting.weight)

    def add(self, block: Block) -> None:
        """Add the shear and its deflection to the sums of the block."""
        for quantity, turn in zip(GAMMA, self.placing.twice, strict=True):
            if block.wants(quantity):
                block.sums[quantity] += self.strength * turn
        if block.wants(*ALPHA):
            major, minor = self.placing.axes(self.placing.offsets(block))
            np.multiply(major, self.strength, out=major)
            np.multiply(minor, -self.strength, out=minor)
            self.placing.add_deflection(block, major, minor)
