"""``python -m tests.benchmarks.hsc``: joint solutions beside SCAMP, on the same simulated stars.

CPU seconds of one thread, from matched stars in memory to positions and flux scales; those of SCAMP
are of its process. Both start from the same coordinates of headers, and are held against the truth.
``tract`` draws a tract from 2,912 headers beside a check that reads the same files.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from fitslint.pipeline.hsc.joint.camera import load_chips
from fitslint.pipeline.hsc.joint.plane import to_directions
from fitslint.pipeline.hsc.joint.scamp import PROGRAM, run_scamp
from fitslint.pipeline.hsc.joint.settings import parse_settings
from fitslint.pipeline.hsc.joint.simulate import (
    Simulation,
    SimulationPlan,
    list_truth_pixels,
    simulate,
)
from fitslint.pipeline.hsc.joint.simulation_files import write_simulation
from fitslint.pipeline.hsc.joint.solve import solve_jointly

CASES = {
    "5 x 20 x 500": (5, 20, 500, 5),
    "7 x 104 x 200": (7, 104, 200, 9),
    "20 x 104 x 500": (20, 104, 500, 9),
}
"""Visits, CCDs about the axis, stars of a CCD, and degree."""
WITH_SCAMP = "5 x 20 x 500"
TRACT = "tract"
_VISITS = 28
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Read when numpy is loaded, so that the benchmark begins anew with them."""


def select_chips(count: int) -> tuple[int, ...]:
    """The chips that are nearest to the axis."""
    chips = load_chips()
    nearest = np.argsort(np.hypot(*chips.centre.T), kind="stable")[:count]
    return tuple(int(number) for number in chips.numbers[nearest])


def measure_rms(simulation: Simulation, locate: object) -> float:
    """Mas along an axis, at 96 pixels of every CCD."""
    x, y = list_truth_pixels()
    squares = []
    for visit, sky in enumerate(simulation.truth):
        for chip in range(len(simulation.chips.numbers)):
            ra, dec, _ = simulation.locate(visit, chip, x, y)
            there = sky.plane.project(to_directions(ra, dec))
            here = sky.plane.project(locate(visit, chip, x, y))  # type: ignore[operator]
            squares.append(np.mean((here - there) ** 2))
    return float(np.sqrt(np.mean(squares))) * 3.6e6


def run_case(name: str, table: Table) -> None:
    """Solve a case, and have SCAMP solve it where that is asked for."""
    visits, chips, stars, order = CASES[name]
    simulation = simulate(SimulationPlan(visits, stars, select_chips(chips), seed=1))
    words = [f"fittingOrder={order}", f"fluxFitOrder={min(order, 7)}", "nStarPerCell=0"]
    start = time.process_time()
    solution = solve_jointly(
        simulation.exposures, simulation.reference, parse_settings("mosaic", words)
    )
    seconds = time.process_time() - start
    rms = measure_rms(
        simulation,
        lambda visit, chip, x, y: solution.positions.locate(visit, np.full(len(x), chip), x, y),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    table.add_row(name, "fitslint", f"{seconds:.2f}", f"{peak:.2f}", f"{rms:.2f}", "")
    if name != WITH_SCAMP or shutil.which(PROGRAM) is None:
        return
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        theirs = run_scamp(simulation.exposures, simulation.reference, Path(folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    other = measure_rms(simulation, theirs.locate)
    ratios = f"{seconds / spent:.2f} of its time, {rms / other:.2f} of its rms"
    table.add_row(name, "scamp", f"{spent:.2f}", "", f"{other:.2f}", ratios)


def run_tract(table: Table) -> None:
    """Draw a tract from the headers of 28 visits, and check the same headers."""
    simulation = simulate(SimulationPlan(_VISITS, 1, seed=1))
    with tempfile.TemporaryDirectory() as folder:
        write_simulation(simulation, Path(folder) / "HSC", "test")
        for path in Path(folder).rglob("SRC-*"):
            path.unlink()
        images = str(Path(folder) / "HSC" / "rerun" / "test")
        program = [sys.executable, "-m", "fitslint"]
        check = _spend([*program, "check", "-j", "1", "--no-config", images])
        tract = _spend([*program, "hsc", "tract", images, "--outdir", f"{folder}/sky"])
    table.add_row("2,912 headers", "check", f"{check:.2f}", "", "", "")
    table.add_row(
        "2,912 headers", "tract", f"{tract:.2f}", "", "", f"{tract / check:.2f} of a check"
    )


def _spend(command: Sequence[str]) -> float:
    """CPU seconds of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table of the cases that are named, or of the first two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join([*CASES, TRACT]))
    chosen = parser.parse_args(arguments).cases or [*list(CASES)[:2], TRACT]
    table = Table("visits x CCDs x stars", "program", "CPU s", "GB", "mas", "fitslint takes")
    for name in chosen:
        run_tract(table) if name == TRACT else run_case(name, table)
    Console(width=110).print(table)


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():
        command = [sys.executable, "-m", "tests.benchmarks.hsc", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, **ONE_THREAD})
    main()
