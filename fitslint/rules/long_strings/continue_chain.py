"""Long strings: a string that ends in an ampersand, and the CONTINUE records after it."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary.files.load import load_standard
from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, replace_card, replace_columns, rule
from fitslint.rules.edits import overwrite_value, rename_card
from fitslint.text import phrase

_STRING_FIELD = compile_late(rb"'(?:[^']|'')*' *(?:/.*)?")
_SPLIT_QUOTE = compile_late(rb"[^']'&'(?= *(?:/|\Z))")


def _may_continue(card: Card) -> bool:
    """Whether a CONTINUE may follow; a faulty card is given the benefit of the doubt."""
    return card.ampersand is not None or (not card.form.legal and b"&'" in card.raw)


def _find_previous_card(card: Card, header: Header) -> Card | None:
    """The card that the CONTINUE record ``card`` continues, None for an orphan."""
    if card.number < 2:
        return None
    previous = header.card(card.number - 2)
    return previous if _may_continue(previous) else None


def _has_continuation(card: Card, header: Header) -> bool:
    return card.number < len(header) and header.names[card.number] == "CONTINUE"


@rule(
    "LS101",
    "orphaned-continue",
    clause="4.2.1.2",
    level="should",
    catalogue_rows=("L001",),
    fix="unsafe",
    keywords=("CONTINUE",),
    summary_ja="CONTINUE の前に & で終わる文字列がない",
    message="CONTINUE continues nothing: the record before it has no string that ends in &",
)
def orphaned_continue(card: Card, header: Header) -> Iterator[Flag]:
    """A CONTINUE record does not follow a string that ends in an ampersand.

    ## Why it matters
    Its text belongs to no keyword. The standard takes it for commentary, which does not make the
    file invalid; some readers glue it to the value before it, others drop it.

    ## Example
    ```fits
    NOTE    = 'the first half '
    CONTINUE  'and the second half'
    ```
    Use instead:
    ```fits
    NOTE    = 'the first half '
    COMMENT   'and the second half'
    ```
    """
    # What stands before decides, so every CONTINUE is looked at.
    if card.folded or _find_previous_card(card, header) is None:
        # Readers take it for commentary, which it then is by name.
        comment = None if card.folded else rename_card(card, "COMMENT")
        yield flag(card, (0, 8), fix=comment, title=phrase("make it a COMMENT"))


@rule(
    "LS102",
    "ampersand-not-continued",
    clause="4.2.1.2",
    level="should",
    catalogue_rows=("L002",),
    fix="unsafe",
    kinds=("value", "hierarch"),
    types=("string",),
    summary_ja="文字列が & で終わっているのに CONTINUE が続かない",
    message="the string ends in & but no CONTINUE follows, so & counts as an ordinary character",
)
def ampersand_not_continued(card: Card, header: Header) -> Iterator[Flag]:
    """A string ends in an ampersand and no CONTINUE record follows.

    ## Why it matters
    Either the rest of the string was lost, or the ampersand is meant and will confuse readers.

    ## Example
    ```fits
    NOTE    = 'all of it&'
    ```
    Use instead:
    ```fits
    NOTE    = 'all of it'
    ```
    """
    column = card.ampersand
    if column is not None and (card.folded or not _has_continuation(card, header)):
        # By the letter it is part of the text, and readers keep it.
        text = card.text.rstrip(" ")
        plain = None if card.folded else overwrite_value(card, text[:-2].rstrip() + "'")
        yield flag(card, (column, column + 1), fix=plain, title=phrase("remove the &"))


@rule(
    "LS103",
    "continue-form",
    clause="4.2.1.2",
    level="must",
    catalogue_rows=("L003",),
    keywords=("CONTINUE",),
    requires=("LS106",),
    fix="unsafe",
    summary_ja="CONTINUE の形式が正しくない (9-10 桁は空白、11 桁以降に文字列、= なし)",
    message={
        "equals": "CONTINUE has no value indicator: column 9 must be blank, not =",
        "columns": "columns 9 and 10 of CONTINUE must be blank; the string starts in column 11",
        "string": "CONTINUE needs a complete string within quotes from column 11 on",
    },
)
def continue_form(card: Card, header: Header) -> Iterator[Flag]:
    """A CONTINUE record is not two blanks and a string in quotes.

    ## Why it matters
    Readers that do not recognise the record lose this part of the string and all that follows.
    Mended, CFITSIO and GDAL read the whole string where they read its first part, and casacore,
    which drops every long string, reads none.

    ## Example
    ```fits
    NOTE    = 'the first half &'
    CONTINUE= 'and the second half'
    ```
    Use instead:
    ```fits
    NOTE    = 'the first half &'
    CONTINUE  'and the second half'
    ```
    """
    if card.form.legal and card.form.kind == "continue":
        return
    if not card.folded and _find_previous_card(card, header) is None:
        return
    text = card.raw[8:].lstrip(b"= ").rstrip(b" ")
    whole = _STRING_FIELD.fullmatch(text) is not None and len(text) <= CARD_SIZE - 10
    fix = replace_card(card, b"CONTINUE  " + text) if whole else None
    at = card.raw[8:10]
    message = "equals" if b"=" in at else "string" if at == b"  " else "columns"
    span = (8, 10) if message != "string" else (10, CARD_SIZE)
    yield flag(
        card, span, message=message, fix=fix, title=phrase("write two blanks after CONTINUE")
    )


@rule(
    "LS104",
    "last-continue-open",
    clause="4.2.1.2",
    level="should",
    catalogue_rows=("L004",),
    keywords=("CONTINUE",),
    fix="unsafe",
    summary_ja="最後の CONTINUE の文字列が & で終わっている",
    message="the last CONTINUE of the string still ends in &; nothing follows",
)
def last_continue_open(card: Card, header: Header) -> Iterator[Flag]:
    """The last CONTINUE record of a long string ends in an ampersand.

    ## Why it matters
    The ampersand announces a record that is not there: the string may have been cut. Without that
    record it is a part of the text by the letter of the standard, and CFITSIO and GDAL read it so,
    while astropy drops it: taking it away is up to you.

    ## Example
    ```fits
    NOTE    = 'the first half &'
    CONTINUE  'and the second half&'
    ```
    Use instead:
    ```fits
    NOTE    = 'the first half &'
    CONTINUE  'and the second half'
    ```
    """
    column = card.ampersand
    if column is not None and (card.folded or not _has_continuation(card, header)):
        span = (column, column + 1)
        # Of two ampersands the first is text; without a string before it all of it is.
        plain = card.raw[column - 1 : column] != b"&" and (
            card.folded or _find_previous_card(card, header)
        )
        edit = replace_columns(card, span, b"") if plain else None
        yield flag(card, span, fix=edit, title=phrase("remove the last ampersand"))


@rule(
    "LS105",
    "continue-not-allowed",
    clause="4.2.1.2",
    level="must",
    catalogue_rows=("L005",),
    keywords=("CONTINUE",),
    summary_ja="CONTINUE を使えない予約キーワードに使っている",
    message="{keyword} is defined by the standard and must not be continued; shorten the string to "
    "68 characters",
)
def continue_not_allowed(card: Card, header: Header) -> Iterator[Flag]:
    """A mandatory or reserved keyword has a long string.

    ## Why it matters
    The standard keeps long strings to keywords of its users, so that software may read its own
    keywords without knowing CONTINUE.

    ## Example
    ```fits
    OBJECT  = 'M31&'
    CONTINUE  ' and its companions'
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31 and its companions'
    ```
    """
    if card.folded:
        yield flag(card)
        return
    base = _find_previous_card(card, header)
    if base is None or base.form.kind != "value":
        return
    known = load_standard().lookup(base.keyword)
    if known is not None and not known.entry.allow_continue:
        yield flag(base, (0, 8), keyword=base.keyword)


@rule(
    "LS106",
    "doubled-quote-split",
    clause="4.2.1.2",
    level="must",
    catalogue_rows=("L006",),
    keywords=("CONTINUE",),
    fix="unsafe",
    summary_ja="二重にした引用符が二つのレコードに分かれている",
    message="a doubled quote is split between this record and the one before it",
)
def doubled_quote_split(card: Card, header: Header) -> Iterator[Flag]:
    """The two quotes that stand for one are on different records of a long string.

    ## Why it matters
    Each record is a string of its own, in which a quote is doubled: split, the first one ends the
    string and the rest is lost (CFITSIO reads ``Scarlett O``). Mended, twelve readers give another
    text than before: CFITSIO the right one, those that do not know CONTINUE the first half.

    ## Example
    ```fits
    OBSERV1 = 'Scarlett O'&'
    CONTINUE  ''Hara'
    ```
    Use instead:
    ```fits
    OBSERV1 = 'Scarlett O''&'
    CONTINUE  'Hara'
    ```
    """
    start = card.raw.find(b"''", 8)
    if start < 0 or card.form.legal or card.raw[8:start].strip(b" "):
        return
    if card.folded:
        yield flag(card)
        return
    previous = header.card(card.number - 2) if card.number > 1 else None
    cut = _SPLIT_QUOTE.search(previous.raw) if previous is not None else None
    if previous is None or cut is None or previous.form.legal:
        return
    quote = cut.start() + 1
    edits = (
        replace_columns(previous, (quote, quote + 1), b"''"),
        replace_columns(card, (start, start + 2), b"'"),
    )
    both: tuple[Edit, ...] = tuple(edit for edit in edits if edit is not None)
    yield flag(
        card,
        (start, start + 2),
        fix=both if len(both) == 2 else (),
        title=phrase("keep the two quotes together"),
    )


@rule(
    "LS110",
    "hierarch-continued",
    clause="HIERARCH convention",
    level="conv",
    catalogue_rows=("L010",),
    keywords=("CONTINUE",),
    summary_ja="HIERARCH キーワードに CONTINUE を使っている",
    message="a HIERARCH keyword with CONTINUE combines two conventions; not every reader joins "
    "the string",
)
def hierarch_continued(card: Card, header: Header) -> Iterator[Flag]:
    """The string of a HIERARCH keyword is continued.

    ## Why it matters
    Neither convention speaks of the other, and readers differ in what they make of the value.

    ## Example
    ```fits
    HIERARCH ESO OBS NAME = 'the first half &'
    CONTINUE  'and the second half'
    ```
    Use instead:
    ```fits
    HIERARCH ESO OBS NAME = 'the whole name'
    ```
    """
    if card.folded:
        yield flag(card)
        return
    base = _find_previous_card(card, header)
    if base is not None and base.form.kind == "hierarch":
        yield flag(base)
