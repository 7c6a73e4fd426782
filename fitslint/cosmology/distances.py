"""Angular-diameter distances in plain Python: what a check needs without loading astropy.

The model is that of ``astropy.cosmology``, with the massive neutrinos of Komatsu et al. 2011
(ApJS 192, 18, equation 26); distances agree with it to 1e-6.
"""

from __future__ import annotations

import math
from functools import lru_cache

from fitslint.model.records import dataclass

_SPEED_OF_LIGHT = 299792.458
"""Speed of light in km/s."""
_PHOTON_DENSITY = 4.48162009e-7
"""Density of photons by the critical one, for h = 1 and 1 K (to the fourth power)."""
_NEUTRINO_DENSITY_RATIO = 7 / 8 * (4 / 11) ** (4 / 3)
_NEUTRINO_TEMPERATURE_RATIO = 0.7137658555036082
"""Temperature of the neutrinos by that of the photons."""
_BOLTZMANN_CONSTANT = 8.617333262e-5
"""Boltzmann's constant in eV/K."""
_FLATNESS_TOLERANCE = 2e-3
"""Omega_m and Omega_Lambda that sum to one so far are rounded numbers of a flat universe."""
_PANELS = 12
_NODES = (0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363)
_WEIGHTS = (0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763)
"""Gauss-Legendre quadrature with eight points; the other four are the negative ones."""


@dataclass(frozen=True, slots=True)
class Universe:
    """Parameters of a universe.

    Attributes
    ----------
    h0 : float
        Hubble constant in km/s/Mpc.
    omega_m, omega_l : float
        densities of matter (without massive neutrinos) and dark energy by the critical density.
    w0 : float
        pressure by density of dark energy.
    photon_temperature : float
        of the photons in K; 0 without radiation.
    neutrino_number : float
        effective number.
    neutrino_mass : float
        of the one massive neutrino in eV.
    """

    h0: float
    omega_m: float
    omega_l: float
    w0: float = -1.0
    photon_temperature: float = 0.0
    neutrino_number: float = 0.0
    neutrino_mass: float = 0.0

    @property
    def curvature(self) -> float:
        """Omega_k; 0 for a named realisation, all of which are flat, and for rounded numbers."""
        rest = 1 - self.omega_m - self.omega_l
        return 0.0 if self.photon_temperature or abs(rest) < _FLATNESS_TOLERANCE else rest

    def compute_expansion(self, zp1: float) -> float:
        """H(z)^2 by H0^2 at 1 + z = ``grown``."""
        dark = self.omega_l * math.pow(zp1, 3 * (1 + self.w0))
        dust = self.omega_m * zp1**3 + self.curvature * zp1**2
        return dust + dark + self._compute_radiation(zp1)

    def _compute_radiation(self, zp1: float) -> float:
        if not self.photon_temperature:
            return 0.0
        photons = _PHOTON_DENSITY * self.photon_temperature**4 / (self.h0 / 100) ** 2
        relative = _NEUTRINO_DENSITY_RATIO * self.neutrino_number
        if self.neutrino_mass:
            energy = self.neutrino_mass / (
                _BOLTZMANN_CONSTANT * _NEUTRINO_TEMPERATURE_RATIO * self.photon_temperature * zp1
            )
            heavy = (1 + (0.3173 * energy) ** 1.83) ** (1 / 1.83)
            relative = _NEUTRINO_DENSITY_RATIO * self.neutrino_number / 3 * (heavy + 2)
        return photons * (1 + relative) * zp1**4


REALISATIONS = {
    "Planck13": Universe(67.77, 0.30712, 0.69139115, -1.0, 2.7255, 3.046, 0.06),
    "Planck15": Universe(67.74, 0.3075, 0.69100983, -1.0, 2.7255, 3.046, 0.06),
    "Planck18": Universe(67.66, 0.30966, 0.68884631, -1.0, 2.7255, 3.046, 0.06),
    "WMAP1": Universe(72.0, 0.257, 0.74291942, -1.0, 2.725, 3.04),
    "WMAP3": Universe(70.1, 0.276, 0.72391499, -1.0, 2.725, 3.04),
    "WMAP5": Universe(70.2, 0.277, 0.72291523, -1.0, 2.725, 3.04),
    "WMAP7": Universe(70.4, 0.272, 0.72791572, -1.0, 2.725, 3.04),
    "WMAP9": Universe(69.32, 0.2865, 0.71341307, -1.0, 2.725, 3.04),
}
"""The realisations of astropy.cosmology."""


def find_realisation(name: str) -> Universe | None:
    """The realisation of a name, whatever its case."""
    return next(
        (parameters for key, parameters in REALISATIONS.items() if key.lower() == name.lower()),
        None,
    )


@lru_cache(maxsize=256)
def angular_diameter_distance(
    universe: Universe, redshift: float, beyond: float | None = None
) -> float | None:
    """D_A in Mpc from here to ``redshift``, or from there to ``beyond`` (Hogg 1999, eq. 16, 19).

    None where the universe has no such distance.
    """
    start, end = (0.0, redshift) if beyond is None else (redshift, beyond)
    if not (universe.h0 > 0 and 0 <= start <= end):
        return None
    try:
        along = _integrate(universe, math.log1p(start), math.log1p(end))
    except (ValueError, ArithmeticError):
        return None
    hubble = _SPEED_OF_LIGHT / universe.h0
    bent = math.sqrt(abs(universe.curvature))
    if universe.curvature > 0:
        along = math.sinh(bent * along) / bent
    elif universe.curvature < 0:
        along = math.sin(bent * along) / bent
    return hubble * along / (1 + end)


def _integrate(universe: Universe, start: float, end: float) -> float:
    """The integral of dz / E(z) over the logarithm of 1 + z."""
    half = (end - start) / _PANELS / 2
    total = 0.0
    for panel in range(_PANELS):
        middle = start + (2 * panel + 1) * half
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            for sign in (-half, half):
                grown = math.exp(middle + sign * node)
                total += weight * grown / math.sqrt(universe.compute_expansion(grown))
    return total * half
