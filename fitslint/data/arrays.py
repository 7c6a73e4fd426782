"""Arrays in the heap of a table, shown one after the other to those who look at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fitslint.data.collector import Collector
from fitslint.data.late_numpy import np
from fitslint.data.table import TableLayout
from fitslint.model.data_facts import DataFacts

if TYPE_CHECKING:
    from fitslint.data.descriptors import DescriptorPart, Integers

ARRAY_MAX = 64 << 20
"""Bytes of an array that is looked into."""
_ARRAYS_MAX = 1 << 21
_TOLD_MAX = 4
SHARED_MAX = 8
"""Arrays that are looked at have at most so many times the bytes of the heap."""

Look = Callable[[bytes, int, int, int], None]
"""Is shown an array: its bytes, the first of them in the stream, its row from 0, its elements."""


class ArrayCollector(Collector):
    """Takes the heap and shows every array of the columns that are watched, by their ends."""

    def __init__(self, unit: DataFacts, layout: TableLayout) -> None:
        super().__init__(unit, layout.heap, layout.heap + layout.heap_size)
        self._found: list[np.ndarray] = []
        self._count = 0
        self._order: np.ndarray | None = None
        """Arrays in the order of the heap: first byte, bytes, row, elements, column."""
        self._first_bytes = np.zeros(1, np.int64)
        """By place in the order: the first byte of that array and all behind it."""
        self._next = 0
        self._kept = bytearray()
        self._kept_from = 0
        self._looks: dict[int, Look] = {}
        self._is_whole = True
        """Whether no array was left out."""
        self.endings: dict[int, Callable[[], None]] = {}
        """By column, what is to be done when all its arrays were shown."""

    def watch(self, part: DescriptorPart, look: Look) -> None:
        """Have the arrays of a column shown."""
        self._looks[part.column] = look

        def observe(first: int, starts: Integers, sizes: Integers, counts: Integers) -> None:
            rows = np.flatnonzero(sizes)
            self._count += len(rows)
            if self._count <= _ARRAYS_MAX:
                columns = np.full(len(rows), part.column)
                found = [starts[rows], sizes[rows], rows + first, counts[rows], columns]
                self._found.append(np.stack(found))

        part.observers.append(observe)

    def take(self, at: int, data: bytes) -> None:
        """Take bytes of the heap, and show every array that ends in them."""
        order = self._sort_arrays()
        if not self._kept:
            self._kept_from = at
        self._kept += data
        reached = at + len(data) - self.start
        while self._next < order.shape[1]:
            start, size, row, count, column = order[:, self._next].tolist()
            if start + size > reached:
                break
            self._next += 1
            place = start - (self._kept_from - self.start)
            byte = self.unit.offset + self.start + start
            self._looks[column](bytes(self._kept[place : place + size]), byte, row, count)
        drop = min(self._find_next_byte() - (self._kept_from - self.start), len(self._kept))
        if drop > 0:
            del self._kept[:drop]
            self._kept_from += drop

    def take_zeros(self, at: int, count: int) -> None:
        """Take zeros, one by one only where an array is made of them."""
        self._sort_arrays()
        if self._kept or self._find_next_byte() < at + count - self.start:
            super().take_zeros(at, count)

    def finish(self) -> None:
        """End the columns that were seen whole: nobody knows the extremes of a half."""
        for column, end in self.endings.items() if self._is_whole else ():
            places = self.unit.places
            if ("outside", column) not in places and ("negative", column) not in places:
                end()

    def _find_next_byte(self) -> int:
        """The first byte of all arrays that are still to come."""
        return int(self._first_bytes[self._next])

    def _sort_arrays(self) -> np.ndarray:
        if self._order is None:
            if self._count > _ARRAYS_MAX:
                self._leave_out(f"the arrays, for there are more than {_ARRAYS_MAX:,}")
                self._found.clear()
            found = np.concatenate(self._found, axis=1) if self._found else np.zeros((5, 0), int)
            self._found.clear()
            large = found[1] > ARRAY_MAX
            for row in found[2][large][:_TOLD_MAX].tolist():
                self._leave_out(f"an array in row {row + 1}, for it has over {ARRAY_MAX:,} bytes")
            found = self._drop_shared(found[:, ~large])
            self._order = found[:, np.lexsort((found[0], found[0] + found[1]))]
            # An array may lie within another that ends later and began before it.
            starts = np.append(self._order[0], self.stop - self.start)[::-1]
            self._first_bytes = np.minimum.accumulate(starts)[::-1]
        return self._order

    def _drop_shared(self, found: np.ndarray) -> np.ndarray:
        """The arrays, each once where rows share so many bytes that it would take too long."""
        most = SHARED_MAX * max(self.stop - self.start, 1)
        if int(found[1].sum()) > most:
            _, first = np.unique(found[[0, 1, 3, 4]], axis=1, return_index=True)
            found = found[:, np.sort(first)]
        if int(found[1].sum()) > most:
            self._leave_out("the arrays, for they share their bytes too often")
            found = found[:, :0]
        return found

    def _leave_out(self, what: str) -> None:
        self._is_whole = False
        if what not in self.unit.left_out:
            self.unit.left_out.append(what)
