"""Rows of a binary table in chunks: the columns that are wanted, scaled here.

fitsio 1.4.2 gives wrong values for columns of integers with TSCALn, and astropy keeps a whole
table in memory; here a chunk of rows is read at a time, whatever the table has else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.data.table import Column, TableLayout, read_table_layout
from fitslint.model.file import Hdu
from fitslint.pipeline.xray.errors import XrayError
from fitslint.syntax.column_formats import BinaryFormat
from fitslint.syntax.scan_reader import Reader

Numbers = NDArray[Any]
CHUNK_BYTES = 8 << 20
_STORED = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8", "L": "S1"}


@dataclass(frozen=True, slots=True)
class _Field:
    """A wanted column: its place in a row, how it is stored, and its scale."""

    column: Column
    stored: np.dtype[Any]
    elements: int
    scale: float
    zero: float

    def decode(self, rows: NDArray[np.uint8]) -> Numbers:
        """The values in rows of bytes: integers as they are, scaled ones as float64."""
        taken = np.ascontiguousarray(rows[:, self.column.start : self.column.stop])
        values = taken.view(self.stored)
        values = values.astype(self.stored.newbyteorder("="), copy=False)
        if (self.scale, self.zero) != (1.0, 0.0):
            if self.scale == 1.0 and float(self.zero).is_integer() and self.stored.kind in "iu":
                values = values.astype(np.int64) + int(self.zero)
            else:
                values = values.astype(np.float64) * self.scale + self.zero
        return values if self.elements > 1 else values[:, 0]


class TableReader:
    """A binary table whose rows are read a chunk at a time.

    Parameters
    ----------
    reader : Reader
        the uncompressed stream.
    hdu : Hdu
        the table.

    Raises
    ------
    XrayError
        when it is no binary table that can be read.
    """

    def __init__(self, reader: Reader, hdu: Hdu) -> None:
        layout = read_table_layout(hdu.header) if hdu.kind == "bintable" else None
        if layout is None:
            raise XrayError(f"HDU {hdu.number} is no binary table that can be read")
        self.header = hdu.header
        self._reader = reader
        self._layout: TableLayout = layout
        self._offset = hdu.data_offset
        names = (hdu.header.string(f"TTYPE{column.number}") or "" for column in layout.columns)
        self._columns = dict(
            zip((name.strip().upper() for name in names), layout.columns, strict=True)
        )

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self._layout.rows

    @property
    def names(self) -> tuple[str, ...]:
        """Columns in upper case."""
        return tuple(self._columns)

    def get_number(self, name: str) -> int:
        """The number of a column, from 1."""
        return self._columns[name].number

    def read_all(self, names: Sequence[str]) -> dict[str, Numbers]:
        """Columns of a small table whole."""
        chunks = list(self.iterate(names))
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in names}

    def iterate(self, names: Sequence[str]) -> Iterator[dict[str, Numbers]]:
        """Chunks of rows, by column; a table without rows is one empty chunk.

        Raises
        ------
        XrayError
            when a column is missing, or the file ends within the rows.
        """
        fields = {name: self._build_field(name) for name in names}
        width, rows = self._layout.width, self._layout.rows
        step = max(CHUNK_BYTES // width, 1)
        for first in range(0, max(rows, 1), step):
            count = min(step, rows - first)
            data = self._reader.read_at(self._offset + first * width, count * width)
            if len(data) < count * width:
                raise XrayError(f"the file ends within row {first + len(data) // width + 1}")
            table = np.frombuffer(data, np.uint8).reshape(count, width)
            yield {name: field.decode(table) for name, field in fields.items()}

    def _build_field(self, name: str) -> _Field:
        column = self._columns.get(name)
        if column is None:
            raise XrayError(
                f"the table has no column {name}; it has {', '.join(self._columns) or 'none'}"
            )
        form = column.form
        if not isinstance(form, BinaryFormat):
            raise XrayError(f"column {name} is text")
        stored, elements = _STORED.get(form.code), form.repeat
        if form.code == "X":
            stored, elements = "u1", (form.repeat + 7) // 8
        if stored is None or elements < 1:
            raise XrayError(f"column {name} has the format {form.repeat}{form.code}, no numbers")
        scale = self.header.number(f"TSCAL{column.number}")
        zero = self.header.number(f"TZERO{column.number}")
        is_flag = form.code in "XL"
        return _Field(
            column, np.dtype(stored), elements,
            1.0 if scale is None or is_flag else scale, 0.0 if zero is None or is_flag else zero,
        )  # fmt: skip
