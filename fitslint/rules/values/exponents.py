"""Exponents as every reader takes them."""

from __future__ import annotations

import math
import re
import sys

from fitslint.model.late import compile_late

_SHORT_EXPONENT = compile_late(r"E([+-]?)([0-9])\Z")


def lengthen_exponent(text: str) -> str:
    """A real number with the letter E and an exponent of two digits or more: 1.5E+02.

    WCSTools 3.9.7 reads 1.5E+2 as 1.
    """
    return _SHORT_EXPONENT.sub(
        lambda found: f"E{found[1] or '+'}0{found[2]}", text.replace("D", "E")
    )


def is_double(text: str) -> bool:
    """Whether a number of this text is one that a double holds without overflow or loss to 0."""
    number = abs(float(text.replace("D", "E")))
    mantissa = re.split("[ED]", text)[0].strip("+-0.")
    return sys.float_info.min <= number < math.inf or (number == 0 and not mantissa)
