"""``python -m tests.benchmarks.kappa``: maps of lens models, in seconds, ns and MB.

Lenstool's seconds are quoted, not measured here: version 6.8, one thread, 512 x 512 pixels
(``shared/spec/kappa.md``).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from fitslint.cosmology.model import build_cosmology
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.model import Field, Lens
from fitslint.pipeline.kappa.profiles.base import QUANTITIES
from fitslint.wcs.lenstool_grid import LenstoolGrid
from tests.benchmarks.measure import ROOT

KAPPA = ("kappa",)
LENSTOOL = {(1, KAPPA): 0.03, (123, KAPPA): 2.6, (258, KAPPA): 5.4, (258, QUANTITIES): 22.0}
"""Seconds of Lenstool by number of potentials and quantities."""
COSMOLOGY = build_cosmology(70, 0.3, 0.7)
PEAK = """
import numpy as np
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from tests.benchmarks import kappa
evaluate_lenses(kappa.model(8), kappa.COSMOLOGY, kappa.grid(4096), kappa.QUANTITIES, z_source=2.0,
         dtype=np.{dtype})
"""


def model(count: int) -> list[Lens]:
    """A cluster of dPIEs: a halo and members whose radii and velocities scale with luminosity."""
    random = np.random.default_rng(1689)
    lenses = [Lens("halo", 81, 0.6, -8.9, 0.183, 0.22, 91.8, 32.7, 487.0, 1437.0)]
    for number in range(1, count):
        x, y = random.normal(0, 50, 2)
        light = float(random.pareto(1.0) + 0.05)
        lenses.append(
            Lens(
                str(number),
                81,
                float(x),
                float(y),
                0.183,
                float(random.uniform(0, 0.6)),
                float(random.uniform(0, 180)),
                core=0.05 * light**0.5,
                cut=5.9 * light**0.5,
                velocity=min(150 * light**0.25, 400.0),
                is_member=True,
            )
        )
    return lenses


def grid(size: int) -> LenstoolGrid:
    """A field of +-128 arcsec."""
    return LenstoolGrid(Field(-128, 128, -128, 128), size, None)


def seconds(count: int, size: int, quantities: Sequence[str], rounds: int) -> float:
    """The best of some rounds."""
    lenses, taken = model(count), []
    for _ in range(rounds):
        start = time.perf_counter()
        evaluate_lenses(lenses, COSMOLOGY, grid(size), quantities, z_source=2.0)
        taken.append(time.perf_counter() - start)
    return min(taken)


def beside_lenstool(rounds: int) -> Table:
    """Seconds at 512 x 512, and how many times as fast as Lenstool's quoted ones."""
    table = Table("512 x 512", "potentials", "s", "Lenstool s (quoted)", "times as fast")
    for (count, quantities), quoted in LENSTOOL.items():
        taken = seconds(count, 512, quantities, rounds)
        name = "kappa" if quantities == KAPPA else "kappa, gamma, alpha"
        table.add_row(name, str(count), f"{taken:.3f}", f"{quoted:g}", f"{quoted / taken:.1f}")
    return table


def linearity(rounds: int) -> Table:
    """Nanoseconds by pixel and potential, which stay the same where time is linear."""
    table = Table("kappa", "potentials", "s", "ns by pixel and potential")
    for count, size in ((64, 512), (128, 512), (258, 512), (64, 1024), (64, 2048)):
        taken = seconds(count, size, KAPPA, rounds)
        each = 1e9 * taken / (count * size**2)
        table.add_row(f"{size} x {size}", str(count), f"{taken:.3f}", f"{each:.2f}")
    return table


def memory() -> Table:
    """Peak resident memory of a process that makes all five maps at 4096 x 4096."""
    table = Table("4096 x 4096, five maps", "MB of maps", "peak MB of the process")
    for dtype in ("float64", "float32"):
        maps = 5 * 4096**2 * np.dtype(dtype).itemsize / 1e6
        table.add_row(dtype, f"{maps:.0f}", f"{peak(PEAK.format(dtype=dtype)):.0f}")
    return table


def peak(program: str) -> float:
    """Largest resident memory of a Python program, in MB."""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the program ended with {child.returncode}")
    return usage.ru_maxrss * 1024 / 1e6


def show(console: Console, rounds: int) -> None:
    """All the tables."""
    for table in (beside_lenstool(rounds), linearity(rounds), memory()):
        console.print(table)


def main() -> int:
    """Run them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kappa", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    show(Console(width=100), parser.parse_args().rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
