"""Lists of events, ``evaYYMM`` and ``evzYYMM`` (A.10)."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from fitslint.pipeline.norh.clock import parse_time
from fitslint.pipeline.norh.constants import FULL_CORRELATION
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.text_lists import LineProblem, Words, parse_rows, read_lines


@dataclass(frozen=True, slots=True)
class Event:
    """A flare as the correlation shows it; times in UT.

    Parameters
    ----------
    number : int
        in the list.
    amplitude : int
        largest mean correlation, 32768 being full.
    rest : str
        further columns, whose meaning is not published.
    doubt : str
        what is impossible in the row; empty where nothing is.
    """

    number: int
    start: datetime
    peak: datetime
    end: datetime
    amplitude: int
    rest: str
    doubt: str = ""

    @property
    def duration(self) -> int:
        """Seconds."""
        return round((self.end - self.start).total_seconds())

    @property
    def correlation(self) -> float:
        """Largest mean correlation, 1 being full: 23 are 0.0007 (the manual prints 0.007)."""
        return self.amplitude / FULL_CORRELATION


def read_events(path: Path) -> tuple[list[Event], list[LineProblem]]:
    """The events of a list. A row has the end before the peak; IDL prints them the other way.

    Raises
    ------
    NorhError
        when the file cannot be read.
    """
    return parse_rows(path, _parse_event)


def read_companions(path: Path) -> list[tuple[datetime, str]]:
    """What others saw of events: rows of a CSV table, a time in UT first, as time and text.

    Raises
    ------
    NorhError
        when the file cannot be read, or a row begins with no time.
    """
    lines = read_lines(path)
    try:
        rows = [row for row in csv.reader(lines) if row and row[0][:1] != "#"]
        return sorted((parse_time(row[0]), " ".join(row[1:])) for row in rows)
    except (NorhError, csv.Error) as error:
        raise NorhError(f"{path}: {error}") from None


def add_companions(event: Event, companions: list[tuple[datetime, str]]) -> Event:
    """An event with the texts of all whose time is within it behind its own."""
    seen = [text for time, text in companions if event.start <= time <= event.end]
    return replace(event, rest="; ".join(filter(None, [event.rest, *seen])))


def _parse_event(words: Words) -> Event:
    number, day = words.parse_int(0, "the number"), words.parse_date(1, "the date")
    midnight = datetime(day.year, day.month, day.day)
    start, end, peak = (
        words.parse_seconds(at, what)
        for at, what in ((2, "the start"), (3, "the end"), (4, "the peak"))
    )
    duration = words.parse_int(5, "the duration")
    amplitude = words.parse_int(6, "the largest correlation")
    end += 86400 * (end < start)
    peak += 86400 * (peak < start)
    doubts = []
    if end - start != duration:
        doubts.append(f"the duration {duration} s is not {end - start} s")
    if peak > end:
        doubts.append("the peak is after the end")
    if amplitude > FULL_CORRELATION:
        doubts.append(f"the correlation {amplitude} is above {FULL_CORRELATION}, which is full")
    return Event(
        number,
        midnight + timedelta(seconds=start),
        midnight + timedelta(seconds=peak),
        midnight + timedelta(seconds=end),
        amplitude,
        " ".join(words.words[7:]),
        "; ".join(doubts),
    )
