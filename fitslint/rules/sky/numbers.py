"""Numbers as messages say them."""

from __future__ import annotations


def round_digits(value: float, digits: int = 3) -> float | int:
    """A number of so many digits, an integer where it is one."""
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded
