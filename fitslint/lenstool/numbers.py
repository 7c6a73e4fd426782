"""Numbers as Lenstool's files write them; None for a text that is no finite number."""

from __future__ import annotations

import math
import re

_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SEXAGESIMAL = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}):(?P<minutes>[0-9]{1,2}):(?P<seconds>[0-9]{1,2}(?:\.[0-9]*)?)"
)


def parse_float(text: str) -> float | None:
    """A finite real number."""
    if len(text) > 64 or not _REAL.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def parse_int(text: str) -> int | None:
    """A whole number; ``284.0`` is one, since Lenstool reads the digits before the point."""
    value = parse_float(text)
    if value is None or value != int(value) or abs(value) > 2**53:
        return None
    return int(value)


def parse_sexagesimal(text: str) -> float | None:
    """``-00:34:12.5`` in units of its first part, with the sign that it has.

    Lenstool reads the first part as an integer and so takes -00:34:12 for +00:34:12.
    """
    found = _SEXAGESIMAL.fullmatch(text)
    if found is None:
        return None
    minutes, seconds = int(found["minutes"]), float(found["seconds"])
    if minutes >= 60 or seconds >= 60:
        return None
    size = int(found["whole"]) + minutes / 60 + seconds / 3600
    return -size if found["sign"] == "-" else size
