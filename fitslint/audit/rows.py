"""Rows and columns of Python objects on their way into a table of Arrow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any

import pyarrow as pa

from fitslint.audit.paths import clean_text
from fitslint.model.finding import Finding


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
        _join_values(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _join_values(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Values as an array; one that all rows have is converted once."""
    first, last = (values[0], values[-1]) if values else (None, None)
    # Reals are left out: of equal ones one may be a negative zero.
    may_repeat = first == last and isinstance(first, (str, int, list, NoneType))
    if may_repeat and values.count(first) == len(values):
        return pa.repeat(pa.scalar(first, kind), len(values))
    return pa.array(values, kind)


def list_values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column, None for nulls: as ``to_pylist``, in a fraction of its time."""
    if column.null_count and column.type != pa.string():
        values: list[Any] = column.to_pylist()  # numpy would make reals of integers
    else:
        values = column.to_numpy().tolist()
    return values


def describe_finding(path: str, finding: Finding) -> tuple[Any, ...]:
    """The row of a finding."""
    fix = finding.fix
    params = json.dumps(finding.params, sort_keys=True, default=str)
    return (
        path, finding.code, finding.name, finding.severity, finding.hdu,
        _clean(finding.extname), finding.card, _clean(finding.keyword), finding.column,
        finding.end_column, finding.byte, clean_text(finding.message), finding.message_id,
        params, finding.clause, fix and fix.safety, fix and clean_text(fix.title),
        finding.fingerprint, finding.places,
        None if finding.image is None else finding.image.decode("latin-1"),
    )  # fmt: skip


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)
