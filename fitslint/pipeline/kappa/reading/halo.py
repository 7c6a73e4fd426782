"""NFW haloes: any two of concentration, scale radius, mass, radius and velocity give the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.kappa.constants import LENSTOOL

LENSTOOL_INVERSE_G = 2.325968e8
"""Lenstool's 1/G in solar masses (km/s)^-2 Mpc^-1; 4e-4 above today's value: for parity
with its maps alone."""
_CUBE_ROOT_EXPONENT = 0.333333
"""Lenstool's exponent of the cube root, 7e-7 off for a cluster."""
_G = 4.30091727e-9
"""G in Mpc (km/s)^2 per solar mass, as it stands in the critical density."""

_HEAVY_HALO_NOTE = (
    "r_s with M200 or r200 is taken as it stands; Lenstool 6.8 makes such a halo 10^6 too heavy"
)


@dataclass(frozen=True, slots=True)
class Halo:
    """What a file says of an NFW halo: lengths in arcsec, the mass in solar masses, km/s.

    0 stands for what it does not say, as in Lenstool.
    """

    z: float
    concentration: float = 0.0
    scale: float = 0.0
    r200: float = 0.0
    m200: float = 0.0
    velocity: float = 0.0


@dataclass(frozen=True, slots=True)
class NfwParameters:
    """Scale radius in arcsec and r200/r_s; ``note`` tells an assumption."""

    scale: float
    concentration: float
    note: str = ""


def resolve_nfw(halo: Halo, cosmology: Cosmology, *, parity: bool = False) -> NfwParameters | None:
    """The halo's scale radius and concentration; None when the file says too little.

    The pairs count in Lenstool's order (its ``set_lens``): c and M200, c and r200, c and r_s,
    r_s and M200, r_s and r200, M200 alone (Maccio et al. 2008), r_s and the velocity of Golse &
    Kneib 2002.

    ``parity`` takes Lenstool's constants for r200 of a mass.
    """
    c, scale, mass, r200 = halo.concentration, halo.scale, halo.m200, halo.r200
    if mass < 0:
        return NfwParameters(math.nan, math.nan)
    if c and mass:
        return NfwParameters(compute_virial_radius(mass, halo.z, cosmology, parity=parity) / c, c)
    if c and r200:
        return NfwParameters(r200 / c, c)
    if c and scale:
        return NfwParameters(scale, c)
    if scale and mass:
        return NfwParameters(
            scale,
            compute_virial_radius(mass, halo.z, cosmology, parity=parity) / scale,
            _HEAVY_HALO_NOTE,
        )
    if scale and r200:
        return NfwParameters(scale, r200 / scale, _HEAVY_HALO_NOTE)
    if mass:
        c = 10 ** (0.830 - 0.098 * (math.log10(mass) - 12))
        note = f"no concentration is given; Maccio et al. 2008 give {c:.3f} for this mass"
        return NfwParameters(
            compute_virial_radius(mass, halo.z, cosmology, parity=parity) / c, c, note
        )
    if scale and halo.velocity:
        return NfwParameters(scale, _solve_concentration(halo.velocity, scale, halo.z, cosmology))
    return None


def compute_virial_radius(
    mass: float, z: float, cosmology: Cosmology, *, parity: bool = False
) -> float:
    """r200 in arcsec of a mass in solar masses: 200 times the critical density at z.

    With ``parity`` by Lenstool's G, its cube root and its kpc by arcsec, else exactly.
    """
    density = cosmology.critical_density(z)
    if not parity:
        return math.cbrt(3 * mass / (800 * math.pi * density)) / cosmology.kpc_per_arcsec(z)
    radius = math.pow(
        3 * mass / (800 * math.pi * density * 1e9 * _G * LENSTOOL_INVERSE_G), _CUBE_ROOT_EXPONENT
    )
    return radius * 1000 / LENSTOOL.kpc_per_arcsec(cosmology, z)


def _solve_concentration(velocity: float, scale: float, z: float, cosmology: Cosmology) -> float:
    """c of sigma^2 = (8/3) G r_s^2 rho_s with rho_s = (200/3) rho_crit c^3 / m(c)."""
    from scipy.optimize import brentq

    length = scale * LENSTOOL.kpc_per_arcsec(cosmology, z) / 1000
    density = 3 / 8 * velocity**2 / (_G * length**2) / (cosmology.critical_density(z) * 1e9)

    def compute_excess(logarithm: float) -> float:
        c = math.exp(logarithm)
        return math.log(200 / 3 * c**3 / (math.log1p(c) - c / (1 + c)) / density)

    low, high = math.log(1e-4), math.log(1e5)
    if compute_excess(low) > 0 or compute_excess(high) < 0:
        return math.nan
    return math.exp(float(brentq(compute_excess, low, high, xtol=1e-13, rtol=1e-13)))
