"""Bytes of an HDU that is written anew: whole blocks, and headers with the sums of their HDU."""

from __future__ import annotations

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.checksum import renew_checksum
from fitslint.syntax.write_cards import write_card


def fill_block(data: bytes) -> bytes:
    """``data`` with zeros up to the end of its last block (FITS 4.0, section 3.3.2)."""
    return data + bytes(-len(data) % BLOCK_SIZE)


def close_header(cards: bytes) -> bytes:
    """A header to its END, filled with blanks (FITS 4.0, section 4.4.1)."""
    text = cards + b"END".ljust(CARD_SIZE)
    return text.ljust(len(text) + -len(text) % BLOCK_SIZE)


def seal_header(cards: bytes, data_sum: int) -> bytes:
    """A whole header with CHECKSUM and DATASUM, of an HDU whose data sum to ``data_sum``."""
    sums = (
        ("CHECKSUM", "0" * 16, "HDU checksum"),
        ("DATASUM", str(data_sum), "data unit checksum"),
    )
    header = close_header(cards + b"".join(b"".join(write_card(*row)) for row in sums))
    return renew_checksum(header, data_sum) or header
