"""One contender over a list of files in a process of its own; prints files and seconds as JSON.

``python -m tests.benchmarks.contenders NAME LIST [WARM]``: the first WARM files of the list are
read before the clock starts, which is what "steady state" means.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

Read = Callable[[str], object]


def bare() -> Read:
    """Open and read the file, nothing else."""

    def read(path: str) -> object:
        handle = os.open(path, os.O_RDONLY)
        try:
            return os.read(handle, 1 << 16)
        finally:
            os.close(handle)

    return read


def fitslint() -> Read:
    """Read the headers and judge them by all rules."""
    from fitslint.config.settings import Settings
    from fitslint.engine.checker import FileChecker

    return FileChecker(Settings()).check


def astropy() -> Read:
    """Open and verify."""
    from astropy.io import fits

    def read(path: str) -> None:
        try:
            with fits.open(path) as hdus:
                hdus.verify("warn")
        except Exception:
            return  # a corpus holds files that astropy refuses

    warnings.simplefilter("ignore")
    return read


def fitsio() -> Read:
    """Read the header of the first HDU."""
    import fitsio as module

    return module.read_header


CONTENDERS: dict[str, Callable[[], Read]] = {
    "bare": bare,
    "fitslint": fitslint,
    "astropy": astropy,
    "fitsio": fitsio,
}


def run(read: Read, paths: Sequence[str], warm: int) -> dict[str, float]:
    """Seconds for the paths after the first ``warm``."""
    for path in paths[:warm]:
        read(path)
    start = time.perf_counter()
    for path in paths[warm:]:
        read(path)
    return {"files": len(paths) - warm, "seconds": time.perf_counter() - start}


def main(arguments: Sequence[str]) -> None:
    """Run the contender that is named."""
    name, listing, *warm = arguments
    paths = Path(listing).read_text("utf-8").splitlines()
    print(json.dumps(run(CONTENDERS[name](), paths, int(warm[0]) if warm else 0)))


if __name__ == "__main__":
    main(sys.argv[1:])
