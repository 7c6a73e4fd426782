"""FITS files of a primary header and a binary table, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.checksum import add_words, set_checksum
from fitslint.syntax.write_cards import write_card

CardRow = tuple[str, Any, str]
"""Keyword, value and comment."""
_CODES = {"i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "u1": "B"}


def build_table_file(
    cards: Iterable[CardRow],
    rows: NDArray[Any],
    extname: CardRow,
    units: Mapping[str, str],
    table_cards: Iterable[CardRow] = (),
) -> bytes:
    """A primary HDU without data and one table behind it, with checksums.

    Parameters
    ----------
    cards : iterable of CardRow
        of the primary header, behind its mandatory ones.
    rows : structured array of shape (n,)
        numbers are big-endian; texts are of kind ``S``.
    extname : CardRow
        EXTNAME.
    units : mapping of str to str
        TUNITn by column.
    table_cards : iterable of CardRow
        further cards of the table.
    """
    primary: list[CardRow] = [
        ("SIMPLE", True, "file conforms to the FITS standard"),
        ("BITPIX", 8, "bits of a pixel"),
        ("NAXIS", 0, "number of axes"),
        ("EXTEND", True, "extensions may follow"),
        *cards,
    ]
    table = rows.tobytes()
    table += bytes(-len(table) % BLOCK_SIZE)
    header = [*_list_table_cards(rows.dtype, len(rows), units), extname, *table_cards]
    return _seal(primary) + _seal(header, table)


def _list_table_cards(
    columns: np.dtype[Any], count: int, units: Mapping[str, str]
) -> list[CardRow]:
    names = columns.names or ()
    cards: list[CardRow] = [
        ("XTENSION", "BINTABLE", "binary table"),
        ("BITPIX", 8, "bits of a byte"),
        ("NAXIS", 2, "number of axes"),
        ("NAXIS1", columns.itemsize, "bytes of a row"),
        ("NAXIS2", count, "number of rows"),
        ("PCOUNT", 0, "bytes of the heap"),
        ("GCOUNT", 1, "one group"),
        ("TFIELDS", len(names), "number of columns"),
    ]
    for number, name in enumerate(names, 1):
        cards.append((f"TTYPE{number}", name, ""))
        cards.append((f"TFORM{number}", _format_column(columns[name]), ""))
        if name in units:
            cards.append((f"TUNIT{number}", units[name], ""))
    return cards


def _format_column(column: np.dtype[Any]) -> str:
    """TFORMn."""
    if column.kind == "S":
        return f"{column.itemsize}A"
    return f"{column.shape[0] if column.shape else 1}{_CODES[column.base.str[1:]]}"


def _seal(rows: Iterable[CardRow], data: bytes = b"") -> bytes:
    """An HDU of cards and data, with its checksums."""
    sums = [("CHECKSUM", "0" * 16, "HDU checksum")]
    sums.append(("DATASUM", str(add_words(data)), "data unit checksum"))
    cards = b"".join(b"".join(write_card(*row)) for row in [*rows, *sums])
    header = cards + b"END".ljust(CARD_SIZE)
    return set_checksum(header.ljust(len(header) + -len(header) % BLOCK_SIZE), data) + data
