"""The tables ``track_tableYY.dat`` (A.12): the Sun at noon in Japan on every day of a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.sun import Ephemeris, compute_ephemeris
from fitslint.pipeline.norh.text_lists import read_lines

NOON = timedelta(hours=3)
"""UT of noon in Japan."""
_COLUMNS = ("declination", "hour angle", "radius", "P", "B0")
_TOLERANCES = (0.02, 5.0, 0.2, 0.02, 0.02)
"""Of a table, in degrees, seconds of time and arcsec."""


def compute_noon(day: date) -> Ephemeris:
    """The Sun at noon in Japan."""
    return compute_ephemeris(datetime(day.year, day.month, day.day) + NOON)


def list_days(year: int) -> list[date]:
    """The days of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=at) for at in range((date(year + 1, 1, 1) - first).days)]


def list_noon_values(sun: Ephemeris) -> tuple[float, ...]:
    """Declination (deg), hour angle (s), radius (arcsec), P and B0 (deg)."""
    return sun.declination, sun.hour_angle, sun.radius, sun.pole_angle, sun.latitude


def read_track_table(path: Path, year: int) -> list[tuple[date, tuple[float, ...]]]:
    """The rows of a table, by day.

    How its columns follow each other is not published: five numbers in a row are taken for the
    Sun only where those of every day are the computed ones.

    Raises
    ------
    NorhError
        when it cannot be read, or holds no such numbers.
    """
    rows = [numbers for line in read_lines(path) if len(numbers := _list_numbers(line)) >= 5]
    days = list_days(year)
    if len(rows) != len(days):
        raise NorhError(f"{path}: {len(rows)} rows of five numbers; {year} has {len(days)} days")
    wanted = [list_noon_values(compute_noon(day)) for day in days]
    for at in range(min(map(len, rows)) - 4):
        found = [row[at : at + 5] for row in rows]
        if all(map(_agree, found, wanted)):
            return [(day, tuple(row)) for day, row in zip(days, found, strict=True)]
    raise NorhError(
        f"{path}: no five columns are {', '.join(_COLUMNS)} of {year} at noon; the layout of these "
        "files is not published, so another one cannot be read"
    )


def _list_numbers(line: str) -> list[float]:
    found = []
    for word in line.split():
        try:
            found.append(float(word))
        except ValueError:
            continue
    return found


def _agree(found: Sequence[float], wanted: Sequence[float]) -> bool:
    pairs = zip(found, wanted, _TOLERANCES, strict=True)
    return all(abs(value - other) <= room for value, other, room in pairs)
