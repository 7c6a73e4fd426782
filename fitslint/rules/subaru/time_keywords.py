"""The times and pointings of a Subaru header, read once for all rules that compare them.

Every header has them and hardly any wrongly, so there is a quick look first: it compares the bytes
of fixed format, and whatever is not plain to see (a night that runs past midnight, other decimals,
a value that is missing its quotes) is left to the rules themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise

from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Subcheck
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    TIME_SCALE_SPREAD,
    read_number,
    read_resolution,
)
from fitslint.rules.sky.columns import locate_number, locate_numbers, read_numbers

HAWAII_OFFSET = -10 * 3600.0
"""Seconds by which Hawaii Standard Time is ahead of UTC."""
CLOCK_KEYWORDS = ("UT", "HST", "LST")
MOMENT_SUFFIXES = ("-STR", "", "-END")
"""What the start, the typical moment and the end of an exposure add to the name of a clock."""
POINTING_KEYWORDS = (
    ("ZD-STR", "ZD", "ZD-END"),
    ("ALT-STR", "ALTITUDE", "ALT-END"),
    ("AIRM-STR", "AIRMASS", "AIRM-END"),
    ("SECZ-STR", "SECZ", "SECZ-END"),
)
POSITION_PAIRS = (("RA2000", "RA"), ("DEC2000", "DEC"))

_MJD_ZERO_ORDINAL = 678_576
"""The ordinal of 1858-11-17, on which the modified Julian date is 0."""
_DAY_CACHE_SIZE = 16_384
_QUOTE = ord("'")
_UNREAD = [math.nan] * 3
_EARLY_TOLERANCE = TIME_SCALE_SPREAD - 60.0
"""Seconds that a moment may lie before the minute of its clock and surely agree with it."""
_HST_BY_UT_HOUR = {b"%02d" % hour: b"%02d" % ((hour - 10) % 24) for hour in range(24)}
"""Hours of UT and the hours of HST at that moment."""
_FOLLOWING_HOURS = {
    b"%02d" % hour: frozenset(b"%02d" % (hour + more) for more in range(12)) for hour in range(24)
}
"""Hours, and those of less than half a day later."""


class TimeLayout:
    """Where the times and pointings of a layout stand, and a quick look at them."""

    def __init__(self, layout: Layout) -> None:
        at = {name: where[0] * CARD_SIZE + 10 for name, where in layout.index.items()}
        triples = [
            [f"{keyword}{moment}" for moment in MOMENT_SUFFIXES] for keyword in CLOCK_KEYWORDS
        ]
        present = [[at[name] for name in names if name in at] for names in triples]
        self._clock_steps = [pair for found in present for pair in pairwise(found)]
        """First bytes of clocks of which the second is not before the first."""
        self._clock_spans = [(found[0], found[-1]) for found in present if len(found) > 1]
        both = [(f"UT{moment}", f"HST{moment}") for moment in MOMENT_SUFFIXES]
        self._local_pairs = [(at[ut], at[hst]) for ut, hst in both if ut in at and hst in at]
        numbered = [(f"MJD{moment}", f"UT{moment}") for moment in MOMENT_SUFFIXES]
        self._mjd_pairs = [(at.get(ut), field) for mjd, ut in numbered
                           if (field := locate_number(layout, mjd))]  # fmt: skip
        self._date_start = at.get("DATE-OBS") if self._mjd_pairs else None
        pointings = (locate_numbers(layout, names) for names in POINTING_KEYWORDS)
        self._pointings = [fields for fields in pointings if fields]
        self._position_pairs = [
            (at[one], at[two]) for one, two in POSITION_PAIRS if one in at and two in at
        ]
        self._last_raw = b""
        self._last_result = True

    def __bool__(self) -> bool:
        """Whether there is anything to compare."""
        steps, numbers = self._clock_steps, self._mjd_pairs
        return bool(
            steps or self._local_pairs or numbers or self._pointings or self._position_pairs
        )

    def precheck(self, header: Header) -> bool:
        """Whether everything surely agrees; several rules ask this of one header."""
        raw = header.raw
        if raw is not self._last_raw:
            self._last_raw = raw
            try:
                self._last_result = self._is_consistent(raw)
            except (KeyError, ValueError):
                self._last_result = False
        return self._last_result

    def _is_consistent(self, raw: bytes) -> bool:
        for one, two in self._clock_steps:
            if raw[one] != _QUOTE or not raw[one : one + 13] <= raw[two : two + 13]:
                return False
        for one, two in self._clock_spans:
            if raw[two + 1 : two + 3] not in _FOLLOWING_HOURS[raw[one + 1 : one + 3]]:
                return False
        for ut, hst in self._local_pairs:
            same = raw[ut + 4 : ut + 9] == raw[hst + 4 : hst + 9]
            if not same or _HST_BY_UT_HOUR[raw[ut + 1 : ut + 3]] != raw[hst + 1 : hst + 3]:
                return False
        for one, two in self._position_pairs:
            if raw[one : one + 14] != raw[two : two + 14]:
                return False
        for fields in self._pointings:
            first, value, last = read_numbers(raw, fields) or _UNREAD
            if not first <= value <= last and not last <= value <= first:
                return False
        return not self._mjd_pairs or self._has_consistent_mjd(raw)

    def _has_consistent_mjd(self, raw: bytes) -> bool:
        """Whether the modified Julian dates are those of DATE-OBS and UT, and in order."""
        if self._date_start is None:
            return False
        day, before = _MJD_BY_DATE[raw[self._date_start : self._date_start + 12]], 0.0
        for ut, field in self._mjd_pairs:
            (mjd,) = read_numbers(raw, (field,)) or _UNREAD[:1]
            if ut is None or not mjd >= before:
                return False
            seconds = _SECONDS_BY_MINUTE[raw[ut : ut + 6]]
            if not -_EARLY_TOLERANCE < (mjd - day) * DAY_SECONDS - seconds < TIME_SCALE_SPREAD:
                return False
            before = mjd
        return True


class _DayCache(BoundedDict[bytes, int]):
    """Modified Julian dates by a date in quotes; days repeat where moments do not."""

    size_max = _DAY_CACHE_SIZE

    def __missing__(self, text: bytes) -> int:
        if text[:1] + text[-1:] != b"''":
            raise KeyError(text)
        day = (
            date.fromisoformat(text[1:-1].decode("ascii", "replace")).toordinal()
            - _MJD_ZERO_ORDINAL
        )
        self[text] = day
        return day


class _MinuteCache(dict[bytes, int]):
    """Seconds since midnight by ``'hh:mm``."""

    def __missing__(self, text: bytes) -> int:
        hour, minute = text[1:3], text[4:6]
        if text[:1] + text[3:4] != b"':" or not (hour + minute).isdigit():
            raise KeyError(text)
        self[text] = int(hour) * 3600 + int(minute) * 60
        return self[text]


_MJD_BY_DATE = _DayCache()
_SECONDS_BY_MINUTE = _MinuteCache()


@lru_cache(maxsize=256)
def build_time_layout(layout: Layout) -> TimeLayout:
    """The plan of a layout, shared by the rules."""
    return TimeLayout(layout)


def plan_subchecks(_authority: DictionaryChain, layout: Layout) -> Iterator[Subcheck]:
    """One question of a header: whether its times and pointings agree."""
    found = build_time_layout(layout)
    if found:
        # Times are new in every file: remembering would be of no use.
        yield Subcheck((), found, found.precheck, cacheable=False)


def read_precise_number(header: Header, name: str) -> tuple[float, float] | None:
    """A number and what its last digit stands for; None when it is absent or no number."""
    found = read_number(header, name)
    return None if found is None else (found, read_resolution(header, name))
