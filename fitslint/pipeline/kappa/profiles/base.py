"""What a profile is made with, what it is added to, and what its parameters may be."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.kappa.constants import SPEED_OF_LIGHT, LensingConvention
from fitslint.pipeline.kappa.model import MAX_REDSHIFT, Lens

Floats = NDArray[np.float64]
Shape = tuple[int, ...]
KAPPA = "kappa"
GAMMA = ("gamma1", "gamma2")
ALPHA = ("alpha_x", "alpha_y")
QUANTITIES = (KAPPA, *GAMMA, *ALPHA)
MAX_LENGTH = 1e9
"""Largest length in arcsec, and number without a unit; the whole sky is 1.3e6 arcsec around."""
KEYWORD_BY_PARAMETER = {
    "x": "x_centre",
    "y": "y_centre",
    "z": "z_lens",
    "angle": "angle_pos",
    "ellipticity": "ellipticite",
    "core": "core_radius",
    "cut": "cut_radius",
    "velocity": "v_disp",
    "scale": "scale_radius",
    "concentration": "concentration",
}
_SHARED_PARAMETERS = ("x", "y", "z", "angle", "ellipticity")


class WorkArrays:
    """Arrays by name, used again for each lens so that a block stays in the cache.

    Each thread has its own.
    """

    def __init__(self) -> None:
        self._arrays: dict[str, Floats] = {}

    def __call__(self, name: str, shape: Shape) -> Floats:
        """The array of that name in a shape; what it holds is not defined."""
        size = math.prod(shape)
        array = self._arrays.get(name)
        if array is None or array.size < size:
            array = self._arrays[name] = np.empty(size)
        return array[:size].reshape(shape)


@dataclass(frozen=True, slots=True)
class RowBlock:
    """A block of rows of the maps, to which profiles are added.

    Parameters
    ----------
    x, y : ndarray
        arcsec from the reference; they broadcast to ``shape``.
    shape : tuple of int
        rows and columns.
    sums : dict of str to ndarray
        convergence, shear (dimensionless) and deflection (arcsec), those that are requested.
    scratch : WorkArrays
        working arrays.
    """

    x: Floats
    y: Floats
    shape: Shape
    sums: dict[str, Floats]
    scratch: WorkArrays

    def get_array(self, name: str) -> Floats:
        """The working array of that name in the shape of the block."""
        return self.scratch(name, self.shape)

    def has_any(self, *quantities: str) -> bool:
        """Whether any of the quantities is asked for."""
        return any(quantity in self.sums for quantity in quantities)

    def rotate_and_add(
        self, quantities: tuple[str, str], first: Floats, second: Floats, turn: tuple[float, float]
    ) -> None:
        """Add two components turned by the angle whose cosine and sine are ``turn``."""
        cos, sin = turn
        part = self.get_array("turned")
        for quantity, by_first, by_second in zip(quantities, (cos, sin), (-sin, cos), strict=True):
            if quantity in self.sums:
                self.sums[quantity] += np.multiply(first, by_first, out=part)
                self.sums[quantity] += np.multiply(second, by_second, out=part)


@dataclass(frozen=True, slots=True)
class LensPlane:
    """What a profile is made with beside its lens; ``distance_ratio`` is D_ls/D_s."""

    distance_ratio: float
    convention: LensingConvention
    cosmology: Cosmology


class LensProfile(ABC):
    """One lens, ready to be added to maps; the class knows what its parameters may be."""

    __slots__ = ()
    PARAMETERS: ClassVar[tuple[str, ...]] = ()
    """The parameters beside position, redshift, angle and ellipticity; what a profile does not read
    is not judged."""

    @classmethod
    @abstractmethod
    def from_lens(cls, lens: Lens, plane: LensPlane) -> Self:
        """The profile of a lens of a model."""

    @abstractmethod
    def add(self, block: RowBlock) -> None:
        """Add convergence, shear and deflection of this lens to the sums of the block."""

    @classmethod
    def find_fault(cls, lens: Lens) -> str | None:
        """What of the parameters makes no lens, the first of it."""
        return (
            _find_bad_number(lens, cls.PARAMETERS)
            or _find_bad_redshift(lens)
            or cls.find_bad_ellipticity(lens)
            or _find_bad_velocity(lens, cls.PARAMETERS)
            or cls.find_bad_radii(lens)
        )

    @classmethod
    def find_bad_ellipticity(cls, lens: Lens) -> str | None:
        """Why there is no ellipse of this ellipticity."""
        if 0 <= lens.ellipticity < 1:
            return None
        return (
            f"ellipticite {lens.ellipticity:g} makes no ellipse; "
            "(a^2 - b^2)/(a^2 + b^2) is at least 0 and below 1"
        )

    @classmethod
    def find_bad_radii(cls, lens: Lens) -> str | None:
        """What of the radii and what scales the mass does not go together."""
        return None


def _find_bad_number(lens: Lens, own: tuple[str, ...]) -> str | None:
    for name in (*_SHARED_PARAMETERS, *own):
        value, keyword = getattr(lens, name), KEYWORD_BY_PARAMETER[name]
        if not math.isfinite(value):
            return f"{keyword} is {value}; give a number"
        if abs(value) > MAX_LENGTH and name != "angle":
            return f"{keyword} {value:g} is too large; at most {MAX_LENGTH:g} is possible"
        if value < 0 and name in own:
            return f"{keyword} {value:g} is negative"
    return None


def _find_bad_redshift(lens: Lens) -> str | None:
    if 0 <= lens.z <= MAX_REDSHIFT:
        return None
    return f"z_lens {lens.z:g} is no redshift of a lens; it lies between 0 and {MAX_REDSHIFT:g}"


def _find_bad_velocity(lens: Lens, own: tuple[str, ...]) -> str | None:
    if "velocity" in own and lens.velocity >= SPEED_OF_LIGHT:
        return f"v_disp {lens.velocity:g} km/s is not below the speed of light"
    return None
