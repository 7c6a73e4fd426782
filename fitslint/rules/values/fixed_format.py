"""Fixed format: recommended for all values, required of mandatory keywords (section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import has_single_token, rewrite_card
from fitslint.rules.names.registered import has_suitable_type
from fitslint.syntax.write_cards import FIXED_END
from fitslint.text import phrase

MANDATORY = compile_late(r"SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|PCOUNT|GCOUNT|TFIELDS|GROUPS")
_TYPES = {"SIMPLE": "logical", "GROUPS": "logical", "XTENSION": "string"}
_QUOTE_COLUMN = 10
"""Column of the opening quote, counted from 0."""


@rule(
    "CD118",
    "free-format",
    clause="4.2",
    level="style",
    fix="safe",
    catalogue_rows=("C018",),
    kinds=("value",),
    faults=("",),
    once="rule",
    summary_ja="値が推奨される固定フォーマットで書かれていない",
    message={
        "": "the value ends in column {column} and not in column 30",
        "string": "the string begins in column {start} and not in column 11",
    },
)
def free_format(card: Card, header: Header) -> Iterator[Flag]:
    """A value is not written in the recommended fixed format.

    ## Why it matters
    Free format is legal. Fixed format, with numbers that end in column 30 and strings that begin in
    column 11, is recommended since simple readers know nothing else. A string may close anywhere,
    and is never padded: readers in IDL take the blanks for a part of it.

    ## Example
    ```fits
    EXPTIME = 1.5 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    form = card.form
    if form.value is None or form.type == "complex":
        return
    start, end = form.value
    string = form.type == "string"
    if string:
        # What ends in an ampersand goes on in the next card, and keeps its bytes.
        if start == _QUOTE_COLUMN or card.text.rstrip("' ").endswith("&"):
            return
    elif end == FIXED_END or end - start > FIXED_END - _QUOTE_COLUMN:
        return
    if card.folded:  # whether it can be written otherwise shows on the real card
        yield flag(card)
        return
    if MANDATORY.fullmatch(card.keyword):
        return
    edit = rewrite_card(card)
    if edit is None or edit.new == card.raw:
        return
    alone = has_single_token(card) and has_suitable_type(card, header)
    yield flag(
        card,
        message="string" if string else "",
        fix=edit if alone else None,
        title=phrase("write the value in fixed format"),
        column=end,
        start=start + 1,
    )


@rule(
    "VF125",
    "mandatory-free-format",
    clause="4.2, 4.4.1",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V025",),
    kinds=("value",),
    keywords=(
        *("SIMPLE", "XTENSION", "BITPIX", "NAXIS", "NAXISn"),
        *("PCOUNT", "GCOUNT", "TFIELDS", "GROUPS"),
    ),
    summary_ja="必須キーワードの値が固定フォーマットで書かれていない",
    message={
        "": "the value of {keyword} ends in column {column}; it must end in column 30",
        "string": "the string of {keyword} begins in column {column}; it must begin in column 11",
    },
)
def mandatory_free_format(card: Card) -> Iterator[Flag]:
    """The value of a mandatory keyword is not in fixed format.

    ## Why it matters
    A reader must be able to size the data with fixed columns alone: integers and logicals of
    mandatory keywords end in column 30, and the quote of XTENSION stands in column 11.

    ## Example
    ```fits
    SIMPLE  = T / file conforms to FITS standard
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T / file conforms to FITS standard
    ```
    """
    form = card.form
    if form.fault or form.value is None:
        return
    start, end = form.value
    string = form.type == "string"
    # A value of the wrong type has worse to be said of it.
    if form.type != _TYPES.get(card.keyword, "integer"):
        return
    if start == _QUOTE_COLUMN if string else end == FIXED_END:
        return
    yield flag(
        card,
        message="string" if string else "",
        fix=rewrite_card(card),
        title=phrase("write the value in fixed format"),
        keyword=card.keyword,
        column=start + 1 if string else end,
    )
