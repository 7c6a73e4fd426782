"""Logical values, text, bits and extremes of arrays in the heap (FITS 4.0 section 7.3.5)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from fitslint.data.arrays import Look
from fitslint.data.columns import BitPart, LogicalPart, TextPart, make_extremes
from fitslint.data.late_numpy import np
from fitslint.model.data_facts import DataFacts, Fact

_LOGICAL = b"\0FT"
_PRINTABLE = bytes(range(0x20, 0x7F))


def choose_look(
    unit: DataFacts, column: int, element: str, width: int, *, wanted: Collection[Fact],
    endings: dict[int, Callable[[], None]],
) -> Look | None:  # fmt: skip
    """What looks at the arrays of a column; None where nothing is to be known of them.

    Parameters
    ----------
    element
        the letter of the values in TFORMn.
    width
        characters of one string of an array of them, by TDIMn; 0 where an array is one string.
    endings
        is given what is to be done when all arrays were seen.
    """
    if element == "L" and "logicals" in wanted:
        return _look_at_logicals(LogicalPart(unit, column, 0, 0))
    if element == "A" and "texts" in wanted:
        return _look_at_texts(unit, column, width)
    if element == "X" and "bits" in wanted:
        return _look_at_bits(unit, column)
    extremes = make_extremes(unit, column, element) if "extremes" in wanted else None
    if extremes is None:
        return None
    endings[column] = extremes.finish
    return lambda array, byte, row, count: extremes.add_bytes(array)


def _look_at_logicals(part: LogicalPart) -> Look:
    def look(array: bytes, byte: int, row: int, count: int) -> None:
        if array.translate(None, _LOGICAL):
            part.anchor = byte
            part.look(row, np.frombuffer(array, np.uint8)[np.newaxis], 1)

    return look


def _look_at_texts(unit: DataFacts, column: int, width: int) -> Look:
    def look(array: bytes, byte: int, row: int, count: int) -> None:
        if array.rstrip(b"\0").translate(None, _PRINTABLE):
            string = width if width and count % width == 0 else count
            part = TextPart(unit, column, 0, count, string)
            part.anchor = byte
            part.look(row, np.frombuffer(array, np.uint8)[np.newaxis], 1)

    return look


def _look_at_bits(unit: DataFacts, column: int) -> Look:
    def look(array: bytes, byte: int, row: int, count: int) -> None:
        unused = -count % 8
        if unused and array[-1] & ((1 << unused) - 1):
            part = BitPart(unit, column, 0, unused)
            part.anchor = byte + len(array) - 1
            part.look(row, np.frombuffer(array[-1:], np.uint8)[np.newaxis], 1)

    return look
