"""Ten ways in which headers of maps are broken in real life, done to the cards of a good one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE

Cards = list[bytes]


@dataclass(frozen=True, slots=True)
class HeaderBreak:
    """One way to break a header."""

    keyword: str
    edit: Callable[[bytes], Sequence[bytes]]
    """What takes the place of the card."""


def _replace_card(text: str) -> Callable[[bytes], Sequence[bytes]]:
    return lambda card: (text.encode("latin-1").ljust(CARD_SIZE),)


def _rewrite_number(template: str) -> Callable[[bytes], Sequence[bytes]]:
    """A card with the number of the old one, written in another way."""

    def edit(card: bytes) -> Sequence[bytes]:
        value = float(card[10:].partition(b"/")[0])
        return _replace_card(template.format(value))(card)

    return edit


BREAKS = (
    HeaderBreak("BUNIT", lambda card: ()),
    # A no-break space, as it is copied from a PDF.
    HeaderBreak("OBJECT", _replace_card("OBJECT  = 'Abell\xa01689'         / name of the object")),
    HeaderBreak("CDELT1", _rewrite_number("CDELT1  = {:.16e} / [deg]")),
    # Nine characters, as in integer maps of Lenstool.
    HeaderBreak("CTYPE2", _replace_card("CTYPE2  = 'DEC---TAN'")),
    HeaderBreak("RADESYS", _replace_card("RADECSYS= 'ICRS    '")),
    HeaderBreak("EQUINOX", _replace_card("EQUINOX  =               2000.0 / years")),
    HeaderBreak("PIXKPC", _rewrite_number("PIXKPC  = '{:<8.4f}'           / kpc per pixel")),
    HeaderBreak("DLSDS", _replace_card("DLSDS   =                  NaN / D_ls/D_s")),
    HeaderBreak("H0", lambda card: (card, card)),
    HeaderBreak("DATE", _replace_card("DATE    = '12/09/99'           / date of the map")),
)


def break_header(raw: bytes) -> bytes:
    """The bytes of a file of one HDU with every break in its header, and without its sums.

    Parameters
    ----------
    raw : bytes
        the whole file.
    """
    there = _split_cards(raw)
    size = _round_to_block(len(there) + 1)
    # Who edits a header by hand has no program that keeps its sums.
    cards = [card for card in there if card[:8].rstrip() not in (b"CHECKSUM", b"DATASUM")]
    by_keyword = {damage.keyword: damage for damage in BREAKS}
    made: Cards = []
    for card in cards:
        change = by_keyword.get(card[:8].decode("latin-1").rstrip())
        made += change.edit(card) if change else (card,)
    header = b"".join([*made, b"END".ljust(CARD_SIZE)])
    return header.ljust(_round_to_block(len(made) + 1)) + raw[size:]


def _split_cards(raw: bytes) -> Cards:
    """The cards before END."""
    cards = []
    at = 0
    while raw[at : at + 8].rstrip() != b"END" and at < len(raw):
        cards.append(raw[at : at + CARD_SIZE])
        at += CARD_SIZE
    return cards


def _round_to_block(cards: int) -> int:
    return -(-cards * CARD_SIZE // BLOCK_SIZE) * BLOCK_SIZE
