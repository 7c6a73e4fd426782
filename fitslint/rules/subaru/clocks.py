"""The times and pointings of a Subaru header, read once for all rules that compare them.

Every header has them and hardly any wrongly, so there is a quick look first: it compares the bytes
of fixed format, and whatever is not plain to see (a night that runs past midnight, other decimals,
a value that is missing its quotes) is left to the rules themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise

from fitslint.dictionary.authority import Authority
from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Part
from fitslint.rules.dates.moments import DAY, SCALES, number, resolution

HAWAII = -10 * 3600.0
"""Seconds by which Hawaii Standard Time is ahead of UTC."""
CLOCKS = ("UT", "HST", "LST")
MOMENTS = ("-STR", "", "-END")
"""What the start, the typical moment and the end of an exposure add to the name of a clock."""
POINTINGS = (
    ("ZD-STR", "ZD", "ZD-END"),
    ("ALT-STR", "ALTITUDE", "ALT-END"),
    ("AIRM-STR", "AIRMASS", "AIRM-END"),
    ("SECZ-STR", "SECZ", "SECZ-END"),
)
PLACES = (("RA2000", "RA"), ("DEC2000", "DEC"))

_DAY_ZERO = 678_576
"""The ordinal of 1858-11-17, on which the modified Julian date is 0."""
_DAYS_MAX = 16_384
_QUOTE = ord("'")
_EARLY = SCALES - 60.0
"""Seconds that a moment may lie before the minute of its clock and surely agree with it."""
_HOURS = {b"%02d" % hour: b"%02d" % ((hour - 10) % 24) for hour in range(24)}
"""Hours of UT and the hours of HST at that moment."""
_SOON = {
    b"%02d" % hour: frozenset(b"%02d" % (hour + more) for more in range(12)) for hour in range(24)
}
"""Hours, and those of less than half a day later."""


class Plan:
    """Where the times and pointings of a layout stand, and a quick look at them."""

    def __init__(self, layout: Layout) -> None:
        at = {name: where[0] * CARD + 10 for name, where in layout.index.items()}
        triples = [[f"{one}{moment}" for moment in MOMENTS] for one in CLOCKS]
        present = [[at[name] for name in names if name in at] for names in triples]
        self._steps = [pair for found in present for pair in pairwise(found)]
        """First bytes of clocks of which the second is not before the first."""
        self._spans = [(found[0], found[-1]) for found in present if len(found) > 1]
        both = [(f"UT{moment}", f"HST{moment}") for moment in MOMENTS]
        self._local = [(at[ut], at[hst]) for ut, hst in both if ut in at and hst in at]
        numbered = [(f"MJD{moment}", f"UT{moment}") for moment in MOMENTS]
        self._numbers = [(at[mjd], at.get(ut)) for mjd, ut in numbered if mjd in at]
        self._date = at.get("DATE-OBS") if self._numbers else None
        self._pointings = [
            (at[start], at[name], at[end])
            for start, name, end in POINTINGS
            if start in at and name in at and end in at
        ]
        self._places = [(at[one], at[two]) for one, two in PLACES if one in at and two in at]
        self._raw = b""
        self._sure = True

    def __bool__(self) -> bool:
        """Whether there is anything to compare."""
        steps, numbers = self._steps, self._numbers
        return bool(steps or self._local or numbers or self._pointings or self._places)

    def quick(self, header: Header) -> bool:
        """Whether everything surely agrees; several rules ask this of one header."""
        raw = header.raw
        if raw is not self._raw:
            self._raw = raw
            try:
                self._sure = self._look(raw)
            except (KeyError, ValueError):
                self._sure = False
        return self._sure

    def _look(self, raw: bytes) -> bool:
        for one, two in self._steps:
            if raw[one] != _QUOTE or not raw[one : one + 13] <= raw[two : two + 13]:
                return False
        for one, two in self._spans:
            if raw[two + 1 : two + 3] not in _SOON[raw[one + 1 : one + 3]]:
                return False
        for ut, hst in self._local:
            same = raw[ut + 4 : ut + 9] == raw[hst + 4 : hst + 9]
            if not same or _HOURS[raw[ut + 1 : ut + 3]] != raw[hst + 1 : hst + 3]:
                return False
        for one, two in self._places:
            if raw[one : one + 14] != raw[two : two + 14]:
                return False
        for triple in self._pointings:
            first, value, last = [float(raw[at : at + 20]) for at in triple]
            if not first <= value <= last and not last <= value <= first:
                return False
        return not self._numbers or self._look_at_numbers(raw)

    def _look_at_numbers(self, raw: bytes) -> bool:
        """Whether the modified Julian dates are those of DATE-OBS and UT, and in order."""
        if self._date is None:
            return False
        day, before = _DAYS[raw[self._date : self._date + 12]], 0.0
        for at, ut in self._numbers:
            mjd = float(raw[at : at + 20])
            if ut is None or mjd < before:
                return False
            seconds = _MINUTES[raw[ut : ut + 6]]
            if not -_EARLY < (mjd - day) * DAY - seconds < SCALES:
                return False
            before = mjd
        return True


class _Days(dict[bytes, int]):
    """Modified Julian dates by a date in quotes; days repeat where moments do not."""

    def __missing__(self, text: bytes) -> int:
        if text[:1] + text[-1:] != b"''":
            raise KeyError(text)
        day = date.fromisoformat(text[1:-1].decode("ascii", "replace")).toordinal() - _DAY_ZERO
        if len(self) >= _DAYS_MAX:
            self.clear()
        self[text] = day
        return day


class _Minutes(dict[bytes, int]):
    """Seconds since midnight by ``'hh:mm``."""

    def __missing__(self, text: bytes) -> int:
        hour, minute = text[1:3], text[4:6]
        if text[:1] + text[3:4] != b"':" or not (hour + minute).isdigit():
            raise KeyError(text)
        self[text] = int(hour) * 3600 + int(minute) * 60
        return self[text]


_DAYS = _Days()
_MINUTES = _Minutes()


@lru_cache(maxsize=256)
def plan(layout: Layout) -> Plan:
    """The plan of a layout, shared by the rules."""
    return Plan(layout)


def parts(_authority: Authority, layout: Layout) -> Iterator[Part]:
    """One question of a header: whether its times and pointings agree."""
    found = plan(layout)
    if found:
        # Times are new in every file: remembering would be of no use.
        yield Part((), found, found.quick, remembered=False)


def value(header: Header, name: str) -> tuple[float, float] | None:
    """A number and what its last digit stands for; None when it is absent or no number."""
    found = number(header, name)
    return None if found is None else (found, resolution(header, name))
