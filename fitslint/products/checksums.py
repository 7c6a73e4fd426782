"""CHECKSUM and DATASUM of a header whose other cards are done (FITS 4.0, appendix J)."""

from __future__ import annotations

from fitslint.model.file import Hdu
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.products.pixels import PixelStatistics
from fitslint.repair.header_bytes import rebuild_header
from fitslint.syntax.checksum import MODULUS, add_words, encode_checksum, has_checksum_card
from fitslint.syntax.write_cards import format_card

_ZEROS = "'0000000000000000'"


def has_valid_checksums(header: bytes, hdu: Hdu, pixels: PixelStatistics) -> bool:
    """Whether both sums are there and right; ``header`` are its bytes with their fill."""
    where = hdu.header.layout.index.get("CHECKSUM", ())
    return (
        len(where) == 1
        and has_checksum_card(hdu.header)
        and hdu.header.value("DATASUM") == pixels.datasum
        and not (add_words(header) + pixels.word_sum) % MODULUS
    )


def build_checksum_edit(old: bytes, hdu: Hdu, pixels: PixelStatistics) -> Edit:
    """The edit that puts both sums behind the last card of a header that has none of them."""
    at = find_append_offset(hdu.header)
    datasum = _format_card("DATASUM", f"'{pixels.datasum}'", "data unit checksum")
    new = rebuild_header(old, hdu, [Edit(at, at, _format_checksum(_ZEROS) + datasum)])
    rest = -(add_words(new) + pixels.word_sum) % MODULUS
    text = encode_checksum(rest).decode("ascii")
    return Edit(at, at, _format_checksum(f"'{text}'") + datasum)


def find_append_offset(header: Header) -> int:
    """Where a new card goes: behind the last one that is not blank."""
    last = len(header)
    while last > 0 and not header.raw[(last - 1) * CARD_SIZE : last * CARD_SIZE].strip():
        last -= 1
    return header.locate_card(last)


def _format_checksum(text: str) -> bytes:
    return _format_card("CHECKSUM", text, "HDU checksum")


def _format_card(keyword: str, text: str, comment: str) -> bytes:
    card = format_card(keyword, text, comment)
    if card is None:
        raise ValueError(f"{keyword} has no room on its card")
    return card
