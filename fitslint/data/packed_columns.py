"""The tiles of a compressed table: rows of one column, packed (FITS 4.0 section 10.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from fitslint.data.arrays import ARRAY_MAX, Look
from fitslint.data.columns import BitPart, LogicalPart, TextPart, choose_string_width
from fitslint.data.descriptors import HeapUse
from fitslint.data.rice import walk_rice
from fitslint.data.rows import RowPart
from fitslint.data.tiles import judge_walk, unpack_gzip
from fitslint.data.tiling import RICE_BLOCK
from fitslint.model.data_facts import DataFacts, Fact, Places
from fitslint.model.header import Header
from fitslint.syntax.column_formats import BinaryFormat, parse_binary_format
from fitslint.text import phrase

_RICE_BYTES = {"B": 1, "I": 2, "J": 4}
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


def choose_column_look(
    unit: DataFacts, number: int, wanted: Collection[Fact], use: HeapUse
) -> Look | None:
    """What looks at the tiles of a column; None where the header does not say how it is packed."""
    column = read_packed_column(unit.header, number)
    if column is None:
        return None
    parts = list(_list_parts(unit, column, wanted))
    if not parts and not {"tiles", "heap"} & set(wanted):
        return None

    def look(tile: bytes, byte: int, row: int, _count: int) -> None:
        rows = column.count_rows(row)
        size = rows * column.row_bytes
        if not rows or size > ARRAY_MAX:
            return
        values, fault = _unpack(tile, column, rows, size)
        if fault and "tiles" in wanted:
            unit.add_places("tile", number, Places(1, byte, row + 1, fault))
        if values and column.form.is_variable:
            _add_arrays(use, number, row * column.tile_rows, values[-_POINTER_BYTES * rows :])
        for part in parts if values else ():
            part.anchor = byte
            fields = np.frombuffer(values, np.uint8).reshape(rows, -1)
            part.look(row * column.tile_rows, fields[:, part.start :], 1)

    return look


def _add_arrays(use: HeapUse, number: int, first: int, pointers: bytes) -> None:
    """Note which bytes of the heap packed arrays take; each row has a pointer to one."""
    pairs = np.frombuffer(pointers, ">i8").astype(np.int64).reshape(-1, 2)
    size, offset = pairs[:, 0], pairs[:, 1]
    rows = np.flatnonzero((size > 0) & (offset >= 0) & (offset <= use.size - size))
    use.add(number, rows + first, offset[rows], offset[rows] + size[rows])


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


def _unpack(tile: bytes, column: PackedColumn, rows: int, size: int) -> tuple[bytes, str]:
    """The rows of a tile where somebody can look at them, and what is wrong with it.

    gzip of the second kind sorts the bytes of numbers, of which nobody asks.
    """
    if column.algorithm == "RICE_1" and not column.form.is_variable:
        width = _RICE_BYTES.get(column.form.code)
        if width is None:
            return b"", ""
        return b"", judge_walk(walk_rice(tile, size // width, RICE_BLOCK, width), len(tile))
    if column.algorithm == "NOCOMPRESS" and not column.form.is_variable:
        values = tile
    elif column.algorithm in ("RICE_1", "GZIP_1", "GZIP_2"):
        values, fault = unpack_gzip(tile, size)
        if fault:
            return b"", fault
    else:
        return b"", ""
    if len(values) == size:
        return values, ""
    return b"", phrase(
        "it unpacks to {size} bytes, which are not {rows} rows of {width}",
        size=len(values), rows=rows, width=size // rows,
    )  # fmt: skip
