"""What was simulated against what the files of the solution say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from fitslint.pipeline.hsc.apply.solution import CcdSolution, read_solution
from fitslint.pipeline.hsc.joint.camera import ChipPlaces
from fitslint.pipeline.hsc.joint.plane import to_directions
from fitslint.pipeline.hsc.joint.simulate import Simulation, list_truth_pixels
from fitslint.pipeline.page.demo import Comparison

Array = NDArray[np.float64]
_SAME = 1e-3
"""Focal-plane pixels within which a line of dpos.dat is a measurement."""


def compare_with_truth(
    simulation: Simulation, results: Path, diagnostics: Path
) -> Iterator[Comparison]:
    """Positions, zero points, places of CCDs, and which measurements were thrown out.

    Parameters
    ----------
    results : Path
        the folder of ``jointcal_wcs-VISIT-CCD.fits``.
    diagnostics : Path
        that of ``ccd.dat`` and ``dpos.dat``.
    """
    offsets, zeros = _measure_ccds(simulation, results)
    chips = _read_chips(diagnostics / "ccd.dat", simulation.chips)
    edge = float(np.percentile(np.hypot(*offsets.T), 99))
    shift = _measure_shift(simulation, chips)
    yield Comparison("Position of pixels, rms an axis", "mas", 0, _find_rms(offsets), 1.5)
    yield Comparison("99 of 100 are off by less than", "mas", 0, edge, 5)
    yield Comparison("Zero point with its surface, rms", "mmag", 0, _find_rms(zeros), 3)
    yield Comparison("Place of CCDs, rms an axis", "pixel", 0, shift, 0.05)
    bad, good = _count_outliers(simulation, chips, diagnostics / "dpos.dat")
    yield Comparison("Wrong measurements thrown out", "%", 100, bad, 3)
    yield Comparison("Good measurements lost", "%", 0, good, 1)


def _find_rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def read_ccd(results: Path, visit: int, ccd: int) -> CcdSolution:
    """The solution of a CCD, from its files."""
    name = f"{visit:07d}-{ccd:03d}.fits"
    return read_solution(results / f"jointcal_wcs-{name}", results / f"jointcal_photoCalib-{name}")


def _measure_ccds(simulation: Simulation, results: Path) -> tuple[Array, Array]:
    """Offsets in mas, (n, 2), and of zero points in mmag at 96 pixels of every CCD."""
    x, y = list_truth_pixels()
    offsets, zeros = [], []
    for number, visit in enumerate(simulation.exposures.visits):
        plane = simulation.truth[number].plane
        for chip, ccd in enumerate(simulation.chips.numbers):
            found = read_ccd(results, visit, int(ccd))
            ra, dec, zero = simulation.locate(number, chip, x, y)
            here, there = (
                plane.project(to_directions(*place)) for place in (found.locate(x, y), (ra, dec))
            )
            offsets.append((here - there) * 3.6e6)
            told = 2.5 * np.log10(found.flux_zero[0]) - 2.5 * np.log10(found.scale(x, y))
            zeros.append((told - zero) * 1e3)
    return np.concatenate(offsets), np.concatenate(zeros)


def _read_chips(path: Path, nominal: ChipPlaces) -> ChipPlaces:
    """Places of CCDs as the diagnostics have them."""
    numbers, u, v, yaw = np.loadtxt(path, ndmin=2).T
    turned = yaw + nominal.quarters * np.pi / 2
    return ChipPlaces(numbers.astype(np.int64), np.stack([u, v], axis=1), turned)


def _measure_shift(simulation: Simulation, found: ChipPlaces) -> float:
    """Pixels of CCDs from their true places; a turn of the whole camera is one of the visits."""
    true = simulation.chips
    turn = np.mean(np.remainder(found.yaw - true.yaw + np.pi, 2 * np.pi) - np.pi)
    about = turn * np.stack([-true.centre[:, 1], true.centre[:, 0]], axis=1)
    off = found.centre - true.centre - about
    return float(np.std(off - off.mean(axis=0)))


def _count_outliers(simulation: Simulation, chips: ChipPlaces, path: Path) -> tuple[float, float]:
    """Parts of the wrong and of the good measurements that were thrown out, in per cent."""
    u, v, good = np.loadtxt(path, usecols=(5, 6, 7), ndmin=2).T
    stars = simulation.exposures.stars
    places = np.stack(chips.project(stars.chip, stars.x, stars.y), axis=1)
    away, at = cKDTree(places).query(np.stack([u, v], axis=1))
    known = away < _SAME
    is_wrong = simulation.is_outlier[at[known]]
    gone = good[known] == 0
    return float(100 * gone[is_wrong].mean()), float(100 * gone[~is_wrong].mean())
