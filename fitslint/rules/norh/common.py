"""Dates and times of a NoRH header as rules need them."""

from __future__ import annotations

from datetime import date, timedelta
from math import floor

from fitslint.model.header import Header
from fitslint.rules.dates.instants import DAY_SECONDS, read_instant, read_time_of_day

FAMILY = "norh"
TIME_CLAUSE = "HeliogFITS 2.0, B.1 (1)"
JST_OFFSET = 9 * 3600.0
"""Seconds by which Japan is ahead of UT."""
_MJD_ZERO = date(1858, 11, 17)
_EPHEMERIS_DAYS = range(33282, 69807)
"""Modified Julian dates from 1950 to 2049, for which the ephemeris is good."""


def format_time_of_day(seconds: float) -> str:
    """A time of day as ``hh:mm:ss.sss``."""
    milliseconds = round(seconds * 1000) % 86_400_000
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def read_mjd_day(header: Header, name: str) -> int | None:
    """The modified Julian day of a date; None when it is absent or no date."""
    found = read_instant(header, name)
    return floor(found.mjd) if found else None


def format_mjd_day(mjd: int) -> str:
    """A modified Julian day as ``yyyy-mm-dd``."""
    return (_MJD_ZERO + timedelta(days=mjd)).isoformat()


def find_mid_exposure(header: Header) -> tuple[float, bool] | None:
    """When the data were taken (modified Julian date, UT), and whether the hour is known."""
    start = read_mjd_day(header, "DATE-OBS")
    if start is None or start not in _EPHEMERIS_DAYS:
        return None
    begin, centre = read_time_of_day(header, "STRT-OBS"), read_time_of_day(header, "TIME-OBS")
    if centre is None:
        centre = begin
    if centre is None:
        return start + 0.5, False
    # DATE-OBS is that of the start.
    late = DAY_SECONDS if begin is not None and centre < begin else 0.0
    return start + (centre + late) / DAY_SECONDS, True
