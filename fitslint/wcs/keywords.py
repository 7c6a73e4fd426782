"""Values of keywords that world coordinates are made of, and the error that names a keyword."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fitslint.wcs.wcs_error import WcsError

HeaderValues = Mapping[str, object]
"""The value of each keyword: str, bool, int, float, complex; None where it is undefined."""
VALUE_LENGTH = 40
"""Characters of a value that an error repeats."""


class KeywordError(WcsError):
    """A keyword that is wrong or absent; the sentence begins with it."""

    def __init__(self, keyword: str, reason: str) -> None:
        super().__init__(keyword, f"{keyword} {reason}")


def read_real(values: HeaderValues, keyword: str) -> float | None:
    """The finite number of a keyword; None when it is absent or undefined.

    Raises
    ------
    KeywordError
        where the value is no number, or none that is finite.
    """
    found = values.get(keyword)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise KeywordError(keyword, f"= {show_value(found)} is no real number")
    try:
        number = float(found)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise KeywordError(keyword, f"= {show_value(found)} is not finite")
    return number


def require_real(values: HeaderValues, keyword: str) -> float:
    """The finite number of a keyword; a :class:`KeywordError` when it is absent."""
    number = read_real(values, keyword)
    if number is None:
        raise KeywordError(keyword, "is absent")
    return number


def read_integer(values: HeaderValues, keyword: str, low: int, high: int) -> int | None:
    """The integer of a keyword between two bounds; None when it is absent.

    Raises
    ------
    KeywordError
        where the value is no integer, or one beyond the bounds.
    """
    number = read_real(values, keyword)
    if number is None:
        return None
    if number != math.floor(number):
        raise KeywordError(keyword, f"= {show_value(number)} is no integer")
    if not low <= number <= high:
        raise KeywordError(keyword, f"= {show_value(int(number))} is not from {low} to {high}")
    return int(number)


def read_string(values: HeaderValues, keyword: str) -> str | None:
    """The string of a keyword without blanks behind it; None when it is absent.

    Raises
    ------
    KeywordError
        where the value is no string.
    """
    found = values.get(keyword)
    if found is None:
        return None
    if not isinstance(found, str):
        raise KeywordError(keyword, f"= {show_value(found)} is no string")
    return found.rstrip(" ")


def show_value(value: object) -> str:
    """A value as an error repeats it: not more than :data:`VALUE_LENGTH` characters of it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**VALUE_LENGTH:
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, str):
        cut = value[: VALUE_LENGTH + 1]
        return repr(value) if len(value) <= VALUE_LENGTH else f"{cut[:VALUE_LENGTH]!r} ..."
    text = repr(value) if isinstance(value, bool | int | float | complex) else type(value).__name__
    return text[:VALUE_LENGTH]
