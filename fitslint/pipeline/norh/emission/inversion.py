"""From fluxes back to sources: the fits of Dulk (1985) solved for what is behind them.

Two frequencies tell the index of the electrons, the polarisation at 17 GHz one of field, angle and
number; of these three one has to be assumed. Fluxes may be arrays: the pixels of images, or the
times of a light curve. Nothing is found where the numbers are impossible, which a
:class:`Reason` says.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fitslint.pipeline.norh.constants import ASTRONOMICAL_UNIT, BANDS, GYROFREQUENCY
from fitslint.pipeline.norh.emission.dulk import (
    THETA_MIN,
    DulkFit,
    Floats,
    compute_dulk,
    estimate_delta,
)
from fitslint.pipeline.norh.emission.freefree import (
    compute_flux_factor,
    compute_line_of_sight_field,
)

_LOW, _HIGH = (band.nominal for band in BANDS.values())
_ROUNDS = 200
_SETTLED = 1e-12
_ANGLES = np.linspace(THETA_MIN, 90.0, 281)
_TEMPERATURES = np.geomspace(1e3, 1e9, 61)


class Reason(IntEnum):
    """Why a solution is valid (0) or not; MVD is 1 where it is."""

    VALID = 0
    NO_FLUX = 1
    """Intensity not above zero."""
    POLARISED = 2
    """|V| is not below I, or is 0."""
    NO_ROOT = 3
    """No source has these fluxes."""
    OUT_OF_RANGE = 4
    """A source has, but the fits do not hold there."""
    NOISE = 5
    """A pixel that is less than five times the noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Sources that have some fluxes.

    Attributes
    ----------
    facts : mapping of str to ndarray
        by the names of the manual, NaN where nothing was found. Gyrosynchrotron: ``delta``, ``B``
        (gauss), ``theta`` (deg), ``NV`` (electrons above 10 keV), ``sign`` of the field along the
        line of sight, ``tau`` (optical depth at 17 GHz times solid angle, sr). Free-free: ``B_los``
        (gauss), ``T`` (K), ``VEM`` (cm^-3), ``VEM/sqrt(T)``.
    reasons : ndarray of int
        :class:`Reason` of each.
    """

    facts: dict[str, Floats]
    reasons: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GyroProblem:
    """Fluxes (SFU) at 17 and 34 GHz, V at 17 GHz, all of one shape, and how they are read.

    Parameters
    ----------
    delta : float, optional
        index of the electrons; by default that which gives the flux at 34 GHz.
    distance : float
        cm.
    parity : bool
        fluxes are twice the fitted emissivity, and the index follows from their ratio alone.
    """

    flux17: ArrayLike
    flux34: ArrayLike
    v17: ArrayLike
    delta: float | None = None
    distance: float = ASTRONOMICAL_UNIT
    parity: bool = False

    @property
    def polarisation(self) -> Floats:
        """|V|/I at 17 GHz."""
        with np.errstate(all="ignore"):
            return np.abs(self.v17) / np.asarray(self.flux17, np.float64)

    @property
    def ratio(self) -> Floats:
        """Flux at 34 GHz by that at 17 GHz."""
        return np.asarray(self.flux34, np.float64) / np.asarray(self.flux17, np.float64)

    def find_faults(self) -> NDArray[np.int64]:
        """Why there can be no source; 0 where there can."""
        dark = ~((np.asarray(self.flux17) > 0) & (np.asarray(self.flux34) > 0))
        return _judge_fluxes(dark, (self.polarisation > 0) & (self.polarisation < 1))

    def update_delta(self, field: Floats, theta: Floats, delta: Floats) -> Floats:
        """The index for which the ratio of the fluxes is that of a source."""
        if self.delta is not None:
            return np.full_like(delta, self.delta)
        ratio = self.ratio
        if not self.parity:
            fits = (DulkFit(delta, theta, nu / (GYROFREQUENCY * field)) for nu in (_LOW, _HIGH))
            low, high = (fit.polarisation for fit in fits)
            ratio = ratio * (1 + high) / (1 + low)
        return estimate_delta(np.log(ratio) / math.log(_HIGH / _LOW))


def _judge_fluxes(dark: NDArray[np.bool_], is_polarised: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.where(dark, Reason.NO_FLUX, np.where(is_polarised, Reason.VALID, Reason.POLARISED))


def solve_for_field(problem: GyroProblem, theta: ArrayLike) -> Sources:
    """Field and number of sources whose angle (deg) is assumed."""
    angle = np.asarray(theta, np.float64)
    cosine = np.abs(np.cos(np.radians(angle)))

    def step(delta: Floats) -> tuple[Floats, Floats]:
        start = 1.26 * 10 ** (0.035 * delta - 0.071 * cosine)
        harmonic = (problem.polarisation / start) ** (1 / (-0.782 + 0.545 * cosine))
        return _LOW / (GYROFREQUENCY * harmonic), angle

    return _iterate(problem, step)


def solve_for_angle(problem: GyroProblem, field: float) -> Sources:
    """Angle and number of sources whose field (gauss) is assumed."""
    log = math.log10(_LOW / (GYROFREQUENCY * field))

    def step(delta: Floats) -> tuple[Floats, Floats]:
        wanted = np.log10(problem.polarisation / 1.26) - 0.035 * delta + 0.782 * log
        cosine = wanted / (0.545 * log - 0.071)
        cosine = np.where((cosine >= 0) & (cosine <= 1), cosine, np.nan)
        return np.asarray(field), np.degrees(np.arccos(cosine))

    return _iterate(problem, step)


def solve_for_both(problem: GyroProblem, electrons: float) -> Sources:
    """All sources, by angle, that have an assumed number of electrons; of fluxes that are numbers.

    Returns
    -------
    Sources
        of shape (roots,); of shape (1,) with a reason where there is none.
    """
    from scipy.optimize import brentq

    def miss(theta: ArrayLike) -> Floats:
        with np.errstate(all="ignore"):
            return np.log(solve_for_field(problem, theta).facts["NV"] / electrons)

    values = miss(_ANGLES)
    found = [
        brentq(miss, _ANGLES[at], _ANGLES[at + 1], xtol=1e-12)
        for at in range(len(_ANGLES) - 1)
        if values[at] * values[at + 1] <= 0 and values[at] != 0
    ]
    if found:
        return solve_for_field(problem, found)
    fault = int(problem.find_faults()) or Reason.NO_ROOT
    nothing = dict.fromkeys(solve_for_field(problem, _ANGLES[:1]).facts, np.array([np.nan]))
    return Sources(nothing, np.array([fault]))


def _iterate(problem: GyroProblem, step: Callable[[Floats], tuple[Floats, Floats]]) -> Sources:
    """Index, field and angle that agree with each other; they do after some ten rounds."""
    with np.errstate(all="ignore"):
        faults = problem.find_faults()
        start = estimate_delta(np.log2(problem.ratio))
        delta = start if problem.delta is None else np.full_like(start, problem.delta)
        for _ in range(_ROUNDS):
            field, theta = step(delta)
            before, delta = delta, problem.update_delta(field, theta, delta)
            change = np.abs(delta - before)
            if not (change >= _SETTLED).any():
                break
        unit, high = (
            compute_dulk(
                delta, field, theta, 1.0, nu, distance=problem.distance, parity=problem.parity
            )
            for nu in (_LOW, _HIGH)
        )  # fmt: skip
        electrons = np.asarray(problem.flux17) / unit.flux
        known = (change < _SETTLED) & np.isfinite(electrons) & np.isfinite(field + theta)
    fits = np.where(unit.is_valid & high.is_valid, Reason.VALID, Reason.OUT_OF_RANGE)
    reasons = np.where(faults > 0, faults, np.where(known, fits, Reason.NO_ROOT))
    facts = {
        "delta": delta, "B": field, "theta": theta, "NV": electrons,
        "sign": np.where(np.asarray(problem.v17) > 0, 1.0, -1.0),
        "tau": unit.depth_area * electrons,
    }  # fmt: skip
    good = (faults == 0) & known
    return Sources({name: np.where(good, fact, np.nan) for name, fact in facts.items()}, reasons)


def solve_freefree(
    flux: ArrayLike,
    v: ArrayLike,
    frequency: float,
    *,
    temperature: float | None = None,
    measure: float | None = None,
    distance: float = ASTRONOMICAL_UNIT,
    parity: bool = False,
) -> Sources:
    """Field along the line of sight, and emission measure or temperature of thermal sources.

    Parameters
    ----------
    flux, v : array_like
        I and V in SFU.
    frequency : float
        Hz.
    temperature, measure : float, optional
        what is assumed, K or cm^-3; of fluxes that are numbers all temperatures are found. Without
        either only VEM/sqrt(T) is found, with the constant K of IDL's procedures, since K depends
        on T.
    """
    i, v = np.asarray(flux, np.float64), np.asarray(v, np.float64)
    with np.errstate(all="ignore"):
        reasons = _judge_fluxes(~(i > 0), np.abs(v) < i)
        field = compute_line_of_sight_field(v / i, frequency)

    def find_measure(hot: ArrayLike, *, idl: bool = parity) -> Floats:
        """VEM/sqrt(T)."""
        return i / compute_flux_factor(hot, frequency, distance, parity=idl)

    if measure is not None and not reasons.any():
        hot = _find_temperatures(measure, find_measure)
        reasons = np.where(np.isfinite(hot), Reason.VALID, Reason.NO_ROOT)
        facts: dict[str, ArrayLike] = {
            "T": hot,
            "VEM": measure,
            "VEM/sqrt(T)": measure / np.sqrt(hot),
        }
    elif temperature is not None:
        ratio = find_measure(temperature)
        facts = {"T": temperature, "VEM": ratio * math.sqrt(temperature), "VEM/sqrt(T)": ratio}
    else:
        facts = {"T": np.nan, "VEM": np.nan, "VEM/sqrt(T)": find_measure(1e7, idl=True)}
    found = {
        name: np.where((reasons == 0) | (reasons == Reason.NO_ROOT), value, np.nan)
        for name, value in {"B_los": field, **facts}.items()
    }
    return Sources(found, reasons)


def _find_temperatures(measure: float, find_measure: Callable[[ArrayLike], Floats]) -> Floats:
    """All temperatures for which a source of this emission measure has the flux; else NaN."""
    from scipy.optimize import brentq

    def miss(log: ArrayLike) -> Floats:
        hot = np.exp(log)
        return np.log(find_measure(hot) * np.sqrt(hot) / measure)

    logs = np.log(_TEMPERATURES)
    values = miss(logs)
    found = [
        math.exp(brentq(miss, logs[at], logs[at + 1], xtol=1e-14))
        for at in range(len(logs) - 1)
        if values[at] * values[at + 1] < 0
    ]
    return np.array(found or [np.nan])
