"""The days that ended with a leap second 23:59:60 UTC (IERS Bulletin C)."""

from __future__ import annotations

LEAP_YEARS = {
    "06-30": (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015),
    "12-31": (1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987, 1989, 1990, 1995, 1998, 2005,
              2008, 2016),
}  # fmt: skip
LEAPS_KNOWN_UNTIL = 2026
"""No leap second is known after this year; the end of a later month may still get one."""
_MONTH_ENDS = ("03-31", "06-30", "09-30", "12-31")


def may_have_leap_second(year: int, month: int, day: int) -> bool:
    """Whether the day has, or may yet be given, a second 23:59:60."""
    end = f"{month:02d}-{day:02d}"
    return year in LEAP_YEARS.get(end, ()) or (year > LEAPS_KNOWN_UNTIL and end in _MONTH_ENDS)
