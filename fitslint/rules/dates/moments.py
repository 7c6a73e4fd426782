"""Instants and numbers straight from the card bytes, for rules that run on every header.

Fixed format is read by column; whatever is written otherwise goes the long way through the card.
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.syntax.dates import parse_date

DAY = 86400.0
"""Seconds."""
SCALES = 70.0
"""Seconds that the time scales in use (UTC, TAI, TT, GPS, TDB) may lie apart."""

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]*)?)Z?")
_UNIX_EPOCH = 40587
_DAYS_MAX = 16_384
_days: dict[bytes, float] = {}


class Instant(NamedTuple):
    """A date keyword as modified Julian date; without a time of day it means the whole day."""

    mjd: float
    timed: bool

    @property
    def last(self) -> float:
        """The latest instant that is meant."""
        return self.mjd if self.timed else self.mjd + 1.0


def now() -> float:
    """The modified Julian date at this moment, UTC."""
    return _UNIX_EPOCH + time.time() / DAY


def instant(header: Header, name: str) -> Instant | None:
    """The instant that keyword ``name`` gives; None when it is absent or not a date."""
    where = header.layout.index.get(name)
    if where is None:
        return None
    start = where[0] * CARD + 8
    field = header.raw[start : start + 40]
    day = _days.get(field[:13])
    if day is not None:
        mark = field[13:14]
        if mark == b"'":
            return Instant(day, False)
        if mark == b"T":
            try:
                second = float(field[20 : field.index(b"'", 20)])
                seconds = int(field[14:16]) * 3600 + int(field[17:19]) * 60 + second
                return Instant(day + seconds / DAY, True)
            except ValueError:
                pass
    return _long_way(header, name, field[:13])


def _long_way(header: Header, name: str, key: bytes) -> Instant | None:
    date = parse_date(header.string(name) or "")
    if date is None:
        return None
    if key == b"= '" + date.day_text.encode():
        if len(_days) >= _DAYS_MAX:
            _days.clear()
        _days[key] = date.mjd // 1
    return Instant(date.mjd, date.has_time)


def number(header: Header, name: str) -> float | None:
    """The value of keyword ``name`` where it is a number, else None."""
    where = header.layout.index.get(name)
    if where is None:
        return None
    start = where[0] * CARD
    field = header.raw[start + 8 : start + 31]
    if field[:2] == b"= " and field[22:] in b" /" and b"_" not in field:
        try:
            return float(field[2:22])
        except ValueError:
            pass
    return header.number(name)


def time_of_day(header: Header, name: str) -> float | None:
    """Seconds since midnight of a string hh:mm:ss[.s...]; None when it is nothing of the kind."""
    if name not in header.layout.index:
        return None
    match = _CLOCK.fullmatch((header.string(name) or "").strip())
    if match is None:
        return None
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
    return seconds if seconds < DAY else None


def resolution(header: Header, name: str) -> float:
    """What one unit of the last digit of a number stands for, as it is written."""
    card = header.first(name)
    mantissa, _, exponent = (card.text if card else "").upper().replace("D", "E").partition("E")
    power = int(exponent) if exponent.lstrip("+-").isdigit() else 0
    return float(10.0 ** (power - len(mantissa.partition(".")[2])))


EXPOSURES = ("XPOSURE", "TELAPSE", "EXPTIME", "EXPOSURE", "ONTIME", "ITIME", "TEXP", "DARKTIME")


def exposure(header: Header) -> float:
    """The longest duration that the header gives, in seconds; 0 when it gives none."""
    return max((number(header, name) or 0.0 for name in EXPOSURES), default=0.0)
