"""Schedules, the runs of observation: read from the lists ``info`` (A.6), with frames and files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from fitslint.pipeline.norh.clock import find_japanese_day
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.names import ArchiveName, parse_archive_name
from fitslint.pipeline.norh.text_lists import (
    LineError,
    LineProblem,
    Words,
    parse_rows,
    place_in_ut,
)

FRAMES_PER_FILE = 600
_TWO_FREQUENCIES = date(1995, 10, 1)
"""The second frequency came in this month, and events got 0.1 s in place of 0.05 s."""
_FIELDS_OF_INDEX = 2
ASSUMED_START = 7 * 3600 + 45 * 60
"""Seconds of the day in Japan when a schedule is taken to begin without a list."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Files that follow each other, which one row of a list tells.

    Parameters
    ----------
    first_name : ArchiveName
        of the first file.
    start, end : datetime
        UT of the first and last frame.
    first, last : int
        frames.
    mode : str
        TRACK in ordinary observations.
    schedule : str
        ``YYMMDD`` and, where a day has several, a letter.
    """

    first_name: ArchiveName
    start: datetime
    end: datetime
    first: int
    last: int
    mode: str
    schedule: str = ""

    @property
    def step(self) -> float:
        """Seconds of a frame."""
        return get_frame_step(find_japanese_day(self.start), is_event=self.first_name.is_event)

    def find_frame(self, time: datetime) -> int:
        """The frame at a time."""
        return self.first + count_frames(self.start, time, self.step)

    def name_file(self, time: datetime) -> str:
        """The name of the raw file that has a time."""
        number = self.first_name.number
        if number is None:
            return self.first_name.text
        number += (self.find_frame(time) - self.first) // FRAMES_PER_FILE
        return f"{self.first_name.text[:-3]}{number:03d}"


def get_frame_step(day: date, *, is_event: bool) -> float:
    """Seconds of a frame on a day in Japan."""
    if not is_event:
        return 1.0
    return 0.05 if day < _TWO_FREQUENCIES else 0.1


def has_both_frequencies(day: date) -> bool:
    """Whether 34 GHz was observed."""
    return day >= _TWO_FREQUENCIES


def count_frames(start: datetime, time: datetime, step: float) -> int:
    """Whole frames from the start to a time; a microsecond is granted to decimal fractions.

    Examples
    --------
    >>> 1 + count_frames(datetime(2016, 7, 23, 22, 44, 51, 978000),
    ...                  datetime(2016, 7, 24, 6, 14, 4, 978000), 1.0)
    26954
    """
    micro = (time - start) // timedelta(microseconds=1)
    return (micro + 1) // round(step * 1e6)


def number_file(frame: int) -> int:
    """The number of the raw file that has a frame of a schedule.

    Examples
    --------
    >>> number_file(26954)
    45
    """
    return 1 + (frame - 1) // FRAMES_PER_FILE


def find_schedule_start(frame: int, time: datetime) -> datetime:
    """When a schedule began, of a frame of a second and its start in UT, as an image tells them."""
    return time - timedelta(seconds=frame - 1)


def read_recordings(path: Path) -> tuple[list[Recording], list[LineProblem]]:
    """Read a list ``infoYYMMs`` or ``infoYYMMe``; rows of ephemeris and index files tell no times.

    Raises
    ------
    NorhError
        when the file cannot be read.
    """
    return parse_rows(path, _parse_row, least=_FIELDS_OF_INDEX + 1)


def _parse_row(words: Words) -> Recording:
    try:
        name = parse_archive_name(words.get(1, "the name of the first file"))
    except NorhError as error:
        raise LineError(words.columns[1], str(error)) from None
    if name.kind not in ("raw", "event"):
        raise LineError(words.columns[1], f"{name.text} is no file of raw data")
    day = words.parse_date(2, "the day")
    start = place_in_ut(day, words.parse_seconds(3, "the start"))
    end = place_in_ut(day, words.parse_seconds(4, "the end"))
    end += timedelta(days=end < start)
    first, last = words.parse_int(5, "the first frame"), words.parse_int(6, "the last frame")
    if last < first:
        raise LineError(words.columns[6], f"frame {last} comes before frame {first}")
    return Recording(name, start, end, first, last, words.get(7, "the mode"))


def join_recordings(rows: Iterable[Recording]) -> list[Recording]:
    """One row for every run: rows that follow each other without a gap become one.

    Runs of a day get the letters a, b... by their starts where there are several.
    """
    runs: list[Recording] = []
    key = _get_source
    for row in sorted(set(rows), key=lambda row: (*key(row), row.start)):
        last = runs[-1] if runs else None
        joins = last is not None and not row.first_name.is_event and key(row) == key(last)
        if last and joins and row.first == last.last + 1 and _follows(last, row):
            runs[-1] = replace(last, end=row.end, last=row.last)
        else:
            runs.append(row)
    return sorted(_give_letters(runs), key=lambda run: (run.start, *key(run)))


def _get_source(row: Recording) -> tuple[str, bool]:
    return row.first_name.frequency or "", row.first_name.is_event


def _follows(earlier: Recording, later: Recording) -> bool:
    return abs((later.start - earlier.end).total_seconds() - earlier.step) <= earlier.step


def _give_letters(runs: Sequence[Recording]) -> list[Recording]:
    groups: dict[tuple[object, ...], list[Recording]] = {}
    for run in runs:
        groups.setdefault((*_get_source(run), find_japanese_day(run.start)), []).append(run)
    lettered = []
    for (_, is_event, day), members in groups.items():
        many = len(members) > 1 and not is_event
        for at, run in enumerate(members):
            letter = chr(ord("a") + at) if many and at < 26 else ""
            lettered.append(replace(run, schedule=f"{day:%y%m%d}{letter}"))
    return lettered
