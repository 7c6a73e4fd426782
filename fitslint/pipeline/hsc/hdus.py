"""HDUs as bytes: headers of cards, and tables of numpy's structured arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.products.cards.provenance import CREATOR
from fitslint.products.timestamp import get_utc_time
from fitslint.syntax.checksum import add_words, set_checksum
from fitslint.syntax.write_cards import write_card

CardRow = tuple[str, Any, str]
"""Keyword, value and comment."""
_CODES = {"i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D", "b1": "L"}


def build_primary(cards: Sequence[CardRow]) -> bytes:
    """A primary HDU without pixels, with the time and this program as its maker."""
    start: list[CardRow] = [
        ("SIMPLE", True, "file conforms to the FITS standard"),
        ("BITPIX", 8, "bits of a pixel"),
        ("NAXIS", 0, "number of axes"),
        ("EXTEND", True, "extensions may follow"),
    ]
    end: list[CardRow] = [
        ("DATE", get_utc_time(), "[UTC] when the HDU was written"),
        ("ORIGIN", "fitslint", "who made the file"),
        ("CREATOR", CREATOR, "software and its version"),
    ]
    return seal_hdu(write_cards([*start, *cards, *end]))


def build_table(
    name: str,
    rows: NDArray[Any],
    units: Mapping[str, str],
    cards: Sequence[CardRow] = (),
) -> bytes:
    """A binary table of a structured array.

    Parameters
    ----------
    rows : structured array
        in any byte order; an unsigned byte array is a column of bits, eight an element.
    units : mapping of str to str
        TUNITn by the name of the column.
    """
    big = rows.astype(rows.dtype.newbyteorder(">"), copy=False)
    data = convert_booleans(big).tobytes()
    head: list[CardRow] = [
        ("XTENSION", "BINTABLE", "binary table"),
        ("BITPIX", 8, "bits of a byte"),
        ("NAXIS", 2, "number of axes"),
        ("NAXIS1", rows.dtype.itemsize, "bytes of a row"),
        ("NAXIS2", len(rows), "number of rows"),
        ("PCOUNT", 0, "bytes of the heap"),
        ("GCOUNT", 1, "one group"),
        ("TFIELDS", len(rows.dtype.names or ()), "number of columns"),
        ("EXTNAME", name, "name of the table"),
    ]
    for number, column in enumerate(rows.dtype.names or (), 1):
        base, shape = rows.dtype[column].base, rows.dtype[column].shape
        count = shape[0] if shape else 1
        kind = f"{base.kind}{base.itemsize}"
        form = f"{8 * count}X" if kind == "u1" else f"{count}{_CODES.get(kind, '')}"
        form = f"{base.itemsize}A" if base.kind == "S" else form
        head += [(f"TTYPE{number}", column, ""), (f"TFORM{number}", form, "")]
        if column in units:
            head.append((f"TUNIT{number}", units[column], ""))
    return seal_hdu(write_cards([*head, *cards]), data + bytes(-len(data) % BLOCK_SIZE))


def convert_booleans(rows: NDArray[Any]) -> NDArray[Any]:
    """Truth values as the letters that FITS has for them."""
    names = rows.dtype.names or ()
    kinds = [(name, rows.dtype[name]) for name in names]
    if not any(kind.base.kind == "b" for _, kind in kinds):
        return rows
    letters = np.dtype([(n, np.dtype("S1") if k.base.kind == "b" else k) for n, k in kinds])
    found = np.empty(len(rows), letters)
    for name, kind in kinds:
        found[name] = np.where(rows[name], b"T", b"F") if kind.base.kind == "b" else rows[name]
    return found


def write_cards(cards: Sequence[CardRow]) -> bytes:
    """The cards of a header, without END."""
    return b"".join(b"".join(write_card(*card)) for card in cards)


def seal_hdu(cards: bytes, data: bytes = b"") -> bytes:
    """An HDU of cards and whole blocks of data, with its checksums."""
    cards += b"".join(write_card("CHECKSUM", "0" * 16, "HDU checksum"))
    cards += b"".join(write_card("DATASUM", str(add_words(data)), "data unit checksum"))
    header = cards + b"END".ljust(CARD_SIZE)
    return set_checksum(header.ljust(len(header) + -len(header) % BLOCK_SIZE), data) + data
