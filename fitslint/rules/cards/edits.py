"""Edits that lay a keyword record out anew; the rules on cards, names and values share them."""

from __future__ import annotations

import re

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.rules.api import replace, splice
from fitslint.rules.names.known import suits
from fitslint.rules.values.exponents import is_double
from fitslint.syntax.write import FIXED_END, relayout

_WHOLE = compile_late(r" *(.*?) *(?: / *(.*))?\Z")
"""A field up to a slash with blanks around it, and the comment behind."""
_ANOTHER = compile_late(r"' *(?:|[TF]|True|False|[-+.0-9EDed]+) *'", re.IGNORECASE)
_SPACE = compile_late(rb"[\s\x00]")


def fixed(
    card: Card,
    *,
    keyword: str | None = None,
    value: str | None = None,
    comment: str | None = None,
) -> Edit | None:
    """The edit that writes ``card`` in fixed format, with the parts that are given in place.

    A string is not padded, except that of XTENSION (4.2.1.1): readers in IDL keep the blanks. None
    when the card has no room for the parts, holds characters that no card may hold, has text
    between value and comment that would go away, or is so.
    """
    if comment is None and stray(card):
        return None
    name = card.keyword.strip() if keyword is None else keyword
    text = card.text if value is None else value
    note = card.comment if comment is None else comment
    try:
        image = relayout(name, text, note, pad=name == "XTENSION")
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


def stray(card: Card) -> str:
    """The text between the value and the slash of the comment, blanks around it left out."""
    form = card.form
    if form.value is None or form.kind not in ("value", "hierarch"):
        return ""
    slash = form.comment[0] - 1 if form.comment else len(card.raw)
    return card.image[form.value[1] : slash].strip(" ")


def stands_alone(card: Card) -> bool:
    """Whether the value field is one token, and a blank parts it from the slash if there is one.

    Only then it is plain where the value ends: ``f/8``, ``3 Juno`` and ``2014/10/06`` are no
    values with a comment to those who wrote them.
    """
    form = card.form
    if form.value is None or stray(card) or not card.image.isprintable():
        return False
    start, end = form.value
    token = card.raw[start:end].rstrip(b" ")
    one = token[:1] in (b"'", b"(") or not _SPACE.search(token)
    return one and (form.comment is None or card.raw[form.comment[0] - 2] == 0x20)


def is_sound(card: Card, header: Header, name: str = "") -> bool:
    """Whether a card holds a value that every reader takes once name and indicator are right.

    ``name`` is the right name where the card has another.

    CFITSIO refuses a header for a real beyond the range of a double, and fitsio for a complex
    number; it makes numbers and logicals of the strings on cards without value indicator.
    """
    kind = card.form.type
    if kind in ("faulty", "undefined", "complex") or not card.raw.isascii():
        return False
    if not stands_alone(card) or not suits(card, header, name):
        return False
    if kind == "string":
        return _ANOTHER.fullmatch(card.text) is None
    return kind not in ("real", "integer") or is_double(card.text)


def whole_text(card: Card) -> tuple[str, str]:
    """The text of a value field without quotes, and its comment, which begins at `` / ``."""
    match = _WHOLE.match(card.image, 10)
    return (match[1], match[2] or "") if match else (card.text.rstrip(), card.comment)


def quote_whole(card: Card) -> Edit | None:
    """The edit that puts all of the text in quotes."""
    text, comment = whole_text(card)
    return fixed(card, value=quoted(text), comment=comment) if is_placed(card) and text else None


def is_placed(card: Card) -> bool:
    """Whether the value indicator is where it belongs, so that a suggestion makes sense."""
    return card.raw[8:10] == b"= "


def quoted(text: str) -> str:
    """``text`` as a FITS string: inner quotes doubled, trailing blanks dropped."""
    return "'" + text.rstrip().replace("'", "''") + "'"
