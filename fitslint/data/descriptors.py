"""Descriptors of variable arrays, and the heap that they point into (FITS 4.0 section 7.3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fitslint.data.collector import Collector
from fitslint.data.late_numpy import np
from fitslint.data.rows import RowPart, take_values
from fitslint.model.data_facts import DataFacts, HeapFacts, Places
from fitslint.syntax.column_formats import ELEMENT_BYTES, BinaryFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fitslint.data.rows import Bytes, Mask

    Integers = NDArray[np.int64]

POINTER_TYPES = {"P": ">i4", "Q": ">i8"}
"""How a descriptor stores its two numbers, by the code of TFORMn."""
EXTENTS_MAX = 1 << 21
"""Arrays of which the places in the heap are remembered."""


class HeapUse(Collector):
    """Which bytes of the heap arrays lie in; told by their descriptors, not by its bytes.

    Pointer aliasing is permitted, so two arrays that are the same bytes do not overlap.
    """

    def __init__(self, unit: DataFacts, start: int, size: int, *, remembers: bool) -> None:
        super().__init__(unit, start, start)
        self.size = size
        self._remembers = remembers
        self._parts: list[NDArray[Any]] = []
        self._count = 0

    def add(self, column: int, rows: Integers, starts: Integers, ends: Integers) -> None:
        """Note arrays that are not empty and lie in the heap."""
        if not self._remembers:
            return
        self._count += len(starts)
        if self._count > EXTENTS_MAX:
            self._parts.clear()
        else:
            self._parts.append(np.stack([starts, ends, rows, np.full(len(rows), column)]))

    def finish(self) -> None:
        """Keep how much of the heap is used, and where arrays share a part of their bytes."""
        if not self._remembers:
            return
        if self._count > EXTENTS_MAX:
            self.unit.left_out.append(
                f"the use of the heap, for it has more than {EXTENTS_MAX:,} arrays"
            )
            return
        facts = self.unit.heap = HeapFacts(self.size)
        if not self._count:
            return
        starts, ends, rows, columns = np.concatenate(self._parts, axis=1)
        order = np.lexsort((ends, starts))
        starts, ends, rows, columns = starts[order], ends[order], rows[order], columns[order]
        reach = np.maximum.accumulate(ends)
        before = np.concatenate(([0], reach[:-1]))
        facts.used = int(np.maximum(ends - np.maximum(starts, before), 0).sum())
        same = np.zeros(len(starts), np.bool_)
        same[1:] = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])
        shared = (starts < before) & ~same
        if shared.any():
            at = int(shared.argmax())
            byte = self.unit.offset + self.start + int(starts[at])
            found = Places(int(np.count_nonzero(shared)), byte, int(rows[at]) + 1)
            self.unit.add_places("overlap", int(columns[at]), found)


class DescriptorPart(RowPart):
    """The descriptors of one column."""

    def __init__(
        self, unit: DataFacts, column: int, start: int, form: BinaryFormat, *, least: int,
        use: HeapUse,
    ) -> None:  # fmt: skip
        super().__init__(unit, column, start, start + form.field_bytes)
        self._form = form
        self._least = least
        """Elements that TDIMn needs; 0 where it says nothing."""
        self._use = use
        self.observers: list[Callable[[int, Integers, Integers, Integers], None]] = []
        """What else wants to know the first row, and of arrays offsets, bytes and elements."""

    def look(self, first: int, field: Bytes, times: int) -> None:
        """Look at descriptors: the number of elements and the offset in the heap."""
        pairs = take_values(field, POINTER_TYPES[self._form.code]).astype(np.int64)
        count, offset = pairs[:, 0], pairs[:, 1]
        negative = (count < 0) | ((offset < 0) & (count > 0))
        self._note(first, negative, "negative", count, times)
        size = self._measure(count)
        sound = ~negative & (count > 0)
        # Written so that no sum can overflow.
        beyond = sound & ((size > self._use.size) | (offset > self._use.size - size))
        self._note(first, beyond, "outside", np.minimum(offset, 2**62) + np.minimum(size, 2**62),
                   times)  # fmt: skip
        if self._form.maximum is not None:
            long = sound & (count > self._form.maximum)
            self._note(first, long, "long", count, times)
            longest = self.unit.longest_arrays
            longest[self.column] = max(
                longest.get(self.column, 0), int(count.max(where=long, initial=0))
            )
        if self._least:
            self._note(first, sound & (count < self._least), "dimensions", count, times)
        sound &= ~beyond
        for observe in self.observers:
            observe(first, np.where(sound, offset, 0), np.where(sound, size, 0), count)
        if times == 1 and sound.any():
            rows = np.flatnonzero(sound)
            starts = offset[rows]
            self._use.add(self.column, rows + first, starts, starts + size[rows])

    def _measure(self, count: Integers) -> Integers:
        """Bytes of so many elements."""
        if self._form.element == "X":
            return np.maximum(count, 0) // 8 + (count % 8 > 0)
        return np.clip(count, 0, 2**58) * ELEMENT_BYTES[self._form.element]

    def _note(self, first: int, wrong: Mask, kind: Any, figures: Integers, times: int) -> None:
        if wrong.any():
            row = int(wrong.argmax())
            count = int(np.count_nonzero(wrong)) * times
            self.note(kind, first + row, count, number=int(figures[row]))
