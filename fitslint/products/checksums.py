"""CHECKSUM and DATASUM of a header whose other cards are done (FITS 4.0, appendix J)."""

from __future__ import annotations

from fitslint.model.file import Hdu
from fitslint.model.finding import Edit
from fitslint.products.pixels import PixelStatistics
from fitslint.repair.header_bytes import find_append_position, rebuild_header
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
    at = hdu.header.locate_card(find_append_position(hdu.header))
    datasum = _format_card("DATASUM", f"'{pixels.datasum}'", "data unit checksum")
    new = rebuild_header(old, hdu, [Edit(at, at, _format_checksum(_ZEROS) + datasum)])
    rest = -(add_words(new) + pixels.word_sum) % MODULUS
    text = encode_checksum(rest).decode("ascii")
    return Edit(at, at, _format_checksum(f"'{text}'") + datasum)


def _format_checksum(text: str) -> bytes:
    return _format_card("CHECKSUM", text, "HDU checksum")


def _format_card(keyword: str, text: str, comment: str) -> bytes:
    card = format_card(keyword, text, comment)
    if card is None:
        raise ValueError(f"{keyword} has no room on its card")
    return card
