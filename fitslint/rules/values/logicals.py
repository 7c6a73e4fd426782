"""Logical values: a single T or F (FITS 4.0 section 4.2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import has_single_token, quote_field, set_value, split_field
from fitslint.rules.names.registered import find_card_type, find_keyword_entry, find_value_type
from fitslint.text import phrase

_LOGICAL_WORDS = {
    "T": "T", "TRUE": "T", "YES": "T", "Y": "T", "1": "T", "1.0": "T", "1.": "T",
    "F": "F", "FALSE": "F", "NO": "F", "N": "F", "0": "F", "0.0": "F", "0.": "F",
}  # fmt: skip
_CUSTOMARY_KEYWORDS = frozenset(("SHUTTER",))
"""Keywords that hold a logical or a word: 'T' is a logical in quotes, 'OPEN' a word."""


@rule(
    "VF106",
    "logical-word",
    clause="4.2.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V006",),
    faults=("logical-word",),
    summary_ja="論理値が T または F の 1 文字ではない",
    message={
        "": "{text} is no logical value; write {new}",
        "text": "{text!r} is no value; a string stands in single quotes, and a logical is T or F",
    },
)
def logical_word(card: Card, header: Header) -> Iterator[Flag]:
    """A logical value is written as a word or in lower case.

    ## Why it matters
    A logical is one capital T or F. Other spellings are rejected, or read as strings: fitsio
    refuses the whole header for ``true`` and ``.TRUE.``. A single small letter, yes and no are
    text to some readers (fitsio, IDL, Perl) and may have been meant as text.

    ## Example
    ```fits
    SHUTOPEN=                 true / shutter was open
    ```
    Use instead:
    ```fits
    SHUTOPEN=                    T / shutter was open
    ```
    """
    text = card.text.strip()
    word = text.strip(".").upper()
    new = _LOGICAL_WORDS.get(word, "T")
    if not has_single_token(card):
        yield flag(
            card,
            message="text",
            fix=lambda: quote_field(card),
            safety="unsafe",
            title=phrase("put it into quotes"),
            text=split_field(card)[0],
            new="",
        )
        return
    meant = find_card_type(card, header) in (None, "logical")
    yield flag(
        card,
        fix=lambda: set_value(card, new) if meant else None,
        safety="safe" if word in ("TRUE", "FALSE") else "unsafe",
        title=phrase("write {new}", new=new),
        text=text,
        new=new,
    )


_KIND_WORDS = {
    "string": phrase("a string"),
    "integer": phrase("an integer number"),
    "real": phrase("a real number"),
}


@rule(
    "VF119",
    "logical-of-other-type",
    clause="4.2.2, 4.4.1, 4.4.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V019",),
    registered_only=True,
    kinds=("value",),
    summary_ja="論理値のキーワードに文字列や 0/1 が書かれている",
    message="{keyword} is a logical keyword and {text} is {kind}; write {new}",
)
def logical_of_other_type(card: Card, header: Header) -> Iterator[Flag]:
    """A logical keyword holds a string or the numbers 0 and 1.

    ## Why it matters
    Readers that want T or F reject the file (SIMPLE) or ignore the keyword. Where a convention and
    not the standard says that the keyword is a logical, the change of its type is up to you.

    ## Example
    ```fits
    EXTEND  =                    1 / extensions may follow
    ```
    Use instead:
    ```fits
    EXTEND  =                    T / extensions may follow
    ```
    """
    form = card.form
    if form.type not in _KIND_WORDS or form.fault:
        return
    customary = card.keyword in _CUSTOMARY_KEYWORDS and form.type == "string"
    if find_value_type(card.keyword, header.kind) != "logical" and not customary:
        return
    text = card.text
    if customary and not card.folded and text.strip("' ") not in ("T", "F"):
        return
    new = "T" if card.folded else _LOGICAL_WORDS.get(text.strip("' .").upper())
    if new is None:
        return
    entry = find_keyword_entry(card.keyword)
    convention = entry is None or entry.status == "convention"
    kind = _KIND_WORDS[form.type]
    yield flag(
        card,
        fix=lambda: set_value(card, new),
        safety="unsafe" if convention or not has_single_token(card) else None,
        level="conv" if convention else None,
        title=phrase("write {new}", new=new),
        keyword=card.keyword,
        text=text,
        kind=kind,
        new=new,
    )


_BOOLEANS = frozenset(("True", "False", "TRUE", "FALSE"))
_FOLDED = frozenset(("Taaa", "Faaaa", "TAAE", "FAAAE"))


@rule(
    "VF126",
    "logical-as-text",
    clause="4.2.2",
    level="style",
    types=("string",),
    hangs_on="field",
    summary_ja="文字列 'True' または 'False' が論理値の代わりに書かれている",
    message="{keyword} is the text {text}: as a logical it is {new} without quotes",
)
def logical_as_text(card: Card, header: Header) -> Iterator[Flag]:
    """A string is the word True or False.

    ## Why it matters
    Writers that know no logicals of other libraries (fitsio with those of numpy) write the word.
    It is a legal string, and a string with letters in it is true for the programs that test it.

    ## Example
    ```fits
    GUIDING = 'False   '           / whether the guider was on
    ```
    Use instead:
    ```fits
    GUIDING =                    F / whether the guider was on
    ```
    """
    if card.form.fault or card.form.kind not in ("value", "hierarch"):
        return
    word = card.text.strip("' ")
    if word in (_FOLDED if card.folded else _BOOLEANS) and find_card_type(card, header) is None:
        yield flag(card, keyword=card.keyword, text=card.text, new=word[0].upper())
