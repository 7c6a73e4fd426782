"""What a profile must be able to do, and what it is made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.kappa.constants import LensingConvention
from fitslint.pipeline.kappa.profiles.block import RowBlock


class LensProfile(Protocol):
    """One lens, ready to be added to maps."""

    def add(self, block: RowBlock) -> None:
        """Add convergence, shear and deflection of this lens to the sums of the block."""


@dataclass(frozen=True, slots=True)
class LensPlane:
    """What a component is made with beside its lens; ``weight`` is the D_ls/D_s of its plane."""

    distance_ratio: float
    convention: LensingConvention
    cosmology: Cosmology
