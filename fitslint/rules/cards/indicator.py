"""The value indicator: an equals sign in byte 9 and a blank in byte 10 (section 4.1.2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Level, Safety
from fitslint.model.form import CARD_SIZE, Span
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_card, replace_columns, rule
from fitslint.rules.edits import find_stray_text, has_portable_value, rewrite_card
from fitslint.rules.names.registered import find_keyword_entry, find_standard_entry, is_mandatory
from fitslint.text import phrase

NAME_MAX = 8
_NAME = compile_late(r"[A-Z0-9_-]{1,8}")
_TOKEN = compile_late(r"[A-Z0-9_-]+")
_MISPLACED_FAULTS = ("early-equals", "late-equals", "after-value", "after-string")
_COMMENTARY = frozenset((b"COMMENT ", b"HISTORY ", b"        "))
_VALUELESS_NAMES = frozenset(("COMMENT", "HISTORY", "CONTINUE", "HIERARCH", "END"))
_VALUE_LIKE = compile_late(
    rb" *('[^']*'|[TF]|[+-]?[0-9]+\.?[0-9]*(?:[EDed][+-]?[0-9]+)?) *(?:/|\Z)"
)
_LONG_NAME = compile_late(
    rb"([A-Z0-9_-]{9,})(?: {2,}| *= *)"
    rb"('(?:[^']|'')*'|[TF]|[+-]?[0-9.]+(?:[EDed][+-]?[0-9]+)?) *(/.*)?\Z"
)
"""A name that runs over the value indicator, and a whole value behind it."""
_ONLY_COMMENT = compile_late(rb" */ ?[^ /].*\Z")
_RULER = compile_late(rb"[= *~_.+-]*\Z")


@rule(
    "CD105",
    "value-indicator-blank",
    clause="4.1.2.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("C005",),
    faults=("indicator",),
    summary_ja="「= 」の 10 桁目が空白でない",
    message="column 10 is not blank, so {keyword} has no value; write '= ' before {text}",
)
def value_indicator_blank(card: Card, header: Header) -> Iterator[Flag]:
    """The equals sign in byte 9 is not followed by a blank.

    ## Why it matters
    Only ``= `` with a blank in byte 10 says that a value follows. Without it the whole rest of the
    card is a comment, and the value is lost without a message in most readers.

    ## Example
    ```fits
    GAIN    =5 / [electron/adu]
    ```
    Use instead:
    ```fits
    GAIN    =                    5 / [electron/adu]
    ```
    """
    if card.raw[9] < 0x20:  # a TAB here is a control character, which has its own rule
        return
    sound = card.form.type not in ("faulty", "undefined") and not find_stray_text(card)
    yield flag(
        card,
        (8, 10),
        fix=lambda: (rewrite_card(card) or replace_columns(card, (9, 9), " ")) if sound else None,
        safety=_grade_indicator(card, header),
        title=phrase("put a blank into column 10"),
        keyword=card.keyword,
        text=card.text,
    )


def _grade_indicator(card: Card, header: Header) -> Safety:
    """Safe where value and comment can be told apart, and the value is one of the keyword's."""
    return (
        "safe" if has_portable_value(card, header) and not is_mandatory(card.keyword) else "unsafe"
    )


@rule(
    "CD106",
    "equals-not-in-column-9",
    clause="4.1.2.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("C006",),
    faults=_MISPLACED_FAULTS,
    summary_ja="等号が 9 桁目にない",
    message="the equals sign stands in column {column} and not in column 9",
)
def equals_not_in_column_9(card: Card, header: Header) -> Iterator[Flag]:
    """The equals sign of a value card is not in column 9.

    ## Why it matters
    The keyword name fills columns 1 to 8 and the value indicator columns 9 and 10. A card written
    otherwise has an illegal name or no value at all.

    ## Example
    ```fits
    EXPTIME  = 1.5 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    start, end = card.form.name
    column = card.raw.find(b"=", end)
    if card.form.kind != "value" or column == NAME_MAX or end > NAME_MAX:
        return
    if not card.keyword.isprintable():  # a TAB before the equals sign is a control character
        return
    # A text that names no keyword before its equals sign gets no suggestion.
    sound = _NAME.fullmatch(card.keyword) and card.form.type not in ("faulty", "undefined")
    sound = sound and card.keyword not in _VALUELESS_NAMES
    where = header.layout.index.get(card.keyword, ())
    taken = any(position != card.number - 1 for position in where)
    yield flag(
        card,
        (start, column + 1),
        fix=lambda: rewrite_card(card) if sound and not is_mandatory(card.keyword) else None,
        safety="unsafe" if taken else _grade_indicator(card, header),
        title=phrase("put the equals sign into column 9"),
        column=column + 1,
    )


@rule(
    "CD107",
    "long-keyword",
    clause="4.1.2.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("C007",),
    faults=("long-name", "after-value", "after-string"),
    summary_ja="キーワード名が 8 文字を超えている",
    message={
        "": "the keyword {keyword} has {length} characters; a name has at most 8",
        "near": "the keyword {keyword} has {length} characters; {near} is the reserved name",
    },
)
def long_keyword(card: Card) -> Iterator[Flag]:
    """A keyword name is longer than eight characters.

    ## Why it matters
    Only eight columns hold the name, so the end of a longer one stands where the value indicator
    belongs, and the card is read as a comment. As HIERARCH keyword astropy, CFITSIO and Perl read
    it, and fitsort, which took the long name as it is, does not any more.

    ## Example
    ```fits
    DETECTORTEMP= 77.3 / [K] detector
    ```
    Use instead:
    ```fits
    HIERARCH DETECTORTEMP =                 77.3 / [K] detector
    ```
    """
    span = card.form.name
    if card.form.kind != "value" or span[1] <= NAME_MAX:
        return
    name = card.keyword
    short = name[:NAME_MAX]
    near = len(name) <= NAME_MAX + 2 and short.isalpha() and find_standard_entry(short) is not None
    near = near and not is_mandatory(name)
    target = short if near else f"HIERARCH {name}"
    writable = card.form.type not in ("faulty", "undefined") and _TOKEN.fullmatch(name)
    yield flag(
        card,
        (NAME_MAX, span[1]),
        message="near" if near else "",
        fix=lambda: rewrite_card(card, keyword=target) if writable else None,
        title=phrase("write it as {target}", target=target),
        keyword=name,
        length=len(name),
        near=short,
    )


@rule(
    "CD108",
    "no-value-indicator",
    clause="4.1.2.2",
    level="should",
    fix="unsafe",
    catalogue_rows=("C008",),
    kinds=("commentary",),
    summary_ja="「= 」がないため、値がコメントとして扱われる",
    message={
        "": "{keyword} has no value indicator in columns 9-10, so the card is a comment",
        "prose": "columns 1-8 hold {keyword!r}, which is no keyword; text belongs behind COMMENT",
        "long": "{keyword} runs over columns 9-10, where the value indicator belongs, so the card"
        " is a comment",
        "empty": "{keyword} has a comment and no value indicator in columns 9-10: the value was"
        " forgotten",
    },
)
def no_value_indicator(card: Card) -> Iterator[Flag]:
    """A keyword that should have a value has no value indicator.

    ## Why it matters
    Without ``= `` in columns 9 and 10 the rest of the card is a comment, and readers that look
    for the value find none. So it is when a name is longer than eight characters (WCSTools'
    sethead writes such cards). Private keywords with plain text after them are left alone; a line
    that begins with no keyword at all is an error.

    ## Example
    ```fits
    EXPTIME   1.5 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    if card.raw[:8] in _COMMENTARY or not (card.image.isascii() and card.image.isprintable()):
        return
    name = card.image[:8].rstrip()
    if card.form.fault == "unreadable":
        if not find_name_span(card):
            yield _flag_prose(card)
        return
    long = _LONG_NAME.match(card.raw)
    if long:
        yield _flag_long_name(card, long)
        return
    value = _VALUE_LIKE.match(card.raw, 8)
    empty = not value and _ONLY_COMMENT.match(card.raw, 8)
    # The shape of a text does not show whether it looks like a value.
    if not value and not empty and find_keyword_entry(name) is None and not card.folded:
        return
    text, comment = (value[1].decode(), card.image[value.end() :]) if value else ("", "")
    placed = value and not is_mandatory(name)
    yield flag(
        card,
        (8, 10),
        message="empty" if empty else "",
        fix=lambda: (
            rewrite_card(card, keyword=name, value=text, comment=comment) if placed else None
        ),
        title=phrase("put the equals sign into column 9"),
        keyword=name,
    )


def _flag_long_name(card: Card, long: re.Match[bytes]) -> Flag:
    """The flag on a card whose name is too long to leave a value indicator in its place."""
    name, value, comment = (part.decode("latin-1") if part else "" for part in long.groups())
    target = f"HIERARCH {name}"
    return flag(
        card,
        (NAME_MAX, len(name)),
        message="long",
        fix=lambda: rewrite_card(card, keyword=target, value=value, comment=comment[1:]),
        title=phrase("write it as {target}", target=target),
        keyword=name,
    )


def _flag_prose(card: Card) -> Flag:
    image = f"COMMENT {card.image.rstrip()}"
    return flag(
        card,
        (0, NAME_MAX),
        message="prose",
        level="must",
        clause="4.1.2.1",
        fix=lambda: replace_card(card, image) if len(image) <= CARD_SIZE else None,
        title=phrase("make it a comment"),
        keyword=card.image[:NAME_MAX].rstrip(),
    )


@rule(
    "CD109",
    "commentary-with-indicator",
    clause="4.1.2.2, 4.4.2.4",
    level="conv",
    catalogue_rows=("C009",),
    kinds=("commentary",),
    keywords=("COMMENT", "HISTORY", ""),
    once="fact",
    summary_ja="COMMENT、HISTORY または空白キーワードに「= 」が続いている",
    message="{keyword} takes no value: '= ' in columns 9-10 is part of its text",
)
def commentary_with_indicator(card: Card) -> Iterator[Flag]:
    """COMMENT, HISTORY or a blank keyword is followed by an equals sign.

    ## Why it matters
    These keywords have no value, so the sign and what follows are text. That is legal, and nothing
    is lost behind COMMENT or HISTORY; a blank keyword is almost always one that was lost.

    ## Example
    ```fits
    COMMENT = 'flat field taken at dusk'
    ```
    Use instead:
    ```fits
    COMMENT flat field taken at dusk
    ```
    """
    raw = card.raw
    if raw[8:10] != b"= ":
        return
    if _RULER.match(raw, 10) and raw[10:].strip():  # a drawn line, not a value
        return
    keyword = raw[:8].decode("latin-1").strip()
    level: Level | None = "style" if keyword else None
    yield flag(card, (8, 10), level=level, keyword=keyword or phrase("a blank keyword"))


_BEFORE_EQUALS = compile_late(r" *[A-Za-z0-9_.$%-]{1,8}(?: [A-Za-z0-9_.$%-]{1,8})? *(?==(?!=))")


def find_name_span(card: Card) -> Span | None:
    """The columns of the name in a card that was meant to have a value; None for prose."""
    form = card.form
    if form.kind == "value":
        return form.name
    if form.fault != "unreadable":
        return None
    match = _BEFORE_EQUALS.match(card.image)
    return (0, len(match[0].rstrip(" "))) if match else None
