"""What ACIS and the mirrors make of a photon: effective area, vignetting, size of the PSF.

- Areas are those that CIAO's mkwarf gave for clusters at the aimpoint: of the front-illuminated
  chips in 2013 (ObsID 15173, ACIS-I), of the back-illuminated ones in 2001 (ObsID 1669, S3). What
  has grown on the filter since takes more of it under 1.5 keV, year by year.
- Vignetting is the mean over azimuth of the CALDB's (hrma vignet, 1996-12-20 on).
- The PSF is round; its radii of 0.5 and of 0.95 of the photons are those published for 1.49 keV
  (Feigelson et al. 2002, ApJ 574, 258). True ones are longer across than along the radius.

Who has the calibration files has better ones; every header names what was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.geometry import BACK_ILLUMINATED

Numbers = NDArray[Any]
AREA_MODEL = "CIAO-4.8"
"""What headers say of where the area is from."""
_ENERGIES = (
    0.3, 0.5, 0.7, 1.0, 1.2, 1.5, 1.8, 2.0, 2.1, 2.2, 2.3, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0
)  # fmt: skip
_AREA_FRONT = (
    0, 19, 43, 248, 370, 492, 488, 363, 223, 215, 253, 283, 323, 364, 317, 209, 108, 45, 8
)  # fmt: skip
_AREA_BACK = (
    22, 281, 380, 576, 635, 673, 601, 591, 346, 319, 361, 379, 391, 400, 324, 196, 97, 37, 7
)  # fmt: skip
_VIGNETTING = (
    (1.5, 0.146), (2.3, 0.157), (3.5, 0.166), (4.0, 0.177), (4.5, 0.202), (5.0, 0.245),
    (6.0, 0.319), (6.4, 0.384), (7.0, 0.429), (8.0, 0.419),
)  # fmt: skip
"""Energy in keV, and the part of the area that is lost 10 arcmin off the axis."""
_FALL = ((0.0, 0.0), (2.0, 0.07), (5.0, 0.38), (10.0, 1.0), (15.0, 1.59), (20.0, 2.1))
"""Arcmin off the axis, and the loss there by that at 10, at all energies to a tenth of it."""
_LOWEST = 0.05
_STEEPNESS = 1.2
"""1 - exp(-r**1.2) are within r: a narrower core and wider wings than those of a Gaussian (2)."""
SIGMA_FRACTION = 0.6
"""Of a point source within what detection takes as its sigma; that of the Gaussian which has 0.9
of its photons within the same radius."""


@dataclass(frozen=True, slots=True)
class Vignetting:
    """The loss of area off the axis: straight between the angles of `_FALL`, never under 0.05.

    Attributes
    ----------
    loss : float
        part of the area that is lost at 10 arcmin.
    """

    loss: float

    name = "CALDB"

    @classmethod
    def from_energy(cls, energy: float) -> Vignetting:
        """That of photons of ``energy`` keV."""
        known, losses = zip(*_VIGNETTING, strict=True)
        return cls(round(float(np.interp(energy, known, losses)), 4))

    def compute(self, theta: Numbers) -> Numbers:
        """The part of the area that is left ``theta`` arcmin off the axis."""
        angles, falls = np.array(_FALL).T
        return np.asarray(np.maximum(1 - self.loss * np.interp(theta, angles, falls), _LOWEST))


def compute_area(energy: float, chip: int) -> float:
    """The effective area on the axis in cm2 for photons of ``energy`` keV."""
    areas = _AREA_BACK if chip in BACK_ILLUMINATED else _AREA_FRONT
    return float(np.interp(energy, _ENERGIES, areas))


def compute_psf_radius(theta: Numbers, fraction: float | Numbers) -> Numbers:
    """The radius in arcsec around a point source that holds a fraction of its photons.

    0.9 of them are within 0.9 arcsec on the axis and within 12 arcsec at 10 arcmin.

    Parameters
    ----------
    theta : ndarray
        arcmin off the axis.
    fraction : float or ndarray
        0 and more, less than 1.

    Examples
    --------
    >>> [round(float(compute_psf_radius(np.array(10.0), part)), 1) for part in (0.5, 0.9)]
    [4.4, 12.0]
    """
    at_ninety = np.hypot(0.9, 12.0 * (theta / 10.0) ** 2)
    return np.asarray(at_ninety * (np.log1p(-fraction) / np.log1p(-0.9)) ** (1 / _STEEPNESS))


def compute_enclosed(radius: float) -> float:
    """The fraction of a point source within a radius in units of that of `SIGMA_FRACTION`."""
    return float(-np.expm1(np.log1p(-SIGMA_FRACTION) * radius**_STEEPNESS))
