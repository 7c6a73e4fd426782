"""``python -m tests.benchmarks.contbin``: contour binning beside the program contbin.

Goals: at most the time of contbin with the compiled loops, at most six times it without. contbin is
taken from PATH (github.com/jeremysanders/contbin); without it, the seconds alone are shown.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from fitslint.pipeline.xray.contbin import binning, smoothing
from fitslint.pipeline.xray.contbin.binning import BinningOptions, bin_image
from fitslint.pipeline.xray.contbin.inputs import BinningInputs
from fitslint.pipeline.xray.contbin.smoothing import accumulate_signal

CASES = ((70.0, 100.0, 3.0), (30.0, 50.0, 2.0), (30.0, 30.0, None), (10.0, 10.0, 3.0))
"""Signal to noise of bins and of the smoothing, and the constraint."""


def make_cluster(size: int) -> np.ndarray:
    """Counts of a beta model with a cavity on a flat background; 300,000 of them at 512."""
    y, x = np.mgrid[:size, :size] - size / 2
    scale = size / 512
    bright = 40 * (1 + (x * x + y * y) / (18 * scale) ** 2) ** -1.3 + 0.3
    bright[np.hypot(x - 20 * scale, y - 12 * scale) < 9 * scale] *= 0.5
    return np.random.default_rng(2006).poisson(bright).astype(float)


def time_ours(counts: np.ndarray, sn: float, smooth: float, reach: float | None) -> float:
    """Seconds of smoothing and binning."""
    inputs = BinningInputs.from_images(counts)
    start = time.perf_counter()
    bin_image(inputs, accumulate_signal(inputs, smooth), BinningOptions(sn, reach))
    return time.perf_counter() - start


def time_contbin(
    program: str, counts: np.ndarray, sn: float, smooth: float, reach: float | None
) -> float:
    """Seconds of the program, with reading and writing its maps."""
    from astropy.io import fits

    with tempfile.TemporaryDirectory() as folder:
        fits.writeto(Path(folder, "image.fits"), counts.astype(np.float32))
        words = [f"--sn={sn}", f"--smoothsn={smooth}", "image.fits"]
        if reach is not None:
            words = ["--constrainfill", f"--constrainval={reach}", *words]
        start = time.perf_counter()
        subprocess.run([program, *words], cwd=folder, check=True, capture_output=True)
        return time.perf_counter() - start


def main() -> None:
    """Print a line for every case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=512, help="pixels of a side")
    size = parser.parse_args().size
    counts, program = make_cluster(size), shutil.which("contbin")
    loops, discs = binning.LOOPS, smoothing.DISCS
    table = Table("S/N", "smoothing", "constraint", "compiled, s", "Python, s", "contbin, s",
                  "ratio", "ratio without", title=f"{size} x {size} pixels")  # fmt: skip
    for case in CASES:
        compiled = time_ours(counts, *case) if loops else None
        binning.LOOPS = smoothing.DISCS = None
        plain = time_ours(counts, *case)
        binning.LOOPS, smoothing.DISCS = loops, discs
        theirs = time_contbin(program, counts, *case) if program else None
        shown = [f"{value:.2f}" if value else "-" for value in (compiled, plain, theirs)]
        ratios = [
            f"{ours / theirs:.2f}" if ours and theirs else "-" for ours in (compiled, plain)
        ]  # fmt: skip
        table.add_row(*map(str, case), *shown, *ratios)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
