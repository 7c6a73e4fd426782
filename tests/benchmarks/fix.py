"""``python -m tests.benchmarks.fix``: many small files repaired, side by side with astropy.

Every contender gets the same files afresh, synced and in the page cache, in turns; the best round
of each counts. astropy opens, verifies with ``fix`` and writes a new file, and syncs nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

BLOCK = 2880
A_FOLDER = 1000
"""Files in a folder."""
PLAIN = 28
"""Cards of each file with which nothing is wrong."""


def cards(number: int) -> list[str]:
    """The header of a small image; two cards can be repaired safely."""
    return [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    1",
        "NAXIS1  =                 1000",
        *(f"KEY{at:<5}= {number + at:20} / [m] place {at}" for at in range(PLAIN)),
        "EXPTIME =              1.5e+02 / [s] exposure time",
        "gain    =                  1.5 / lower case",
        "END",
    ]


def generate(folder: Path, count: int) -> None:
    """Files of a header block and a data block each."""
    data = bytes(range(250)) * 4
    for number in range(count):
        place = folder / f"{number // A_FOLDER:04}"
        place.mkdir(parents=True, exist_ok=True)
        header = "".join(card.ljust(80) for card in cards(number)).encode().ljust(BLOCK)
        (place / f"{number:06}.fits").write_bytes(header + data.ljust(BLOCK, b"\0"))
    os.sync()


def by_astropy(folder: Path) -> None:
    """One process, a file at a time, as its documentation shows."""
    from astropy.io import fits

    warnings.simplefilter("ignore")
    for path in sorted(folder.glob("*/*.fits")):
        with fits.open(path) as found:
            found.verify("fix")
            found.writeto(path.with_suffix(".new"), output_verify="silentfix")
        path.with_suffix(".new").replace(path)


def by_fitslint(*options: str) -> Callable[[Path], None]:
    """The command, start and all."""

    def run(folder: Path) -> None:
        command = [sys.executable, "-m", "fitslint", "fix", "--no-config", *options, str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return run


CONTENDERS: dict[str, Callable[[Path], None]] = {
    "astropy open + verify('fix') + writeto": by_astropy,
    "fitslint fix --jobs 1": by_fitslint("--jobs", "1"),
    "fitslint fix": by_fitslint(),
}


def measured(name: str, parent: Path, count: int) -> float:
    """Milliseconds a file of one round, on files of its own."""
    folder = parent / "files"
    generate(folder, count)
    start = time.perf_counter()
    CONTENDERS[name](folder)
    taken = time.perf_counter() - start
    last = (folder / f"{(count - 1) // A_FOLDER:04}" / f"{count - 1:06}.fits").read_bytes()
    if b"1.5E+02" not in last or b"GAIN" not in last:
        raise SystemExit(f"{name} did not repair the last file")
    shutil.rmtree(folder)
    return 1e3 * taken / count


def main() -> None:
    """Measure, and print the ratios side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    parent = Path(tempfile.mkdtemp(prefix="fitslint-fix-", dir=given.folder))
    try:
        rounds = [
            [measured(name, parent, given.files) for name in CONTENDERS]
            for _ in range(given.rounds)
        ]
    finally:
        shutil.rmtree(parent)
    best = [min(column) for column in zip(*rounds, strict=True)]
    table = Table(f"{given.files:,} small files", "milliseconds a file", "times faster")
    for name, taken in zip(CONTENDERS, best, strict=True):
        table.add_row(name, f"{taken:.2f}", f"{best[0] / taken:.1f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
