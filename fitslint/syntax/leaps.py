"""The days that ended with a leap second 23:59:60 UTC (IERS Bulletin C)."""

from __future__ import annotations

LEAP_DAYS = frozenset(
    "1972-06-30 1972-12-31 1973-12-31 1974-12-31 1975-12-31 1976-12-31 1977-12-31 1978-12-31 "
    "1979-12-31 1981-06-30 1982-06-30 1983-06-30 1985-06-30 1987-12-31 1989-12-31 1990-12-31 "
    "1992-06-30 1993-06-30 1994-06-30 1995-12-31 1997-06-30 1998-12-31 2005-12-31 2008-12-31 "
    "2012-06-30 2015-06-30 2016-12-31".split()
)
KNOWN_UNTIL = "2026-12-31"
"""No leap second is known after this day; a later end of a month may still get one."""


def leap_second(day: str) -> bool:
    """Whether the day ``CCYY-MM-DD`` has, or may yet be given, a second 23:59:60."""
    if day <= KNOWN_UNTIL:
        return day in LEAP_DAYS
    return day[5:] in ("03-31", "06-30", "09-30", "12-31")
