"""User instructions of this checkout beside those of another: a measure that ignores the load.

``python -m tests.benchmarks.instructions --against PATH`` runs both under ``valgrind
--tool=cachegrind``, with one hash seed. What a file costs is the difference of two runs of other
length, so that start and warming cancel. The kernel's work and cache misses are not counted.
"""

from __future__ import annotations

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks import fix, generate
from tests.benchmarks.measure import CORPUS, ROOT, listed

FEW, MANY = 200, 600
FIX_FEW, FIX_MANY = 30, 90
LONGEST = 400_000
"""Bytes of a file of the corpus that is taken: of larger ones the kernel's work is most."""
_COUNT = re.compile(r"I +refs: +([0-9,]+)")
_CHECK = """
import sys
from pathlib import Path
from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
check = FileChecker(Settings()).check
for path in Path(sys.argv[1]).read_text("utf-8").splitlines():
    check(path)
"""
Cost = Callable[[Path], float]


def count_instructions(command: Sequence[str], checkout: Path) -> int:
    """User instructions of a command whose ``fitslint`` is that of ``checkout``.

    Raises
    ------
    RuntimeError
        the command failed, or valgrind told no number.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
             *command],
            cwd=elsewhere, capture_output=True, text=True, errors="replace", check=False,
            env={**os.environ, "PYTHONPATH": str(checkout), "PYTHONHASHSEED": "0",
                 "PYTHONDONTWRITEBYTECODE": ""},
        )  # fmt: skip
    found = _COUNT.search(done.stderr)
    if found is None or done.returncode not in (0, 1):
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-500:]}")
    return int(found[1].replace(",", ""))


def check_each(paths: Sequence[Path], folder: Path) -> Cost:
    """A check of each of the later files, in a process that has seen the others."""
    lists = [listed(paths[:count], folder / f"{count}.list") for count in (FEW, MANY)]

    def cost(checkout: Path) -> float:
        few, many = (
            count_instructions([sys.executable, "-c", _CHECK, str(one)], checkout) for one in lists
        )
        return (many - few) / (MANY - FEW)

    return cost


def check_once(paths: Sequence[Path], folder: Path) -> Cost:
    """Files of all kinds, each seen for the first time, without the start of the process."""
    whole, none = listed(paths, folder / "mixed.list"), listed([], folder / "none.list")

    def cost(checkout: Path) -> float:
        with_files, without = (
            count_instructions([sys.executable, "-c", _CHECK, str(one)], checkout)
            for one in (whole, none)
        )
        return (with_files - without) / len(paths)

    return cost


def run_command(*arguments: str) -> Cost:
    """A command from its start to its end."""
    command = [sys.executable, "-m", "fitslint", *arguments]
    return lambda checkout: float(count_instructions(command, checkout))


def fix_each(folder: Path) -> Cost:
    """A repair of files with two faults each."""

    def cost(checkout: Path) -> float:
        taken = []
        for count in (FIX_FEW, FIX_MANY):
            place = folder / f"{checkout.name}-{count}"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            fix.generate(place, count)
            command = [sys.executable, "-m", "fitslint", "fix", "--no-config", "--jobs", "1"]
            taken.append(count_instructions([*command, str(place)], checkout))
        return (taken[1] - taken[0]) / (FIX_MANY - FIX_FEW)

    return cost


def main() -> int:
    """Count, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.instructions",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("--against", type=Path, required=True, help="another checkout")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    chosen = parser.parse_args()
    if shutil.which("valgrind") is None:
        parser.error("valgrind is not installed")
    for checkout in (ROOT, chosen.against.resolve()):
        # The first run would count it.
        compileall.compile_dir(checkout / "fitslint", quiet=2)
    with tempfile.TemporaryDirectory(prefix="fitslint-bench-") as name:
        show(find_costs(Path(name), chosen.corpus), chosen.against.resolve())
    return 0


def find_costs(folder: Path, corpus: Path) -> dict[str, Cost]:
    """What is counted, by name."""
    paths = generate.write(folder / "generated", MANY)
    first = str(paths[0])
    costs = {
        "check, a further generated file": check_each(paths, folder),
        "check FILE, with the start": run_command("check", first),
        "check --output concise FILE": run_command("check", "--output", "concise", first),
    }
    real = sorted(path for path in corpus.rglob("*.fits") if path.stat().st_size < LONGEST)
    if real:
        costs["check, a file of the corpus at first sight"] = check_once(real, folder)
    else:
        print(f"No FITS file is under {corpus}: its row is left out.")
    costs["fix, a further file with two faults"] = fix_each(folder / "fix")
    return costs


def show(costs: dict[str, Cost], other: Path) -> None:
    """Both counts and their ratio, a line for each, as it is known."""
    print(f"{'user instructions':44} {'of the other':>14} {'of this':>14}  ratio")
    for name, cost in costs.items():
        theirs, ours = cost(other), cost(ROOT)
        print(f"{name:44} {theirs:14,.0f} {ours:14,.0f}  {ours / theirs:.3f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
