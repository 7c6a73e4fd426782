"""Thermal free-free emission (Dulk 1985, eqs 20 and 21), optically thin, in cgs units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitslint.pipeline.norh.constants import (
    ASTRONOMICAL_UNIT,
    BOLTZMANN,
    SFU,
    SPEED_OF_LIGHT,
)

Floats = NDArray[np.float64]
PARITY_FACTOR = 0.2
"""K of IDL's procedures at any temperature and frequency."""
GYRO_PER_GAUSS = 2.8e6
"""Hz, as the manual rounds it."""
_HOT = 2e5


@dataclass(frozen=True, slots=True)
class ThermalEmission:
    """What a thermal source sends: flux in SFU, r_c, and optical depth times solid angle in sr."""

    flux: Floats
    polarisation: Floats
    depth_area: Floats


def compute_factor(temperature: ArrayLike, frequency: ArrayLike, *, parity: bool = False) -> Floats:
    """K in kappa = K n^2/(nu^2 T^1.5)."""
    hot = np.asarray(temperature, np.float64)
    log, wave = np.log(hot), np.log(np.asarray(frequency, np.float64))
    found = np.where(hot > _HOT, 24.5 + log - wave, 18.2 + 1.5 * log - wave)
    return np.full(found.shape, PARITY_FACTOR) if parity else np.asarray(9.78e-3 * found)


def compute_flux_factor(
    temperature: ArrayLike, frequency: ArrayLike, distance: float, *, parity: bool = False
) -> Floats:
    """SFU of a unit of VEM/sqrt(T)."""
    factor = compute_factor(temperature, frequency, parity=parity)
    return np.asarray(2 * BOLTZMANN * factor / (SPEED_OF_LIGHT**2 * distance**2 * SFU))


def compute_line_of_sight_field(polarisation: ArrayLike, frequency: float) -> Floats:
    """Gauss along the line of sight, positive towards the observer, of a degree of polarisation.

    Dulk (1985), with 2.8 MHz by gauss as the manual has it: 30.4 G by percent at 17 GHz.
    """
    return np.asarray(frequency * np.asarray(polarisation, np.float64) / (2 * GYRO_PER_GAUSS))


def compute_freefree(
    temperature: float,
    field_along: float,
    measure: float,
    frequency: ArrayLike,
    *,
    distance: float = ASTRONOMICAL_UNIT,
    parity: bool = False,
) -> ThermalEmission:
    """The emission of a thin source.

    Parameters
    ----------
    temperature : float
        K.
    field_along : float
        gauss, along the line of sight; positive towards the observer.
    measure : float
        volume emission measure, cm^-3.
    frequency : array_like
        Hz.
    """
    frequency = np.asarray(frequency, np.float64)
    scale = compute_flux_factor(temperature, frequency, distance, parity=parity)
    factor = compute_factor(temperature, frequency, parity=parity)
    return ThermalEmission(
        scale * measure / np.sqrt(temperature),
        2 * GYRO_PER_GAUSS * field_along / frequency,
        factor * measure / (temperature**1.5 * frequency**2 * distance**2),
    )
