"""Times of the Radioheliograph: UT without a zone, days and clocks in Japan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fitslint.pipeline.norh.errors import NorhError

JST_AHEAD = timedelta(hours=9)
"""Japan is ahead of UT."""
_MJD_ZERO = datetime(1858, 11, 17)
_DAY_SECONDS = 86400.0
YEARS = range(1950, 2050)
"""Those for which the Sun is computed; nothing was observed outside of them."""


def parse_time(text: str) -> datetime:
    """A time in UT of ISO 8601; one with a zone is converted, a date alone is its midnight.

    Raises
    ------
    NorhError
        when it is none.

    Examples
    --------
    >>> parse_time("1997-04-20 10:30+09:00")
    datetime.datetime(1997, 4, 20, 1, 30)
    """
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        raise NorhError(
            f"{text[:40]!r} is no time; write one in UT such as 1997-04-20T01:30:00"
        ) from None
    if found.year not in YEARS:
        raise NorhError(f"{text[:40]!r} is not of 1950 to 2049")
    return found


def find_japanese_day(time: datetime) -> date:
    """The date in Japan at a time in UT."""
    return (time + JST_AHEAD).date()


def convert_to_mjd(time: datetime) -> float:
    """The modified Julian date."""
    return (time - _MJD_ZERO).total_seconds() / _DAY_SECONDS


def format_ut(time: datetime) -> str:
    """ISO 8601 with milliseconds where there are any.

    Examples
    --------
    >>> format_ut(datetime(2011, 8, 9, 22, 44, 50, 547000))
    '2011-08-09T22:44:50.547'
    """
    return time.isoformat(timespec="milliseconds" if time.microsecond else "seconds")


def format_header_clock(time: datetime) -> str:
    """hh:mm:ss.sss, rounded to the millisecond within its day.

    Examples
    --------
    >>> format_header_clock(datetime(2011, 8, 9, 23, 59, 59, 999900))
    '23:59:59.999'
    """
    rounded = time + timedelta(microseconds=500)
    return (rounded if rounded.date() == time.date() else time).strftime("%H:%M:%S.%f")[:12]


def expand_year(two_digits: int) -> int:
    """The year of two digits: observations began in 1992 and ended in 2020.

    Examples
    --------
    >>> expand_year(92), expand_year(16)
    (1992, 2016)
    """
    return two_digits + (1900 if two_digits >= 92 else 2000)
