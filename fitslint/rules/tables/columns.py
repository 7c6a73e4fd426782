"""The columns that a table header describes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from fitslint.model.header import Header
from fitslint.syntax.column_formats import (
    BinaryFormat,
    TextFormat,
    parse_ascii_format,
    parse_binary_format,
)

COLUMNS_MAX = 999

COLUMN_ROOTS = (
    "TTYPE", "TFORM", "TUNIT", "TSCAL", "TZERO", "TNULL", "TDISP", "TDIM", "TBCOL",
    "TDMIN", "TDMAX", "TLMIN", "TLMAX", "TCOMM", "TUCD", "TDESC", "TUTYP",
)  # fmt: skip
"""Keywords with a column number: sections 7.2 and 7.3, and the conventions TCOMM, TUCD, TDESC."""


def read_binary_columns(header: Header) -> dict[int, BinaryFormat]:
    """Column number → format of the bytes in a row, where TFORMn of a binary table is legal."""
    return header.compute_once("formats of TFORMn", _read_binary_formats)


def _read_binary_formats(header: Header) -> dict[int, BinaryFormat]:
    return _read_formats(header, "TFORM")


def read_original_columns(header: Header) -> dict[int, BinaryFormat]:
    """Column number → format that TNULLn, TSCALn, TZEROn, TDISPn and TDIMn are about.

    In a compressed table TFORMn is the format of the compressed bytes, and the column is the one
    of ZFORMn (10.3.1).
    """
    columns = read_binary_columns(header)
    if not header.structure.ztable:
        return columns
    originals = header.layout.map_indices("ZFORM")
    stored = {n: form for n, form in columns.items() if n not in originals}
    return stored | _read_formats(header, "ZFORM")


def _read_formats(header: Header, root: str) -> dict[int, BinaryFormat]:
    found = {}
    for n, card in header.map_indices(root).items():
        value = card.value
        form = parse_binary_format(value) if isinstance(value, str) else None
        if form is not None:
            found[n] = form
    return found


def read_text_columns(header: Header) -> dict[int, TextFormat]:
    """Column number → format, for the columns of an ASCII table whose TFORMn is legal."""
    found = {}
    for n, card in header.map_indices("TFORM").items():
        value = card.value
        form = parse_ascii_format(value) if isinstance(value, str) else None
        if form is not None:
            found[n] = form
    return found


def read_type_codes(header: Header) -> dict[int, str]:
    """Column number → type code of its values, for the columns of any table."""
    if header.kind == "table":
        return {n: form.code for n, form in read_text_columns(header).items()}
    return {n: form.element for n, form in read_original_columns(header).items()}


def has_all_columns(header: Header, columns: Mapping[int, object]) -> bool:
    """Whether every column from 1 to TFIELDS is among ``found``."""
    count = header.structure.tfields
    return (
        count is not None
        and 0 <= count <= COLUMNS_MAX
        and columns.keys() >= _list_column_numbers(count)
    )


@lru_cache(maxsize=64)
def _list_column_numbers(count: int) -> frozenset[int]:
    return frozenset(range(1, count + 1))
