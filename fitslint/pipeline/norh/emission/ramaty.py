"""Gyrosynchrotron emission by exact sums over harmonics (Ramaty 1969).

Electrons are isotropic with a power law from 10 keV to 10 MeV, in vacuum or in a plasma whose
index of refraction suppresses low frequencies (Razin). Bessel functions are exact; where there are
many harmonics their sum is an integral, which changes it by less than 0.1 percent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.norh.constants import (
    ASTRONOMICAL_UNIT,
    ELECTRON_CHARGE,
    ELECTRON_MASS,
    ELECTRON_REST_ENERGY,
    GYROFREQUENCY,
    KEV,
    SFU,
    SPEED_OF_LIGHT,
)
from fitslint.pipeline.norh.emission.dulk import GyroEmission

Floats = NDArray[np.float64]
_ENERGY_NODES = 64
_LOWEST, _HIGHEST = 10 * KEV, 10_000 * KEV
_SUMMED_MAX = 96
"""Harmonics up to which they are summed one by one."""
_PANEL_NODES = 40
_STEEPEST = 89.9
"""Degrees: at 90 the sums have a limit, which is taken from here."""


@dataclass(frozen=True, slots=True)
class ModeCoefficients:
    """Emissivity (erg s^-1 Hz^-1 sr^-1) and absorption (cm^2) by electron above 10 keV."""

    emissivity: float
    absorption: float


@dataclass(frozen=True, slots=True)
class _Medium:
    """A mode: frequency by gyrofrequency, angle to the field, index of refraction, axial ratio."""

    q: float
    angle: float
    index: float
    ratio: float


def compute_ramaty(
    delta: float,
    field: float,
    theta: float,
    electrons: float,
    frequency: Floats,
    *,
    density: float = 0.0,
    distance: float = ASTRONOMICAL_UNIT,
) -> GyroEmission:
    """The emission of a thin source; parameters as of :func:`~.dulk.compute_dulk`.

    Parameters
    ----------
    density : float
        of the thermal plasma, cm^-3; 0 is vacuum.
    """
    frequency = np.atleast_1d(np.asarray(frequency, np.float64))
    pairs = [
        [
            sum_harmonics(delta, field, theta, float(each), density, is_x=mode)
            for mode in (True, False)
        ]
        for each in frequency
    ]
    x, o = (np.array([pair[at].emissivity for pair in pairs]) for at in (0, 1))
    total = x + o
    scale = electrons / (distance * distance)
    with np.errstate(invalid="ignore", divide="ignore"):
        polarisation = np.where(total > 0, (x - o) / total, np.nan)
    depth = np.array([pair[0].absorption for pair in pairs]) * scale
    return GyroEmission(frequency, total * scale / SFU, polarisation, depth, total > 0)


def sum_harmonics(
    delta: float, field: float, theta: float, frequency: float, density: float = 0.0, *, is_x: bool
) -> ModeCoefficients:
    """The coefficients of one mode at one frequency (Hz)."""
    angle = math.radians(min(theta, _STEEPEST))
    q = frequency / (GYROFREQUENCY * field)
    medium = _find_medium(q, angle, density, frequency, is_x)
    if medium is None:
        return ModeCoefficients(0.0, 0.0)
    nodes, weights = np.polynomial.legendre.leggauss(_ENERGY_NODES)
    half = math.log(_HIGHEST / _LOWEST) / 2
    energy = _LOWEST * np.exp(half * (nodes + 1))
    gamma = 1 + energy / ELECTRON_REST_ENERGY
    beta = np.sqrt(1 - gamma**-2)
    spectrum = (delta - 1) / _LOWEST * (energy / _LOWEST) ** -delta
    sums = np.array([_sum_at_energy(medium, *pair) for pair in zip(gamma, beta, strict=True)])
    scale = 2 * math.pi * ELECTRON_CHARGE**2 * frequency / SPEED_OF_LIGHT
    scale /= (1 + medium.ratio**2) * math.cos(angle)
    parts = scale * weights * half * energy * spectrum / (2 * beta) * sums
    slope = delta / energy + (1 / gamma + gamma / (gamma**2 - 1)) / ELECTRON_REST_ENERGY
    area = (SPEED_OF_LIGHT / (medium.index * frequency)) ** 2
    return ModeCoefficients(float(parts.sum()), float((parts * slope).sum() * area))


def _find_medium(
    q: float, angle: float, density: float, frequency: float, is_x: bool
) -> _Medium | None:
    """The mode at an angle to the field; None where it does not propagate."""
    plasma = density * ELECTRON_CHARGE**2 / (math.pi * ELECTRON_MASS) / frequency**2
    free = 1 - plasma
    square = math.sin(angle) ** 2
    root = math.sqrt(square**2 + (2 * q * free * math.cos(angle)) ** 2)
    if free <= 0:
        return None
    sign = 1 if is_x else -1
    # Appleton and Hartree, times q squared; the X mode has the minus sign.
    index = 1.0
    if plasma > 0:
        index -= 2 * plasma * free * q * q / (2 * free * q * q - square - sign * root)
    if index <= 0 or (is_x and plasma > 0 and 2 * free * q * q - square - root <= 0):
        return None
    ratio = 2 * q * free * math.cos(angle) / (square + root)
    return _Medium(q, angle, math.sqrt(index), ratio if is_x else -1 / ratio)


def _sum_at_energy(medium: _Medium, gamma: float, beta: float) -> float:
    """The sum over the harmonics that electrons of one energy emit at the frequency."""
    q, angle = medium.q, medium.angle
    along = medium.index * beta * math.cos(angle)
    lowest, highest = gamma * q * (1 - along), gamma * q * (1 + along)
    first, last = max(1, math.ceil(lowest)), math.floor(highest)
    if last - first < _SUMMED_MAX:
        harmonics = np.arange(first, last + 1, dtype=np.float64)
        return float(_compute_terms(harmonics, medium, gamma, beta).sum())
    # The terms peak where the pitch angle is that of the wave, within about 1/gamma.
    peak, width = beta * math.cos(angle) / medium.index, 4 * math.sin(angle) / gamma
    cosines = np.unique(np.clip([-1, peak - width, peak, peak + width, 1], -1, 1))
    edges = np.sort(gamma * q * (1 - along * cosines))
    edges = np.clip(edges, max(0.5, lowest), None)
    nodes, weights = np.polynomial.legendre.leggauss(_PANEL_NODES)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    orders = (middle[:, np.newaxis] + half[:, np.newaxis] * nodes).ravel()
    terms = _compute_terms(orders, medium, gamma, beta)
    return float((terms * (half[:, np.newaxis] * weights).ravel()).sum())


def _compute_terms(orders: Floats, medium: _Medium, gamma: float, beta: float) -> Floats:
    from scipy.special import jv, jvp

    q, angle = medium.q, medium.angle
    along = medium.index * beta * math.cos(angle)
    cosine = np.clip((1 - orders / (gamma * q)) / along, -1, 1)
    sine = np.sqrt(1 - cosine**2)
    argument = q * gamma * beta * medium.index * math.sin(angle) * sine
    first = medium.ratio * (math.cos(angle) / medium.index - beta * cosine) / math.sin(angle)
    value = first * jv(orders, argument) + beta * sine * jvp(orders, argument)
    return np.asarray(value * value)


def list_frequencies() -> Floats:
    """1 to 100 GHz in 100 logarithmic steps, Hz."""
    return np.geomspace(1e9, 1e11, 100)
