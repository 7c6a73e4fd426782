"""Variable arrays of a compressed table, each packed by itself (FITS 4.0 section 10.3.6).

Where they are stands in the tile of their column, which is packed as well and may lie behind them
in the heap, so they are read when everything else was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fitslint.data.arrays import ARRAY_MAX, SHARED_MAX, Look
from fitslint.data.collector import Collector
from fitslint.data.late_numpy import np
from fitslint.data.packed_values import measure_elements, unpack_values
from fitslint.data.table import TableLayout
from fitslint.model.data_facts import DataFacts, Places
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.data.descriptors import Integers

_ARRAYS_MAX = 1 << 21


class PackedArrays(Collector):
    """The packed arrays of one column.

    Parameters
    ----------
    rows
        of the table, unpacked.
    element, algorithm
        the letter of their values in ZFORMn, and ZCTYPn.
    look
        is shown what they unpack to; None where nobody looks at values.
    end
        is called when all were shown.
    judges
        whether arrays that do not unpack are noted.
    """

    def __init__(
        self, unit: DataFacts, column: int, layout: TableLayout, *, rows: int, element: str,
        algorithm: str, look: Look | None, end: Callable[[], None] | None, judges: bool,
    ) -> None:  # fmt: skip
        super().__init__(unit, layout.heap, layout.heap)
        self._column = column
        self._heap_size = layout.heap_size
        self._element = element
        self._algorithm = algorithm
        self._look = look
        self._end = end
        self._judges = judges
        self._parts: list[Integers] = []
        self._count = 0
        self._rows = rows
        self.rows_seen = 0
        """Rows whose arrays are noted, or have no elements."""
        self._is_whole = True

    @property
    def is_looking(self) -> bool:
        """Whether somebody wants to see the values."""
        return self._look is not None

    def note(self, rows: Integers, counts: Integers, sizes: Integers, offsets: Integers) -> None:
        """Note arrays: their rows from 0, elements, packed bytes, and places in the heap."""
        self._count += len(rows)
        if self._count <= _ARRAYS_MAX:
            self._parts.append(np.stack([offsets, sizes, counts, rows]))

    def revisit(self, read: Callable[[int, int], bytes]) -> None:
        """Read the arrays, in the order of the heap."""
        if not self._parts:
            return
        found = np.concatenate(self._parts, axis=1)
        self._parts.clear()
        found = found[:, np.unique(found[:3], axis=1, return_index=True)[1]]
        if self._count > _ARRAYS_MAX or int(found[1].sum()) > SHARED_MAX * self._heap_size:
            self.unit.left_out.append(f"the packed arrays of column {self._column}")
            return
        for offset, size, count, row in found.T.tolist():
            raw = measure_elements(self._element, count)
            packed = read(self.start + offset, size) if max(raw, size) <= ARRAY_MAX else b""
            if len(packed) < size:
                self.unit.left_out.append(f"packed arrays of column {self._column}")
                return
            self._show(packed, self.unit.offset + self.start + offset, row, count)
        if self._end is not None and self._is_whole and self.rows_seen == self._rows:
            self._end()

    def _show(self, packed: bytes, byte: int, row: int, count: int) -> None:
        size = measure_elements(self._element, count)
        # An array that packing would not make smaller stands as it is.
        algorithm = "NOCOMPRESS" if len(packed) == size else self._algorithm
        keeps = self._look is not None
        values, fault = unpack_values(packed, algorithm, self._element, count, keeps=keeps)
        if values and len(values) != size:
            fault = phrase(
                "it unpacks to {size} bytes, which are not {count} elements of column {column}",
                size=len(values), count=count, column=self._column,
            )  # fmt: skip
        if fault:
            self._is_whole = False
            if self._judges:
                self.unit.add_places("array", self._column, Places(1, byte, row + 1, fault))
        elif self._look is not None and values:
            self._look(values, byte, row, count)
        else:
            self._is_whole = False
