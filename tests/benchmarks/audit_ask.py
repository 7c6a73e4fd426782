"""``python -m tests.benchmarks.audit_ask``: what asking and looking at a large audit costs.

The audit is made of rows, not of files: raw frames of nine instruments over twenty years with five
findings each. Every question is asked in a process of its own, whose largest memory is told.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fitslint.audit.tables import (
    FILES_SCHEMA,
    FINDINGS_SCHEMA,
    KEYWORDS_SCHEMA,
    MANIFEST_FILE,
    MANIFEST_SCHEMA,
    ParquetFileWriter,
    ShardWriter,
)
from fitslint.rules.registry import load_rules
from tests.benchmarks.measure import ROOT
from tests.browser import chromium

SHARD, EACH, KEYWORDS = 4096, 5, 150
INSTRUMENTS = np.array(
    ["SuprimeCam", "FOCAS", "HDS", "HSC", "IRCS", "CIAO", "MOIRCS", "COMICS", "AO188"]
)
_SEVERITIES = {"must": "error", "should": "warning"}
_TOLD = """
import resource, sys
from fitslint.cli.main import main
try:
    main(sys.argv[1:])
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss // 1024}", file=sys.stderr)
"""


def make_table(schema: pa.Schema, rows: int, **columns: Any) -> pa.Table:
    """A table of which the columns that are not named are null."""
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def write_audit(folder: Path, files: int) -> None:
    """Write the parts of an audit of so many files."""
    writer = ParquetFileWriter(folder / MANIFEST_FILE, MANIFEST_SCHEMA)
    writer.finish({})
    rng = np.random.default_rng(1)
    rules = [one for one in load_rules().values() if one.scope in ("card", "header")]
    share = 1 / np.arange(1, len(rules) + 1)
    share /= share.sum()
    for shard, first in enumerate(range(0, files, SHARD)):
        numbers = np.arange(first, min(first + SHARD, files))
        with ShardWriter(folder, shard) as parts:
            paths = write_files(parts, numbers, files, rng)
            chosen = rng.choice(len(rules), len(numbers) * EACH, p=share)
            write_findings(parts, paths, [rules[at] for at in chosen], rng)
            write_keywords(parts, len(numbers))
            parts.finish({})


def write_files(
    parts: ShardWriter, numbers: np.ndarray, files: int, rng: np.random.Generator
) -> np.ndarray:
    """Write the rows of files; their paths."""
    mjd = 51179 + 7300 * numbers / files
    nights = np.datetime_as_string(np.datetime64("1858-11-17") + mjd.astype(int))
    names = INSTRUMENTS[rng.integers(0, len(INSTRUMENTS), len(numbers))]
    frames = [
        f"{name[:3].upper()}A{number:08d}" for name, number in zip(names, numbers, strict=True)
    ]
    folders = [f"/archive/{name}/{night[:7]}" for name, night in zip(names, nights, strict=True)]
    paths = [f"{folder}/{frame}.fits" for folder, frame in zip(folders, frames, strict=True)]
    verdicts = np.array(["conforms", "violates", "undetermined"])
    parts.write("files", make_table(
        FILES_SCHEMA, len(numbers), path=paths, folder=folders, size=np.full(len(numbers), 1 << 24),
        status=["ok"] * len(numbers),
        verdict=verdicts[rng.choice(3, len(numbers), p=[0.6, 0.39, 0.01])],
        errors=np.full(len(numbers), 2), warnings=np.full(len(numbers), 2),
        infos=np.ones(len(numbers)), instrument=names, telescope=["Subaru"] * len(numbers),
        night=nights, date_obs=nights, frame_id=frames, mjd_start=mjd, mjd_end=mjd + 1e-4,
        exp_id=[frame.replace("A", "E", 1) for frame in frames], det_id=["0"] * len(numbers),
        exptime=np.full(len(numbers), 8.0), object=["M 31"] * len(numbers),
        ins_ver=["1.0"] * len(numbers), data_bytes=np.full(len(numbers), 1 << 24),
        datasum=numbers.astype(str), data_shape=["primary:16:2048x4096"] * len(numbers),
        groups=[["g"]] * len(numbers),
    ))  # fmt: skip
    return np.array(paths, dtype=object)


def write_findings(
    parts: ShardWriter, paths: np.ndarray, rules: list[Any], rng: np.random.Generator
) -> None:
    """Write the findings, the same number for each file."""
    count = len(rules)
    parts.write("findings", make_table(
        FINDINGS_SCHEMA, count, path=np.repeat(paths, EACH), code=[one.code for one in rules],
        name=[one.name for one in rules], keyword=["EXPTIME"] * count, hdu=np.ones(count),
        severity=[_SEVERITIES.get(one.level, "info") for one in rules],
        card=rng.integers(1, 150, count), column=np.full(count, 28), end_column=np.full(count, 28),
        message=["the exponent letter e is lower case; write 1.5E+02"] * count,
        message_id=[one.code for one in rules], params=["{}"] * count, clause=["4.2.4"] * count,
        fix_safety=[one.fix for one in rules], places=np.ones(count),
        fingerprint=[f"{one:016x}" for one in rng.integers(0, 1 << 62, count)],
        image=["EXPTIME =              1.5e+02 / [s] exposure time".ljust(80)] * count,
    ))  # fmt: skip


def write_keywords(parts: ShardWriter, files: int) -> None:
    """Write the census of a shard."""
    rows = KEYWORDS * len(INSTRUMENTS)
    each = np.full(rows, files // len(INSTRUMENTS))
    parts.write("keywords", make_table(
        KEYWORDS_SCHEMA, rows, group=["g"] * rows, instrument=np.repeat(INSTRUMENTS, KEYWORDS),
        hdu_kind=["primary"] * rows, value_type=["real"] * rows, unit=["s"] * rows,
        keyword=[f"KEY{n}" for n in range(KEYWORDS)] * len(INSTRUMENTS),
        meaning=["a comment of words"] * rows, files=each, cards=each, numbers=each,
        minimum=np.zeros(rows), maximum=np.full(rows, 99.0),
        quantiles=[[1.0, 2, 3, 4, 5, 6, 7]] * rows,
    ))  # fmt: skip


def ask(*words: object) -> str:
    """Seconds by the clock and of the cores, and the largest memory, of a command."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _TOLD, "audit", *map(str, words)], capture_output=True, text=True,
        check=False, cwd=ROOT,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    cores, memory = done.stderr.split()[-2:]
    return (
        f"{words[0]:<10} {seconds:6.2f} s, of the cores {cores:>6} s  {memory:>5} MB  "
        f"exit {done.returncode}"
    )


def time_first_paint(page: Path, folder: Path) -> float:
    """Milliseconds until a browser paints something of a page."""
    browser = chromium.find()
    if browser is None:
        return float("nan")
    one = chromium.Page(browser, folder / "profile")
    try:
        one.open(page)
        one.take_screenshot(folder / "page.png")
        painted = "performance.getEntriesByType('paint').map((one) => one.startTime)"
        return min(one.ask(painted) or [float("nan")])
    finally:
        one.close()


def main() -> None:
    """Make an audit, and ask it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000_000)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fitslint-bench-"))
    try:
        write_audit(folder, arguments.files)
        print(f"{arguments.files} files, {arguments.files * EACH} findings")
        page = folder / "page.html"
        for words in (("summary", folder), ("across", folder), ("report", folder, "--html", page),
                      ("diff", folder, folder)):  # fmt: skip
            print(ask(*words))
        paint = time_first_paint(page, folder)
        print(f"page       {page.stat().st_size / 1e6:6.2f} MB, first paint {paint:.0f} ms")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
