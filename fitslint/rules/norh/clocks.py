"""Dates and times of a NoRH header as rules need them."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor

from fitslint.model.header import Header
from fitslint.rules.dates.moments import DAY, instant, time_of_day

FAMILY = "norh"
CLAUSE = "HeliogFITS 2.0, B.1 (1)"
JST = 9 * 3600.0
"""Seconds by which Japan is ahead of UT."""
_DAY_ZERO = date(1858, 11, 17)
_EPHEMERIS = range(33282, 69807)
"""Modified Julian dates from 1950 to 2049, for which the ephemeris is good."""


def shown(seconds: float) -> str:
    """A time of day as ``hh:mm:ss.sss``."""
    milliseconds = round(seconds * 1000) % 86_400_000
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def day(header: Header, name: str) -> int | None:
    """The modified Julian day of a date; None when it is absent or no date."""
    found = instant(header, name)
    return floor(found.mjd) if found else None


def written(mjd: int) -> str:
    """A modified Julian day as ``yyyy-mm-dd``."""
    return (_DAY_ZERO + timedelta(days=mjd)).isoformat()


def middle(header: Header) -> tuple[float, bool] | None:
    """When the data were taken (modified Julian date, UT), and whether the hour is known."""
    start = day(header, "DATE-OBS")
    if start is None or start not in _EPHEMERIS:
        return None
    begin, centre = time_of_day(header, "STRT-OBS"), time_of_day(header, "TIME-OBS")
    if centre is None:
        centre = begin
    if centre is None:
        return start + 0.5, False
    # DATE-OBS is that of the start.
    late = DAY if begin is not None and centre < begin else 0.0
    return start + (centre + late) / DAY, True
