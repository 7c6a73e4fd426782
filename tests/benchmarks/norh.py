"""``python -m tests.benchmarks.norh``: images of the Radioheliograph against scipy and astropy.

Only ratios are told: matching two images by the convolution of the same arrays with kernels as
large, and a light curve of a stack by reading its arrays.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
from astropy.io import fits
from rich.console import Console
from rich.table import Table
from scipy.signal import fftconvolve

from fitslint.pipeline.norh.flux import FluxMethod, find_arcsec_box, measure_flux
from fitslint.pipeline.norh.image import Axis, SolarImage, read_solar_image
from fitslint.pipeline.norh.match import KERNEL_REACH, match_images
from tests.pipeline.norh import scenes

SIZE = 512
LIMITS = {"match": 1.5, "curve": 2.0}
"""The most that each may take of what it is held against."""
ABOX = (-500.0, -400.0, 0.0, 100.0)


def take_best(act: Callable[[], object], rounds: int) -> float:
    """The shortest CPU time of some rounds, after one that warms up."""
    act()
    found = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        found.append(time.process_time() - start)
    return min(found)


def make_pair(folder: Path) -> tuple[SolarImage, SolarImage]:
    """Images of 512 x 512 pixels at both frequencies."""
    found = []
    for frequency, (_, step) in scenes.SIZES.items():
        path = scenes.write(folder / f"pair{frequency}", frequency)
        axis = Axis(SIZE, SIZE / 2 + 0.5, 0.0, step)
        values = np.random.default_rng(17).normal(1e4, 1e3, (SIZE, SIZE))
        found.append(replace(read_solar_image(path), values=values, x=axis, y=axis))
    return found[0], found[1]


def make_stack(folder: Path, count: int = 100) -> list[str]:
    """Images of the whole disk that follow each other."""
    values = np.random.default_rng(17).normal(1e4, 1e3, (SIZE, SIZE)).astype(">f4")
    paths = []
    for at in range(count):
        start = scenes.START + timedelta(seconds=5 * at)
        path = folder / f"ifa{at:03d}"
        fits.PrimaryHDU(values, scenes.header(**scenes.clocks(start))).writeto(path)
        paths.append(str(path))
    return paths


def measure_match(folder: Path, rounds: int) -> float:
    """Matching by the convolution of the same arrays."""
    pair = make_pair(folder)
    kernels = [np.ones([2 * int(KERNEL_REACH / image.x.step + 2) + 1] * 2) for image in pair]

    def convolve() -> None:
        for image, kernel in zip(pair, kernels, strict=True):
            fftconvolve(image.values, kernel, "same")

    return take_best(lambda: match_images(*pair), rounds) / take_best(convolve, rounds)


def measure_curve(folder: Path, rounds: int, count: int = 100) -> float:
    """A stack read, made into flux and light curve, by astropy's reading of its arrays."""
    paths = make_stack(folder, count)

    def follow() -> list[float]:
        method = FluxMethod()
        images = map(read_solar_image, paths)
        return [measure_flux(image, method, find_arcsec_box(image, ABOX)).value for image in images]

    return take_best(follow, rounds) / take_best(
        lambda: [fits.getdata(path) for path in paths], rounds
    )


def main(arguments: Sequence[str] = ()) -> int:
    """Print the ratios; 1 where one is over its limit."""
    rounds = int(arguments[0]) if arguments else 5
    with tempfile.TemporaryDirectory() as name:
        found = {
            "match": measure_match(Path(name), rounds),
            "curve": measure_curve(Path(name), rounds),
        }
    table = Table("what", "ratio", "limit")
    for what, ratio in found.items():
        table.add_row(what, f"{ratio:.2f}", f"{LIMITS[what]:.1f}")
    Console().print(table)
    return int(any(ratio > LIMITS[what] for what, ratio in found.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
