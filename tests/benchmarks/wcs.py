"""``python -m tests.benchmarks.wcs``: what coordinates cost, in a check and for many points.

The same headers with and without celestial coordinates are checked in one process that has seen
others of their kind; every number in them differs from file to file. ``--instructions`` counts
them under valgrind too, which no load of the machine changes.
"""

from __future__ import annotations

import argparse
import compileall
import math
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from astropy.io.fits import Header
from astropy.wcs import WCS

from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
from fitslint.wcs.wcs import Wcs
from tests.benchmarks import generate
from tests.benchmarks.instructions import FEW, MANY, check_each
from tests.benchmarks.measure import ROOT

AXES = (2048, 4176)
SCALE = 0.2 / 3600
POINTS = 1_000_000
ROUNDS = 7
BYTES = 2
_STRUCTURE = ("NAXIS   ", "RA      ", "DEC     ")
COORDINATES = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 1024.5, "CRPIX2": 2088.5,
    "CRVAL1": 150.1, "CRVAL2": 2.2, "CD1_1": -5.4e-5, "CD1_2": 1e-6, "CD2_1": 1e-6, "CD2_2": 5.4e-5,
}  # fmt: skip
SIP = {
    "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 3, "B_ORDER": 3, "A_2_0": 1e-7,
    "A_1_1": 2e-8, "A_0_3": 1e-11, "B_0_2": -2e-7, "B_2_1": 2e-11,
}  # fmt: skip


def write_images(folder: Path, count: int, *, coordinates: bool) -> list[Path]:
    """Images of which only the headers take room on the disk."""
    folder.mkdir(parents=True)
    rng = random.Random(11)
    paths = []
    for number in range(count):
        cards = [card.ljust(80) for card in _list_cards(rng, number, coordinates=coordinates)]
        text = "".join([*cards, "END".ljust(80)])
        text += " " * (-len(text) % 2880)
        size = math.prod(AXES) * BYTES
        path = folder / f"image{number:05d}.fits"
        path.write_bytes(text.encode("ascii"))
        os.truncate(path, len(text) + size + -size % 2880)
        paths.append(path)
    return paths


def _list_cards(rng: random.Random, number: int, *, coordinates: bool) -> Iterator[str]:
    start = generate._moment(rng)
    ra, dec = rng.uniform(0, 359.9), rng.uniform(-80, 80)
    cards = generate._observation(rng, number, start, start)
    for card in cards:
        if card[:8] == "NAXIS   ":
            yield _number("NAXIS", "2")
            yield from (_number(f"NAXIS{axis}", str(size)) for axis, size in enumerate(AXES, 1))
        elif card[:8] not in _STRUCTURE:
            yield card
    yield _number("RA", f"{ra:.6f}")
    yield _number("DEC", f"{dec:.6f}")
    yield "BUNIT   = 'adu     '           / unit of the values"
    described = list(_describe(rng, ra, dec))  # drawn for both, so that all else is the same
    if coordinates:
        yield from described
    for place in range(1, 61):
        yield _number(f"QUAL{place}", f"{rng.uniform(-1000, 1000):.6f}")


def _describe(rng: random.Random, ra: float, dec: float) -> Iterator[str]:
    turn, scale = math.radians(rng.uniform(-180, 180)), SCALE * rng.uniform(0.99, 1.01)
    yield _number("WCSAXES", "2")
    yield "RADESYS = 'ICRS    '           / reference system"
    for axis, (kind, value) in enumerate((("RA---TAN", ra), ("DEC--TAN", dec)), 1):
        yield f"CTYPE{axis}  = '{kind}'           / projection"
        yield f"CUNIT{axis}  = 'deg     '           / unit"
        yield _number(f"CRPIX{axis}", f"{(AXES[axis - 1] + 1) / 2 + rng.uniform(-9, 9):.4f}")
        yield _number(f"CRVAL{axis}", f"{value:.8f}")
    cosine, sine = scale * math.cos(turn), scale * math.sin(turn)
    for name, number in (("1_1", -cosine), ("1_2", sine), ("2_1", sine), ("2_2", cosine)):
        yield _number(f"CD{name}", f"{number:.12E}")


def _number(keyword: str, text: str) -> str:
    return f"{keyword:<8}= {text:>20} / a number"


def time_checks(paths: Sequence[Path]) -> float:
    """Microseconds of CPU for a file that was not seen before, the best of several rounds."""
    check = FileChecker(Settings()).check
    for path in paths[:FEW]:
        check(str(path))
    taken = []
    for first in range(ROUNDS):
        part = paths[FEW + first :: ROUNDS]
        begun = time.process_time()
        for path in part:
            check(str(path))
        taken.append((time.process_time() - begun) / len(part))
    return 1e6 * min(taken)


def time_points(call: Callable[[], object]) -> float:
    """Seconds of a call, the median of several after a first one."""
    call()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def compare_points(cards: dict[str, object]) -> tuple[float, float]:
    """Seconds for a million points of us and of astropy, each with the arrays that it likes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = WCS(Header(cards))
    ours = Wcs.from_header(cards)
    rng = np.random.default_rng(3)
    x, y = (rng.uniform(1, size, POINTS) for size in AXES)
    pairs = np.column_stack([x, y])
    return (
        time_points(lambda: ours.pixel_to_world(x, y)),
        min(
            time_points(lambda: theirs.all_pix2world(x, y, 1)),
            time_points(lambda: theirs.all_pix2world(pairs, 1)),
        ),
    )


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.wcs", description=__doc__)
    parser.add_argument("--instructions", action="store_true", help="count them, too")
    chosen = parser.parse_args()
    if chosen.instructions and shutil.which("valgrind") is None:
        parser.error("valgrind is not installed")
    with tempfile.TemporaryDirectory(prefix="fitslint-bench-") as name:
        folder = Path(name)
        lists = {
            label: write_images(folder / label, MANY, coordinates=label == "with")
            for label in ("with", "without")
        }
        taken = {label: time_checks(paths) for label, paths in lists.items()}
        _show("check, µs a header", taken["with"], taken["without"])
        if chosen.instructions:
            compileall.compile_dir(ROOT / "fitslint", quiet=2)  # the first run would count that
            counts = {
                label: check_each(paths, folder / label)(ROOT) for label, paths in lists.items()
            }
            _show("check, user instructions", counts["with"], counts["without"])
    for label, cards in (("TAN", COORDINATES), ("TAN-SIP", {**COORDINATES, **SIP})):
        ours, theirs = compare_points(cards)
        print(f"a million points of {label}: {ours:.4f} s, astropy {theirs:.4f} s, "
              f"{theirs / ours:.2f} times as fast")  # fmt: skip
    return 0


def _show(what: str, with_coordinates: float, without: float) -> None:
    print(
        f"{what}: {with_coordinates:,.1f} with coordinates, {without:,.1f} without; "
        f"{with_coordinates - without:,.1f} more, ratio {with_coordinates / without:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
