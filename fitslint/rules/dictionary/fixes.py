"""Edits that bring a card to what its dictionary wants."""

from __future__ import annotations

import re

from fitslint.dictionary import load_standard
from fitslint.dictionary.matching.entry import Entry, KeywordType
from fitslint.dictionary.values.constraints import get_constraints
from fitslint.dictionary.values.formats import read_format
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.value import Value, unquote
from fitslint.rules.api import replace_card
from fitslint.rules.edits import overwrite_value, quote_string, rewrite_card, set_value
from fitslint.syntax.dates import parse_date
from fitslint.syntax.write_cards import format_card, format_card_value
from fitslint.units.names import find_spelling
from fitslint.units.unit import UnitError, parse_unit

_NUMBER_FORMS: dict[KeywordType, re.Pattern[str]] = {
    "integer": compile_late(r"[+-]?[0-9]{1,18}"),
    "real": compile_late(
        r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:[ED][+-]?[0-9]{1,2})?"
    ),
}
VALUE_TYPES: dict[KeywordType, tuple[str, ...]] = {
    "string": ("string",),
    "date": ("string",),
    "logical": ("logical",),
    "integer": ("integer",),
    "real": ("real", "integer"),
    "complex": ("complex",),
}
"""Types of an entry, and those in which values of it may be written."""
_LABEL = compile_late(r"0[0-9]+")
"""Digits that number something; as a number they would lose their zeros."""
_LOGICALS = {"T": "T", "F": "F", "TRUE": "T", "FALSE": "F"}


def retype(card: Card, entry: Entry, expected: KeywordType) -> Edit | None:
    """The edit that writes the same value in the type of the dictionary; None when it is no such.

    A number or logical value in quotes stands without them, a number where a string is meant gets
    quotes. What the entry would reject is not offered: a right ascension in degrees is no
    sexagesimal one, however it is written.
    """
    if card.form.type == "string":
        text = unquote(card.text).strip(" ")
        if expected == "logical" and text.upper() in _LOGICALS:
            return set_value(card, _LOGICALS[text.upper()])
        number = _NUMBER_FORMS.get(expected)
        if number is None or not number.fullmatch(text) or _LABEL.fullmatch(text):
            return None
        value: float = int(text) if expected == "integer" else float(text.replace("D", "E"))
        return set_value(card, text) if is_valid_value(entry, value, text) else None
    if expected in ("string", "date") and card.form.type in ("integer", "real"):
        whole = is_valid_value(entry, card.text, card.text)
        return rewrite_card(card, value=quote_string(card.text)) if whole else None
    return None


def is_valid_card(card: Card, entry: Entry, kind: str) -> bool:
    """Whether the value of a card may be that of an entry, in an HDU of a kind."""
    wanted = entry.resolve_type(kind)
    if wanted in VALUE_TYPES and card.form.type not in (*VALUE_TYPES[wanted], "undefined"):
        return False
    text = unquote(card.text).rstrip(" ") if card.form.type == "string" else card.text
    return is_valid_value(entry, card.value, text)


def is_valid_value(entry: Entry, value: Value, text: str) -> bool:
    """Whether an entry allows a value, written as ``text`` (without quotes)."""
    if any(
        fault.kind not in ("case", "recommended")
        for fault in get_constraints(entry).find_faults(value)
    ):
        return False
    if entry.type == "date" and parse_date(text) is None:
        return False
    form = read_format(entry.fortran) if entry.fortran else None
    return form is None or form.width is None or len(text) <= form.width


def may_mention_unit(comment: str) -> bool:
    """Whether a comment names any unit, or something that may be one."""
    # What stands in brackets, or is a quotient, says how the number is meant, whatever it says.
    if any(sign in comment for sign in '[]()/%#"'):
        return True
    return any(_may_be_unit(word) for word in re.findall(r"[A-Za-z\xb5]+", comment))


def _may_be_unit(word: str) -> bool:
    if len(word) == 1:
        return word in "KmsVdhAJW"
    if find_spelling(word) or find_spelling(word.lower()):
        return True
    try:
        parse_unit(word)
    except UnitError:
        return False
    return True


def state_unit(card: Card, unit: str) -> Edit | None:
    """The edit that states a unit in the comment; None when the comment would be cut.

    A unit of the standard stands in square brackets in front, as section 4.3.2 has it, another
    spelling in parentheses at the end.
    """
    comment = card.comment.strip(" ")
    bare = card.form.comment is None and card.form.type == "string"
    if bare or comment.startswith("["):
        return None
    try:
        parse_unit(unit)
    except UnitError:
        new = f"{comment} ({unit})".strip()
    else:
        new = f"[{unit}] {comment}".rstrip()
    if card.form.comment:
        image = card.image[: card.form.comment[0]].rstrip(" ") + f" {new}"
    else:
        image = f"{card.image.rstrip(' ')} / {new}"
    return replace_card(card, image) if len(image) <= CARD_SIZE and image.isascii() else None


def set_entry_value(card: Card, value: str | float | bool) -> Edit | None:
    """The edit that writes a value of the dictionary."""
    if isinstance(value, bool):
        return overwrite_value(card, "T" if value else "F")
    if isinstance(value, str):
        return rewrite_card(card, value=quote_string(value))
    return set_value(card, repr(value).upper())


def append_keyword(header: Header, entry: Entry) -> Edit | None:
    """The edit that puts a missing keyword with the one value it may have before END."""
    value = entry.fixed if entry.fixed is not None else entry.recommended
    # A reserved keyword changes what the standard makes of the others: one axis is none.
    if value is None or load_standard().lookup(entry.name) or entry.name != entry.name.upper():
        return None
    if header.end is None or header.is_text:
        return None
    text = format_card_value(value)
    comment = str(entry.more.get("comment", ""))
    image = format_card(entry.name, text, comment) or format_card(entry.name, text)
    at = header.locate_card(len(header))
    return Edit(at, at, image) if image else None
