"""Physical coordinates: pixels of the array that an image was cut from (LTVi, LTMi_j of IRAF)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fitslint.model.header import Header
from fitslint.wcs.keywords import KeywordError, show_value
from fitslint.wcs.matrix import LinearTransform, invert_rows


def read_physical(
    header: Header | Mapping[str, Any], axes: int = 2, roots: tuple[str, str] = ("LTM", "LTV")
) -> LinearTransform | None:
    """The step from pixels to physical coordinates; None where a header tells none.

    ``pixel = LTM physical + LTV``, where absent LTMi_i are 1 and all others 0. With the roots
    ``("ATM", "ATV")`` the step is that to the amplifier, with ``("DTM", "DTV")`` that to the
    mosaic of detectors (NOAO).

    Raises
    ------
    KeywordError
        where a keyword is no finite number, or the matrix has no inverse.
    """
    matrix, shift = roots
    names = [f"{matrix}{i}_{j}" for i in range(1, axes + 1) for j in range(1, axes + 1)]
    numbers = [_read_number(header, name) for name in names]
    shifts = [_read_number(header, f"{shift}{i}") for i in range(1, axes + 1)]
    if all(number is None for number in (*numbers, *shifts)):
        return None
    filled = [
        (1.0 if place % (axes + 1) == 0 else 0.0) if number is None else number
        for place, number in enumerate(numbers)
    ]
    rows = [filled[start : start + axes] for start in range(0, axes * axes, axes)]
    origin = [0.0 if number is None else number for number in shifts]
    return LinearTransform(origin, invert_rows(rows, names[0]), rows)


def _read_number(header: Header | Mapping[str, Any], name: str) -> float | None:
    value = header.value(name) if isinstance(header, Header) else header.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise KeywordError(name, f"= {show_value(value)} is no number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise KeywordError(name, f"= {show_value(value)} is not finite")
    return number
