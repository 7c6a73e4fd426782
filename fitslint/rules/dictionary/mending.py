"""Edits that bring a card to what its dictionary wants."""

from __future__ import annotations

import re

from fitslint.dictionary import fits
from fitslint.dictionary.entry import Entry, KeywordType
from fitslint.dictionary.units import UnitError, parse
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.model.value import unquote
from fitslint.rules.api import replace
from fitslint.rules.cards.edits import fixed, put, quoted
from fitslint.rules.rewrite import revalue
from fitslint.syntax.write import relayout, value_text

_NUMBER: dict[KeywordType, re.Pattern[str]] = {
    "integer": re.compile(r"[+-]?[0-9]{1,18}"),
    "real": re.compile(
        r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:[ED][+-]?[0-9]{1,2})?"
    ),
}
_LOGICALS = {"T": "T", "F": "F", "TRUE": "T", "FALSE": "F"}


def retyped(card: Card, wanted: KeywordType) -> Edit | None:
    """The edit that writes the same value in the type of the dictionary; None when it is no such.

    A number or logical value in quotes stands without them, a number where a string is meant gets
    quotes. Readers that know the dictionary then read what was meant.
    """
    if card.form.type == "string":
        text = unquote(card.text).strip(" ")
        number = _NUMBER.get(wanted)
        if number and number.fullmatch(text):
            return put(card, text)
        if wanted == "logical" and text.upper() in _LOGICALS:
            return put(card, _LOGICALS[text.upper()])
        return None
    if wanted in ("string", "date") and card.form.type in ("integer", "real"):
        return fixed(card, value=quoted(card.text))
    return None


def united(card: Card, unit: str) -> Edit | None:
    """The edit that states a unit in the comment; None when the comment would be cut.

    A unit of the standard stands in square brackets in front, as section 4.3.2 has it, another
    spelling in parentheses at the end.
    """
    comment = card.comment.strip(" ")
    bare = card.form.comment is None and card.form.type == "string"
    if bare or comment.startswith("["):
        return None
    try:
        parse(unit)
    except UnitError:
        new = f"{comment} ({unit})".strip()
    else:
        new = f"[{unit}] {comment}".rstrip()
    if card.form.comment:
        image = card.image[: card.form.comment[0]].rstrip(" ") + f" {new}"
    else:
        image = f"{card.image.rstrip(' ')} / {new}"
    return replace(card, image) if len(image) <= CARD and image.isascii() else None


def with_value(card: Card, value: str | float | bool) -> Edit | None:
    """The edit that writes a value of the dictionary."""
    if isinstance(value, bool):
        return revalue(card, "T" if value else "F")
    if isinstance(value, str):
        return fixed(card, value=quoted(value))
    return put(card, repr(value).upper())


def added(header: Header, entry: Entry) -> Edit | None:
    """The edit that puts a missing keyword with the one value it may have before END."""
    value = entry.fixed if entry.fixed is not None else entry.recommended
    # A reserved keyword changes what the standard makes of the others: one axis is none.
    if value is None or fits().lookup(entry.name) or entry.name != entry.name.upper():
        return None
    if header.end is None or header.text:
        return None
    text = value_text(value)
    comment = str(entry.more.get("comment", ""))
    image = relayout(entry.name, text, comment) or relayout(entry.name, text)
    at = header.start_of(len(header))
    return Edit(at, at, image) if image else None
