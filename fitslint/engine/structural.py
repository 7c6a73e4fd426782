"""Fixes that would change how the bytes of a file are taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.syntax.cards import parse

_STRUCTURE = re.compile("SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|PCOUNT|GCOUNT|TFIELDS")
_KINDS = frozenset(("GROUPS", "ZIMAGE", "ZTABLE", "THEAP"))
"""Keywords that make an HDU another kind of thing when they get a value."""


def changes_structure(card: Card, header: Header, edits: Iterable[Edit]) -> bool:
    """Whether a fix gives a value to a card that decides where readers find the data.

    Of a mandatory keyword that is repeated each reader takes another card, and astropy takes small
    letters for capitals: such a card is safe as long as nobody can read it.
    """
    name = card.keyword.upper()
    if name not in _KINDS:
        if not _STRUCTURE.fullmatch(name):
            return False
        index = header.layout.index
        if sum(len(places) for other, places in index.items() if other.upper() == name) <= 1:
            return False
    return any(_has_new_value(card, edit) for edit in edits)


def _has_new_value(card: Card, edit: Edit) -> bool:
    if edit.start != card.offset or len(edit.new) != CARD:
        return False
    new = Card(edit.new, parse(edit.new))
    return (new.form.type, new.value) != (card.form.type, card.value)
