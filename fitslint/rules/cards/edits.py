"""Edits that lay a keyword record out anew; the rules on cards, names and values share them."""

from __future__ import annotations

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.rules.api import replace, splice
from fitslint.syntax.write import FIXED_END, relayout


def fixed(
    card: Card,
    *,
    keyword: str | None = None,
    value: str | None = None,
    comment: str | None = None,
) -> Edit | None:
    """The edit that writes ``card`` in fixed format, with the parts that are given in place.

    None when the card has no room for them, holds characters that no card may hold, or is so.
    """
    name = card.keyword.strip() if keyword is None else keyword
    text = card.text if value is None else value
    note = card.comment if comment is None else comment
    try:
        image = relayout(name, text, note)
    except ValueError:
        return None
    return replace(card, image) if image and image != card.raw else None


def put(card: Card, new: str) -> Edit | None:
    """The edit that replaces the value; numbers stay in their columns where they can."""
    start, end = card.form.value or (FIXED_END, FIXED_END)
    plain = card.form.kind == "value" and (end != FIXED_END or new.startswith("'"))
    edit = fixed(card, value=new) if plain else None
    if edit:
        return edit
    # A longer value takes the blanks before it, as far as one is left behind the indicator.
    before = card.raw[:start]
    spare = max(0, len(before) - len(before.rstrip(b" ")) - 1)
    start -= min(spare, max(0, len(new) - (end - start)))
    return splice(card, (start, end), new.rjust(end - start))


def quoted(text: str) -> str:
    """``text`` as a FITS string: inner quotes doubled, trailing blanks dropped."""
    return "'" + text.rstrip().replace("'", "''") + "'"
