"""A position on the sky as a person writes it."""

from __future__ import annotations

import math


def parse_position(ra: str, dec: str) -> tuple[float, float]:
    """Right ascension and declination in degrees.

    ``13:11:29.52`` is in hours, a plain number in degrees; a declination keeps the sign of
    ``-00:34:12``.

    Raises
    ------
    ValueError
        when they are no position on the sky; the message says which.
    """
    hours = ":" in ra
    east, north = _number(ra, "right ascension"), _number(dec, "declination")
    east *= 15 if hours else 1
    if not 0 <= east < 360:
        raise ValueError(f"right ascension {ra[:40]!r} is not between 0 and 360 degrees")
    if not -90 <= north <= 90:
        raise ValueError(f"declination {dec[:40]!r} is not between -90 and 90 degrees")
    return east, north


def _number(text: str, what: str) -> float:
    """A plain or sexagesimal number."""
    words = text.strip().split(":")
    try:
        parts = [float(word) for word in words]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or not all(map(math.isfinite, parts)):
        raise ValueError(f"{what} {text[:40]!r} is no number; write degrees or 13:11:29.5")
    if any(part < 0 for part in parts[1:]) or any(part >= 60 for part in parts[1:]):
        raise ValueError(f"{what} {text[:40]!r}: minutes and seconds are from 0 to 60")
    size = math.fsum(abs(part) / 60.0**place for place, part in enumerate(parts))
    return -size if words[0].strip().startswith("-") else size
