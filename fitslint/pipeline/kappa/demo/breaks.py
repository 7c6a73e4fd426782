"""Ten ways in which headers of maps are broken in real life, done to the cards of a good one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fitslint.model.form import BLOCK, CARD

Cards = list[bytes]


@dataclass(frozen=True, slots=True)
class Break:
    """One way to break a header."""

    keyword: str
    edit: Callable[[bytes], Sequence[bytes]]
    """What takes the place of the card."""


def _card(text: str) -> Callable[[bytes], Sequence[bytes]]:
    return lambda card: (text.encode("latin-1").ljust(CARD),)


def _number(template: str) -> Callable[[bytes], Sequence[bytes]]:
    """A card with the number of the old one, written in another way."""

    def edit(card: bytes) -> Sequence[bytes]:
        value = float(card[10:].partition(b"/")[0])
        return _card(template.format(value))(card)

    return edit


BREAKS = (
    Break("BUNIT", lambda card: ()),
    # A no-break space, as it is copied from a PDF.
    Break("OBJECT", _card("OBJECT  = 'Abell\xa01689'         / name of the object")),
    Break("CDELT1", _number("CDELT1  = {:.16e} / [deg]")),
    # Nine characters, as in integer maps of Lenstool.
    Break("CTYPE2", _card("CTYPE2  = 'DEC---TAN'")),
    Break("RADESYS", _card("RADECSYS= 'ICRS    '")),
    Break("EQUINOX", _card("EQUINOX  =               2000.0 / years")),
    Break("PIXKPC", _number("PIXKPC  = '{:<8.4f}'           / kpc per pixel")),
    Break("DLSDS", _card("DLSDS   =                  NaN / D_ls/D_s")),
    Break("H0", lambda card: (card, card)),
    Break("DATE", _card("DATE    = '12/09/99'           / date of the map")),
)


def broken(raw: bytes) -> bytes:
    """The bytes of a file of one HDU with every break in its header, and without its sums.

    Parameters
    ----------
    raw : bytes
        the whole file.
    """
    there = _cards(raw)
    size = _blocks(len(there) + 1)
    # Who edits a header by hand has no program that keeps its sums.
    cards = [card for card in there if card[:8].rstrip() not in (b"CHECKSUM", b"DATASUM")]
    by_keyword = {one.keyword: one for one in BREAKS}
    made: Cards = []
    for card in cards:
        change = by_keyword.get(card[:8].decode("latin-1").rstrip())
        made += change.edit(card) if change else (card,)
    header = b"".join([*made, b"END".ljust(CARD)])
    return header.ljust(_blocks(len(made) + 1)) + raw[size:]


def _cards(raw: bytes) -> Cards:
    """The cards before END."""
    cards = []
    at = 0
    while raw[at : at + 8].rstrip() != b"END" and at < len(raw):
        cards.append(raw[at : at + CARD])
        at += CARD
    return cards


def _blocks(cards: int) -> int:
    return -(-cards * CARD // BLOCK) * BLOCK
