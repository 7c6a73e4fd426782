"""Values of keywords by their kind, wherever they are looked up."""

from __future__ import annotations

import math
from collections.abc import Callable

Lookup = Callable[[str], object]
"""The value of a keyword; None when it is absent or undefined."""


def read_header_number(value: Lookup, keyword: str) -> float | None:
    """A keyword that holds a finite number."""
    found = value(keyword)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if math.isfinite(found) else None


def find_string(value: Lookup, keyword: str) -> str | None:
    """A keyword that holds a string, without blanks behind it."""
    found = value(keyword)
    return found.rstrip() if isinstance(found, str) else None
