"""The tiles of a compressed table: rows of one column, packed (FITS 4.0 section 10.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from fitslint.data.arrays import ARRAY_MAX, Look
from fitslint.data.columns import (
    BitPart,
    LogicalPart,
    TextPart,
    choose_string_width,
    make_extremes,
    read_dimensions,
)
from fitslint.data.contents import choose_look
from fitslint.data.descriptors import POINTER_TYPES, HeapUse
from fitslint.data.late_numpy import np
from fitslint.data.packed_arrays import PackedArrays
from fitslint.data.packed_values import unpack_values
from fitslint.data.rows import RowPart
from fitslint.data.table import TableLayout
from fitslint.data.tiles import unpack_gzip
from fitslint.model.data_facts import DataFacts, Fact, Places
from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.syntax.column_formats import BinaryFormat, parse_binary_format
from fitslint.text import phrase

_POINTER_BYTES = 16
"""Of a descriptor in 64 bits, which points to a packed array."""


@dataclass(frozen=True, slots=True)
class PackedColumn:
    """A column as it was, and how its rows are packed."""

    number: int
    form: BinaryFormat
    algorithm: str
    tile_rows: int
    rows: int

    @property
    def row_bytes(self) -> int:
        """Of a row once unpacked; variable arrays have two descriptors, old and packed."""
        return self.form.field_bytes + (_POINTER_BYTES if self.form.is_variable else 0)

    def count_rows(self, tile: int) -> int:
        """Rows of a tile, counted from 0; 0 beyond the last."""
        return max(min(self.tile_rows, self.rows - tile * self.tile_rows), 0)


def read_packed_column(header: Header, number: int) -> PackedColumn | None:
    """How a header says that a column is packed; None where it does not."""
    form_text, algorithm = header.string(f"ZFORM{number}"), header.string(f"ZCTYP{number}")
    rows, tile_rows = header.value("ZNAXIS2"), header.value("ZTILELEN")
    form = parse_binary_format(form_text.rstrip()) if form_text is not None else None
    if form is None or algorithm is None or type(rows) is not int or type(tile_rows) is not int:
        return None
    if tile_rows < 1 or not form.field_bytes:
        return None
    return PackedColumn(number, form, algorithm.strip(), tile_rows, rows)


class PackedTable:
    """Chooses what looks at the tiles of a compressed table, and at the arrays behind them."""

    def __init__(
        self, unit: DataFacts, wanted: Collection[Fact], layout: TableLayout, use: HeapUse,
        endings: dict[int, Callable[[], None]],
    ) -> None:  # fmt: skip
        self._unit = unit
        self._wanted = wanted
        self._layout = layout
        self._use = use
        self._endings = endings
        self.arrays: list[PackedArrays] = []
        """What has to be read when the tiles were."""

    def choose_look(self, number: int) -> Look | None:
        """What looks at a column; None where the header does not say how it is packed."""
        column = read_packed_column(self._unit.header, number)
        if column is None:
            return None
        judges = "tiles" in self._wanted
        if column.form.is_variable:
            arrays = self._watch_arrays(column)
            if not judges and "heap" not in self._wanted and not arrays.is_looking:
                return None
            self.arrays.append(arrays)
            return PointerLook(self._unit, column, judges, self._use, arrays)
        parts = list(_list_parts(self._unit, column, self._wanted))
        if not parts and not judges:
            return None
        look = TileLook(self._unit, column, judges, parts)
        self._endings[number] = look.finish
        return look

    def _watch_arrays(self, column: PackedColumn) -> PackedArrays:
        """What looks at the arrays that the tiles of a column point to."""
        ends: dict[int, Callable[[], None]] = {}
        shape = read_dimensions(self._unit.header, column.number)
        element, number = column.form.element, column.number
        look = choose_look(
            self._unit, number, element, shape[0] if shape else 0,
            wanted=self._wanted, endings=ends,
        )  # fmt: skip
        return PackedArrays(
            self._unit, number, self._layout, rows=column.rows, element=element,
            algorithm=column.algorithm, look=look, end=ends.get(number),
            judges="tiles" in self._wanted,
        )  # fmt: skip


class TileLook:
    """Looks at the tiles of a column, a bundle of its rows each."""

    def __init__(
        self, unit: DataFacts, column: PackedColumn, judges: bool, parts: list[RowPart]
    ) -> None:
        self._unit = unit
        self._column = column
        self._judges = judges
        self._parts = parts
        self._rows = 0

    def __call__(self, tile: bytes, byte: int, row: int, _count: int) -> None:
        """Look at a tile."""
        column = self._column
        rows = column.count_rows(row)
        size = rows * column.row_bytes
        if not rows or size > ARRAY_MAX:
            return
        values, fault = self._unpack(tile, rows)
        if values and len(values) != size:
            values, fault = b"", phrase(
                "it unpacks to {size} bytes, which are not {rows} rows of {width}",
                size=len(values), rows=rows, width=column.row_bytes,
            )  # fmt: skip
        if fault and self._judges:
            self._unit.add_places("tile", column.number, Places(1, byte, row + 1, fault))
        if values:
            self._rows += rows
            self._take(values, byte, row * column.tile_rows, rows)

    def _unpack(self, tile: bytes, rows: int) -> tuple[bytes, str]:
        form, algorithm = self._column.form, self._column.algorithm
        count, keeps = rows * form.repeat, bool(self._parts)
        if form.element == "X":  # every row of bits ends with its last byte
            return unpack_values(tile, algorithm, "B", rows * form.field_bytes, keeps=keeps)
        return unpack_values(tile, algorithm, form.element, count, keeps=keeps)

    def _take(self, values: bytes, byte: int, first: int, rows: int) -> None:
        fields = np.frombuffer(values, np.uint8).reshape(rows, -1)
        for part in self._parts:
            part.anchor = byte
            part.look(first, fields[:, part.start : part.stop], 1)

    def finish(self) -> None:
        """Let the parts finish where all rows were seen."""
        for part in self._parts if self._rows == self._column.rows else ():
            part.finish()


class PointerLook(TileLook):
    """Looks at the descriptors of packed arrays: those of before, and those into this heap."""

    def __init__(
        self, unit: DataFacts, column: PackedColumn, judges: bool, use: HeapUse,
        arrays: PackedArrays,
    ) -> None:  # fmt: skip
        super().__init__(unit, column, judges, [])
        self._use = use
        self._arrays = arrays

    def _unpack(self, tile: bytes, rows: int) -> tuple[bytes, str]:
        """Descriptors are packed by gzip, whatever the algorithm of the arrays is."""
        if self._column.algorithm not in ("RICE_1", "GZIP_1", "GZIP_2"):
            return b"", ""
        return unpack_gzip(tile, rows * self._column.row_bytes)

    def _take(self, values: bytes, byte: int, first: int, rows: int) -> None:
        """Note which bytes of the heap arrays take; each row has a pointer to one."""
        split = rows * self._column.form.field_bytes
        before = np.frombuffer(values[:split], POINTER_TYPES[self._column.form.code])
        counts = before.astype(np.int64).reshape(-1, 2)[:, 0]
        pairs = np.frombuffer(values[split:], ">i8").astype(np.int64).reshape(-1, 2)
        sizes, offsets = pairs[:, 0], pairs[:, 1]
        sound = (sizes > 0) & (offsets >= 0) & (offsets <= self._use.size - sizes)
        within = np.flatnonzero(sound)
        starts = offsets[within]
        self._use.add(self._column.number, within + first, starts, starts + sizes[within])
        known = np.flatnonzero(sound & (counts > 0) & (counts <= ARRAY_MAX))
        self._arrays.note(known + first, counts[known], sizes[known], offsets[known])
        self._arrays.rows_seen += len(known) + int(np.count_nonzero(counts == 0))


def _list_parts(
    unit: DataFacts, column: PackedColumn, wanted: Collection[Fact]
) -> Iterator[RowPart]:
    """What looks at the rows of a column once they are unpacked."""
    form, number = column.form, column.number
    if form.code == "L" and "logicals" in wanted:
        yield LogicalPart(unit, number, 0, form.field_bytes)
    elif form.code == "A" and "texts" in wanted:
        width = choose_string_width(unit.header, number, form)
        yield TextPart(unit, number, 0, form.field_bytes, width)
    elif form.code == "X" and "bits" in wanted and form.repeat % 8:
        yield BitPart(unit, number, form.field_bytes - 1, -form.repeat % 8)
    elif "extremes" in wanted:
        extremes = make_extremes(unit, number, form.code, 0, form.field_bytes)
        if extremes is not None:
            yield extremes
