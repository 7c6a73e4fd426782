"""The speed that fitslint promises, beside its goals: ``python -m tests.benchmarks speed``.

Every figure comes from a wheel installed in an environment of its own, because the wheel carries
the tables that a checkout builds when it starts. All but the last rows are user instructions under
``valgrind --tool=cachegrind`` with one hash seed: a measure that ignores the load of the machine,
the kernel's work and cache misses.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks import generate
from tests.benchmarks.measure import ROOT, listed

FEW, MANY = 1_000, 2_500
FILES = 20_000
LONGEST = 2_000_000
"""Bytes of a file of the corpus that is taken: of larger ones the kernel's work is most."""
FAULTS = 20_000
_COUNT = re.compile(r"I +refs: +([0-9,]+)")
_CHECK = """
import sys
from pathlib import Path
from fitslint.config.settings import Limits, Settings
from fitslint.engine.run import check_batches
settings = Settings(jobs=1, limits=Limits(seconds=1e6))
for batch in check_batches(Path(sys.argv[1]).read_text("utf-8").splitlines(), settings):
    pass
"""
"""Without the limit of time: under valgrind everything takes fifty times as long."""
Row = tuple[str, float, float, float | None]
"""What is measured, ours, theirs, and the goal for the ratio of the two."""


def show(corpus: Path, against: Path | None) -> None:
    """Measure all of it and print the table, a line as soon as it is known."""
    for sentence in explain_missing(corpus, against):
        print(sentence)
    print(f"{'':58} {'ours':>14} {'theirs':>14} {'ratio':>6} {'goal':>6}")
    with tempfile.TemporaryDirectory(prefix="fitslint-speed-") as name:
        for what, ours, theirs, goal in measure(Path(name), corpus, against):
            wanted = "" if goal is None else f"{goal:.2f}"
            print(
                f"{what:58} {ours:14,.0f} {theirs:14,.0f} {ours / theirs:6.3f} {wanted:>6}",
                flush=True,
            )


def measure(folder: Path, corpus: Path, against: Path | None) -> Iterator[Row]:
    """The rows of the table; :func:`explain_missing` says which are left out."""
    python = install(ROOT, folder / "this")
    paths = generate.write(folder / "generated", FILES)
    if shutil.which("valgrind"):
        if shutil.which("fitsverify"):
            yield compare_warm(python, paths, folder)
            yield from compare_mixed(python, corpus, folder)
        yield from compare_start(python, paths[0])
        if against is not None:
            yield compare_faults(python, install(against, folder / "other"), folder)
    yield from compare_workers(python, paths, folder)


def explain_missing(corpus: Path, against: Path | None) -> Iterator[str]:
    """Why a row is not in the table, a sentence for each cause."""
    if shutil.which("valgrind") is None:
        yield "valgrind is not installed: only the rows of workers are measured."
        return
    if shutil.which("fitsverify") is None:
        yield "fitsverify is not installed: the rows of warm and of mixed files are left out."
    elif not list_mixed(corpus):
        yield (
            f"No FITS file is under {corpus}: the row of mixed files is left out "
            "(--corpus or FITSLINT_SHARED names another folder)."
        )
    if against is None:
        yield "No other checkout is given (--against): the row of faulty cards is left out."


def list_mixed(corpus: Path) -> list[Path]:
    """The files of a corpus that are taken."""
    return sorted(path for path in corpus.rglob("*.fits") if path.stat().st_size < LONGEST)


def install(checkout: Path, place: Path) -> Path:
    """The Python of a new environment with the wheel of ``checkout``."""
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", str(checkout)], check=True)
    return python


def compare_warm(python: Path, paths: Sequence[Path], folder: Path) -> Row:
    """Files of one layout in a process that has seen others: the difference of two runs."""
    lists = [listed(paths[:count], folder / f"{count}.list") for count in (FEW, MANY)]
    ours = [count_check(python, each) for each in lists]
    theirs = [count_fitsverify(each) for each in lists]
    files = MANY - FEW
    return (
        f"a warm file of {generate.CARDS} cards: fitsverify -q",
        (ours[1] - ours[0]) / files, (theirs[1] - theirs[0]) / files, 0.60,
    )  # fmt: skip


def compare_mixed(python: Path, corpus: Path, folder: Path) -> Iterator[Row]:
    """Files of all kinds, each seen for the first time, without the start of the process."""
    if not (paths := list_mixed(corpus)):
        return
    whole, none = listed(paths, folder / "mixed.list"), listed([], folder / "none.list")
    ours = count_check(python, whole) - count_check(python, none)
    theirs = count_fitsverify(whole) - count_fitsverify(none)
    yield f"{len(paths)} mixed files at first sight: fitsverify -q", ours, theirs, 7.0


def compare_start(python: Path, path: Path) -> Iterator[Row]:
    """From the start to the answer on one file."""
    theirs = count_instructions([sys.executable, "-c", "import astropy.io.fits"])
    for options, goal in (([], 0.40), (["--output", "concise"], 0.45)):
        ours = count_instructions(command(python, "check", *options, str(path)))
        name = " ".join(["check", *options, "FILE"])
        yield f"{name}: import astropy.io.fits", ours, theirs, goal


def compare_faults(python: Path, other: Path, folder: Path) -> Row:
    """One header of faulty cards against another checkout."""
    path = folder / "faulty.fits"
    path.write_bytes(build_faulty_header(FAULTS))
    listing = listed([path], folder / "faulty.list")
    ours, theirs = (count_check(each, listing) for each in (python, other))
    return f"{FAULTS} faulty cards: the other checkout", ours, theirs, 0.5


def compare_workers(python: Path, paths: Sequence[Path], folder: Path) -> Iterator[Row]:
    """Microseconds by the wall: two workers, and two processes with half of the files each."""
    whole = listed(paths, folder / "all.list")
    middle = len(paths) // 2
    halves = [
        listed(part, folder / f"half{number}.list")
        for number, part in enumerate((paths[:middle], paths[middle:]))
    ]
    runs: list[Callable[[], float]] = [
        partial(time_commands, [command(python, "check", "--jobs", "1", f"@{whole}")]),
        partial(time_commands, [command(python, "check", "--jobs", "2", f"@{whole}")]),
        partial(
            time_commands, [command(python, "check", "--jobs", "1", f"@{half}") for half in halves]
        ),
    ]
    rounds = [[run() for run in runs] for _ in range(5)]
    one, two, ceiling = (1e6 * min(column) for column in zip(*rounds, strict=True))
    yield f"{len(paths)} files, us by the wall: one worker, of two", one, two, 1.7
    yield "the same: one process, of two with half each", one, ceiling, None
    cpu = [1e6 * time_processor(command(python, "check", "--jobs", n, f"@{whole}")) for n in "12"]
    yield "the same, us of processor: two workers, of one", cpu[1], cpu[0], None


def command(python: Path, *arguments: str) -> list[str]:
    """A command line of the fitslint that is installed beside ``python``."""
    return [str(python.with_name("fitslint")), *arguments]


def count_check(python: Path, listing: Path) -> int:
    """Instructions of a check of the files of a list, in one process, without a report."""
    return count_instructions([str(python), "-c", _CHECK, str(listing)])


def count_fitsverify(listing: Path) -> int:
    """Instructions of ``fitsverify -q`` over a list."""
    return count_instructions(["fitsverify", "-q", f"@{listing}"])


def count_instructions(arguments: Sequence[str]) -> int:
    """User instructions of a command.

    Raises
    ------
    RuntimeError
        valgrind told no number.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
             *arguments],
            cwd=elsewhere, capture_output=True, text=True, errors="replace", check=False,
            env=build_environment(),
        )  # fmt: skip
    found = _COUNT.search(done.stderr)
    if found is None:
        raise RuntimeError(f"{arguments} ended with {done.returncode}: {done.stderr[-500:]}")
    return int(found[1].replace(",", ""))


def build_environment() -> dict[str, str]:
    """The environment of what is measured: compiled modules are kept, and nothing is foreign."""
    foreign = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in foreign} | {
        "PYTHONHASHSEED": "0"
    }


def time_commands(commands: Sequence[Sequence[str]]) -> float:
    """Wall-clock seconds of commands that run at the same time."""
    begun = time.perf_counter()
    running = [
        subprocess.Popen(each, stdout=subprocess.DEVNULL, env=build_environment())
        for each in commands
    ]
    for process in running:
        process.wait()
    return time.perf_counter() - begun


def time_processor(arguments: Sequence[str]) -> float:
    """Processor seconds of a command and its children, the kernel's included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    time_commands([arguments])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def build_faulty_header(count: int) -> bytes:
    """A primary header whose cards behind the mandatory ones are all faulty in their own way."""
    cards = [b"SIMPLE  =                    T", b"BITPIX  =                    8",
             b"NAXIS   =                    0"]  # fmt: skip
    faults = (
        b"k%06d =                    1", b"F%07d=                 1.x5 / no number",
        b"S%07d= 'no end of the string", b"I%07d= 0x%d", b"T%07d=                    t",
    )  # fmt: skip
    for number in range(count - len(cards)):
        text = faults[number % len(faults)]
        cards.append(text % ((number,) * text.count(b"%")))
    raw = b"".join(card.ljust(80) for card in [*cards, b"END"])
    return raw + b" " * (-len(raw) % 2880)
