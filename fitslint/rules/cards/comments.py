"""The slash and the comment field (FITS 4.0 section 4.1.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Safety
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_columns, rule
from fitslint.rules.cards.truncation import is_word_fragment
from fitslint.rules.edits import rewrite_card
from fitslint.rules.names.registered import find_card_type, has_suitable_type
from fitslint.text import phrase
from fitslint.units.spelling import is_unit_word

LOGICAL_AND_TEXT = compile_late(r"([TF]) +(.+)")
_NUMBER_REST = compile_late(r"[EDed]?[-+]?[0-9.,:]")
"""What may be the rest of the number before it: ``5 000``, ``19 49 32.4``, ``1.2 E3``."""
_WORDS = compile_late(r"[A-Za-z]{2,}(?: +[A-Za-z]+)+")


@rule(
    "CD110",
    "missing-slash",
    clause="4.1.2.3",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("C010",),
    faults=("after-value", "bare-text"),
    summary_ja="値とコメントの間にスラッシュがない",
    message="{junk!r} follows the value {value} without a slash",
)
def missing_slash(card: Card, header: Header) -> Iterator[Flag]:
    """A number or logical is followed by text without a slash.

    ## Why it matters
    A slash separates value and comment. Without it readers reject the value (astropy, WCSLIB) or
    take the whole field for a string (WCSTools, DS9, nom.tam.fits). The repair is safe where the
    keyword is known to hold a number or logical; ``TARGET = 3 Juno`` is left to you.

    ## Example
    ```fits
    EXPTIME =                  1.5 total exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / total exposure time
    ```
    """
    start, end = card.form.fault_span or (0, CARD_SIZE)
    value, junk = card.text, card.image[start:end]
    if card.form.fault == "bare-text":
        match = LOGICAL_AND_TEXT.fullmatch(value.rstrip())
        if match is None:
            return
        value, junk, start = match[1], match[2], start + match.start(2)
    elif is_unit_word(junk) and not value.startswith("("):
        return
    safety = _grade_slash(card, header, value, junk)
    yield flag(
        card,
        (start, end),
        # What follows keeps its own slash: 600 lines/mm.
        fix=rewrite_card(card, value=value, comment=card.image[start:].strip()) if safety else None,
        safety=safety,
        title=phrase("put a slash before the comment"),
        junk=junk,
        value=value,
    )


def _grade_slash(card: Card, header: Header, value: str, junk: str) -> Safety | None:
    """Safe where the keyword says that the value is whole; None where the text may be anything."""
    if card.raw[8:10] != b"= " or not card.image.isprintable() or _NUMBER_REST.match(junk):
        return None
    expected = find_card_type(card, header)
    if expected is None:
        return "unsafe" if _WORDS.fullmatch(junk) else None
    logical = value in ("T", "F")
    if expected == "logical":
        return "safe" if logical else None
    whole = value.lstrip("+-").isdigit() or (expected == "real" and not logical)
    return "safe" if expected in ("integer", "real") and whole and value[0] != "(" else None


@rule(
    "CD111",
    "text-after-string",
    clause="4.2.1.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("C011",),
    faults=("after-string",),
    summary_ja="閉じ引用符とスラッシュの間に余分な文字がある",
    message="{junk!r} stands between the closing quote and the comment",
)
def text_after_string(card: Card) -> Iterator[Flag]:
    """Something other than blanks and a slash follows the closing quote of a string.

    ## Why it matters
    Readers drop such text, reject the card or append it to the value; write it behind a slash if
    it is a comment.

    ## Example
    ```fits
    OBJECT  = 'M31     ' target name
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31     '           / target name
    ```
    """
    start, end = card.form.fault_span or (0, CARD_SIZE)
    junk = card.image[start:end]
    if "'" in junk or "\n" in junk:  # a quote not doubled, two cards in one
        return
    comment = card.image[start:].strip()
    yield flag(
        card,
        (start, end),
        fix=rewrite_card(card, comment=comment) if card.raw[8:9] == b"=" else None,
        title=phrase("put a slash before it"),
        junk=junk,
    )


@rule(
    "CD112",
    "blank-around-slash",
    clause="4.1.2.3",
    level="style",
    fix="safe",
    changes=("own",),
    catalogue_rows=("C012",),
    kinds=("value", "hierarch"),
    faults=("",),
    once="rule",
    summary_ja="コメントのスラッシュの前後に空白がない",
    message={
        "": "no blank {where} the slash of the comment",
        "number": "no blank before the slash of the comment: IRAF reads {read!r} for {text}",
    },
)
def blank_around_slash(card: Card, header: Header) -> Iterator[Flag]:
    """The slash of a comment has no blank before or after it.

    ## Why it matters
    The standard strongly recommends a blank before the slash. Behind a number without one IRAF
    reads the first word of the comment as part of the value; behind a string fitsjs keeps a quote.
    The blank behind the slash is a matter of style, of which the standard says nothing.

    ## Example
    ```fits
    EXPTIME =                  1.5/exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / exposure time
    ```
    """
    form = card.form
    if form.comment is None or form.value is None:
        return
    slash = form.comment[0] - 1
    before = card.raw[slash - 1] != 0x20
    after = card.raw[slash + 1 : slash + 2] not in (b" ", b"/", b"")
    if not (before or after):
        return
    number = before and form.type != "string"
    word = card.text + "/" + card.comment.partition(" ")[0]
    # 2014/10/06, 1/3 and 600/mm are no number with a comment to those who wrote them.
    doubtful = number and (_NUMBER_REST.match(card.comment) or is_unit_word(word.partition("/")[2]))
    edit = replace_columns(card, (slash, slash + 1), f"{' ' * before}/{' ' * after}")
    yield flag(
        card,
        (slash, slash + 1),
        message="number" if number else "",
        fix=edit if has_suitable_type(card, header) and not doubtful else None,
        title=phrase("put a blank on either side of the slash"),
        level="should" if number else None,
        clause="4.1.2.3" if before else "-",
        where=_name_sides(before=before, after=after),
        read=word,
        text=card.text,
    )


def _name_sides(*, before: bool, after: bool) -> str:
    """On which sides of the slash a blank is missing."""
    if before and after:
        return phrase("before or after")
    return phrase("before") if before else phrase("after")


@rule(
    "CD114",
    "comment-cut-off",
    clause="4.1.2.3",
    level="style",
    catalogue_rows=("C014",),
    kinds=("value",),
    faults=("",),
    once="rule",
    summary_ja="コメントが 80 桁目で切れている可能性がある",
    message={
        "": "the comment fills the card up to column 80 and its last word {word!r} looks cut",
        "bracket": "the comment fills the card up to column 80 and its bracket is not closed",
    },
)
def comment_cut_off(card: Card) -> Iterator[Flag]:
    """A comment that fills the card to its last column was probably cut.

    ## Why it matters
    Writers drop what has no room without a word, and what is lost may be the unit or half of the
    explanation. Only comments that end inside a bracket or a word are reported, for information.

    ## Example
    ```fits
    PA_APER =              154.533 / position angle of reference aperture center (de
    ```
    Use instead:
    ```fits
    PA_APER =              154.533 / [deg] position angle of aperture centre
    ```
    """
    form = card.form
    if form.comment is None or not card.raw[CARD_SIZE - 1 : CARD_SIZE].isalnum():
        return
    text = card.comment
    if card.folded:
        yield flag(card, form.comment, word="")
        return
    word = re.split(r"[ (\[,/]", text)[-1]
    if text.count("(") > text.count(")") or text.count("[") > text.count("]"):
        yield flag(card, (CARD_SIZE - len(word), CARD_SIZE), message="bracket")
    elif is_word_fragment(word):
        yield flag(card, (CARD_SIZE - len(word), CARD_SIZE), word=word)
