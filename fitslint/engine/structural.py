"""Fixes that would change how the bytes of a file are taken apart, or what numbers they are."""

from __future__ import annotations

from collections.abc import Iterable

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.syntax.cards import parse_card

_STRUCTURE = compile_late("SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|PCOUNT|GCOUNT|TFIELDS")
_KIND_KEYWORDS = frozenset(("GROUPS", "ZIMAGE", "ZTABLE", "THEAP"))
"""Keywords that make an HDU another kind of thing when they get a value."""


def changes_structure(card: Card, header: Header, edits: Iterable[Edit]) -> bool:
    """Whether a fix gives a value to a card that decides where readers find the data.

    Of a mandatory keyword that is repeated each reader takes another card, and astropy takes small
    letters for capitals: such a card is safe as long as nobody can read it.
    """
    name = card.keyword.upper()
    if name not in _KIND_KEYWORDS:
        if not _STRUCTURE.fullmatch(name):
            return False
        index = header.layout.index
        if sum(len(places) for other, places in index.items() if other.upper() == name) <= 1:
            return False
    return any(_has_new_value(card, edit) for edit in edits)


_SCALING_CARD = compile_late(rb"(BSCALE  |BZERO   |BLANK   |T(?:SCAL|ZERO|NULL|DIM)[0-9]+ *)= ")
"""Cards by which readers turn the bytes of pixels and cells into values and arrays."""
_TOKEN = compile_late(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?=[ /\0]|\Z)")


def changes_data(card: Card, edits: Iterable[Edit]) -> bool:
    """Whether a reader that takes pixels or cells as they are would scale or blank them by a fix.

    The card is faulty in a way that one reader takes for a scale and another passes over. Those in
    quotes on BSCALE and BZERO stop readers or give them no pixels at all, and may be mended.
    """
    return any(
        edit.start == card.offset and len(edit.new) == CARD_SIZE and _gives_scale(card, edit.new)
        for edit in edits
    )


def _gives_scale(card: Card, image: bytes) -> bool:
    found = _SCALING_CARD.match(image)
    if found is None:
        return False
    new, old = Card(image, parse_card(image)), card.form
    if card.raw.startswith(found[0]):
        if old.legal and old.type == "string" and not image.startswith(b"T"):
            return False
        if old.legal and old.type != "string":
            return new.number_value != card.number_value
        token = _TOKEN.match(card.raw[len(found[0]) :].lstrip(b" "))
        if token and float(token[0]) == new.number_value:
            return False  # CFITSIO reads it as it is, and astropy stops at it
    same = old.legal and (new.keyword, new.value) == (card.keyword, card.value)
    return new.form.legal and not same


def _has_new_value(card: Card, edit: Edit) -> bool:
    if edit.start != card.offset or len(edit.new) != CARD_SIZE:
        return False
    new = Card(edit.new, parse_card(edit.new))
    return (new.form.type, new.value) != (card.form.type, card.value)
