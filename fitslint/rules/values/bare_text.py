"""Text and words for no value that stand without quotes (FITS 4.0 section 4.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.cards.comments import LOGICAL_AND_TEXT
from fitslint.rules.edits import has_single_token, quote_field, set_value, split_field
from fitslint.rules.names.registered import find_card_type, find_value_type
from fitslint.rules.values.placeholders import PLACEHOLDER_WORDS
from fitslint.text import phrase
from fitslint.units.spelling import is_unit_word

_NUMBER = compile_late(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EDed][+-]?[0-9]+)?")
_DATE = compile_late(r"[+-]?[0-9]{4,5}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+)?")
_WORD = compile_late(r"[A-Za-z][A-Za-z0-9_+-]*")


@rule(
    "VF117",
    "unquoted-text",
    clause="4.2.1",
    level="must",
    fix="unsafe",
    changes=("own",),
    catalogue_rows=("V017",),
    faults=("bare-text", "bare-date", "unit-attached"),
    summary_ja="文字列が引用符で囲まれていない",
    message={
        "": "{text!r} is no value; a string stands in single quotes",
        "missing": "{text} stands for no value; leave the value field empty, or the card out",
        "date": "the date {text} is a string and stands in single quotes",
    },
)
def unquoted_text(card: Card, header: Header) -> Iterator[Flag]:
    """Text or a date stands in the value field without quotes.

    ## Why it matters
    Without quotes a value is a number or a logical. Readers reject the card or guess: fitsio
    refuses the whole header, IDL and Perl take letters for numbers. A single word or date with a
    blank behind it can be nothing but a string. Where the text ends in ``f/8``, ``N/A`` or
    ``data/img1.fits`` the card does not say, and words such as INDEF or None are no strings:
    these are left to you.

    ## Example
    ```fits
    OBJECT  = M31 / target name
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31'                / target name
    ```
    """
    text = card.text.rstrip()
    number = _NUMBER.match(text)
    if number and is_unit_word(text[number.end() :] or "s"):  # a bare number is followed by a TAB
        return
    if LOGICAL_AND_TEXT.fullmatch(text) or text in ("T", "F"):
        return
    whole, _ = split_field(card)
    if whole.upper() in PLACEHOLDER_WORDS:
        # An empty field is right where no value of some type is needed.
        free = find_value_type(card.keyword, header.kind) is None and has_single_token(card)
        fix = set_value(card, "") if free else None
        title = phrase("leave the value undefined")
        yield flag(card, message="missing", fix=fix, title=title, text=whole)
        return
    date = _DATE.fullmatch(text) is not None
    # A date or a single word can be nothing but a string; more than that may be anything.
    sure = (date or _WORD.fullmatch(text) is not None) and has_single_token(card)
    wanted = find_card_type(card, header)
    yield flag(
        card,
        message="date" if date else "",
        fix=lambda: quote_field(card) if wanted in (None, "string", "date") else None,
        safety="safe" if sure and (date or wanted != "date") else None,
        title=phrase("put it into quotes"),
        text=text if date or has_single_token(card) else whole,
    )
