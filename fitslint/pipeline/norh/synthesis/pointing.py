"""What redundancy leaves open: scale, north against east-west arm, and where the disk is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.norh.synthesis.array import (
    ARMS,
    BASELINES,
    FIRST,
    PLACES,
    SECOND,
    Complexes,
    Floats,
    Mask,
)

_LIMITS = (4.0, 10.0, 20.0)
"""Unit spacings up to which pairs are compared: from few, where phases do not wrap, to many."""
_NORTH = np.zeros(len(PLACES))
_NORTH[ARMS["north"]] = 1


@dataclass(frozen=True, slots=True)
class Pointing:
    """Five numbers that tie the arms to each other and to the Sun.

    Parameters
    ----------
    scale : float
        logarithm of correlation by K arcsec2.
    amplitude : float
        logarithm of the amplitude of the north arm by that of the other.
    phase : float
        radians, of the north arm.
    west, north : float
        dirty pixels, where the disk is on the dirty map.
    """

    scale: float = 0.0
    amplitude: float = 0.0
    phase: float = 0.0
    west: float = 0.0
    north: float = 0.0

    def is_near(self, other: Pointing) -> bool:
        """Whether they differ by nothing that an image shows."""
        logarithms = (self.scale - other.scale, self.amplitude - other.amplitude)
        moved = math.hypot(self.west - other.west, self.north - other.north)
        return max(map(abs, logarithms)) < 5e-4 and moved < 0.004

    def compute_gains(self) -> Complexes:
        """Factor of every antenna."""
        gains: Complexes = np.exp(self.scale / 2 + (self.amplitude + 1j * self.phase) * _NORTH)
        return gains


def shift_phases(baselines: Floats, west: float, north: float) -> Complexes:
    """Factors of visibilities that move a source by dirty pixels to the west and north."""
    phases: Complexes = np.exp(-2j * math.pi / 512 * (baselines @ np.array([west, north])))
    return phases


def fit_pointing(
    data: Complexes, used: Mask, disk: Complexes, components: Complexes, start: Pointing,
    *, has_components: bool,
) -> Pointing:  # fmt: skip
    """The pointing with which the disk and what CLEAN has found agree best with short spacings.

    The components stay as they are on the dirty map, of which the disk alone is moved and made
    fainter or brighter: both move with the gradient of phase, and scale with the amplitude.

    Parameters
    ----------
    data : array of complex, shape (pairs,)
        correlations, divided by the gains.
    used : array of bool
        pairs of good antennas.
    disk, components : array of complex
        what is expected of a disk at the centre of the map, and of the components, in K arcsec2.
    start : Pointing
        where to begin.
    has_components : bool
        whether it is near: only the widest range of spacings is compared.
    """
    length = np.hypot(*BASELINES.T)
    found = start
    for limit in _LIMITS[-1:] if has_components else _LIMITS:
        at = np.nonzero(used & (length < limit))[0]
        found = _fit_range(at, data[at], disk[at], components[at] * math.exp(start.scale), found)
    return found


def _fit_range(
    at: NDArray[np.intp], data: Complexes, disk: Complexes, components: Complexes, start: Pointing
) -> Pointing:
    from scipy.optimize import least_squares

    both = _NORTH[FIRST[at]] + _NORTH[SECOND[at]]
    across = _NORTH[FIRST[at]] - _NORTH[SECOND[at]]
    baselines = BASELINES[at]

    def predict(numbers: Floats) -> Complexes:
        scale, amplitude, phase, west, north = numbers
        sky = disk * shift_phases(baselines, west, north) * np.exp(scale) + components
        seen: Complexes = sky * np.exp(amplitude * both + 1j * phase * across)
        return seen

    def measure(numbers: Floats) -> Floats:
        rest = (data - predict(numbers)) / norm
        return np.concatenate([rest.real, rest.imag])

    norm = np.sqrt((abs(data) ** 2).mean())
    numbers = np.array([start.scale, start.amplitude, start.phase, start.west, start.north])
    # Where the search begins, scale and phase have a closed form with the rest as it is.
    if not components.any():
        seen = predict(numbers)
        numbers[0] += math.log(abs(data * seen.conj()).sum() / (abs(seen) ** 2).sum())
    cross = across != 0
    if cross.any():
        turn = (data * predict(numbers).conj())[cross] * np.sign(across[cross])
        numbers[2] += np.angle(np.where(across[cross] > 0, turn, -turn.conj()).sum())
    fitted = least_squares(measure, numbers, method="lm")
    return Pointing(*map(float, fitted.x))
