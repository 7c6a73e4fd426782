"""What ACIS and the mirrors make of a photon: effective area, vignetting, size of the PSF.

The numbers are rounded from the figures of the Chandra Proposers' Observatory Guide, for an
observation of the first years; who has the calibration files gives an area and a vignetting of
their own, and every header names what was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.geometry import BACK_ILLUMINATED

Numbers = NDArray[Any]
AREA_MODEL = "POG"
"""What headers say of where the area is from."""
_ENERGIES = (0.3, 0.5, 0.7, 1.0, 1.5, 1.8, 2.1, 2.3, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0)
_AREA_FRONT = (5, 60, 190, 420, 600, 540, 340, 340, 300, 290, 280, 240, 150, 70, 5)
_AREA_BACK = (60, 190, 380, 590, 690, 570, 370, 360, 300, 260, 210, 150, 80, 30, 2)
_VIGNETTING = ((1.5, 0.20), (4.5, 0.32), (6.4, 0.45))
"""Energy in keV, and the part of the area that is lost 10 arcmin off the axis."""
_LOWEST = 0.05
SIGMA_FRACTION = 0.3935
"""Of a Gaussian of two dimensions within one sigma."""


@dataclass(frozen=True, slots=True)
class Vignetting:
    """The loss of area off the axis: 1 - loss (theta / 10 arcmin)^2, never under 0.05.

    Attributes
    ----------
    loss : float
        part of the area that is lost at 10 arcmin.
    """

    loss: float

    name = "quadratic"

    @classmethod
    def from_energy(cls, energy: float) -> Vignetting:
        """That of photons of ``energy`` keV."""
        known, losses = zip(*_VIGNETTING, strict=True)
        return cls(round(float(np.interp(energy, known, losses)), 4))

    def compute(self, theta: Numbers) -> Numbers:
        """The part of the area that is left ``theta`` arcmin off the axis."""
        return np.maximum(1 - self.loss * (theta / 10.0) ** 2, _LOWEST)


def compute_area(energy: float, chip: int) -> float:
    """The effective area on the axis in cm2 for photons of ``energy`` keV."""
    areas = _AREA_BACK if chip in BACK_ILLUMINATED else _AREA_FRONT
    return float(np.interp(energy, _ENERGIES, areas))


def compute_psf_radius(theta: Numbers, fraction: float = 0.9) -> Numbers:
    """The radius in arcsec around a point source that holds a fraction of its photons.

    0.9 of them are within 0.9 arcsec on the axis and within 12 arcsec at 10 arcmin; other
    fractions are those of a Gaussian.

    Parameters
    ----------
    theta : ndarray
        arcmin off the axis.
    """
    at_ninety = np.hypot(0.9, 12.0 * (theta / 10.0) ** 2)
    return np.asarray(at_ninety * np.sqrt(np.log1p(-fraction) / np.log1p(-0.9)))
