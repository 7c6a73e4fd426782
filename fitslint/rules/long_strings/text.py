"""Strings that readers take for record-valued cards, and commentary that was cut."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.syntax.records import parse_record

_MAYBE_RECORD = compile_late(r"'[\w.]+:[\w.+ -]+'")
_RECORD_KEYWORD = compile_late(r"(?:DP|DQ|D2IM)[0-9]+[A-Z]?")


@rule(
    "LS113",
    "record-look-alike",
    clause="Distortion paper (draft), record-valued keywords",
    level="conv",
    catalogue_rows=("L013",),
    kinds=("value",),
    types=("string",),
    hangs_on="field",
    summary_ja="値がレコード値カードのように見える",
    message="readers that know record-valued cards take this string for a field with a number",
)
def record_look_alike(card: Card) -> Iterator[Flag]:
    """A string has the form of a record-valued card although the keyword is an ordinary one.

    ## Why it matters
    DPja and DQja hold strings of the form 'field: number'. Some libraries treat every string
    of that form so: the keyword then changes its name and its value becomes a float.

    ## Example
    ```fits
    TARGET  = 'HD: 1234.5'
    ```
    Use instead:
    ```fits
    TARGET  = 'HD 1234.5'
    ```
    """
    if card.form.type != "string" or b":" not in card.raw:
        return
    if not _MAYBE_RECORD.fullmatch(card.text):
        return
    # One keyword is like another as long as none is known.
    if card.folded or _is_record(card):
        yield flag(card)


def _is_record(card: Card) -> bool:
    return not _RECORD_KEYWORD.fullmatch(card.keyword) and parse_record(str(card.value)) is not None


@rule(
    "LS114",
    "commentary-cut",
    clause="4.4.2.4",
    level="style",
    catalogue_rows=("L014",),
    keywords=("COMMENT", "HISTORY"),
    summary_ja="COMMENT または HISTORY の文が 72 文字で切れている",
    message="the text fills all 72 columns and does not go on: its end may be lost",
)
def commentary_cut(card: Card, header: Header) -> Iterator[Flag]:
    """A COMMENT or HISTORY text fills the card to the last column and is not carried on.

    ## Why it matters
    Programs that write a long text into one card cut it at 72 characters.

    ## Example
    ```fits
    HISTORY bias subtracted with the mean of eleven frames taken in the evening befo
    ```
    Use instead:
    ```fits
    HISTORY bias subtracted with the mean of eleven frames taken in the afternoon
    HISTORY before the observation
    ```
    """
    if not card.raw[78:].isalpha():
        return
    here = card.number
    carried = here < len(header) and header.names[here] == card.keyword
    if card.folded or not carried:
        yield flag(card, (8, 80))
