"""The measurements: each starts processes of its own, so that nobody warms another's caches."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("FITSLINT_SHARED", ROOT.parent / "shared")) / "corpus"
"""Real files, of which none is in the checkout: beside it, or where FITSLINT_SHARED says."""
ASTROPY_SAMPLE, FITSIO_SAMPLE = 1000, 2000


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who reads a number of files; ``run`` gives the seconds that it took."""

    name: str
    files: int
    run: Callable[[], float]


def side_by_side(contenders: Sequence[Contender], rounds: int) -> list[float]:
    """Microseconds a file of each contender: the best of rounds taken in turns.

    Taken in turns, whatever else the machine does hits everybody alike.
    """
    taken = [[each.run() for each in contenders] for _ in range(rounds)]
    best = [min(column) for column in zip(*taken, strict=True)]
    return [1e6 * seconds / each.files for seconds, each in zip(best, contenders, strict=True)]


def cli() -> list[str]:
    """The command line of fitslint, the installed script where there is one."""
    script = Path(sys.executable).with_name("fitslint")
    return [str(script)] if script.exists() else [sys.executable, "-m", "fitslint"]


def in_process(name: str, paths: Sequence[Path], folder: Path, warm: int = 0) -> Contender:
    """A contender of :mod:`tests.benchmarks.contenders`, without the start of its process."""
    listing = listed(paths, folder / f"{name}.list")
    command = [sys.executable, "-m", "tests.benchmarks.contenders", name, str(listing), str(warm)]

    def run() -> float:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
        return float(json.loads(done.stdout)["seconds"])

    return Contender(f"{name}, one process", len(paths) - warm, run)


def fitsverify(paths: Sequence[Path], folder: Path) -> Contender:
    """``fitsverify -q`` over a list of files, its start included (a few milliseconds)."""
    listing = listed(paths, folder / "fitsverify.list")
    command = ["fitsverify", "-q", f"@{listing}"]
    return Contender("fitsverify -q", len(paths), lambda: timed(command))


def command_line(paths: Sequence[Path], folder: Path, *options: str) -> Contender:
    """``fitslint check`` from its start to its end."""
    listing = listed(paths, folder / "check.list")
    command = [*cli(), "check", *options, f"@{listing}"]
    name = " ".join(["fitslint check", *options])
    return Contender(name, len(paths), lambda: timed(command))


def cold(path: Path, rounds: int = 11) -> dict[str, float]:
    """Median seconds from a cold start, taken in turns."""
    commands = {
        "fitslint check": [*cli(), "check", str(path)],
        "import astropy.io.fits": [sys.executable, "-c", "import astropy.io.fits"],
        "python": [sys.executable, "-c", "pass"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(timed(command))
    return {name: statistics.median(times) for name, times in taken.items()}


def peak_memory(paths: Sequence[Path], folder: Path, *options: str) -> float:
    """Largest resident memory of any process of ``fitslint check``, in MB."""
    listing = listed(paths, folder / "memory.list")
    command = [*cli(), "check", *options, f"@{listing}"]
    # The parent's own size would count for a child that it forks, so it must stay small: this
    # module imports nothing large.
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {child.returncode}")
    return usage.ru_maxrss / 1024


def timed(command: Sequence[str]) -> float:
    """Wall-clock seconds of a command whose output nobody reads."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def listed(paths: Sequence[Path], listing: Path) -> Path:
    """The paths written to a list file, one a line."""
    listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return listing
