"""Columns of binary tables: logical values, text, bits, and extremes (FITS 4.0 section 7.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fitslint.data import scans
from fitslint.data.late_numpy import np
from fitslint.data.rows import RowPart, gather_bytes, take_values
from fitslint.data.scaling import Scaling, read_scaling, scale_extremes, select_defined
from fitslint.model.data_facts import DataFacts, Extremes
from fitslint.model.header import Header
from fitslint.syntax.column_formats import BinaryFormat, parse_dimensions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fitslint.data.rows import Bytes

NUMBER_TYPES = {"B": ">u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
"""How a column stores numbers that have an order, by the code of TFORMn (table 18)."""
_LIMITS = ("TDMIN", "TDMAX", "TLMIN", "TLMAX")
_FALSE, _TRUE = ord("F"), ord("T")
_LONG_MAX = 1 << 63
_BLANK, _PRINTABLE = 0x20, 0x7E - 0x20


class LogicalPart(RowPart):
    """Bytes of a logical column that are not T, F or 0."""

    def scan(self, cells: scans.Cells) -> bool:
        """Whether all logical values are some."""
        return scans.is_sound(scans.LOGICAL, cells, 1)

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at logical values."""
        wrong = (field != 0) & (field != _FALSE) & (field != _TRUE)
        if wrong.any():
            self.note_rows("logical", first, wrong, field, times)


class TextPart(RowPart):
    """Characters of a text column; each string of ``width`` ends at its first NUL."""

    def __init__(self, unit: DataFacts, column: int, start: int, stop: int, width: int) -> None:
        super().__init__(unit, column, start, stop)
        self._width = width

    def scan(self, cells: scans.Cells) -> bool:
        """Whether all strings are printable up to NUL bytes that fill them."""
        return scans.is_sound(scans.TEXT, cells, self._width)

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at strings: what is no printable ASCII, and what stands behind a NUL."""
        text = gather_bytes(field)
        odd = (text - _BLANK) > _PRINTABLE  # wraps below the blank
        if not odd.any():
            return
        ended = text == 0
        strings = ended.reshape(len(text), -1, self._width)
        if (strings[..., :-1] > strings[..., 1:]).any():  # something stands behind a NUL
            ended = np.logical_or.accumulate(strings, axis=2).reshape(text.shape)
            self.note_rows("after-nul", first, ended & (text != 0), text, times)
        wrong = odd > ended
        if wrong.any():
            self.note_rows("text", first, wrong, text, times)


class BitPart(RowPart):
    """The unused bits of the last byte of a bit column."""

    def __init__(self, unit: DataFacts, column: int, last: int, unused: int) -> None:
        super().__init__(unit, column, last, last + 1)
        self._mask = (1 << unused) - 1

    def scan(self, cells: scans.Cells) -> bool:
        """Whether no unused bit is set."""
        return scans.is_sound(scans.BITS, cells, self._mask)

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at the last byte of bits."""
        wrong = (field & self._mask) != 0
        if wrong.any():
            self.note_rows("bit", first, wrong, field, times)


class ExtremesPart(RowPart):
    """The least and the greatest value of a column of numbers."""

    def __init__(
        self, unit: DataFacts, column: int, start: int, stop: int, *, code: str, scaling: Scaling
    ) -> None:
        super().__init__(unit, column, start, stop)
        self._code = code
        self._type = NUMBER_TYPES[code]
        self._scaling = scaling
        self._found = Extremes()

    def scan(self, cells: scans.Cells) -> bool:
        """Take all numbers into account, but for a null value that no number can be."""
        null = self._scaling.null
        if null is not None and not -_LONG_MAX <= null < _LONG_MAX:
            return False
        extent = scans.find_extent(cells, self._code, null)
        if extent is None:
            return False
        least, most, defined, undefined = extent
        self._found.undefined += undefined
        if defined:
            self._join(least, most, defined)
        return True

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at numbers."""
        self.add(take_values(field, self._type), times)

    def add_bytes(self, values: bytes) -> None:
        """Take the numbers into account that some bytes hold."""
        self.add(np.frombuffer(values, self._type), 1)

    def add(self, stored: NDArray[Any], times: int) -> None:
        """Take stored numbers into account."""
        selected = select_defined(stored, self._scaling.null)
        values = selected.values
        self._found.undefined += selected.undefined * times
        if values.size:
            self._join(values.min().item(), values.max().item(), values.size * times)

    def _join(self, least: float, most: float, defined: int) -> None:
        found = self._found
        found.defined += defined
        found.minimum = least if found.minimum is None else min(found.minimum, least)
        found.maximum = most if found.maximum is None else max(found.maximum, most)

    def finish(self) -> None:
        """Keep the extremes as values."""
        scale_extremes(self._found, self._scaling)
        self.unit.extremes[self.column] = self._found


def has_limits(header: Header, number: int) -> bool:
    """Whether a header says between what the values of a column lie."""
    return any(f"{root}{number}" in header for root in _LIMITS)


def make_extremes(
    unit: DataFacts, number: int, code: str, start: int = 0, stop: int = 0
) -> ExtremesPart | None:
    """What finds the extremes of a column; None where nobody asks, or its scaling is unknown.

    Parameters
    ----------
    code
        the letter of the values in TFORMn, in the arrays of a variable one.
    """
    if code not in NUMBER_TYPES or not has_limits(unit.header, number):
        return None
    names = f"TSCAL{number}", f"TZERO{number}", f"TNULL{number}"
    scaling = read_scaling(unit.header, names, has_null=code in "BIJK")
    if scaling is None:
        return None
    return ExtremesPart(unit, number, start, stop, code=code, scaling=scaling)


def read_dimensions(header: Header, number: int) -> tuple[int, ...] | None:
    """The axis lengths that TDIMn gives to a column, the one that varies fastest first."""
    text = header.string(f"TDIM{number}")
    return parse_dimensions(text) if text is not None else None


def choose_string_width(header: Header, number: int, form: BinaryFormat) -> int:
    """Characters of one string of a field: by TDIMn, by rAw, or all of them."""
    dimensions = read_dimensions(header, number)
    width = dimensions[0] if dimensions else form.width
    return width if width and form.repeat % width == 0 else form.repeat
