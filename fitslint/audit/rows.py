"""Rows and columns of Python objects on their way into a table of Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


class RowBuffer:
    """Rows on their way into a table.

    Parameters
    ----------
    schema : pyarrow.Schema
        the columns, in the order in which :meth:`add` is handed their values.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._rows: list[Sequence[Any]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: Sequence[Any]) -> None:
        """Add a row."""
        self._rows.append(row)

    def build_table(self) -> pa.Table:
        """The rows as a table; the buffer is empty afterwards."""
        rows, self._rows = self._rows, []
        columns = zip(*rows, strict=True) if rows else ((),) * len(self.schema)
        return join_columns(self.schema, dict(zip(self.schema.names, columns, strict=True)))


def join_columns(schema: pa.Schema, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Columns by name as a table; what is not there is null."""
    rows = len(next(iter(columns.values())))
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)
