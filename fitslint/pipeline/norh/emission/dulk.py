"""Gyrosynchrotron emission of a power law of electrons, by the fits of Dulk (1985), eqs 35 to 39.

The fits of emissivity and absorption are those of the X mode: against the exact sums of Ramaty they
are 1.03 and 1.00 in the median, between 0.74 and 1.81. So the intensity of both modes is that of
the X mode times 2/(1 + r_c). All is cgs; the electrons are those above 10 keV.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitslint.pipeline.norh.constants import (
    ASTRONOMICAL_UNIT,
    GYROFREQUENCY,
    PARITY_CM_PER_ARCSEC,
    SFU,
)

Floats = NDArray[np.float64]
DELTA_RANGE = (2.0, 7.0)
THETA_MIN = 20.0
"""Degrees between field and line of sight."""
HARMONICS = (10.0, 100.0)
"""Frequency by gyrofrequency, s."""
PARITY_DISTANCE = PARITY_CM_PER_ARCSEC * 648000 / np.pi
"""Cm, the distance that IDL's procedures have."""


@dataclass(frozen=True, slots=True)
class GyroEmission:
    """What a source sends, one value a frequency.

    Parameters
    ----------
    frequency : ndarray
        Hz.
    flux : ndarray
        both modes together, optically thin, SFU.
    polarisation : ndarray
        r_c = V/I.
    depth_area : ndarray
        optical depth of the X mode times the solid angle of the source, sr.
    is_valid : ndarray of bool
        whether the approximation holds.
    """

    frequency: Floats
    flux: Floats
    polarisation: Floats
    depth_area: Floats
    is_valid: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DulkFit:
    """The fits at a power-law index, an angle and harmonics; arrays are broadcast.

    Parameters
    ----------
    delta : array_like
        index of the electrons.
    theta : array_like
        degrees between field and line of sight.
    harmonic : array_like
        s, frequency by gyrofrequency.
    """

    delta: ArrayLike
    theta: ArrayLike
    harmonic: ArrayLike

    def _compute_parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        angle = np.radians(np.asarray(self.theta, np.float64))
        delta, s = np.asarray(self.delta, np.float64), np.asarray(self.harmonic, np.float64)
        return delta, np.abs(np.sin(angle)), np.abs(np.cos(angle)), s

    @property
    def emissivity(self) -> Floats:
        """Of the X mode, eta/(B N)."""
        delta, sine, _, s = self._compute_parts()
        power = sine ** (-0.43 + 0.65 * delta) * s ** (1.22 - 0.90 * delta)
        return np.asarray(3.3e-24 * 10 ** (-0.52 * delta) * power)

    @property
    def absorption(self) -> Floats:
        """Of the X mode, kappa B/N."""
        delta, sine, _, s = self._compute_parts()
        power = sine ** (-0.09 + 0.72 * delta) * s ** (-1.30 - 0.98 * delta)
        return np.asarray(1.4e-9 * 10 ** (-0.22 * delta) * power)

    @property
    def temperature(self) -> Floats:
        """Effective temperature in K."""
        delta, sine, _, s = self._compute_parts()
        power = sine ** (-0.36 - 0.06 * delta) * s ** (0.50 + 0.085 * delta)
        return np.asarray(2.2e9 * 10 ** (-0.31 * delta) * power)

    @property
    def polarisation(self) -> Floats:
        """Degree of circular polarisation r_c."""
        delta, _, cosine, s = self._compute_parts()
        start = 1.26 * 10 ** (0.035 * delta - 0.071 * cosine)
        return np.asarray(start * s ** (-0.782 + 0.545 * cosine))

    @property
    def is_valid(self) -> NDArray[np.bool_]:
        """Whether the fits hold."""
        delta, _, _, s = self._compute_parts()
        theta = np.asarray(self.theta, np.float64)
        found = (delta >= DELTA_RANGE[0]) & (delta <= DELTA_RANGE[1]) & (s >= HARMONICS[0])
        return np.asarray(found & (s <= HARMONICS[1]) & (theta >= THETA_MIN) & (theta <= 90))


def compute_dulk(
    delta: ArrayLike,
    field: ArrayLike,
    theta: ArrayLike,
    electrons: ArrayLike,
    frequency: ArrayLike,
    *,
    distance: float = ASTRONOMICAL_UNIT,
    parity: bool = False,
) -> GyroEmission:
    """The emission of a thin source.

    Parameters
    ----------
    delta, field, theta, electrons : array_like
        index; gauss; degrees; number of all electrons above 10 keV.
    frequency : array_like
        Hz.
    distance : float
        cm.
    parity : bool
        take twice the fitted emissivity for both modes, as the manual seems to.
    """
    field, frequency = np.asarray(field, np.float64), np.asarray(frequency, np.float64)
    electrons = np.asarray(electrons, np.float64)
    fit = DulkFit(delta, theta, frequency / (GYROFREQUENCY * field))
    per_mode = fit.emissivity * field * electrons / (distance * distance * SFU)
    modes = 2.0 if parity else 2 / (1 + fit.polarisation)
    return GyroEmission(
        frequency,
        per_mode * modes,
        fit.polarisation,
        fit.absorption / field * electrons / distance**2,
        fit.is_valid,
    )


def find_peak_frequency(delta: float, theta: float, field: float, column: float) -> float:
    """Hz at which the flux is largest, of a column of electrons (cm^-2)."""
    sine = np.sin(np.radians(theta))
    scale = 2.72e3 * 10 ** (0.27 * delta) * sine ** (0.41 + 0.03 * delta)
    return float(scale * column ** (0.32 - 0.03 * delta) * field ** (0.68 + 0.03 * delta))


def estimate_delta(alpha: ArrayLike, *, manual: bool = False) -> Floats:
    """Index of the electrons by the spectral index of a thin source, (1.22 - alpha)/0.90.

    The manual rounds to -1.1 (alpha - 1.2).
    """
    slope = np.asarray(alpha, np.float64)
    return np.asarray(-1.1 * (slope - 1.2) if manual else (1.22 - slope) / 0.90)
