"""From fluxes back to sources: the fits of Dulk (1985) solved for what is behind them.

Two frequencies tell the index of the electrons, the polarisation at 17 GHz one of field, angle and
number; of these three one has to be assumed. Nothing is found where the numbers are impossible,
which is said as a :class:`Reason`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from fitslint.pipeline.norh.constants import ASTRONOMICAL_UNIT, BANDS, GYROFREQUENCY
from fitslint.pipeline.norh.emission.dulk import (
    THETA_MIN,
    DulkFit,
    GyroEmission,
    compute_dulk,
    estimate_delta,
)
from fitslint.pipeline.norh.emission.freefree import (
    GYRO_PER_GAUSS,
    compute_flux_factor,
)

_LOW, _HIGH = (band.nominal for band in BANDS.values())
_ROUNDS = 200
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


@dataclass(frozen=True, slots=True)
class GyroSource:
    """A thin source of gyrosynchrotron emission.

    Parameters
    ----------
    delta, field, theta, electrons : float
        index; gauss; degrees; number above 10 keV. NaN where nothing was found.
    sign : int
        of the field along the line of sight, that of V.
    depth_area : float
        optical depth at 17 GHz times solid angle, sr.
    """

    delta: float
    field: float
    theta: float
    electrons: float
    sign: int
    depth_area: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class GyroProblem:
    """Fluxes (SFU) at 17 and 34 GHz, V at 17 GHz, and how they are read.

    Parameters
    ----------
    delta : float, optional
        index of the electrons; by default that which gives the flux at 34 GHz.
    distance : float
        cm.
    parity : bool
        fluxes are twice the fitted emissivity, and the index follows from their ratio alone.
    """

    flux17: float
    flux34: float
    v17: float
    delta: float | None = None
    distance: float = ASTRONOMICAL_UNIT
    parity: bool = False

    @property
    def polarisation(self) -> float:
        """|V|/I at 17 GHz."""
        return abs(self.v17) / self.flux17

    def find_fault(self) -> Reason:
        """Why there can be no source."""
        if not (self.flux17 > 0 and self.flux34 > 0):
            return Reason.NO_FLUX
        return Reason.VALID if 0 < self.polarisation < 1 else Reason.POLARISED

    def compute_emission(
        self, delta: float, field: float, theta: float, electrons: float
    ) -> GyroEmission:
        """What a source sends at both frequencies."""
        return compute_dulk(
            delta, field, theta, electrons, [_LOW, _HIGH], distance=self.distance,
            parity=self.parity,
        )  # fmt: skip

    def update_delta(self, field: float, theta: float, delta: float) -> float:
        """The index for which the ratio of the fluxes is that of a source."""
        if self.delta is not None:
            return self.delta
        ratio = self.flux34 / self.flux17
        if not self.parity:
            harmonics = np.array([_LOW, _HIGH]) / (GYROFREQUENCY * field)
            low, high = DulkFit(delta, theta, harmonics).polarisation
            ratio *= (1 + high) / (1 + low)
        return float(estimate_delta(math.log(ratio) / math.log(_HIGH / _LOW)))


def solve_for_field(problem: GyroProblem, theta: float) -> GyroSource:
    """Field and number of a source whose angle (deg) is assumed."""
    cosine = abs(math.cos(math.radians(theta)))

    def step(delta: float) -> tuple[float, float]:
        start = 1.26 * 10 ** (0.035 * delta - 0.071 * cosine)
        harmonic = (problem.polarisation / start) ** (1 / (-0.782 + 0.545 * cosine))
        return _LOW / (GYROFREQUENCY * harmonic), theta

    return _iterate(problem, step)


def solve_for_angle(problem: GyroProblem, field: float) -> GyroSource:
    """Angle and number of a source whose field (gauss) is assumed."""
    log = math.log10(_LOW / (GYROFREQUENCY * field))

    def step(delta: float) -> tuple[float, float]:
        wanted = math.log10(problem.polarisation / 1.26) - 0.035 * delta + 0.782 * log
        cosine = wanted / (0.545 * log - 0.071)
        return field, math.degrees(math.acos(cosine)) if 0 <= cosine <= 1 else math.nan

    return _iterate(problem, step)


def solve_for_both(problem: GyroProblem, electrons: float) -> list[GyroSource]:
    """All sources, by angle, that have an assumed number of electrons."""
    from scipy.optimize import brentq

    def miss(theta: float) -> float:
        found = solve_for_field(problem, theta).electrons / electrons
        return math.log(found) if found > 0 else math.nan

    if problem.find_fault():
        return [_report_fault(problem.find_fault())]
    values = [miss(theta) for theta in _ANGLES]
    found = [
        solve_for_field(problem, float(brentq(miss, _ANGLES[at], _ANGLES[at + 1], xtol=1e-12)))
        for at in range(len(_ANGLES) - 1)
        if values[at] * values[at + 1] <= 0 and values[at] != 0
    ]
    return found or [_report_fault(Reason.NO_ROOT)]


def _report_fault(reason: Reason) -> GyroSource:
    return GyroSource(math.nan, math.nan, math.nan, math.nan, 0, math.nan, reason)


def _iterate(problem: GyroProblem, step: Callable[[float], tuple[float, float]]) -> GyroSource:
    """Index, field and angle that agree with each other; they do after some ten rounds."""
    if problem.find_fault():
        return _report_fault(problem.find_fault())
    try:
        with np.errstate(all="ignore"):
            found = _settle(problem, step)
    except (OverflowError, ZeroDivisionError, ValueError):
        found = None
    if found is None:
        return _report_fault(Reason.NO_ROOT)
    delta, field, theta = found
    with np.errstate(all="ignore"):
        unit = problem.compute_emission(delta, field, theta, 1.0)
    if not unit.flux[0] > 0:
        return _report_fault(Reason.NO_ROOT)
    electrons = problem.flux17 / float(unit.flux[0])
    return GyroSource(
        delta, field, theta, electrons, 1 if problem.v17 > 0 else -1,
        float(unit.depth_area[0]) * electrons,
        Reason.VALID if unit.is_valid.all() else Reason.OUT_OF_RANGE,
    )  # fmt: skip


def _settle(
    problem: GyroProblem, step: Callable[[float], tuple[float, float]]
) -> tuple[float, float, float] | None:
    """Index, field and angle; None where they do not settle."""
    delta = problem.delta or float(estimate_delta(math.log2(problem.flux34 / problem.flux17)))
    for _ in range(_ROUNDS):
        field, theta = step(delta)
        before, delta = delta, problem.update_delta(field, theta, delta)
        if not math.isfinite(field + theta + delta):
            return None
        if abs(delta - before) < 1e-12:
            return delta, field, theta
    return None


@dataclass(frozen=True, slots=True)
class ThermalSource:
    """A thin thermal source: gauss along the line of sight, K, cm^-3, and VEM/sqrt(T)."""

    field_along: float
    temperature: float
    measure: float
    measure_by_root: float
    reason: Reason


def solve_freefree(
    flux: float,
    v: float,
    frequency: float,
    *,
    temperature: float | None = None,
    measure: float | None = None,
    distance: float = ASTRONOMICAL_UNIT,
    parity: bool = False,
) -> list[ThermalSource]:
    """Field along the line of sight, and emission measure or temperature of a thermal source.

    Parameters
    ----------
    flux, v : float
        I and V in SFU.
    frequency : float
        Hz.
    temperature, measure : float, optional
        what is assumed, K or cm^-3. Without either only VEM/sqrt(T) is found, with the constant
        K of IDL's procedures, since K depends on T.
    """
    fault = (
        Reason.NO_FLUX if not flux > 0 else
        Reason.POLARISED if not abs(v) < flux else Reason.VALID
    )  # fmt: skip
    if fault:
        return [ThermalSource(math.nan, math.nan, math.nan, math.nan, fault)]
    field = frequency * v / flux / (2 * GYRO_PER_GAUSS)

    def find_measure(hot: float, *, idl: bool = parity) -> float:
        """VEM/sqrt(T)."""
        return flux / float(compute_flux_factor(hot, frequency, distance, parity=idl))

    if temperature is not None:
        ratio = find_measure(temperature)
        return [
            ThermalSource(field, temperature, ratio * math.sqrt(temperature), ratio, Reason.VALID)
        ]
    if measure is None:
        ratio = find_measure(1e7, idl=True)
        return [ThermalSource(field, math.nan, math.nan, ratio, Reason.VALID)]
    return _find_temperatures(field, measure, find_measure)


def _find_temperatures(
    field: float, measure: float, find_measure: Callable[[float], float]
) -> list[ThermalSource]:
    """All temperatures for which a source of this emission measure has the flux."""
    from scipy.optimize import brentq

    def miss(log: float) -> float:
        hot = math.exp(log)
        return math.log(find_measure(hot) * math.sqrt(hot) / measure)

    logs = np.log(_TEMPERATURES)
    values = [miss(log) for log in logs]
    found = []
    for at in range(len(logs) - 1):
        if values[at] * values[at + 1] < 0:
            hot = math.exp(brentq(miss, logs[at], logs[at + 1], xtol=1e-14))
            found.append(ThermalSource(field, hot, measure, measure / math.sqrt(hot), Reason.VALID))
    missing = ThermalSource(field, math.nan, measure, math.nan, Reason.NO_ROOT)
    return found or [missing]
