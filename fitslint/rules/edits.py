"""Edits of one card that rules share: another value, another name, the whole card laid out anew.

``overwrite_value`` leaves all else where it stands, which a card in free format may need;
``set_value`` and ``rewrite_card`` bring the card into fixed format where it may have it.
"""

from __future__ import annotations

import re

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.rules.api import delete_card, replace_card, replace_columns
from fitslint.rules.names.registered import has_suitable_type
from fitslint.rules.values.exponents import is_double
from fitslint.syntax.write_cards import FIXED_END, format_card

_WHOLE = compile_late(r" *(.*?) *(?: / *(.*))?\Z")
"""A field up to a slash with blanks around it, and the comment behind."""
_ANOTHER = compile_late(r"' *(?:|[TF]|True|False|[-+.0-9EDed]+) *'", re.IGNORECASE)
_SPACE = compile_late(rb"[\s\x00]")


def rewrite_card(
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
    if comment is None and find_stray_text(card):
        return None
    name = card.keyword.strip() if keyword is None else keyword
    text = card.text if value is None else value
    note = card.comment if comment is None else comment
    try:
        image = format_card(name, text, note, pad=name == "XTENSION")
    except ValueError:
        return None
    return replace_card(card, image) if image and image != card.raw else None


def set_value(card: Card, new: str) -> Edit | None:
    """The edit that replaces the value; numbers stay in their columns where they can."""
    start, end = card.form.value or (FIXED_END, FIXED_END)
    plain = card.form.kind == "value" and (end != FIXED_END or new.startswith("'"))
    edit = rewrite_card(card, value=new) if plain else None
    if edit:
        return edit
    # A longer value takes the blanks before it, as far as one is left behind the indicator.
    before = card.raw[:start]
    spare = max(0, len(before) - len(before.rstrip(b" ")) - 1)
    start -= min(spare, max(0, len(new) - (end - start)))
    return replace_columns(card, (start, end), new.rjust(end - start))


def overwrite_value(card: Card, text: str) -> Edit | None:
    """Write ``text`` (quotes included) as the value; None when the card has no room for it.

    A shorter value is filled with blanks and a longer one takes the blanks behind it, so that the
    slash moves only when there is no other way.
    """
    span = card.form.value
    if span is None:
        return None
    start, end = span
    rest = card.raw[end:]
    blanks = len(rest) - len(rest.lstrip(b" "))
    spare = blanks - 1 if end + blanks < CARD_SIZE else blanks
    taken = min(max(len(text) - (end - start), 0), max(spare, 0))
    return replace_columns(card, (start, end + taken), text.ljust(end - start))


def delete_value(card: Card, header: Header) -> tuple[Edit, ...]:
    """The edits that remove a card and the CONTINUE cards of its string."""
    edits = [delete_card(card)]
    for position in range(card.number, len(header)):
        if header.names[position] != "CONTINUE":
            break
        edits.append(delete_card(header.card(position)))
    return tuple(edits)


def rename_card(card: Card, name: str) -> Edit:
    """The edit that gives a card another name of at most 8 characters; the rest stays."""
    return replace_card(card, card.replace_keyword(name))


def find_stray_text(card: Card) -> str:
    """The text between the value and the slash of the comment, blanks around it left out."""
    form = card.form
    if form.value is None or form.kind not in ("value", "hierarch"):
        return ""
    slash = form.comment[0] - 1 if form.comment else len(card.raw)
    return card.image[form.value[1] : slash].strip(" ")


def has_single_token(card: Card) -> bool:
    """Whether the value field is one token, and a blank parts it from the slash if there is one.

    Only then it is plain where the value ends: ``f/8``, ``3 Juno`` and ``2014/10/06`` are no
    values with a comment to those who wrote them.
    """
    form = card.form
    if form.value is None or find_stray_text(card) or not card.image.isprintable():
        return False
    start, end = form.value
    token = card.raw[start:end].rstrip(b" ")
    is_single = token[:1] in (b"'", b"(") or not _SPACE.search(token)
    return is_single and (form.comment is None or card.raw[form.comment[0] - 2] == 0x20)


def has_portable_value(card: Card, header: Header, name: str = "") -> bool:
    """Whether a card holds a value that every reader takes once name and indicator are right.

    ``name`` is the right name where the card has another.

    CFITSIO refuses a header for a real beyond the range of a double, and fitsio for a complex
    number; it makes numbers and logicals of the strings on cards without value indicator.
    """
    kind = card.form.type
    if kind in ("faulty", "undefined", "complex") or not card.raw.isascii():
        return False
    if not has_single_token(card) or not has_suitable_type(card, header, name):
        return False
    if kind == "string":
        return _ANOTHER.fullmatch(card.text) is None
    return kind not in ("real", "integer") or is_double(card.text)


def split_field(card: Card) -> tuple[str, str]:
    """The text of a value field without quotes, and its comment, which begins at `` / ``."""
    match = _WHOLE.match(card.image, 10)
    return (match[1], match[2] or "") if match else (card.text.rstrip(), card.comment)


def quote_field(card: Card) -> Edit | None:
    """The edit that puts all of the text in quotes."""
    text, comment = split_field(card)
    if not text or not has_indicator(card):
        return None
    return rewrite_card(card, value=quote_string(text), comment=comment)


def has_indicator(card: Card) -> bool:
    """Whether the value indicator is where it belongs, so that a suggestion makes sense."""
    return card.raw[8:10] == b"= "


def quote_string(text: str) -> str:
    """``text`` as a FITS string: inner quotes doubled, trailing blanks dropped."""
    return "'" + text.rstrip().replace("'", "''") + "'"
