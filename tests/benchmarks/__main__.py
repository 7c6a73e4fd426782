"""``python -m tests.benchmarks``: fitslint beside its peers, as ratios taken in one run."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import audit, data, generate, kappa, measure, speed

PARTS = ("steady", "corpus", "cold", "memory", "kappa")
SPEED = "speed"
"""The table of goals, which is printed when it is asked for by name only: it takes minutes."""
DATA = "data"
"""What reading data costs, by name only as well: it writes 2 GB."""
AUDIT = "audit"
"""An archive, by name only as well."""
_console = Console(width=100)


def steady(paths: Sequence[Path], folder: Path, rounds: int) -> None:
    """Generated files: rates side by side."""
    warm = min(2000, len(paths) // 4)
    contenders = [
        measure.in_process("bare", paths, folder),
        measure.in_process("fitslint", paths, folder, warm),
        measure.command_line(paths, folder),
        measure.command_line(paths, folder, "--jobs", "1"),
        measure.in_process("astropy", paths[: measure.ASTROPY_SAMPLE], folder),
        measure.in_process("fitsio", paths[: measure.FITSIO_SAMPLE], folder),
    ]
    title = f"{len(paths)} files of {generate.CARDS} cards"
    show(title, with_fitsverify(contenders, paths, folder), rounds)


def corpus(folder: Path, place: Path, rounds: int) -> None:
    """Real files, mixed, each seen for the first time."""
    paths = sorted(path for path in place.rglob("*") if is_fits(path))
    if not paths:
        _console.print(f"No FITS file is under {place}: the corpus is left out.")
        return
    contenders = [
        measure.in_process("bare", paths, folder),
        measure.in_process("fitslint", paths, folder),
        measure.command_line(paths, folder),
        measure.in_process("astropy", paths, folder),
    ]
    title = f"{len(paths)} files of the corpus"
    show(title, with_fitsverify(contenders, paths, folder), rounds)


def cold(path: Path) -> None:
    """From a cold start to the answer."""
    seconds = measure.cold(path)
    astropy = seconds["import astropy.io.fits"]
    table = Table("cold start", "seconds", "of import astropy.io.fits")
    for name, taken in seconds.items():
        table.add_row(name, f"{taken:.3f}", f"{taken / astropy:.2f}")
    _console.print(table)


def memory(paths: Sequence[Path], folder: Path) -> None:
    """Peak resident memory against the number of files (hard links to the same ones)."""
    few = list(paths[:1000])
    many = linked(few, folder / "linked", 100)
    table = Table("peak memory of a process", "files", "MB")
    for options in (("--jobs", "1"), ()):
        for chosen in (few, many):
            peak = measure.peak_memory(chosen, folder, *options)
            name = " ".join(["fitslint check", *options])
            table.add_row(name, str(len(chosen)), f"{peak:.1f}")
    _console.print(table)


def linked(paths: Sequence[Path], folder: Path, times: int) -> list[Path]:
    """Every file under ``times`` names."""
    links = []
    for copy in range(times):
        place = folder / f"{copy:03d}"
        place.mkdir(parents=True, exist_ok=True)
        for path in paths:
            link = place / path.name
            os.link(path, link)
            links.append(link)
    return links


def with_fitsverify(
    contenders: list[measure.Contender], paths: Sequence[Path], folder: Path
) -> list[measure.Contender]:
    """The contenders after fitsverify, where it is installed."""
    if shutil.which("fitsverify") is None:
        _console.print("fitsverify is not installed; ratios are against bare reading")
        return contenders
    return [measure.fitsverify(paths, folder), *contenders]


def show(title: str, contenders: Sequence[measure.Contender], rounds: int) -> None:
    """Rates as a table, with the ratio to the first."""
    each = measure.side_by_side(contenders, rounds)
    table = Table(title, "files", "us/file", "files/s", f"times {contenders[0].name}")
    for one, taken in zip(contenders, each, strict=True):
        ratio = f"{each[0] / taken:.2f}"
        table.add_row(one.name, str(one.files), f"{taken:.1f}", f"{1e6 / taken:.0f}", ratio)
    _console.print(table)


def read_data(folder: Path, rounds: int) -> None:
    """Reading data beside a checksum of bytes and another verifier."""
    table = Table("reading data", "fitslint", "peer", "ratio")
    for what, ours, theirs in data.compare(folder, rounds):
        peer = ("", "") if theirs is None else (f"{theirs:.2f}", f"{ours / theirs:.2f}")
        table.add_row(what, f"{ours:.2f}", *peer)
    _console.print(table)


def audit_archive(folder: Path, count: int, rounds: int) -> None:
    """A whole archive beside a check of it and another verifier."""
    table = Table(f"an archive of {count} files", "us/file", "files/s of audit / of it")
    taken = audit.compare(folder, count, rounds)
    for name, micros in taken:
        table.add_row(name, f"{micros:.1f}", f"{micros / taken[0][1]:.2f}")
    _console.print(table)


def is_fits(path: Path) -> bool:
    """Whether the name is one that a folder walk takes."""
    return path.is_file() and path.suffix in (".fits", ".fit", ".fts", ".fz", ".evt", ".img")


def main() -> int:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", default=[], help=f"of {', '.join((*PARTS, SPEED, DATA, AUDIT))}"
    )
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=measure.CORPUS)
    parser.add_argument("--against", type=Path, help=f"another checkout, for {SPEED}")
    chosen = parser.parse_args()
    parts = chosen.parts or PARTS
    if unknown := set(parts) - {*PARTS, SPEED, DATA, AUDIT}:
        parser.error(f"unknown part {', '.join(sorted(unknown))}")
    if "kappa" in parts:
        kappa.show(_console, chosen.rounds)
    if SPEED in parts:
        speed.show(chosen.corpus, chosen.against and chosen.against.resolve())
    if set(parts) <= {"kappa", SPEED}:
        return 0
    with tempfile.TemporaryDirectory(prefix="fitslint-bench-") as name:
        folder = Path(name)
        if DATA in parts:
            read_data(folder, chosen.rounds)
            if set(parts) <= {"kappa", SPEED, DATA}:
                return 0
        if AUDIT in parts:
            audit_archive(folder, chosen.files, chosen.rounds)
            if set(parts) <= {"kappa", SPEED, DATA, AUDIT}:
                return 0
        if "corpus" in parts:
            corpus(folder, chosen.corpus, chosen.rounds)
        needed = chosen.files if "steady" in parts else min(chosen.files, 1000)
        paths = generate.write(folder / "generated", needed)
        if "steady" in parts:
            steady(paths, folder, chosen.rounds)
        if "cold" in parts:
            cold(paths[0])
        if "memory" in parts:
            memory(paths, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
