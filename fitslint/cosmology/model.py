"""A cosmology: what it is called, its parameters, and the distances that products rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fitslint.model.errors import FitslintError

REALISATION_NAMES = (
    "Planck13",
    "Planck15",
    "Planck18",
    "WMAP1",
    "WMAP3",
    "WMAP5",
    "WMAP7",
    "WMAP9",
)
"""The realisations of astropy.cosmology that a user may name."""
_ARCSEC = math.pi / 180 / 3600


class CosmologyError(FitslintError, ValueError):
    """No cosmology can be made of what was given; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Cosmology:
    """A cosmology of astropy with the facts that go into headers.

    Parameters
    ----------
    name : str
        ``Planck18``, or the class of a universe that its parameters define (``FlatLambdaCDM``).
    h0 : float
        Hubble constant in km/s/Mpc.
    omega_m, omega_l : float
        densities of matter and dark energy today by the critical density.
    w0 : float
        pressure by density of dark energy.
    """

    name: str
    h0: float
    omega_m: float
    omega_l: float
    w0: float = -1.0
    _astropy: Any = field(default=None, compare=False, repr=False)

    def kpc_per_arcsec(self, redshift: float) -> float:
        """Transverse proper length of one arcsec in kpc."""
        return self.angular_diameter_distance(redshift) * 1000 * _ARCSEC

    def angular_diameter_distance(self, redshift: float, beyond: float | None = None) -> float:
        """D_A in Mpc from here to ``redshift``, or from there to ``beyond``."""
        if beyond is None:
            return self._evaluate_distance(self._astropy.angular_diameter_distance, redshift)
        try:
            return self._evaluate_distance(
                self._astropy.angular_diameter_distance, redshift, beyond
            )
        except TypeError:  # astropy before 7.2 has a method of its own
            return self._evaluate_distance(
                self._astropy.angular_diameter_distance_z1z2, redshift, beyond
            )

    @staticmethod
    def _evaluate_distance(distance: Any, *redshifts: float) -> float:
        """A distance in Mpc; one that is none is NaN, which astropy need not warn of."""
        import numpy as np

        with np.errstate(all="ignore"):
            return float(distance(*redshifts).value)

    def distance_ratio(self, lens: float, source: float) -> float:
        """D_ls/D_s; 0 for a source that is not behind the lens."""
        if source <= lens:
            return 0.0
        return self.angular_diameter_distance(lens, source) / self.angular_diameter_distance(source)

    def critical_density(self, redshift: float) -> float:
        """3 H(z)^2 / (8 pi G) in solar masses per kpc^3."""
        import astropy.units as u

        return float(self._astropy.critical_density(redshift).to_value(u.Msun / u.kpc**3))


def parse_cosmology(value: object) -> Cosmology:
    """The cosmology that is meant by a name, three or four numbers, or an object of astropy.

    ``"Planck18"``; ``"70,0.3,0.7"`` (H0, Omega_m, Omega_Lambda and perhaps w0, without radiation);
    an ``astropy.cosmology`` object; or a :class:`Cosmology`.

    Raises
    ------
    CosmologyError
        when it is none of these.
    """
    if isinstance(value, Cosmology):
        return value
    if isinstance(value, str):
        return _parse_text(value)
    if hasattr(value, "angular_diameter_distance_z1z2"):
        return _convert_astropy(value)
    raise CosmologyError(f"a cosmology is a name or H0,OmegaM,OmegaL, not {type(value).__name__}")


def _parse_text(text: str) -> Cosmology:
    wanted = {name.lower(): name for name in REALISATION_NAMES}.get(text.strip().lower())
    if wanted is not None:
        return _load_realisation(wanted)
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError:
        numbers = []
    if not 3 <= len(numbers) <= 4:
        raise CosmologyError(
            f"{text[:40]!r} is no cosmology; write one of {', '.join(REALISATION_NAMES)}, "
            "or H0,OmegaM,OmegaL such as 70,0.3,0.7"
        )
    return build_cosmology(*numbers)


@lru_cache(maxsize=64)
def build_cosmology(h0: float, omega_m: float, omega_l: float, w0: float = -1.0) -> Cosmology:
    """A universe of matter and dark energy without radiation, as Lenstool has it.

    Raises
    ------
    CosmologyError
        when the parameters make none.
    """
    if not (1 <= h0 <= 1000 and 0 <= omega_m <= 10 and abs(omega_l) <= 10 and abs(w0) <= 10):
        raise CosmologyError(
            f"H0 {h0:g}, OmegaM {omega_m:g}, OmegaL {omega_l:g} and w0 {w0:g} make no universe; "
            "H0 is in km/s/Mpc, and densities are at most 10"
        )
    if not _has_distances(omega_m, omega_l, w0):
        raise CosmologyError(
            f"a universe of OmegaM {omega_m:g} and OmegaL {omega_l:g} has no past to redshift 10^4"
        )
    from astropy.cosmology import FlatLambdaCDM, LambdaCDM, wCDM

    if w0 != -1:
        made: Any = wCDM(H0=h0, Om0=omega_m, Ode0=omega_l, w0=w0, Tcmb0=0)
    elif math.isclose(omega_m + omega_l, 1, rel_tol=0, abs_tol=1e-12):
        made = FlatLambdaCDM(H0=h0, Om0=omega_m, Tcmb0=0)
    else:
        made = LambdaCDM(H0=h0, Om0=omega_m, Ode0=omega_l, Tcmb0=0)
    return Cosmology(type(made).__name__, h0, omega_m, omega_l, w0, made)


def _has_distances(omega_m: float, omega_l: float, w0: float) -> bool:
    """Whether H(z)^2 is positive up to redshift 10^4, so that distances exist."""
    curvature = 1 - omega_m - omega_l
    return all(
        omega_m * a**3 + curvature * a**2 + omega_l * a ** (3 * (1 + w0)) > 0
        for a in (10 ** (step / 50) for step in range(201))
    )


@lru_cache(maxsize=len(REALISATION_NAMES))
def _load_realisation(name: str) -> Cosmology:
    import astropy.cosmology

    return _convert_astropy(getattr(astropy.cosmology, name))


def _convert_astropy(made: Any) -> Cosmology:
    name = made.name or type(made).__name__
    w0 = float(getattr(made, "w0", -1.0))
    return Cosmology(name, float(made.H0.value), float(made.Om0), float(made.Ode0), w0, made)
