"""``python -m tests.benchmarks.synthesis``: images of 512 x 512 pixels, in seconds and MB."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.measure import ROOT

_SCENE = """
start = "1998-05-09T03:20:21.254"
source = [
    { x = -431, y = 54, temperature = 2e6, fwhm = 12, polarisation = 0.3 },
    { x = 300, y = -200, temperature = 5e4, fwhm = 40 },
    { x = 500, y = 420, temperature = 3e4, fwhm = 25 },
]
"""
GOAL_SECONDS, GOAL_MEGABYTES = 15, 300


def run(*arguments: str) -> tuple[float, float]:
    """Seconds and megabytes of a command."""
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "fitslint", "norh", *arguments],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return time.perf_counter() - before, megabytes


def main() -> None:
    """Print a table of R+L and R-L at 17 GHz and of R+L at 34 GHz."""
    table = Table("image", "seconds", f"of {GOAL_SECONDS}", "peak MB", f"of {GOAL_MEGABYTES}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scene = folder / "scene.toml"
        scene.write_text(_SCENE)
        for frequency, program in (("17", "hanaoka"), ("17", "koshix"), ("34", "hanaoka")):
            raw, out = str(folder / f"raw{frequency}.fits"), folder / f"{frequency}{program}"
            run("simulate", str(scene), "--freq", frequency, "-o", raw, "--overwrite")
            seconds, megabytes = run(
                "synth", raw, "--prog", program, "--size", "512", "--outdir", str(out)
            )
            table.add_row(
                f"{frequency} GHz, {program}", f"{seconds:.1f}", f"{seconds / GOAL_SECONDS:.2f}",
                f"{megabytes:.0f}", f"{megabytes / GOAL_MEGABYTES:.2f}",
            )  # fmt: skip
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
