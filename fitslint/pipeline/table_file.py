"""FITS files of primary headers and binary tables, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import CARD_SIZE
from fitslint.products.cards.provenance import CREATOR
from fitslint.products.text import replace_unprintable
from fitslint.products.timestamp import get_utc_time
from fitslint.syntax.checksum import add_words
from fitslint.syntax.write_cards import write_card
from fitslint.syntax.write_hdu import fill_block, seal_header

CardRow = tuple[str, Any, str]
"""Keyword, value and comment; the value of HISTORY is its text, of any length."""
_CODES = {"i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "u1": "B", "b1": "L"}


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
    header = [*_list_table_cards(rows.dtype, len(rows), units, {}), extname, *table_cards]
    return seal_hdu([*PRIMARY_CARDS, *cards]) + seal_hdu(header, fill_block(rows.tobytes()))


PRIMARY_CARDS: tuple[CardRow, ...] = (
    ("SIMPLE", True, "file conforms to the FITS standard"),
    ("BITPIX", 8, "bits of a pixel"),
    ("NAXIS", 0, "number of axes"),
    ("EXTEND", True, "extensions may follow"),
)
"""Of a primary HDU without pixels."""


def build_primary_hdu(cards: Iterable[CardRow] = ()) -> bytes:
    """A primary HDU without pixels, with the time and this program as its maker."""
    made: tuple[CardRow, ...] = (
        ("DATE", get_utc_time(), "[UTC] when the HDU was written"),
        ("ORIGIN", "fitslint", "who made the file"),
        ("CREATOR", CREATOR, "software and its version"),
    )
    return seal_hdu([*PRIMARY_CARDS, *cards, *made])


def build_named_table(
    name: str,
    rows: NDArray[Any],
    units: Mapping[str, str],
    cards: Iterable[CardRow] = (),
    forms: Mapping[str, str] | None = None,
) -> bytes:
    """A binary table; EXTNAME stands before its columns, as readers of LDAC want it.

    Parameters
    ----------
    rows : structured array of shape (n,)
        in any byte order; texts are of kind ``S``, truth values become letters.
    units : mapping of str to str
        TUNITn by column.
    forms : mapping of str to str, optional
        TFORMn by column, where bytes are bits.
    """
    big = rows.astype(rows.dtype.newbyteorder(">"), copy=False)
    head = _list_table_cards(rows.dtype, len(rows), units, forms or {})
    start, columns = head[:_FIXED], head[_FIXED:]
    named = [*start, ("EXTNAME", name, "name of the table"), *columns, *cards]
    return seal_hdu(named, fill_block(_convert_booleans(big).tobytes()))


def build_columns_table(
    name: str,
    count: int,
    columns: Mapping[str, tuple[Any, str]],
    kinds: Mapping[str, str] | None = None,
    cards: Iterable[CardRow] = (),
) -> bytes:
    """A binary table by columns: the values and the unit of each, which may be empty.

    Parameters
    ----------
    count : int
        of rows; one value stands for all of them.
    kinds : mapping of str to str
        numpy's name of the type of columns that are no doubles.
    """
    types = {each: (kinds or {}).get(each, "f8") for each in columns}
    rows = np.zeros(count, [*types.items()])
    for each, (values, _) in columns.items():
        rows[each] = values
    units = {each: unit for each, (_, unit) in columns.items() if unit}
    return build_named_table(name, rows, units, cards)


_FIXED = 8
"""Cards of a table before those of its columns."""


def _list_table_cards(
    columns: np.dtype[Any], count: int, units: Mapping[str, str], forms: Mapping[str, str]
) -> list[CardRow]:
    names = columns.names or ()
    cards = list_structure_cards(columns.itemsize, count, len(names))
    for number, name in enumerate(names, 1):
        cards.append((f"TTYPE{number}", name, ""))
        cards.append((f"TFORM{number}", forms.get(name) or _format_column(columns[name]), ""))
        if name in units:
            cards.append((f"TUNIT{number}", units[name], ""))
    return cards


def list_structure_cards(width: int, rows: int, columns: int) -> list[CardRow]:
    """The cards of a table before those of its columns; ``width`` is that of a row in bytes."""
    return [
        ("XTENSION", "BINTABLE", "binary table"),
        ("BITPIX", 8, "bits of a byte"),
        ("NAXIS", 2, "number of axes"),
        ("NAXIS1", width, "bytes of a row"),
        ("NAXIS2", rows, "number of rows"),
        ("PCOUNT", 0, "bytes of the heap"),
        ("GCOUNT", 1, "one group"),
        ("TFIELDS", columns, "number of columns"),
    ]


def _format_column(column: np.dtype[Any]) -> str:
    """TFORMn."""
    if column.kind == "S":
        return f"{column.itemsize}A"
    kind = f"{column.base.kind}{column.base.itemsize}"
    return f"{column.shape[0] if column.shape else 1}{_CODES[kind]}"


def _convert_booleans(rows: NDArray[Any]) -> NDArray[Any]:
    """Truth values as the letters that FITS has for them."""
    kinds = {name: rows.dtype[name] for name in rows.dtype.names or ()}
    truths = [name for name, kind in kinds.items() if kind.kind == "b"]
    if not truths:
        return rows
    letters = [(name, "S1" if name in truths else kind) for name, kind in kinds.items()]
    found = np.empty(len(rows), np.dtype(letters))
    for name in kinds:
        found[name] = np.where(rows[name], b"T", b"F") if name in truths else rows[name]
    return found


def write_card_rows(rows: Iterable[CardRow]) -> bytes:
    """The cards of a header, without END."""
    return b"".join(map(_write_row, rows))


def seal_hdu(rows: Iterable[CardRow], data: bytes = b"") -> bytes:
    """An HDU of cards and whole blocks of data, with its checksums."""
    return seal_header(write_card_rows(rows), add_words(data)) + data


def _write_row(row: CardRow) -> bytes:
    keyword, value, comment = row
    if keyword != "HISTORY":
        return b"".join(write_card(keyword, value, comment))
    text = replace_unprintable(value)
    width = CARD_SIZE - 8
    parts = [text[at : at + width] for at in range(0, len(text), width)]
    return b"".join(f"HISTORY {part}".ljust(CARD_SIZE).encode("ascii") for part in parts)
