"""Numbers as a header gives them: a value, and how far the digits that were written leave it open.

``EXPTIME = 1.00`` says 1 within 0.005; a relation between such numbers is broken only when no
numbers that round to the written ones can satisfy it.
"""

from __future__ import annotations

import datetime
import math

from fitslint.model.card import Card
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.model.value import unquote

_SEXAGESIMAL = compile_late(r"([+-]?)([0-9]{1,3}):([0-5]?[0-9]):([0-9]{1,2}(?:\.[0-9]{0,15})?)")
_DATE = compile_late(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9:.]+))?")
_MJD_OF_DAY_0 = 678576
"""Days from the proleptic Gregorian day 0 of Python to MJD 0 (1858-11-17)."""
_ROUNDING = 1e-9
"""Relative error allowed for the arithmetic itself."""


class Quantity(NamedTuple):
    """A number and the largest error that its digits leave open, both in its own unit."""

    value: float
    error: float = 0.0

    def add(self, other: Quantity) -> Quantity:
        """The sum."""
        return Quantity(self.value + other.value, self.error + other.error)

    def subtract(self, other: Quantity) -> Quantity:
        """The difference."""
        return Quantity(self.value - other.value, self.error + other.error)

    def multiply(self, other: Quantity) -> Quantity:
        """The product."""
        error = abs(self.value) * other.error + (abs(other.value) + other.error) * self.error
        return Quantity(self.value * other.value, error)

    def divide(self, other: Quantity) -> Quantity | None:
        """The quotient; None when the divisor may be zero."""
        room = abs(other.value) - other.error
        if room <= 0:
            return None
        value = self.value / other.value
        return Quantity(value, (self.error + abs(value) * other.error) / room)

    def may_equal(self, other: Quantity) -> bool:
        """Whether both can be the same number."""
        return abs(self.value - other.value) <= self._compute_tolerance(other)

    def may_be_below(self, other: Quantity, *, strictly: bool) -> bool:
        """Whether this can be less than (or, not strictly, equal to) the other."""
        if strictly and not self.error and not other.error:
            return self.value < other.value
        return self.value - other.value <= self._compute_tolerance(other)

    def _compute_tolerance(self, other: Quantity) -> float:
        scale = max(abs(self.value), abs(other.value))
        return self.error + other.error + _ROUNDING * scale


def read_quantity(card: Card) -> Quantity | str | bool | None:
    """The value of a card for a relation; None when it is undefined, complex or faulty."""
    kind = card.form.type
    if kind == "string":
        return unquote(card.text).strip(" ")
    if kind == "logical":
        return card.text == "T"
    if kind not in ("integer", "real"):
        return None
    return parse_quantity(card.text)


def parse_quantity(text: str) -> Quantity | None:
    """The quantity that a number text stands for; None when it is too large to be one."""
    mantissa, _, exponent = text.replace("D", "E").partition("E")
    value = float(text.replace("D", "E"))
    if not math.isfinite(value) or len(exponent) > 5:
        return None
    _, point, decimals = mantissa.partition(".")
    if not point and not exponent:
        return Quantity(value)
    return Quantity(value, 0.5 * 10.0 ** min(300, int(exponent or 0) - len(decimals)))


def read_sexagesimal(text: str) -> Quantity | None:
    """``+DD:MM:SS.s`` or ``HH:MM:SS.s`` in units of its first field; None when it is not one."""
    match = _SEXAGESIMAL.fullmatch(text.strip(" "))
    if match is None:
        return None
    sign, first, minutes, seconds = match.groups()
    decimals = len(seconds.partition(".")[2])
    value = int(first) + int(minutes) / 60 + float(seconds) / 3600
    return Quantity(-value if sign == "-" else value, 0.5 * 10.0**-decimals / 3600)


def parse_mjd(text: str) -> Quantity | None:
    """The modified Julian date of ``YYYY-MM-DD[Thh:mm:ss]``; without a time, that of 0 h."""
    match = _DATE.fullmatch(text.strip(" "))
    if match is None:
        return None
    try:
        day = datetime.date(int(match[1]), int(match[2]), int(match[3])).toordinal()
    except ValueError:
        return None
    hours = read_sexagesimal(match[4]) if match[4] else Quantity(0.0)
    if hours is None:
        return None
    return Quantity(day - _MJD_OF_DAY_0 + hours.value / 24, hours.error / 24)
