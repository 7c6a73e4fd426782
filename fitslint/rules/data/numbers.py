"""Whether a number of a header is one that was computed from the data."""

from __future__ import annotations

import math

_SINGLE = 4e-7
"""A little more than single precision tells apart, of a value."""


def agrees(text: str, actual: float, tolerance: float = _SINGLE) -> bool:
    """Whether a number as it is written stands for ``actual``.

    It may be rounded at its last digit (either way, as some programs cut), and it may have been in
    single precision on its way.
    """
    try:
        stated = float(text.strip().upper().replace("D", "E"))
    except ValueError:
        return True  # what is no number is told by other rules
    if not (math.isfinite(stated) and math.isfinite(actual)):
        return True
    last = _measure_last_digit(text.strip())
    if not last and not float(actual).is_integer():
        last = 1.0  # a real number that was written as an integer
    room = max(last, tolerance * max(abs(stated), abs(actual)))
    return abs(stated - actual) <= room


def _measure_last_digit(text: str) -> float:
    """What one step of the last digit is worth; nothing for an integer, whose digits are exact."""
    mantissa, _, power = text.upper().replace("D", "E").partition("E")
    _, point, decimals = mantissa.partition(".")
    if not point and not power:
        return 0.0
    try:
        return float(f"1e{int(power or 0) - len(decimals)}")
    except (ValueError, OverflowError):
        return 0.0


def write_number(number: float) -> str:
    """A number as a header has it: with all its digits, a point where it is real, and E."""
    mantissa, exponent, power = repr(number).upper().partition("E")
    if exponent and "." not in mantissa:
        mantissa += ".0"
    return mantissa + exponent + power
