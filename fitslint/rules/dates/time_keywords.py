"""Time keywords beside DATE-OBS: TIME-OBS, UT and UTSTART, as observatories use them."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    EXPOSURE_KEYWORDS,
    TIME_SCALE_SPREAD,
    read_exposure,
    read_instant,
    read_time_of_day,
)
from fitslint.rules.edits import overwrite_value
from fitslint.syntax.dates import diagnose_date
from fitslint.text import phrase

TIME_KEYWORDS = ("TIME-OBS", "UT", "UTSTART", "UTC")
_COMMON_KEYWORD = "TIME-OBS"
"""The clock that the list of common keywords of HEASARC puts beside the day in DATE-OBS."""
_SECONDS_PER_HOUR = 3600.0
_FIRST_YEAR_WITH_TIME = "1999"
"""From this year on DATE-OBS may hold the time."""
_TOLERANCE = 5.0
"""Seconds by which two programs of one observatory read the clock apart."""
_NEEDS = ("DATE-OBS", *TIME_KEYWORDS, *EXPOSURE_KEYWORDS)


def _iterate_offsets(header: Header) -> Iterator[tuple[str, float]]:
    """Every time keyword with its seconds after the time in DATE-OBS, from -12 h to 12 h."""
    index = header.layout.index
    present = [name for name in TIME_KEYWORDS if name in index]
    date = read_instant(header, "DATE-OBS") if present else None
    if date is None or not date.has_time:
        return
    for name in present:
        seconds = read_time_of_day(header, name)
        if seconds is not None:
            # Midnight may lie between the two, so only the way round the clock counts.
            yield (
                name,
                (seconds - date.mjd % 1 * DAY_SECONDS + DAY_SECONDS / 2) % DAY_SECONDS
                - DAY_SECONDS / 2,
            )


def _round_to_hours(offset: float) -> int:
    hours = round(offset / _SECONDS_PER_HOUR)
    return hours if hours and abs(offset - hours * _SECONDS_PER_HOUR) <= _TOLERANCE else 0


@rule(
    "DT111",
    "time-disagrees",
    clause="9.5",
    level="conv",
    reads="values",
    catalogue_rows=("D011",),
    needs=_NEEDS,
    needs_one_of=(("DATE-OBS",), TIME_KEYWORDS),
    summary_ja="TIME-OBS や UT が DATE-OBS の時刻と食い違っている",
    message="{name} = {value} differs by {seconds} s from the time in DATE-OBS = {date}",
)
def time_disagrees(header: Header) -> Iterator[Flag]:
    """A time keyword contradicts the time of day in DATE-OBS.

    ## Why it matters
    Older programs take the time from TIME-OBS or UT and newer ones from DATE-OBS; here they place
    the same file at different times. The exposure time and two minutes are granted.

    ## Example
    ```fits
    DATE-OBS= '2020-01-02T03:04:05'
    TIME-OBS= '04:34:05'
    ```
    Use instead:
    ```fits
    DATE-OBS= '2020-01-02T03:04:05'
    TIME-OBS= '03:04:05'
    ```
    """
    for name, offset in _iterate_offsets(header):
        if abs(offset) <= TIME_SCALE_SPREAD or _round_to_hours(offset):
            continue
        card = header.find_card(name)
        if card is not None and abs(offset) > 2 * TIME_SCALE_SPREAD + 1.5 * read_exposure(header):
            yield flag(
                card,
                name=name,
                value=card.value,
                seconds=round(offset, 3),
                date=header.string("DATE-OBS"),
            )


@rule(
    "DT114",
    "local-time",
    clause="9.2.1",
    level="conv",
    reads="values",
    catalogue_rows=("D014",),
    needs=_NEEDS,
    needs_one_of=(("DATE-OBS",), TIME_KEYWORDS),
    summary_ja="UTC とされた時刻が地方時である疑いがある",
    message="{name} = {value} is {hours} h from the time in DATE-OBS = {date}; one of them is "
    "probably local time",
)
def local_time(header: Header) -> Iterator[Flag]:
    """A time keyword is whole hours away from the time in DATE-OBS.

    ## Why it matters
    A difference of whole hours is a time zone: one of the keywords holds local time, while the
    times of a header are in the scale that TIMESYS names, UTC if it names none.

    ## Example
    ```fits
    DATE-OBS= '2020-01-02T12:04:05'
    UT      = '03:04:05'
    ```
    Use instead:
    ```fits
    DATE-OBS= '2020-01-02T03:04:05'
    UT      = '03:04:05'
    ```
    """
    for name, offset in _iterate_offsets(header):
        hours = _round_to_hours(offset)
        card = header.find_card(name)
        if hours and card is not None and abs(offset) > 1.5 * read_exposure(header):
            date = header.string("DATE-OBS")
            yield flag(card, name=name, value=card.value, hours=hours, date=date)


@rule(
    "DT112",
    "split-date",
    clause="4.4.2.2",
    level="conv",
    fix="unsafe",
    reads="values",
    catalogue_rows=("D012",),
    once="rule",
    needs=("DATE-OBS", "TIME-OBS", "UT", "UTSTART", "UTC"),
    min_present=2,
    summary_ja="DATE-OBS が日付のみで、時刻は別のキーワードにある",
    message="DATE-OBS has the day only and {name} the time; DATE-OBS = '{iso}' holds both",
)
def split_date(header: Header) -> Iterator[Flag]:
    """The time of the observation stands outside DATE-OBS.

    ## Why it matters
    Only DATE-OBS is a keyword of the standard; a program that knows nothing of TIME-OBS or UT
    places the observation at midnight. Before 1999 dates had no place for the time, and TIME-OBS
    beside the day is in the list of common keywords of HEASARC: there it is only mentioned.
    Nothing is said where DATE-BEG or DATE-AVG tells the time as the standard has it.

    ## Example
    ```fits
    DATE-OBS= '2020-01-02'         / day of observation
    TIME-OBS= '03:04:05'
    ```
    Use instead:
    ```fits
    DATE-OBS= '2020-01-02T03:04:05' / day of observation
    TIME-OBS= '03:04:05'
    ```
    """
    index = header.layout.index
    name = next((name for name in TIME_KEYWORDS if name in index), None)
    day = _read_lone_day(header) if name else ""
    if name is None or not day or read_time_of_day(header, name) is None:
        return
    if any(name in index and _has_time(header, name) for name in ("DATE-BEG", "DATE-AVG")):
        return
    card, clock = header.find_card("DATE-OBS"), (header.string(name) or "").strip().rstrip("Z.")
    if card is not None:
        iso = f"{day}T{clock:0>8}" if clock[1:2] == ":" else f"{day}T{clock}"
        edit = overwrite_value(card, f"'{iso}'")
        usual = name == _COMMON_KEYWORD or day < _FIRST_YEAR_WITH_TIME
        level: Level | None = "style" if usual else None
        title = phrase("write '{iso}' into DATE-OBS", iso=iso)
        yield flag(card, fix=edit, title=title, level=level, name=name, iso=iso)


def _has_time(header: Header, name: str) -> bool:
    instant = read_instant(header, name)
    return instant is not None and instant.has_time


def _read_lone_day(header: Header) -> str:
    """The day in DATE-OBS where that is all there is, dd/mm/yy as the standard writes it now."""
    date = read_instant(header, "DATE-OBS")
    if date is not None:
        return "" if date.has_time else (header.string("DATE-OBS") or "").strip(" ")
    found = diagnose_date(header.string("DATE-OBS") or "")
    return found.iso or "" if found and found.reason == "old" else ""
