"""Words and numbers that stand for a value that is not known (section 4.1.2.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import delete_value
from fitslint.rules.names.registered import find_keyword_entry, find_value_type
from fitslint.rules.values.numbers import SCALING_KEYWORDS
from fitslint.text import phrase

_WORDS_TEXT = """
N/A NA N.A. NAN NONE NULL NIL UNKNOWN UNK UNDEFINED UNDEF TBD TBC TBS MISSING INVALID DEFAULT
INDEF - -- --- ? ?? ??? * NOT-AVAILABLE NOTSET
"""
PLACEHOLDER_WORDS = frozenset(_WORDS_TEXT.split())
"""Words that stand for a value that is not known, in capitals."""
_FILL = compile_late(r"-9{2,}(?:\.[09]*)?(?:E\+?00?)?|9{4,}(?:\.[09]*)?|-1E\+?(?:30|31|32|38)")
_FILL_SHAPE = compile_late(r"-0{2,}(?:\.0*)?(?:E|\Z)|0{4,}(?:\.0*)?\Z|-0E")
# Dates before 1858 were not observed, and years and frequencies are not negative.
_NEVER_NEGATIVE = ("MJD-", "EQUINOX", "JEPOCH", "BEPOCH", "RESTFRQ", "RESTWAV")


@rule(
    "VF122",
    "placeholder",
    clause="4.1.2.3",
    level="conv",
    catalogue_rows=("V022",),
    fix="unsafe",
    registered_only=True,
    kinds=("value",),
    once="fact",
    summary_ja="数値キーワードに「N/A」や -999 などの仮の値が書かれている",
    message={
        "": "{text} in {keyword} stands for an unknown value; leave the card out",
        "fill": "{text} lies outside the range of {keyword} and stands for an unknown value",
    },
)
def placeholder(card: Card, header: Header) -> Iterator[Flag]:
    """A numeric keyword holds a word or a fill value instead of a number.

    ## Why it matters
    Every program would have to know that -999 or 'N/A' is not the value. FITS has two ways to say
    that it is unknown: an empty value field, or no card at all.

    ## Example
    ```fits
    TELAPSE =               -999.0 / [s] elapsed time
    ```
    Use instead:
    ```fits
    ```
    """
    form = card.form
    if form.fault or form.type not in ("string", "integer", "real"):
        return
    expected = find_value_type(card.keyword, header.kind)
    entry = find_keyword_entry(card.keyword)
    if entry is None or expected == "string" or card.keyword in SCALING_KEYWORDS:
        return
    if form.type == "string":
        if expected not in ("integer", "real", "logical"):
            return
        text = card.text.strip("' ").upper()
        if card.folded or text in PLACEHOLDER_WORDS or not text:
            yield flag(
                card,
                level="conv" if entry.status == "convention" else "must",
                fix=delete_value(card, header),
                title=phrase("remove {keyword}", keyword=card.keyword),
                keyword=card.keyword,
                text=card.text,
            )
        return
    ranged = entry.minimum is not None or entry.maximum is not None
    # Plausible ranges of conventional keywords have a rule of their own.
    positive = card.keyword.startswith(_NEVER_NEGATIVE)
    if not (ranged or positive) or entry.status != "reserved":
        return
    number = card.number_value
    # A shape is suspect only where a number of that sign can be out of range at all.
    below = card.text.startswith("-")
    if (card.folded and (below or entry.maximum is not None) and _FILL_SHAPE.match(card.text)) or (
        _FILL.fullmatch(card.text)
        and number is not None
        and (not entry.is_in_range(number) or (positive and number < 0))
    ):
        yield flag(card, message="fill", fix=delete_value(card, header),
                   title=phrase("remove {keyword}", keyword=card.keyword), keyword=card.keyword,
                   text=card.text)  # fmt: skip
