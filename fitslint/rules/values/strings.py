"""Character strings (FITS 4.0 section 4.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.cards.truncation import is_word_fragment
from fitslint.rules.edits import has_indicator, quote_string, rewrite_card
from fitslint.text import phrase

_AMBIGUOUS = compile_late(r"'.*?[^']((?:'')+)(?: *\Z| +/.*)")
_BEFORE_SLASH = compile_late(r"(.*?)(?: +/ *(.*))?\Z")
_STRING_LENGTH_MAX = 68
_TOKEN_LENGTH = 20
_SUFFIX = compile_late(r"\.[A-Za-z0-9]{1,5}\Z")
"""Characters between the quotes of a string that fills its card."""


@rule(
    "VF101",
    "unclosed-string",
    clause="4.2.1.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("V001",),
    faults=("unclosed-string",),
    summary_ja="文字列に閉じ引用符がない",
    message="the string that opens in column {column} has no closing quote",
)
def unclosed_string(card: Card) -> Iterator[Flag]:
    """A string has no closing quote.

    ## Why it matters
    The string runs to the end of the card and takes the comment with it, or the reader gives up.

    ## Example
    ```fits
    OBJECT  = 'M31                 / target name
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31'                / target name
    ```
    """
    text = card.text
    if _AMBIGUOUS.fullmatch(text):
        return
    parts = _BEFORE_SLASH.fullmatch(text[1:])
    inner, comment = (parts[1], parts[2] or "") if parts else (text[1:], "")
    yield flag(
        card,
        fix=lambda: (
            rewrite_card(card, value=f"'{inner.rstrip()}'", comment=comment)
            if has_indicator(card)
            else None
        ),
        title=phrase("close the string"),
        column=(card.form.value or (CARD_SIZE, 0))[0] + 1,
    )


@rule(
    "VF102",
    "single-quote-inside",
    clause="4.2.1.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("V002",),
    faults=("after-string",),
    summary_ja="文字列の中の引用符が二重になっていない",
    message="the quote in column {column} closes the string; inside a string it is written twice",
)
def single_quote_inside(card: Card) -> Iterator[Flag]:
    """A quote inside a string is not doubled.

    ## Why it matters
    A single quote ends the string, and the rest of it is illegal text.

    ## Example
    ```fits
    OBSERVER= 'O'Neil  '           / who observed
    ```
    Use instead:
    ```fits
    OBSERVER= 'O''Neil'            / who observed
    ```
    """
    start, end = card.form.fault_span or (0, CARD_SIZE)
    if "'" not in card.image[start:end] or not card.form.value:
        return
    first = card.form.value[0] + 1
    last = start + card.image[start:end].rindex("'")
    inner = card.image[first:last].replace("''", "'")
    quote = card.form.value[1] - 1
    rest = f"{card.image[last + 1 : end].strip()} {card.comment.strip()}".strip()
    yield flag(
        card,
        (quote, quote + 1),
        # What goes on in a CONTINUE card may be the half of a pair of quotes.
        fix=lambda: (
            rewrite_card(card, value=quote_string(inner), comment=rest)
            if has_indicator(card) and not inner.endswith("&")
            else None
        ),
        title=phrase("double the quote"),
        column=quote + 1,
    )


@rule(
    "VF103",
    "ambiguous-quotes",
    clause="4.2.1.1",
    level="must",
    fix="unsafe",
    catalogue_rows=("V003",),
    faults=("unclosed-string",),
    summary_ja="文字列の終わりの引用符の数があいまいである",
    message="the {count} quotes at the end stand for quotes inside the string, which is not closed",
)
def ambiguous_quotes(card: Card) -> Iterator[Flag]:
    """A string ends in doubled quotes and no closing one.

    ## Why it matters
    ``''`` is a quote inside the string, so ``'abc''`` is not closed. Readers disagree whether the
    value is abc or abc with a quote.

    ## Example
    ```fits
    OBJECT  = 'M31''               / target name
    ```
    Use instead:
    ```fits
    OBJECT  = 'M31'                / target name
    ```
    """
    match = _AMBIGUOUS.fullmatch(card.text)
    if match is None or not card.form.value:
        return
    first = card.form.value[0]
    inner, rest = card.text[1 : match.end(1) - 1], card.text[match.end(1) :]
    inner = inner[:-1] if inner.endswith("'") and len(match[1]) == 2 else inner
    value = quote_string(
        inner.replace("''", "'").removesuffix("'") if len(match[1]) == 2 else inner
    )
    comment = rest.partition("/")[2]
    yield flag(
        card,
        (first + match.start(1), first + match.end(1)),
        fix=lambda: (
            rewrite_card(card, value=value, comment=comment) if has_indicator(card) else None
        ),
        title=phrase("close the string with one quote"),
        count=len(match[1]),
    )


@rule(
    "VF104",
    "leading-blank-in-string",
    clause="4.2.1.1",
    level="should",
    fix="unsafe",
    changes=("own",),
    catalogue_rows=("V004",),
    kinds=("value",),
    keywords=(
        *("EXTNAME", "BUNIT", "CTYPEia", "CUNITia", "RADESYSa", "SPECSYSa", "TIMESYS", "XTENSION"),
        *("TTYPEn", "TUNITn", "TCTYPn", "TCUNIn", "TELESCOP", "INSTRUME", "TIMEUNIT"),
    ),
    summary_ja="比較される文字列が空白で始まっている",
    message="the value of {keyword} has leading blanks ({count}), which are part of it",
)
def leading_blank(card: Card) -> Iterator[Flag]:
    """A string that programs compare begins with blanks.

    ## Why it matters
    Trailing blanks of a string do not count, leading ones do: ``' IMAGE'`` is not ``'IMAGE'``.

    ## Example
    ```fits
    BUNIT   = ' Jy/beam'           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'Jy/beam'            / unit of the array
    ```
    """
    form = card.form
    if form.type != "string" or form.value is None or form.fault:
        return
    inner = card.text[1:-1]
    count = len(inner) - len(inner.lstrip(" "))
    if not count or not inner.strip(" "):
        return
    yield flag(
        card,
        (form.value[0] + 1, form.value[0] + 1 + count),
        fix=lambda: rewrite_card(card, value=f"'{inner.strip(' ')}'"),
        safety="safe" if card.keyword == "XTENSION" else None,
        title=phrase("drop the leading blanks"),
        keyword=card.keyword,
        count=count,
    )


@rule(
    "VF105",
    "empty-name",
    clause="4.2.1.1, 4.1.2.3",
    level="should",
    catalogue_rows=("V005",),
    kinds=("value",),
    keywords=("EXTNAME", "TTYPEn", "XTENSION"),
    summary_ja="名前の値が空文字列または空白だけである",
    message="the value of {keyword} is {what}, which names nothing; leave the card out",
)
def empty_name(card: Card) -> Iterator[Flag]:
    """A keyword that gives a name holds an empty string.

    ## Why it matters
    A null string, a string of blanks and an undefined value are three different things, and none
    of them is a name: readers that look an extension up by its name cannot say which they found.

    ## Example
    ```fits image
    EXTNAME = ''                   / name of the extension
    ```
    Use instead:
    ```fits image
    EXTNAME = 'SCI     '           / name of the extension
    ```
    """
    if card.form.type != "string" or card.form.fault or card.text.strip("' "):
        return
    what = phrase("a null string") if card.text == "''" else phrase("a string of blanks")
    yield flag(card, keyword=card.keyword, what=what)


@rule(
    "VF124",
    "string-cut-off",
    clause="4.2.1.2",
    level="should",
    catalogue_rows=("V024",),
    kinds=("value",),
    types=("string",),
    summary_ja="文字列が 68 文字で切れている可能性がある",
    message="the string fills the card with {count} characters; its last word {word!r} looks cut",
)
def string_cut_off(card: Card) -> Iterator[Flag]:
    """A string that fills its card was probably cut.

    ## Why it matters
    A card has room for 68 characters between quotes. What is longer goes on in CONTINUE cards; a
    writer that does not know them drops the rest. Trailing blanks before the quote mean nothing.

    ## Example
    ```fits
    TITLE   = 'Spectral purity of the first order and its slits, one first observat'
    ```
    Use instead:
    ```fits
    TITLE   = 'Spectral purity of the first order and its slits, one first&'
    CONTINUE  ' observation'
    ```
    """
    form = card.form
    if form.type != "string" or form.value is None or form.fault or form.value[1] != CARD_SIZE:
        return
    inner = card.text[1:-1]
    word = inner.rpartition(" ")[2]
    # A long unbroken text that ends exactly here was cut, unless it ends like a file name.
    token = len(word) > _TOKEN_LENGTH and word[-1:].isalnum() and not _SUFFIX.search(word)
    if card.folded or (len(inner) >= _STRING_LENGTH_MAX and (token or is_word_fragment(word))):
        yield flag(card, (CARD_SIZE - 1 - len(word), CARD_SIZE - 1), count=len(inner), word=word)


def _has_indicator(card: Card) -> bool:
    """Whether the value indicator is where it belongs, so that a suggestion makes sense."""
    return card.raw[8:10] == b"= "
