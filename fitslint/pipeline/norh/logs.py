"""Observing logs, ``lobYYMM`` (A.11): weather, antennas, software."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fitslint.pipeline.norh.text_lists import LineError, LineProblem, Words, read_lines

_MARK = "###"


@dataclass(frozen=True, slots=True)
class ObservingNote:
    """What was noted on a day, which is taken to be that of Japan."""

    day: date
    text: str


def read_observing_log(path: Path) -> tuple[list[ObservingNote], list[LineProblem]]:
    """The entries of a log: ``### YY/MM/DD``, and all lines up to the next.

    Raises
    ------
    NorhError
        when the file cannot be read.
    """
    found: list[ObservingNote] = []
    problems: list[LineProblem] = []
    for number, line in enumerate(read_lines(path), 1):
        reason, column = "", 1
        if line.startswith(_MARK):
            try:
                found.append(ObservingNote(Words.from_line(line).parse_date(1, "the date"), ""))
            except LineError as error:
                reason, column = str(error), error.column
        elif found:
            found[-1] = replace(found[-1], text=f"{found[-1].text}{line.rstrip()}\n")
        elif line.strip():
            reason = "this belongs to no day"
        if reason:
            problems.append(LineProblem(str(path), number, column, reason))
    return [replace(entry, text=entry.text.strip("\n")) for entry in found], problems
