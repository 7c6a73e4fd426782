"""``python -m tests.benchmarks.write``: what writing a repair costs, beside `cp` and plain reads.

The file holds real bytes. Every contender starts from a synced file that the page cache holds;
the rounds are taken in turns, and the best of each contender counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fitslint.repair.model import DataUnit, Patch, Plan
from fitslint.repair.write import write_plan

BLOCK = 2880
CHUNK = 1 << 20
MODES = ("cp + fsync + read both", "replace", "replace with digests", "in-place")


def generate(path: Path, size: int) -> None:
    """A header of two blocks and a data unit of random bytes."""
    noise = os.urandom(64 * CHUNK)
    with path.open("wb") as file:
        file.write(header(b"T"))
        for start in range(0, size, len(noise)):
            file.write(noise[: size - start])
        file.flush()
        os.fsync(file.fileno())


def header(value: bytes, blocks: int = 2) -> bytes:
    """A header block that holds one value."""
    card = b"SIMPLE  = " + value.rjust(20)
    return card.ljust(blocks * BLOCK)


def read(path: Path) -> None:
    """Read every byte of a file once."""
    fd = os.open(path, os.O_RDONLY)
    buffer = bytearray(CHUNK)
    while os.readv(fd, [buffer]):
        pass
    os.close(fd)


def copied(path: Path, copy: Path) -> None:
    """``cp``, fsync, and the old and the new data read once."""
    subprocess.run(["cp", str(path), str(copy)], check=True)
    fd = os.open(copy, os.O_RDWR)
    os.fsync(fd)
    os.close(fd)
    read(path)
    read(copy)


def plan(path: Path, grow: bool) -> Plan:
    """One card changes; the header gains a block when the data are to move."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(BLOCK)
    old = first[10:30]
    new = (b"F" if old.endswith(b"T") else b"T").rjust(20)
    patches = (Patch(10, 30, new, old),)
    patches += (Patch(BLOCK, BLOCK, b" " * BLOCK),) if grow else ()
    start = 2 * BLOCK
    unit = DataUnit(1, start, start + BLOCK * grow, size - start)
    return Plan(str(path), size, patches, (unit,))


def seconds(work: Callable[[], object]) -> float:
    """The time that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measured(path: Path, size: int, mode: str) -> float:
    """One round of a contender, on a file of its own making."""
    if not path.exists() or path.stat().st_size != size + 2 * BLOCK:
        generate(path, size)
    read(path)
    os.sync()
    copy = path.with_name("copy.fits")
    if mode.startswith("cp"):
        taken = seconds(lambda: copied(path, copy))
        copy.unlink()
        return taken
    if mode == "in-place":
        return seconds(lambda: write_plan(plan(path, False), "in-place"))
    grown = plan(path, True)
    taken = seconds(lambda: write_plan(grown, "replace", digests="digests" in mode))
    path.unlink()
    return taken


def main() -> None:
    """Measure, and print the ratios side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    size = given.megabytes * CHUNK // BLOCK * BLOCK
    folder = Path(tempfile.mkdtemp(prefix="fitslint-write-", dir=given.folder))
    try:
        path = folder / "one.fits"
        rounds = [[measured(path, size, mode) for mode in MODES] for _ in range(given.rounds)]
    finally:
        shutil.rmtree(folder)
    best = [min(column) for column in zip(*rounds, strict=True)]
    table = Table(f"one card, {given.megabytes} MB", "milliseconds", "of cp", "of replace")
    for mode, taken in zip(MODES, best, strict=True):
        ratios = [f"{taken / best[0]:.4f}", f"{taken / best[1]:.4f}"]
        table.add_row(mode, f"{1e3 * taken:.1f}", *ratios)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
