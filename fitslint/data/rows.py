"""Rows of a table, cut into the parts that somebody wants to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fitslint.data.collector import Collector
from fitslint.data.late_numpy import np
from fitslint.data.scans import Cells
from fitslint.model.data_facts import DataFacts, PlaceKind, Places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

ROW_MAX = 64 << 20
"""Bytes of a row that is looked at."""


class RowPart:
    """Looks at the bytes ``start:stop`` of every row."""

    def __init__(self, unit: DataFacts, column: int, start: int, stop: int) -> None:
        self.unit = unit
        self.column = column
        self.start = start
        self.stop = stop
        self.anchor: int | None = None
        """Where fields are shown that do not stand in the rows: the first byte of all of them."""

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at the rows from ``first`` (counted from 0) on, of shape (rows, stop - start).

        Each stands for ``times`` rows that are like it.
        """
        raise NotImplementedError

    def scan(self, cells: Cells) -> bool:
        """Whether cells are dealt with, without a look at them."""
        return False

    def finish(self) -> None:
        """Write what was found into the unit."""

    def note_rows(
        self, kind: PlaceKind, first: int, wrong: Mask, field: Bytes, times: int = 1
    ) -> None:
        """Note what is wrong, by element of ``field``; its first axis is the row."""
        flat = wrong.reshape(len(wrong), -1)
        rows = flat.any(axis=1)
        count = int(np.count_nonzero(rows)) * times
        if not count:
            return
        row = int(rows.argmax())
        place = int(flat[row].argmax()) if flat.shape[1] == field.shape[1] else 0
        text = describe_byte(int(field[row, place]))
        self.note(kind, first + row, count, place=place, text=text)

    def note(
        self, kind: PlaceKind, row: int, count: int, *, place: int = 0, text: str = "",
        number: int = 0,
    ) -> None:  # fmt: skip
        """Note ``count`` rows, the first of which is ``row``, counted from 0."""
        byte = self.anchor
        if byte is None:
            width = self.unit.header.structure.axes[0] or 0
            byte = self.unit.offset + row * width + self.start + place
        self.unit.add_places(kind, self.column, Places(count, byte, row + 1, text, number))


class RowCollector(Collector):
    """Hands the rows of a table to the parts that look at them."""

    def __init__(self, unit: DataFacts, width: int, stop: int, parts: Sequence[RowPart]) -> None:
        super().__init__(unit, 0, stop)
        self._width = width
        self._parts = parts

    def take(self, at: int, data: bytes) -> None:
        """Take whole rows."""
        parts = [
            part
            for part in self._parts
            if not part.scan(Cells(data, self._width, part.start, part.stop))
        ]
        if parts:
            rows = np.frombuffer(data, np.uint8).reshape(-1, self._width)
            for part in parts:
                part.look(at // self._width, rows[:, part.start : part.stop], 1)

    def take_zeros(self, at: int, count: int) -> None:
        """Take rows of zeros, of which one stands for all."""
        row = np.zeros((1, self._width), np.uint8)
        for part in self._parts:
            times = count // self._width
            part.look(at // self._width, row[:, part.start : part.stop], times)

    def finish(self) -> None:
        """Let every part finish."""
        for part in self._parts:
            part.finish()


def take_values(field: Bytes, stored_type: str) -> NDArray[Any]:
    """The numbers that the bytes of a field hold, of shape (rows, elements)."""
    stored = field.view(stored_type)
    # One conversion to the order of the machine makes everything after it quicker.
    return stored.astype(stored.dtype.newbyteorder("="))


def gather_bytes(field: Bytes) -> Bytes:
    """The bytes of a field one behind the other; whole fields are copied, not bytes."""
    count, width = field.shape
    return field.view(f"V{width}").copy().view(np.uint8).reshape(count, width)


def describe_byte(byte: int) -> str:
    """A byte as it is written in C: ``0x07``, and the character where it is one."""
    shown = f" ({chr(byte)!r})" if 0x20 < byte < 0x7F else ""
    return f"0x{byte:02X}{shown}"
