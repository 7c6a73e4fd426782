"""Instants and numbers straight from the card bytes, for rules that run on every header.

Fixed format is read by column; whatever is written otherwise goes the long way through the card.
"""

from __future__ import annotations

import time
from datetime import date
from math import isfinite

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.rules.sky.columns import BEHIND, INDICATOR, Field, locate_number, read_numbers
from fitslint.syntax.dates import parse_date

DAY_SECONDS = 86400.0
"""Seconds."""
TIME_SCALE_SPREAD = 70.0
"""Seconds that the time scales in use (UTC, TAI, TT, GPS, TDB) may lie apart."""

_CLOCK_FIELD = compile_late(rb"= '([0-9]{1,2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]*)?)Z? *'")
_UNIX_EPOCH_MJD = 40587
_T = ord("T")
_MJD_ZERO_ORDINAL = 678_576
"""The ordinal of 1858-11-17, on which the modified Julian date is 0."""
_POWER_MAX = 300
_CACHE_SIZE = 64
"""Fields seen lately: several rules ask about the same card of the same header."""
_DAY_CACHE_SIZE = 16_384
_mjd_by_day: BoundedDict[bytes, float] = BoundedDict.create(_DAY_CACHE_SIZE)
_today_by_day: dict[int, bytes] = {}


class Instant(NamedTuple):
    """A date keyword as modified Julian dates: the first and the last instant that it may mean."""

    mjd: float
    last_mjd: float
    has_time: bool
    """False for a date without time of day, which means the whole day."""


def get_current_mjd() -> float:
    """The modified Julian date at this moment, UTC."""
    return _UNIX_EPOCH_MJD + time.time() / DAY_SECONDS


def format_today() -> bytes:
    """The UTC day at this moment as columns 9-21 of a date card in fixed format have it."""
    day = int(time.time() // DAY_SECONDS)
    if day not in _today_by_day:
        _today_by_day.clear()
        _today_by_day[day] = time.strftime("= '%Y-%m-%d", time.gmtime(day * DAY_SECONDS)).encode()
    return _today_by_day[day]


def read_instant(header: Header, name: str) -> Instant | None:
    """The instant that keyword ``name`` gives; None when it is absent or not a date."""
    where = header.layout.index.get(name)
    if where is None:
        return None
    start = where[0] * CARD_SIZE
    return _parse_field(header.raw[start + 8 : start + CARD_SIZE]) or _parse_with_grammar(
        header, name
    )


def is_surely_close(raw: bytes, number: Field, date_at: int) -> bool:
    """Whether an MJD and the date of the card that starts there, in fixed format, surely agree.

    Nearly every header gives its instant in both ways and hardly any wrongly, so this is asked
    before anything is parsed. Whatever is not plain to see is not sure.
    """
    start, stop, behind = number
    if (
        raw[date_at + 21] != _T or not raw.startswith(INDICATOR, date_at + 8)
        or raw[behind] not in BEHIND or not raw.startswith(INDICATOR, start - 2)
    ):  # fmt: skip
        return False
    text = raw[date_at + 11 : date_at + 21]
    try:
        mjd = float(raw[start:stop])
        day = _mjd_by_day.get(text) or _remember_day(text)
        minutes = int(raw[date_at + 22 : date_at + 24]) * 60 + int(raw[date_at + 25 : date_at + 27])
        second = int(raw[date_at + 28 : date_at + 30])
    except ValueError:
        return False
    gap = (mjd - day) * DAY_SECONDS - minutes * 60 - second
    return -TIME_SCALE_SPREAD < gap < TIME_SCALE_SPREAD


def _remember_day(text: bytes) -> float:
    """The modified Julian date of a day, which many files share.

    Raises
    ------
    ValueError
        when it is no day written as YYYY-MM-DD.
    """
    if text[7:8] != b"-":  # of a week
        raise ValueError(text)
    day = float(date.fromisoformat(text.decode("ascii")).toordinal() - _MJD_ZERO_ORDINAL)
    _mjd_by_day[text] = day
    return day


def _parse_field(field: bytes) -> Instant | None:
    """An ISO date in fixed format; days repeat where instants do not."""
    mark = field[13:14]
    if field[:3] != b"= '" or field[7:11:3] != b"--":
        return None
    try:
        day = _mjd_by_day.get(field[3:13]) or _remember_day(field[3:13])
        if mark == b"'":
            return Instant(day, day + 1.0, False)
        if mark != b"T" or field[16:20:3] != b"::":
            return None
        second = float(field[20 : field.index(b"'", 20)])
        mjd = day + (int(field[14:16]) * 3600 + int(field[17:19]) * 60 + second) / DAY_SECONDS
    except ValueError:
        return None
    return Instant(mjd, mjd, True)


def _parse_with_grammar(header: Header, name: str) -> Instant | None:
    parsed = parse_date(header.string(name) or "")
    if parsed is None:
        return None
    return Instant(parsed.mjd, parsed.mjd if parsed.has_time else parsed.mjd + 1.0, parsed.has_time)


def read_number(header: Header, name: str) -> float | None:
    """The value of keyword ``name`` where it is a number, else None."""
    field = locate_number(header.layout, name)
    if field is None:
        return None
    raw = header.raw
    numbers = read_numbers(raw, (field,))
    # a number of Python's own, with underscores, is none of FITS
    if numbers is not None and isfinite(numbers[0]) and b"_" not in raw[field[0] : field[1]]:
        return numbers[0]
    found = header.number(name)
    return found if found is not None and isfinite(found) else None


def read_time_of_day(header: Header, name: str) -> float | None:
    """Seconds since midnight of a string hh:mm:ss[.s...]; None when it is nothing of the kind."""
    found = read_clock_time(header, name)
    return None if found is None else found.seconds


class ClockTime(NamedTuple):
    """A time of day in seconds, and what its last digit stands for."""

    seconds: float
    resolution: float


_clock_by_field: BoundedDict[bytes, ClockTime | None] = BoundedDict.create(_CACHE_SIZE)


def read_clock_time(header: Header, name: str) -> ClockTime | None:
    """The time of day of a keyword; None when it is absent or no time."""
    where = header.layout.index.get(name)
    if where is None:
        return None
    start = where[0] * CARD_SIZE
    field = header.raw[start + 8 : start + CARD_SIZE]
    if field not in _clock_by_field:
        match = _CLOCK_FIELD.match(field)
        found = None
        if match:
            seconds = int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])
            decimals = len(match[3].partition(b".")[2])
            found = ClockTime(seconds, 10.0**-decimals) if seconds < DAY_SECONDS else None
        _clock_by_field[field] = found
    return _clock_by_field[field]


def read_resolution(header: Header, name: str) -> float:
    """What one unit of the last digit of a number stands for, as it is written."""
    card = header.find_card(name)
    mantissa, _, exponent = (card.text if card else "").upper().replace("D", "E").partition("E")
    power = int(exponent) if exponent.lstrip("+-").isdigit() else 0
    power = max(-_POWER_MAX, min(power, _POWER_MAX))
    return float(10.0 ** (power - len(mantissa.partition(".")[2])))


EXPOSURE_KEYWORDS = (
    "XPOSURE",
    "TELAPSE",
    "EXPTIME",
    "EXPOSURE",
    "ONTIME",
    "ITIME",
    "TEXP",
    "DARKTIME",
)


def read_exposure(header: Header) -> float:
    """The longest duration that the header gives, in seconds; 0 when it gives none."""
    return max((read_number(header, name) or 0.0 for name in EXPOSURE_KEYWORDS), default=0.0)


def wrap_half_day(seconds: float) -> float:
    """A difference of two times of day, from -12 h to 12 h: midnight may lie between them."""
    return (seconds + DAY_SECONDS / 2) % DAY_SECONDS - DAY_SECONDS / 2
