"""Numbers as messages say them."""

from __future__ import annotations

import math

from fitslint.text import phrase


def round_digits(value: float, digits: int = 3) -> float | int | str:
    """A number of so many digits, an integer where it is one; a word for what is no number."""
    if not math.isfinite(value):
        return phrase("infinitely many")
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded


def format_pixel(pixel: tuple[float, float]) -> str:
    """A pixel as ``(x, y)``."""
    return f"({pixel[0]:g}, {pixel[1]:g})"
