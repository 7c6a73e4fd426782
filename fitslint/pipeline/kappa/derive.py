"""What follows from convergence and shear: magnification, ellipticity, surface density."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fitslint.cosmology.model import Cosmology
from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.constants import SPEED_OF_LIGHT

Map = NDArray[Any]
DensityUnit = Literal["g cm**-2", "10**12 solMass pixel**-1", "10**12 solMass kpc**-2"]
"""BUNIT of a surface density: what Lenstool writes for ``mass 2``, ``mass 3`` and ``mass 4``."""
_HUBBLE_LENGTH = SPEED_OF_LIGHT / 50
"""c/H0 in Mpc at H0 = 50 km/s/Mpc, where Lenstool's constants hold."""
_LENSTOOL_DENSITIES: Mapping[str, float] = {
    "g cm**-2": 0.057929405 * _HUBBLE_LENGTH,
    "10**12 solMass kpc**-2": 2.7730112e-4 * _HUBBLE_LENGTH,
    "10**12 solMass pixel**-1": 0.2343165 / _HUBBLE_LENGTH,
}
"""``cH4piG`` and ``cH0_4piG`` times D_l in Mpc, ``MCRIT12`` by D_l, of Lenstool's constant.h."""


def compute_magnification(kappa: Map, gamma1: Map, gamma2: Map) -> Map:
    """Magnification 1/((1 - kappa)^2 - |gamma|^2), negative between the critical curves.

    Parameters
    ----------
    kappa, gamma1, gamma2 : ndarray
        convergence and shear **at the source redshift**; of one shape.

    Returns
    -------
    ndarray
        of that shape; infinite on a critical curve.
    """
    result = _compute_determinant(kappa, gamma1, gamma2)
    with np.errstate(divide="ignore"):
        return np.reciprocal(result, out=result)


def compute_magnitudes(magnification: Map) -> Map:
    """2.5 log10 |mu|: by how many magnitudes an image is brighter (``ampli 3``)."""
    result = np.abs(magnification)
    with np.errstate(divide="ignore"):
        np.log10(result, out=result)
    return np.multiply(result, 2.5, out=result)


def compute_shear_modulus(gamma1: Map, gamma2: Map) -> Map:
    """|gamma| (``shear 1``)."""
    return np.hypot(gamma1, gamma2)


def compute_ellipticity(kappa: Map, gamma1: Map, gamma2: Map) -> Map:
    """Ellipticity |(q^2 - 1)/(q^2 + 1)| that a round source gets (``shear 2``).

    Lenstool's q is the ratio of the eigenvalues of the inverse magnification, 1 - kappa + |gamma|
    and 1 - kappa - |gamma|; the expression is 2 |1 - kappa| |gamma|/((1 - kappa)^2 + |gamma|^2),
    finite where an eigenvalue is 0.

    Parameters
    ----------
    kappa, gamma1, gamma2 : ndarray
        convergence and shear **at the source redshift**; of one shape.

    Returns
    -------
    ndarray
        of that shape, from 0 to 1; 0 where 1 - kappa and the shear are both 0.
    """
    shear = np.hypot(gamma1, gamma2)
    rest = np.subtract(1, kappa)
    np.abs(rest, out=rest)
    larger = np.maximum(shear, rest)
    ratio = np.minimum(shear, rest, out=shear)
    ratio = np.divide(ratio, larger, out=ratio, where=larger > 0)
    below = np.square(ratio, out=larger)
    below += 1
    ratio *= 2
    return np.divide(ratio, below, out=ratio)


def compute_critical_density(
    cosmology: Cosmology,
    redshift: float,
    unit: DensityUnit,
    *,
    pixel: tuple[float, float] | None = None,
    parity: bool = False,
) -> float:
    """Critical surface density c^2/(4 pi G D_l) of a plane at D_ls/D_s = 1.

    A convergence **at D_ls/D_s = 1** times this is the projected density of mass, which no source
    redshift changes. Each plane has its own (Lenstool takes that of the first lens for all).

    Parameters
    ----------
    cosmology : Cosmology
        for the angular-diameter distance.
    redshift : float
        of the plane.
    unit : str
        one of :data:`DensityUnit`.
    pixel : tuple of float, optional
        size of a pixel along x and y in arcsec; needed for a mass by pixel.
    parity : bool, optional
        take Lenstool's rounded constants.

    Returns
    -------
    float
        in the unit.

    Raises
    ------
    PipelineError
        for a plane at redshift 0 or below, which has none.
    """
    if unit not in _LENSTOOL_DENSITIES:
        raise ValueError(f"{unit!r} is not one of {', '.join(_LENSTOOL_DENSITIES)}")
    if not redshift > 0:
        raise PipelineError(f"a plane at redshift {redshift:g} has no critical density")
    area = 1.0
    if "pixel" in unit:
        if pixel is None:
            raise ValueError(f"{unit} needs the size of a pixel")
        area = pixel[0] * pixel[1]
    if not parity:
        return area * _compute_exact_density(cosmology, redshift, unit)
    distance = cosmology.angular_diameter_distance(redshift)
    return area * _LENSTOOL_DENSITIES[unit] * (distance if "pixel" in unit else 1 / distance)


def _compute_exact_density(cosmology: Cosmology, redshift: float, unit: str) -> float:
    """The critical density with G of CODATA and the solar mass of IAU 2015, as astropy has them;
    by arcsec^2 in place of a pixel."""
    import astropy.units as u
    from astropy.constants import G, c

    distance = cosmology.angular_diameter_distance(redshift) * u.Mpc
    density = c**2 / (4 * np.pi * G * distance)
    if unit == "g cm**-2":
        return float(density.to_value("g / cm2"))
    area = cosmology.kpc_per_arcsec(redshift) ** 2 if "pixel" in unit else 1.0
    return float(density.to_value("solMass / kpc2")) * 1e-12 * area


def _compute_determinant(kappa: Map, gamma1: Map, gamma2: Map) -> Map:
    """(1 - kappa)^2 - |gamma|^2, with one working array."""
    result = np.subtract(1, kappa)
    np.square(result, out=result)
    part = np.square(gamma1)
    result -= part
    result -= np.square(gamma2, out=part)
    return result
