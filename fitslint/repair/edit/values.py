"""A value as it is typed on a command line, to the text that stands on a card."""

from __future__ import annotations

import re

from fitslint.dictionary import load_conventions, load_dictionary, load_standard
from fitslint.dictionary.matching.entry import KeywordType
from fitslint.model.header import Header
from fitslint.model.value import unquote
from fitslint.repair.model import RepairError

_INTEGER = re.compile(r"[+-]?[0-9]+")
_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EeDd][+-]?[0-9]+)?")
_COMPLEX = re.compile(r"\(([^,()]+),([^,()]+)\)")
_LOGICAL = {"T": "T", "F": "F", "TRUE": "T", "FALSE": "F"}
_ESO = "HIERARCH ESO "
_TYPE_NAMES = {
    "integer": "a whole number",
    "real": "a real number",
    "complex": "a complex number, (1.0, 2.0)",
    "logical": "T or F",
}


def find_keyword_type(header: Header, keyword: str) -> KeywordType:
    """What ``keyword`` holds: by the dictionaries, else as it stands there, else ``any``."""
    authority = header.authority
    match = authority.lookup(keyword) if authority is not None else None
    match = match or load_standard().lookup(keyword) or load_conventions().lookup(keyword)
    if match is None and keyword.startswith(_ESO):
        match = load_dictionary("fits/eso").lookup(keyword.removeprefix("HIERARCH "))
    if match is not None:
        entry_type = match.entry.resolve_type(header.kind)
        if entry_type != "any":
            return entry_type
    card = header.find_card(keyword)
    types: dict[str, KeywordType] = {
        "string": "string", "logical": "logical", "integer": "integer", "real": "real",
        "complex": "complex",
    }  # fmt: skip
    return types.get(card.form.type, "any") if card is not None else "any"


def format_value_word(keyword: str, word: str, expected: KeywordType) -> str | None:
    """The text of a number, a logical or an undefined value; None when ``word`` is a string.

    Digits stay as they are typed; a real number gets a decimal point and an exponent in upper case.

    Raises
    ------
    RepairError
        when the word is not what the keyword holds.
    """
    word = word.strip()
    if not word:
        return ""
    if expected in ("string", "date") or _has_quotes(word):
        if expected in _TYPE_NAMES:
            raise RepairError(f"{keyword} holds {_TYPE_NAMES[expected]}, not a string")
        return None
    kinds = (expected,) if expected in _TYPE_NAMES else ("logical", "integer", "real", "complex")
    for kind in kinds:
        text = _format_kind(kind, word, guess=expected not in _TYPE_NAMES)
        if text is not None:
            return text
    if expected in _TYPE_NAMES:
        raise RepairError(f"{keyword} holds {_TYPE_NAMES[expected]}, not {word!r}")
    return None


def unquote_word(word: str) -> str:
    """The characters of a string as typed, with or without quotes."""
    return str(unquote(word.strip())) if _has_quotes(word.strip()) else word


def _has_quotes(word: str) -> bool:
    return len(word) > 1 and word[0] == "'" == word[-1]


def _format_kind(kind: str, word: str, *, guess: bool) -> str | None:
    if kind == "logical":
        # T and F alone are logicals to everybody; a word may be meant as one.
        return _LOGICAL.get(word.upper()) if not guess or word in ("T", "F") else None
    if kind == "integer":
        return word if _INTEGER.fullmatch(word) else None
    if kind == "real":
        return _format_real(word)
    pair = _COMPLEX.fullmatch(word)
    parts = [_format_real(part.strip()) for part in pair.groups()] if pair else [None]
    return None if None in parts else f"({parts[0]}, {parts[1]})"


def _format_real(word: str) -> str | None:
    if not _REAL.fullmatch(word):
        return None
    text = word.upper()
    mantissa, letter, exponent = text.partition("D" if "D" in text else "E")
    if "." not in mantissa:
        mantissa += ".0"
    elif mantissa.endswith("."):
        mantissa += "0"
    return f"{mantissa}{letter}{exponent}"
