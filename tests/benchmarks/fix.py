"""``python -m tests.benchmarks.fix``: many small files repaired, side by side with astropy.

Every contender gets the same files afresh, synced and in the page cache, in turns; the best round
of each counts. astropy opens, verifies with ``fix`` and writes a new file, and syncs nothing.
``--against PATH`` puts another checkout of fitslint beside this one, in the place of astropy.
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

ROOT = Path(__file__).resolve().parents[2]
Contender = Callable[[Path], None]
BLOCK = 2880
COMPILED = {
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "fitslint-benchmark-compiled"),
    "PYTHONDONTWRITEBYTECODE": "",
}
"""Nobody pays for compiling: a first run, which is not counted, has done it."""
A_FOLDER = 1000
"""Files in a folder."""
WARM_UP = 200
"""Files of a run that is not counted."""
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


def by_fitslint(*options: str, checkout: Path = ROOT) -> Contender:
    """The command, start and all."""

    def run(folder: Path) -> None:
        command = [sys.executable, "-m", "fitslint", "fix", "--no-config", *options, str(folder)]
        # From another folder, or the package that lies there would be taken.
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd=folder,
            env={**os.environ, **COMPILED, "PYTHONPATH": str(checkout), "PYTHONHASHSEED": "0"},
        )  # fmt: skip

    return run


def list_contenders(against: Path | None) -> dict[str, Contender]:
    """Who takes part; the first one is what the others are held against."""
    ways = {"--jobs 1": ("--jobs", "1"), "": ()}
    here = {f"fitslint fix {name}".rstrip(): by_fitslint(*way) for name, way in ways.items()}
    if against is None:
        return {"astropy open + verify('fix') + writeto": by_astropy, **here}
    there = {
        f"{against.name}: fitslint fix {name}".rstrip(): by_fitslint(*way, checkout=against)
        for name, way in ways.items()
    }
    return {**there, **here}


def measure(name: str, contender: Contender, parent: Path, count: int) -> tuple[float, float]:
    """Milliseconds a file of one round by the clock, and of processors, on files of its own."""
    folder = parent / "files"
    generate(folder, count)
    start, busy = time.perf_counter(), cpu_seconds()
    contender(folder)
    taken = time.perf_counter() - start, cpu_seconds() - busy
    last = (folder / f"{(count - 1) // A_FOLDER:04}" / f"{count - 1:06}.fits").read_bytes()
    if b"1.5E+02" not in last or b"GAIN" not in last:
        raise SystemExit(f"{name} did not repair the last file")
    shutil.rmtree(folder)
    return 1e3 * taken[0] / count, 1e3 * taken[1] / count


def cpu_seconds() -> float:
    """What this process and those that it waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    """Measure, and print the ratios side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--against", type=Path, default=None, metavar="CHECKOUT")
    given = parser.parse_args()
    contenders = list_contenders(given.against and given.against.resolve())
    parent = Path(tempfile.mkdtemp(prefix="fitslint-fix-", dir=given.folder))
    try:
        for name, each in contenders.items():
            measure(name, each, parent, WARM_UP)
        rounds = [
            [measure(name, each, parent, given.files) for name, each in contenders.items()]
            for _ in range(given.rounds)
        ]
    finally:
        shutil.rmtree(parent)
    walls, busy = (
        [min(one[kind] for one in column) for column in zip(*rounds, strict=True)]
        for kind in (0, 1)
    )
    table = Table(f"{given.files:,} small files", "ms a file", "of the first", "CPU ms", "of it")
    for name, wall, cpu in zip(contenders, walls, busy, strict=True):
        shares = (f"{wall / walls[0]:.2f}", f"{cpu:.3f}", f"{cpu / busy[0]:.2f}")
        table.add_row(name, f"{wall:.2f}", *shares)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
