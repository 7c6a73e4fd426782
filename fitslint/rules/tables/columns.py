"""The columns that a table header describes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from fitslint.model.header import Header
from fitslint.syntax.formats import BinaryFormat, TextFormat, ascii_field, binary

COLUMNS_MAX = 999

COLUMN_ROOTS = (
    "TTYPE", "TFORM", "TUNIT", "TSCAL", "TZERO", "TNULL", "TDISP", "TDIM", "TBCOL",
    "TDMIN", "TDMAX", "TLMIN", "TLMAX", "TCOMM", "TUCD", "TDESC", "TUTYP",
)  # fmt: skip
"""Keywords with a column number: sections 7.2 and 7.3, and the conventions TCOMM, TUCD, TDESC."""


def binary_columns(header: Header) -> dict[int, BinaryFormat]:
    """Column number → format of the bytes in a row, where TFORMn of a binary table is legal."""
    return _formats(header, "TFORM")


def described_columns(header: Header) -> dict[int, BinaryFormat]:
    """Column number → format that TNULLn, TSCALn, TZEROn, TDISPn and TDIMn are about.

    In a compressed table TFORMn is the format of the compressed bytes, and the column is the one
    of ZFORMn (10.3.1).
    """
    columns = _formats(header, "TFORM")
    if not header.structure.ztable:
        return columns
    originals = header.layout.family("ZFORM")
    stored = {n: form for n, form in columns.items() if n not in originals}
    return stored | _formats(header, "ZFORM")


def _formats(header: Header, root: str) -> dict[int, BinaryFormat]:
    found = {}
    for n, card in header.family(root).items():
        value = card.value
        form = binary(value) if isinstance(value, str) else None
        if form is not None:
            found[n] = form
    return found


def text_columns(header: Header) -> dict[int, TextFormat]:
    """Column number → format, for the columns of an ASCII table whose TFORMn is legal."""
    found = {}
    for n, card in header.family("TFORM").items():
        value = card.value
        form = ascii_field(value) if isinstance(value, str) else None
        if form is not None:
            found[n] = form
    return found


def codes_of(header: Header) -> dict[int, str]:
    """Column number → type code of its values, for the columns of any table."""
    if header.kind == "table":
        return {n: form.code for n, form in text_columns(header).items()}
    return {n: form.element for n, form in described_columns(header).items()}


def has_all(header: Header, found: Mapping[int, object]) -> bool:
    """Whether every column from 1 to TFIELDS is among ``found``."""
    count = header.structure.tfields
    return count is not None and 0 <= count <= COLUMNS_MAX and found.keys() >= _numbers(count)


@lru_cache(maxsize=64)
def _numbers(count: int) -> frozenset[int]:
    return frozenset(range(1, count + 1))
