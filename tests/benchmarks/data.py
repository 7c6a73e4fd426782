"""Reading data beside those who do: ``python -m tests.benchmarks data``.

``sha1sum`` reads every byte of a gigabyte of pixels and adds up what it can; fitsverify reads a
table of 200 MB. Each is a process of its own from its start to its answer; of fitslint also the
pass over the data alone, in a process that is warm.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.measure import cli, peak_memory

IMAGE_SIDE = 16_000
TABLE_ROWS = 2_200_000
SPARSE_BYTES = 10**11
_WARM = """
import sys, time
from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
checker = FileChecker(Settings(data=True, jobs=1))
checker.check(sys.argv[2])
begun = time.perf_counter()
checker.check(sys.argv[1])
print(time.perf_counter() - begun)
"""
Row = tuple[str, float, float | None]
"""What was measured, its figure, and that of the peer."""


def compare(folder: Path, rounds: int) -> Iterator[Row]:
    """Seconds of fitslint and of its peers, best of some rounds in turn."""
    # First: what this process is large of would count for its children.
    sparse = folder / "sparse.fits"
    write_sparse(sparse)
    yield "MB of memory for a sparse image of 100 GB", peak_memory([sparse], folder, "--data"), None
    small, image, table = folder / "small.fits", folder / "image.fits", folder / "table.fits"
    write_image(small, 100)
    write_image(image, IMAGE_SIDE)
    write_table(table, TABLE_ROWS)
    pairs: list[tuple[str, Path, Sequence[str]]] = [
        ("image of 1 GB, of sha1sum", image, ["sha1sum"]),
        ("table of 200 MB, of fitsverify", table, ["fitsverify", "-q"]),
    ]
    for what, path, peer in pairs:
        if shutil.which(peer[0]) is None:
            continue
        command = [*cli(), "check", "--data", "--no-config", str(path)]
        ours, warm, theirs = _race(
            (
                lambda command=command: _time(command),
                lambda path=path: _measure_warm(path, small),
                lambda command=[*peer, str(path)]: _time(command),
            ),
            rounds,
        )
        yield f"seconds of 'check --data', {what}", ours, theirs
        yield f"seconds of the pass alone, {what}", warm, theirs


def _race(contenders: Sequence[Callable[[], float]], rounds: int) -> list[float]:
    times = [[run() for run in contenders] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def _time(command: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - begun


def _measure_warm(path: Path, small: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _WARM, str(path), str(small)], capture_output=True, check=True
    )
    return float(done.stdout)


def write_image(path: Path, side: int) -> None:
    """A square image of random integers of 32 bits, with its sums."""
    import numpy as np
    from astropy.io import fits

    pixels = np.random.default_rng(1).integers(0, 60_000, (side, side)).astype(">i4")
    fits.PrimaryHDU(pixels).writeto(path, checksum=True)


def write_table(path: Path, rows: int) -> None:
    """A list of events with text, logical values, bits and numbers: 93 bytes a row."""
    import numpy as np
    from astropy.io import fits

    random = np.random.default_rng(1)
    columns = [
        fits.Column("TIME", "D", array=np.sort(random.random(rows) * 1e5)),
        fits.Column("X", "E", array=random.random(rows)),
        fits.Column("Y", "E", array=random.random(rows)),
        fits.Column("PHA", "J", array=random.integers(0, 4096, rows)),
        fits.Column("NAME", "20A", array=np.char.mod("source%d", np.arange(rows))),
        fits.Column("OK", "L", array=random.random(rows) > 0.5),
        fits.Column("QUALITY", "12X", array=random.random((rows, 12)) > 0.5),
        fits.Column("FLUX", "8E", array=random.random((rows, 8))),
        fits.Column("ID", "K", array=np.arange(rows)),
        fits.Column("RAW", "10B", array=random.integers(0, 255, (rows, 10))),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    table.header["TDMIN4"], table.header["TDMAX4"] = 0, 4095
    table.writeto(path, checksum=True)


def write_sparse(path: Path) -> None:
    """An image of which nothing was written but its header and its last pixel."""
    cards = (
        "SIMPLE  =                    T", "BITPIX  =                    8",
        "NAXIS   =                    2", "NAXIS1  =               100000",
        f"NAXIS2  = {SPARSE_BYTES // 100_000:20d}", "DATAMIN =                    0",
        "DATAMAX =                    7", "END",
    )  # fmt: skip
    header = "".join(card.ljust(80) for card in cards).ljust(2880).encode()
    with path.open("wb") as stream:
        stream.write(header)
        stream.truncate(len(header) + SPARSE_BYTES + -SPARSE_BYTES % 2880)
        stream.seek(len(header) + SPARSE_BYTES - 1)
        stream.write(b"\x07")
