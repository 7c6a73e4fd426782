"""What the dictionaries of the standard and of widespread conventions say of a keyword."""

from __future__ import annotations

from functools import lru_cache

from fitslint.dictionary import Entry, load_conventions, load_standard
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.syntax.dates import parse_date

_NAMES_KEPT = 32_768
_MANDATORY = compile_late(
    r"SIMPLE|XTENSION|BITPIX|NAXIS|PCOUNT|GCOUNT|TFIELDS|TFORM|TBCOL|GROUPS|END(?![A-Z0-9_-])"
)
_VALUE_TYPES = {
    "string": ("string",),
    "date": ("string",),
    "logical": ("logical",),
    "integer": ("integer",),
    "real": ("real", "integer"),
    "complex": ("complex",),
}
"""The types that a value is written in, by the type of its keyword (4.2.4 for the real)."""


def find_standard_entry(keyword: str) -> Entry | None:
    """The entry of a keyword that the standard reserves."""
    match = load_standard().lookup(keyword)
    return match.entry if match else None


@lru_cache(_NAMES_KEPT)
def find_keyword_entry(keyword: str) -> Entry | None:
    """The entry of a keyword that the standard or a widespread convention defines."""
    found = find_standard_entry(keyword)
    if found is not None:
        return found
    match = load_conventions().lookup(keyword)
    return match.entry if match else None


@lru_cache(_NAMES_KEPT)
def find_value_type(keyword: str, kind: str) -> str | None:
    """The type that a value of ``keyword`` must have in an HDU of ``kind``; None if any will do."""
    entry = find_keyword_entry(keyword)
    expected = entry.resolve_type(kind) if entry else "any"
    return None if expected in ("any", "none") else expected


def find_card_type(card: Card, header: Header) -> str | None:
    """The type of the keyword of ``card`` by the standard, a convention or the file's authority."""
    expected = find_value_type(card.keyword, header.kind)
    if expected is None and header.authority is not None:
        match = header.authority.lookup(card.keyword)
        expected = match.entry.resolve_type(header.kind) if match else None
    return None if expected in ("any", "none") else expected


def has_suitable_type(card: Card, header: Header, name: str = "") -> bool:
    """Whether the value of ``card`` is of the type of its keyword (or of ``name``), if it has one.

    A date is one that the standard knows.
    """
    expected = find_value_type(name, header.kind) if name else find_card_type(card, header)
    if expected == "date" and not card.folded:
        value = card.value
        return isinstance(value, str) and parse_date(value) is not None
    return expected is None or card.form.type in _VALUE_TYPES[expected]


def is_mandatory(name: str) -> bool:
    """Whether a name begins with a keyword that says how large the data are.

    A fix never gives a card such a name or takes it away: it would move everything after it.
    """
    return _MANDATORY.match(name.strip().upper()) is not None
