"""Compiled looks at a column of rows that find nothing odd, as almost all do.

What they say is either that a column is as it has to be, or nothing: then the parts of
``data/columns.py`` look at it, which say what is odd and where. Without the compiled decoders those
look at all. A test holds both to the same answers.
"""

from __future__ import annotations

from typing import NamedTuple

from fitslint.data.decoders import DECODERS

LOGICAL, TEXT, BITS = range(3)
Extent = tuple[float, float, int, int]
"""Of numbers: least, greatest, defined, undefined."""


class Cells(NamedTuple):
    """Bytes ``start:stop`` of whole rows of ``width`` bytes."""

    rows: bytes
    width: int
    start: int
    stop: int


def is_sound(kind: int, cells: Cells, size: int) -> bool:
    """Whether cells are surely what they have to be.

    Parameters
    ----------
    size
        characters of a string of text; bits that have to be zero in the last byte of bits.
    """
    return DECODERS is not None and DECODERS.is_sound(kind, *cells, size)


def find_extent(cells: Cells, code: str, null: int | None) -> Extent | None:
    """The extremes of numbers; None where nobody knows.

    Parameters
    ----------
    code
        the letter of TFORMn.
    null
        the number that stands for none.
    """
    if DECODERS is None:
        return None
    has_null = null is not None
    found: Extent = DECODERS.find_extent(*cells, code, has_null, null if has_null else 0)
    return found


def find_last(cells: Cells, code: str, before: float | None) -> float | None:
    """The last of numbers that never fall from the one before; None where nobody knows that.

    Where one is NaN, nobody does.
    """
    if DECODERS is None:
        return None
    found: float | None = DECODERS.find_last(*cells, code, before)
    return found
