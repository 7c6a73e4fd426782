"""The type of the value of reserved keywords, as the dictionary gives it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.dictionary import Entry, load_conventions, load_standard
from fitslint.model.card import Card
from fitslint.model.form import ValueType
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_columns, rule
from fitslint.rules.edits import has_single_token
from fitslint.rules.values.numbers import EQUINOX_KEYWORDS
from fitslint.rules.values.overlap import has_specific_flag
from fitslint.text import phrase

_REMEMBERED = 8192
"""Keywords, with a type and a kind of HDU, of which it is kept what they should be."""
_VALUE_COLUMN = 10
"""Column (from 0) where a value in fixed format starts; numbers end before column 30."""

TYPE_WORDS: dict[str, str] = {
    "string": phrase("a character string"),
    "date": phrase("a character string with a date"),
    "logical": phrase("a logical"),
    "integer": phrase("an integer"),
    "real": phrase("a real number"),
    "complex": phrase("a complex number"),
}
_VALUE_TYPES: dict[str, frozenset[ValueType]] = {
    "string": frozenset(("string", "undefined")),
    "date": frozenset(("string", "undefined")),
    "logical": frozenset(("logical", "undefined")),
    "integer": frozenset(("integer", "undefined")),
    # Section 4.2.4 lets a real number be written without decimal point.
    "real": frozenset(("real", "integer", "undefined")),
    "complex": frozenset(("complex", "undefined")),
}
_PLAIN_INTEGER = compile_late("0|[1-9][0-9]*")
_FORMAT_KEYWORDS = ("TFORM", "TDIM", "TDISP", "XTENSION", "CTYPE", "ZCMPTYPE")
_OTHER_RULE_KEYWORDS = frozenset(
    (
        *("BLANK", "BSCALE", "BZERO", "CHECKSUM", "DATASUM", "EXPOSURE", "EXPTIME", "EXTLEVEL"),
        *("EXTVER", "INHERIT", "LIVETIME", "ONTIME", "ZDATASUM", "ZHECKSUM"),
        *("ZBITPIX", "ZNAXIS"),
        *EQUINOX_KEYWORDS,
    )
)
"""Keywords whose type is a matter of the rule that also judges their value."""


def find_type_mismatch(card: Card, kind: str) -> tuple[Entry, str] | None:
    """The entry and the type that ``card`` should have, when its value is of another type."""
    if card.form.fault is not None:
        return None
    return _find_other_type(card.keyword, card.form.type, kind)


@lru_cache(_REMEMBERED)
def _find_other_type(keyword: str, found: ValueType, kind: str) -> tuple[Entry, str] | None:
    if keyword in _OTHER_RULE_KEYWORDS:
        return None
    match = load_standard().lookup(keyword) or load_conventions().lookup(keyword)
    if match is None:
        return None
    expected = match.entry.resolve_type(kind)
    accepted = _VALUE_TYPES.get(expected)
    return None if accepted is None or found in accepted else (match.entry, expected)


@rule(
    "RK101",
    "reserved-not-a-string",
    clause="4.4.2",
    level="must",
    catalogue_rows=("R001", "W022"),
    registered_only=True,
    kinds=("value",),
    fix="unsafe",
    changes=("own",),
    summary_ja="文字列であるべき予約キーワードの値が文字列でない",
    message="{keyword} holds a character string, and its value is {found}; put it in quotes",
)
def reserved_not_a_string(card: Card, header: Header) -> Iterator[Flag]:
    """A reserved keyword that holds a character string has a value of another type.

    ## Why it matters
    Programs ask for the keyword as a string and fail, or get a text that they made up from the
    number.

    ## Example
    ```fits
    TELESCOP=                 1604 / telescope
    ```
    Use instead:
    ```fits
    TELESCOP= '1604    '           / telescope
    ```
    """
    found = find_type_mismatch(card, header.kind)
    if found is None or found[1] not in {"string", "date"} or card.form.value is None:
        return
    end = card.form.value[1]
    quoted = replace_columns(
        card, (_VALUE_COLUMN, end), f"'{card.text:<8}'".ljust(end - _VALUE_COLUMN)
    )
    # In quotes a number is a name, and neither a date nor a format.
    free = found[1] == "string" and not card.keyword.startswith(_FORMAT_KEYWORDS)
    yield flag(
        card,
        fix=quoted if free else None,
        # 1604 is the same text for a reader without types; 0042, 1.50 and T change for some.
        # 67/P is a name without quotes, and not the number 67 with a comment.
        safety="safe"
        if _PLAIN_INTEGER.fullmatch(card.text)
        and has_single_token(card)
        and not _is_null_marker(card)
        else "unsafe",
        title=phrase("put the value in quotes"),
        level="conv" if found[0].status == "convention" else None,
        keyword=card.keyword,
        found=TYPE_WORDS[card.form.type],
    )


def _is_null_marker(card: Card) -> bool:
    """Whether a text is held against the fields of a column, which then read as undefined."""
    return card.keyword.startswith("TNULL")


@rule(
    "RK102",
    "reserved-wrong-type",
    clause="4.4.2, 8, 9, 10",
    level="must",
    catalogue_rows=("R002",),
    registered_only=True,
    kinds=("value",),
    summary_ja="数値または論理値であるべき予約キーワードの値の型が違う",
    message="{keyword} must hold {expected}, and its value is {found}",
)
def reserved_wrong_type(card: Card, header: Header) -> Iterator[Flag]:
    """A reserved keyword that holds a number or a logical has a value of another type.

    ## Why it matters
    A text cannot be compared or computed with, and readers skip the keyword or stop. An integer is
    fine where a real number is wanted.

    ## Example
    ```fits
    CRPIX1  = 'centre            ' / [pixel] reference pixel
    ```
    Use instead:
    ```fits
    CRPIX1  =                512.5 / [pixel] reference pixel
    ```
    """
    found = find_type_mismatch(card, header.kind)
    if found is None or found[1] in {"string", "date"} or card.form.value is None:
        return
    # A shape may hide what those rules would say, so only of a real card is it known.
    if not card.folded and has_specific_flag(card, header):
        return
    yield flag(
        card,
        level="conv" if found[0].status == "convention" else None,
        keyword=card.keyword,
        expected=TYPE_WORDS[found[1]],
        found=TYPE_WORDS[card.form.type],
    )
