"""Constants and conventions of lensing: the exact ones, and the ones that Lenstool has."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fitslint.cosmology.model import Cosmology

ARCSEC_PER_RADIAN = 648000 / math.pi
"""Arcsec in a radian."""
SPEED_OF_LIGHT = 299792.458
"""Speed of light in km/s (exact, SI)."""
MIN_RADIUS = 1e-8
"""Least radius and core radius in arcsec. Singular profiles are finite from here inwards; Lenstool
has this floor for the NFW profile alone and gives inf or NaN for the others."""


_HUBBLE_LENGTH = SPEED_OF_LIGHT / 50 * 1000 / ARCSEC_PER_RADIAN
"""c/H0 in kpc by arcsec at H0 = 50 km/s/Mpc."""


@dataclass(frozen=True, slots=True)
class LensingConvention:
    """What an evaluation rests on beside the model.

    Parameters
    ----------
    bending : float
        pi/c^2 in arcsec by (km/s)^2.
    circular_below : float
        a dPIE whose flattening (a - b)/(a + b) is not above this is taken to be circular.
    min_flattening : float
        (a - b)/(a + b) of a PIEMD whose ellipticity is 0.
    length_factor : float
        kpc by arcsec, as a factor of the exact value.
    """

    bending: float
    circular_below: float
    min_flattening: float
    length_factor: float

    def kpc_per_arcsec(self, cosmology: Cosmology, redshift: float) -> float:
        """Transverse proper length of one arcsec in kpc."""
        return self.length_factor * cosmology.kpc_per_arcsec(redshift)


EXACT = LensingConvention(
    bending=648000 / SPEED_OF_LIGHT**2, circular_below=0.0, min_flattening=0.0, length_factor=1.0
)
"""Physical constants as they are, ellipticities as the model has them."""
LENSTOOL = LensingConvention(
    bending=7.209970e-6,
    circular_below=2e-4,
    min_flattening=1e-5,
    length_factor=29.068701 / _HUBBLE_LENGTH,
)
"""Lenstool 6 and 7: ``pia_c2`` and ``d0`` of constant.h, the limits of e_grad2.c and set_lens.c."""


def choose_convention(parity: bool) -> LensingConvention:
    """Lenstool's convention for parity with its maps, otherwise the exact one."""
    return LENSTOOL if parity else EXACT
