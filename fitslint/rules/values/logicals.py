"""Logical values: a single T or F (FITS 4.0 section 4.2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.cards.edits import put
from fitslint.rules.names.known import type_of

_WORDS = {
    "T": "T", "TRUE": "T", "YES": "T", "Y": "T", "1": "T", "1.0": "T", "1.": "T",
    "F": "F", "FALSE": "F", "NO": "F", "N": "F", "0": "F", "0.0": "F", "0.": "F",
}  # fmt: skip


@rule(
    "VF106",
    "logical-word",
    clause="4.2.2",
    level="must",
    fix="safe",
    checks=("V006",),
    faults=("logical-word",),
    ja="論理値が T または F の1文字ではない",
    message="{text} is no logical value; write {new}",
)
def logical_word(card: Card) -> Iterator[Flag]:
    """A logical value is written as a word or in lower case.

    ## Why it matters
    A logical is one capital T or F. Other spellings are rejected, or read as strings.

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
    new = _WORDS.get(text.strip(".").upper(), "T")
    yield flag(card, fix=put(card, new), title=f"write {new}", text=text, new=new)


@rule(
    "VF119",
    "logical-of-other-type",
    clause="4.2.2, 4.4.1, 4.4.2",
    level="must",
    fix="safe",
    checks=("V019",),
    known=True,
    kinds=("value",),
    ja="論理値のキーワードに文字列や 0/1 が書かれている",
    message="{keyword} is a logical keyword and {text} is {kind}; write {new}",
)
def logical_of_other_type(card: Card, header: Header) -> Iterator[Flag]:
    """A logical keyword holds a string or the numbers 0 and 1.

    ## Why it matters
    Readers that want T or F reject the file (SIMPLE) or ignore the keyword.

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
    if form.type not in ("string", "integer", "real") or form.fault:
        return
    if type_of(card.keyword, header.kind) != "logical":
        return
    text = card.text
    new = "T" if card.folded else _WORDS.get(text.strip("' .").upper())
    if new is None:
        return
    kind = "a string" if form.type == "string" else f"{_article(form.type)} number"
    yield flag(
        card,
        fix=put(card, new),
        title=f"write {new}",
        keyword=card.keyword,
        text=text,
        kind=kind,
        new=new,
    )


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
