"""Edits on CHECKSUM and DATASUM, as far as a header tells them without its data."""

from __future__ import annotations

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.rules.api import insert_after, insert_before, replace_card
from fitslint.syntax.checksum import MODULUS, add_words, renew_checksum

DATASUM_MAX = 2**32 - 1
STRING_COLUMN = 10
"""Column 11: Appendix J encodes a sum that is aligned on 4 bytes from there."""
match_datasum_card = compile_late(rb"DATASUM = *' *0*([0-9]{1,10}) *'").match
_UNSET_CHECKSUM = b"CHECKSUM= '0000000000000000'".ljust(CARD_SIZE)
_NO_DATA = b"DATASUM = '0       '".ljust(CARD_SIZE)


def write_valid_checksum(card: Card, header: Header) -> Edit | None:
    """CHECKSUM as it holds for the header with its DATASUM; the data are not looked at."""
    whole = header.raw + (header.end or b"") + header.fill
    new = renew_checksum(whole, int(header.string("DATASUM") or 0))
    at = (card.number - 1) * CARD_SIZE
    return replace_card(card, new[at : at + CARD_SIZE]) if new else None


def add_missing_sum(name: str, other: str, header: Header) -> Edit | None:
    """The sum that is missing, as far as the header tells it without the data."""
    card = header.find_card(other)
    if card is None or header.is_text or header.starts is not None or header.end is None:
        return None
    if name == "DATASUM":
        return insert_after(card, _NO_DATA) if header.structure.data_bytes == 0 else None
    recorded = match_datasum_card(card.raw)
    if recorded is None or int(recorded[1]) > DATASUM_MAX:
        return None
    if header.structure.data_bytes == 0 and int(recorded[1]):
        return None  # no data have another sum than 0
    return insert_before(card, _make_checksum(header, int(recorded[1])))


def _make_checksum(header: Header, total: int, more: bytes = b"") -> bytes:
    """The CHECKSUM card that a header needs, with ``more`` cards and data that sum to ``total``."""
    cards = header.raw + _UNSET_CHECKSUM + more
    whole = cards + (header.end or b"") + b" " * (-(len(cards) + CARD_SIZE) % BLOCK_SIZE)
    new = renew_checksum(whole, total) or whole
    # The order of words does not change their sum, so that the card may stand anywhere.
    return new[len(header.raw) : len(header.raw) + CARD_SIZE]


def add_both_sums(header: Header) -> Edit | None:
    """Both sums at the end of a header without data; those of data show in the data."""
    if header.structure.data_bytes != 0 or header.end_card is None or header.starts is not None:
        return None
    image = _make_checksum(header, 0, _NO_DATA) + _NO_DATA
    at = header.end_card.offset
    return Edit(at, at, image)


def align_checksum(card: Card, header: Header) -> Edit | None:
    """The string from column 11 on, where the header then sums to -0 with its DATASUM."""
    if card.folded or card.keyword != "CHECKSUM" or card.form.value is None:
        return None
    start, end = card.form.value
    comment = card.raw[end:].rstrip(b" ")
    image = (card.raw[:STRING_COLUMN] + card.raw[start:end] + comment).ljust(CARD_SIZE)
    at = (card.number - 1) * CARD_SIZE
    raw = header.raw[:at] + image + header.raw[at + CARD_SIZE :]
    recorded = match_datasum_card(
        header.raw, header.layout.index.get("DATASUM", (0,))[0] * CARD_SIZE
    )
    if recorded is None:
        return None
    total = add_words(raw + (header.end or b"") + header.fill) + int(recorded[1])
    return replace_card(card, image) if total % MODULUS == 0 else None
