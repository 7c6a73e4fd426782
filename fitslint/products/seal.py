"""CHECKSUM and DATASUM of a header whose other cards are done (FITS 4.0, appendix J)."""

from __future__ import annotations

import re

from fitslint.model.file import Hdu
from fitslint.model.finding import Edit
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.products.pixels import Pixels, words
from fitslint.repair.blocks import laid_out
from fitslint.repair.sums import encoded
from fitslint.syntax.write import relayout

_MODULUS = 2**32 - 1
_SIXTEEN = re.compile(rb"CHECKSUM= '[0-9A-Za-z]{16}'")
_ZEROS = "'0000000000000000'"


def sealed(header: bytes, hdu: Hdu, pixels: Pixels) -> bool:
    """Whether both sums are there and right; ``header`` are its bytes with their fill."""
    where = hdu.header.layout.index.get("CHECKSUM", ())
    return (
        len(where) == 1
        and _SIXTEEN.match(hdu.header.raw, where[0] * CARD) is not None
        and hdu.header.value("DATASUM") == pixels.datasum
        and not (words(header) + pixels.total) % _MODULUS
    )


def seal(old: bytes, hdu: Hdu, pixels: Pixels) -> Edit:
    """The edit that puts both sums behind the last card of a header that has none of them."""
    at = end_of(hdu.header)
    datasum = _image("DATASUM", f"'{pixels.datasum}'", "data unit checksum")
    new = laid_out(old, hdu, [Edit(at, at, _checksum(_ZEROS) + datasum)])
    rest = -(words(new) + pixels.total) % _MODULUS
    text = encoded(rest).decode("ascii")
    return Edit(at, at, _checksum(f"'{text}'") + datasum)


def end_of(header: Header) -> int:
    """Where a new card goes: behind the last one that is not blank."""
    last = len(header)
    while last > 0 and not header.raw[(last - 1) * CARD : last * CARD].strip():
        last -= 1
    return header.start_of(last)


def _checksum(text: str) -> bytes:
    return _image("CHECKSUM", text, "HDU checksum")


def _image(keyword: str, text: str, comment: str) -> bytes:
    card = relayout(keyword, text, comment)
    if card is None:
        raise ValueError(f"{keyword} has no room on its card")
    return card
