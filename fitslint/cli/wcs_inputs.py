"""What ``fitslint wcs`` reads: the coordinates of every input, whatever it holds."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from fitslint.config.settings import Limits
from fitslint.engine.checker import STDIN, STDIN_NAME, FileTimeout, FileTimer
from fitslint.model.file import FitsFile, Hdu
from fitslint.report.wcs_report import FileCoordinates, HduCoordinates
from fitslint.source.files import read_file, read_stream
from fitslint.source.journals import describe_journal, find_journal
from fitslint.source.nearby import find_extended_name
from fitslint.source.walk import FileWalk
from fitslint.wcs.summary import summarize_header

_COUNTS = ("files", "hdus", "descriptions", "not_computed", "disagreements", "not_read")
_READ = ("ok", "truncated")
"""A file whose data are cut has its headers."""


def start_counts() -> Counter[str]:
    """The counts of a run before its first file."""
    return Counter(dict.fromkeys(_COUNTS, 0))


def read_coordinates(paths: Sequence[str], hdu: str) -> Iterator[FileCoordinates]:
    """The coordinates of the files that ``paths`` stand for; all HDUs where ``hdu`` is empty."""
    limits = Limits()
    with FileTimer(limits.seconds) as timer:
        for path in FileWalk(paths):
            timer.started = time.monotonic()
            file = _read_input(path, hdu, limits)
            timer.started = 0.0
            yield file


def _read_input(path: str, hdu: str, limits: Limits) -> FileCoordinates:
    """The coordinates of one input; never raises because of what it holds."""
    name = STDIN_NAME if path == STDIN else path
    try:
        if path != STDIN and find_journal(path):
            return FileCoordinates(name, "unreadable", describe_journal(path))
        extended = None if hdu or path == STDIN else find_extended_name(path)
        if extended and extended[1]:
            path, hdu = extended
        file = (
            read_stream(sys.stdin.buffer, STDIN_NAME, limits)
            if path == STDIN
            else read_file(path, limits)
        )
        return _summarize_file(name, file, hdu)
    except FileTimeout:
        return FileCoordinates(name, "timeout", f"not read within {limits.seconds:g} s")
    except Exception as error:
        if os.environ.get("FITSLINT_DEBUG"):
            raise
        sentence = f"internal error: {type(error).__name__}: {error}"
        return FileCoordinates(name, "crashed", " ".join(sentence.split())[:300])


def _summarize_file(name: str, file: FitsFile, label: str) -> FileCoordinates:
    result = FileCoordinates(name, file.status, file.reason)
    chosen = [hdu for hdu in file.hdus if not label or _has_label(hdu, label)]
    for hdu in chosen:
        summary = summarize_header(hdu.header)
        if summary is not None:
            result.hdus.append(HduCoordinates(hdu.number, hdu.extname, summary))
    if file.status == "ok" and label and not chosen:
        result.status, result.reason = "unreadable", f"it has no HDU {label!r}"
    return result


def _has_label(hdu: Hdu, label: str) -> bool:
    return label == str(hdu.number) or label.upper() == hdu.extname.upper() != ""


def count_file(file: FileCoordinates, counts: Counter[str], tolerance: float) -> None:
    """Add a file to the counts of a run."""
    counts["files"] += 1
    counts["not_read"] += file.status not in _READ
    for hdu in file.hdus:
        counts["hdus"] += 1
        counts["descriptions"] += len(hdu.summary.descriptions)
        counts["not_computed"] += hdu.summary.count_failures()
        counts["disagreements"] += hdu.summary.count_disagreements(tolerance)
