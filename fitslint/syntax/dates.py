"""Dates in header values: FITS 4.0 section 9.1.1, and what else is found in files.

The grammar runs once a *shape*: a text whose digits are folded to 0 gives the columns of year,
month and so on, which are kept; the calendar is then judged on the digits themselves, proleptic
Gregorian as the standard counts (section 9.1.1).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.syntax.grammar import load_parser

DateFault = Literal[
    "empty", "placeholder", "calendar", "clock", "blank", "lower-t", "zone", "zeros", "truncated",
    "point", "comma", "leading-blank", "year", "old", "other", "unknown",
]  # fmt: skip
"""Why a text is not a date of the standard:

============= ====================================================================================
empty         no characters but blanks
placeholder   ``N/A``, ``0000-00-00``, ``YYYY-MM-DD`` and kin
calendar      a month or day that does not exist
clock         an hour, minute or second that does not exist (24:00:00)
blank         a blank (or another sign) where T belongs
lower-t       a lower-case t
zone          a trailing Z, UTC or offset
zeros         a number without its leading zero
truncated     day, minutes or seconds are missing
point         a decimal point without digits after the seconds
comma         a decimal comma
leading-blank blanks before the date
year          a sign without a fifth digit, or five digits without sign
old           dd/mm/yy (before 1999)
other         another known layout: ``11-DEC-96``, ``2024/01/01``, ``20240101`` ...
unknown       none of these
============= ====================================================================================
"""

TokenSpans = tuple[str, dict[str, list[tuple[int, int]]]]
"""Name of the layout, and the columns of its tokens by name."""

_DIGITS = str.maketrans("123456789", "000000000")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_OLD = compile_late("[0-9]{2}/[0-9]{2}/[0-9]{2}")
_PLACEHOLDER = compile_late(
    r"(?:n/?a|none|null|nil|nan|unk(?:nown)?|tbd|indef|undef(?:ined)?|unset|not? .*|invalid|default"
    r"|[-?*x.]+|[yc]{4}[-/:.]?mm[-/:.]?dd.*|dd/mm/yy.*|nn/nn/nn.*|0000-00-00.*|9999-99-99.*|00/00/00"
    r"|[0:./T -]*0000[0:./T-]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date of the standard, right by the calendar.

    ``fraction`` holds the digits after the decimal point of the seconds as written.
    """

    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: int = 0
    fraction: str = ""
    has_time: bool = False

    @property
    def seconds(self) -> float:
        """Seconds since midnight."""
        fraction = float(f"0.{self.fraction}") if self.fraction else 0.0
        return self.hour * 3600.0 + self.minute * 60.0 + self.second + fraction

    @property
    def mjd(self) -> float:
        """Modified Julian date in days; the time scale is not looked at."""
        return compute_day_number(self.year, self.month, self.day) + self.seconds / 86400.0

    @property
    def day_text(self) -> str:
        """The calendar day as CCYY-MM-DD (years beyond 0000-9999 with sign and five digits)."""
        year = f"{self.year:04d}" if 0 <= self.year <= 9999 else f"{self.year:+06d}"
        return f"{year}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class DateDiagnosis:
    """What a text that is not a date of the standard seems to be.

    ``iso`` is the same instant as the standard writes it (None where that is ambiguous), ``zone``
    what stood behind the time (``Z``, ``UTC``, ``+09:00``, ``TAI``).
    """

    reason: DateFault
    iso: str | None = None
    zone: str = ""


@lru_cache(maxsize=4096)
def _parse_spans(shape: str, start: str) -> TokenSpans | None:
    from lark.exceptions import UnexpectedInput

    try:
        tree = load_parser("date", ("date", "layout")).parse(shape, start=start)
    except UnexpectedInput:
        return None
    found: dict[str, list[tuple[int, int]]] = {}
    for token in tree.children:
        place = (token.start_pos, token.end_pos)  # type: ignore[union-attr]
        found.setdefault(token.type, []).append(place)  # type: ignore[arg-type,union-attr]
    return str(tree.data), found


def compute_day_number(year: int, month: int, day: int) -> int:
    """Modified Julian day number of a day of the proleptic Gregorian calendar."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 678881


def is_calendar_day(year: int, month: int, day: int) -> bool:
    """Whether the proleptic Gregorian calendar has the day."""
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_LENGTHS[month - 1]:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (month, day) != (2, 29)


@lru_cache(maxsize=4096)
def classify_date(text: str) -> Date | DateFault | None:
    """The date that ``text`` is; why its numbers are wrong; None when its layout is not legal."""
    spans = _parse_spans(text.translate(_DIGITS), "date")
    if spans is None:
        return None
    found = spans[1]

    def number(name: str) -> int:
        start, end = found[name][0]
        return int(text[start:end])

    year = number("YEAR" if "YEAR" in found else "LONG_YEAR")
    month, day = number("MONTH"), number("DAY")
    if not is_calendar_day(year, month, day):
        return "calendar"
    if "HOUR" not in found:
        return Date(year, month, day)
    hour, minute, second = number("HOUR"), number("MINUTE"), number("SECOND")
    if hour > 23 or minute > 59 or second > 60:
        return "clock"
    start, end = found.get("FRACTION", [(-1, 0)])[0]
    return Date(year, month, day, hour, minute, second, text[start + 1 : end], has_time=True)


def parse_date(text: str) -> Date | None:
    """The date that ``text`` (a string value without trailing blanks) is, else None."""
    date = classify_date(text)
    return date if isinstance(date, Date) else None


def explain_date(text: str) -> DateFault | None:
    """Why ``text`` is not a date of the standard; None when it is one."""
    found = diagnose_date(text)
    return found.reason if found else None


def repair_date(text: str) -> str | None:
    """The date that ``text`` means, as the standard writes it; None where that is ambiguous."""
    found = diagnose_date(text)
    return found.iso if found else None


@lru_cache(maxsize=1024)
def diagnose_date(text: str) -> DateDiagnosis | None:
    """What a text is that is not a date of the standard; None when it is one."""
    stripped = text.strip(" ")
    if not stripped:
        return DateDiagnosis("empty")
    date = classify_date(stripped)
    if isinstance(date, Date):
        return DateDiagnosis("leading-blank", stripped) if text.startswith(" ") else None
    if _PLACEHOLDER.fullmatch(stripped):
        return DateDiagnosis("placeholder")
    if date is not None:
        return DateDiagnosis(date)
    spans = _parse_spans(stripped.translate(_DIGITS), "layout")
    found = _DateReader(stripped, *spans).diagnose() if spans else DateDiagnosis("unknown")
    # dd/mm/yy was legal, but nothing that only resembles it ever was.
    exact = found.reason != "old" or _OLD.fullmatch(text)
    return found if exact else DateDiagnosis("other", found.iso, found.zone)


class _DateReader:
    """Takes the tokens of another layout together, numbers in the order in which they stand."""

    def __init__(self, text: str, name: str, found: dict[str, list[tuple[int, int]]]) -> None:
        self.name = name
        self.words = {
            token: [text[start:end] for start, end in places] for token, places in found.items()
        }
        self.numbers = list(self.words.get("NUMBER", ()))
        marks = self.words.get("SEP", [])
        self.padded = any(len(mark) > 1 for mark in marks)  # a blank for a zero: "27/ 5/84"
        self.words["SEP"] = [mark[:1] for mark in marks]

    def get_word(self, token: str) -> str:
        return self.words.get(token, [""])[0]

    def diagnose(self) -> DateDiagnosis:
        """The whole answer."""
        zone = self.get_word("ZONE").strip(" _")
        reason = self.find_reason()
        iso = self.format_iso()
        date = classify_date(iso) if iso else None
        if date == "calendar" and self.name == "compact" and self.has_year_last():
            return DateDiagnosis("other", zone=zone)
        if isinstance(date, str):
            return DateDiagnosis(date, zone=zone)
        # An offset from UTC would have to be subtracted: that is no repair of a spelling.
        return DateDiagnosis(reason, iso if date and zone[:1] not in ("+", "-") else None, zone)

    def has_year_last(self) -> bool:
        """Whether eight digits are a day with its year at the end: 16102001."""
        digits = self.get_word("EIGHT")
        first, second, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        days = is_calendar_day(year, second, first) or is_calendar_day(year, first, second)
        return days and 1800 <= year <= 2199

    def find_reason(self) -> DateFault:
        """What is wrong; the first of several things."""
        words = self.words
        if self.name in ("truncated", "clock"):
            return "truncated"
        if self.name == "day_first" and words["SEP"] == ["/", "/"] and "NAME" not in words:
            return "other" if "YEAR" in words or "JUNCTION" in words else "old"
        if self.name != "year_first" or words["SEP"] != ["-", "-"] or "NAME" in words:
            return "other"
        junction, fraction = self.get_word("JUNCTION"), self.get_word("ANY_FRACTION")
        checks: tuple[tuple[bool, DateFault], ...] = (
            ("ODD_YEAR" in words, "year"),
            (junction not in ("", "T", "t"), "blank"),
            (self.padded or any(len(number) < 2 for number in self.numbers), "zeros"),
            (junction == "t", "lower-t"),
            (len(self.numbers) == 4, "truncated"),
            (fraction.startswith(","), "comma"),
            (fraction == ".", "point"),
            ("ZONE" in words, "zone"),
        )
        return next((reason for hit, reason in checks if hit), "other")

    def format_iso(self) -> str | None:
        """The same instant as the standard writes it."""
        numbers = iter(self.numbers)
        day = self.format_day(numbers)
        clock = self.format_clock(list(numbers)) if day else None
        return day + clock if day and clock is not None else None

    def format_day(self, numbers: Iterator[str]) -> str | None:
        """The calendar day; takes its numbers."""
        name = self.get_word("NAME").lower()[:3]
        month = f"{_MONTHS.index(name) + 1}" if name else ""
        year = self.get_word("YEAR") or self.get_word("LONG_YEAR")
        if self.name == "compact":
            eight = self.get_word("EIGHT")
            return f"{eight[:4]}-{eight[4:6]}-{eight[6:]}"
        if self.name == "day_first":
            return self.format_day_first(
                next(numbers), month or next(numbers), year or next(numbers)
            )
        if self.name in ("year_first", "name_first") and year:
            return f"{year}-{month or next(numbers):0>2}-{next(numbers):0>2}"
        return None

    def format_day_first(self, day: str, month: str, year: str) -> str | None:
        """A day that may have been written first; two digits of a year are those of 19yy."""
        if len(year) < 4:
            # Only dd/mm/yy says its century (section 4.4.2.1); a month by name came before 2000.
            old = self.words["SEP"] == ["/", "/"] or ("NAME" in self.words and int(year) >= 50)
            return f"19{year}-{month:0>2}-{day:0>2}" if old and len(year) == 2 else None
        if "NAME" not in self.words and self.get_word("SEP") != "." and day != month:
            if int(day) <= 12 and int(month) <= 12:
                return None  # 03/04/2001 is March in America and April elsewhere
            if int(month) > 12:
                day, month = month, day
        return f"{year}-{month:0>2}-{day:0>2}"

    def format_clock(self, numbers: list[str]) -> str | None:
        """T and the time of the numbers that are left; empty when there is none."""
        fraction = self.get_word("ANY_FRACTION").replace(",", ".")
        fraction = "" if fraction == "." else fraction
        six = self.get_word("SIX")
        if six:
            return f"T{six[:2]}:{six[2:4]}:{six[4:]}{fraction}"
        if not numbers:
            return ""
        if len(numbers) < 3:
            return None
        return "T" + ":".join(f"{number:0>2}" for number in numbers) + fraction


_CLOCK = compile_late(rb"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?")
_DAYS_MAX = 16_384
_day_memo: BoundedDict[bytes, bool] = BoundedDict.create(_DAYS_MAX)


def precheck_date(value: bytes) -> bool:
    """Whether a string value as written, quotes included, is surely a good date.

    Second 60, signed years and anything rare are left to :func:`layout`.
    """
    day = value[:11]
    if _day_memo.get(day) or _learn_day(day):
        end = len(value) - 1
        if end == 11 or _CLOCK.fullmatch(value, 11, end):
            return value[end] == 0x27
        if value.endswith(b" '"):
            return precheck_date(value[:-1].rstrip(b" ") + b"'")
    return False


def _learn_day(day: bytes) -> bool:
    """Whether a quote and ten characters are a day of the calendar; kept for the next time."""
    good = _day_memo.get(day)
    if good is None:
        try:  # a day of a week has its second hyphen elsewhere
            datetime.date.fromisoformat(day[1:].decode("ascii"))
            good = day[:1] == b"'" and day[8:9] == b"-"
        except ValueError:
            good = False
        _day_memo[day] = good
    return good
