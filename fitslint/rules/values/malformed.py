"""Numbers that are written otherwise than the standard allows (sections 4.2.3 to 4.2.6)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import has_single_token, rewrite_card, set_value
from fitslint.rules.names.registered import find_card_type, find_value_type
from fitslint.rules.values.exponents import is_double, lengthen_exponent
from fitslint.text import phrase
from fitslint.units.spelling import is_unit_word, spell_unit

_NUMBER = compile_late(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EDed][+-]?[0-9]+)?")
_NUMERIC = (None, "real")
_BASES = {"x": 16, "o": 8, "b": 2}


@rule(
    "VF107",
    "sign-without-digits",
    clause="4.2.3",
    level="must",
    catalogue_rows=("V007",),
    faults=("no-digits",),
    summary_ja="数値に数字が一つもない",
    message="{text!r} is no number: it has no digit",
)
def sign_without_digits(card: Card) -> Iterator[Flag]:
    """A number is a sign without a digit.

    ## Why it matters
    A number has at least one digit; some readers take a lone sign for zero.

    ## Example
    ```fits
    OFFSET  =                    - / [pixel]
    ```
    Use instead:
    ```fits
    OFFSET  =                   -1 / [pixel]
    ```
    """
    if card.text[:1] in "+-":
        yield flag(card, text=card.text)


@rule(
    "VF109",
    "incomplete-real",
    clause="4.2.4",
    level="must",
    catalogue_rows=("V009",),
    faults=("exponent-digits", "no-digits"),
    summary_ja="実数の仮数または指数に数字がない",
    message="{text!r} is no real number: its {part} has no digit",
)
def incomplete_real(card: Card) -> Iterator[Flag]:
    """A real number lacks the digits of its mantissa or exponent.

    ## Why it matters
    ``1.5E`` and ``.`` come from formats with too little room; which value was meant is unknown.

    ## Example
    ```fits
    BEAM    =                1.5E+ / [arcsec]
    ```
    Use instead:
    ```fits
    BEAM    =              1.5E+00 / [arcsec]
    ```
    """
    if card.form.fault == "exponent-digits" or card.text[:1] not in "+-":
        part = phrase("exponent") if card.form.fault == "exponent-digits" else phrase("mantissa")
        yield flag(card, text=card.text, part=part)


@rule(
    "VF110",
    "lowercase-exponent",
    clause="4.2.4",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V010",),
    faults=("lowercase-exponent",),
    summary_ja="実数の指数文字が小文字で書かれている",
    message="the exponent letter {letter} is lower case; write {new}",
)
def lowercase_exponent(card: Card, header: Header) -> Iterator[Flag]:
    """A real number is written with a lower-case exponent letter.

    ## Why it matters
    The standard allows only E and D: CFITSIO fails on a small d, and fitsio then refuses the
    header; STILTS fails on both. Two digits are written, since WCSTools reads 1.5E+2 as 1.

    ## Example
    ```fits
    EXPTIME =              1.5e+02 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =              1.5E+02 / [s] exposure time
    ```
    """
    new = lengthen_exponent(card.text.upper())
    sound = is_double(new) and has_single_token(card) and find_card_type(card, header) in _NUMERIC
    letter = "e" if "e" in card.text else "d"
    start = (card.form.value or (0, 0))[0]
    at = start + max(card.text.find(letter), 0)
    yield flag(
        card,
        (at, at + 1),
        fix=lambda: set_value(card, new) if sound else None,
        title=phrase("write the exponent letter in upper case"),
        letter=letter,
        new=new,
    )


@rule(
    "VF112",
    "not-finite",
    clause="4.2.4",
    level="must",
    fix="unsafe",
    catalogue_rows=("V012",),
    faults=("non-finite",),
    summary_ja="NaN や無限大が書かれている",
    message="{text} cannot be written in a header; leave the value undefined or drop the card",
)
def not_finite(card: Card, header: Header) -> Iterator[Flag]:
    """A value is NaN or infinity.

    ## Why it matters
    Headers hold decimal numbers only. An undefined value is an empty value field. No reader takes
    that for NaN: ten that gave the text give nothing, IDL reads 0, and casacore loses the next card
    as well. Where the keyword needs a value of some type, leave the card out.

    ## Example
    ```fits
    SEEING  =                  NaN / [arcsec]
    ```
    Use instead:
    ```fits
    SEEING  =                      / [arcsec]
    ```
    """
    free = has_single_token(card) and find_value_type(card.keyword, header.kind) is None
    yield flag(
        card,
        fix=lambda: set_value(card, "") if free else None,
        title=phrase("leave the value undefined"),
        text=card.text,
    )


@rule(
    "VF113",
    "decimal-comma",
    clause="4.2.4",
    level="must",
    fix="unsafe",
    catalogue_rows=("V013",),
    faults=("decimal-comma",),
    summary_ja="小数点の代わりにコンマが使われている",
    message="{text} has a comma; the decimal sign is a point",
)
def decimal_comma(card: Card) -> Iterator[Flag]:
    """A real number has a decimal comma.

    ## Why it matters
    A program that formats numbers by the language of its user writes commas, and no reader takes
    them: ten keep the text 1,5, three read 1 (sxpar, fitsjs, SExtractor). Whether a pair was meant,
    or thousands, only you know.

    ## Example
    ```fits
    EXPTIME =                  1,5 / [s] exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    text = card.text
    start = (card.form.value or (0, 0))[0]
    yield flag(
        card,
        (start + text.index(","), start + text.index(",") + 1),
        fix=lambda: (
            set_value(card, text.replace(",", ".").upper()) if has_single_token(card) else None
        ),
        title=phrase("write a decimal point"),
        text=text,
    )


@rule(
    "VF114",
    "unit-attached",
    clause="4.2.4, 4.3.2",
    level="must",
    fix="unsafe",
    catalogue_rows=("V014",),
    faults=("unit-attached", "after-value"),
    summary_ja="数値に単位が付いている",
    message="the unit {unit} belongs into the comment: {number} / [{unit}]",
)
def unit_attached(card: Card) -> Iterator[Flag]:
    """A unit stands in the value field, behind the number.

    ## Why it matters
    A value field holds the number alone. The unit belongs in square brackets at the head of the
    comment.

    ## Example
    ```fits
    EXPTIME = 1.5s / exposure time
    ```
    Use instead:
    ```fits
    EXPTIME =                  1.5 / [s] exposure time
    ```
    """
    span = card.form.value
    number = _NUMBER.match(card.text)
    if span is None or number is None:
        return
    start, end = span[0] + number.end(), span[1]
    if card.form.fault == "after-value" and card.form.fault_span:
        start, end = card.form.fault_span
    written = card.image[start:end].strip()
    if not is_unit_word(written):
        return
    unit = spell_unit(written)
    comment = card.comment.strip()
    note = comment if comment.startswith("[") else f"[{unit}] {comment}".strip()
    placed = card.raw[8:10] == b"= "
    yield flag(
        card,
        (start, end),
        fix=lambda: rewrite_card(card, value=number[0].upper(), comment=note) if placed else None,
        title=phrase("move the unit to the comment"),
        unit=unit,
        number=number[0],
    )


@rule(
    "VF115",
    "grouped-or-hexadecimal",
    clause="4.2.3",
    level="must",
    fix="unsafe",
    catalogue_rows=("V015",),
    faults=("grouped-digits", "hex"),
    summary_ja="桁区切りや 16 進数が使われている",
    message="{text} is no FITS number; write {new}",
)
def grouped_or_hexadecimal(card: Card) -> Iterator[Flag]:
    """An integer has separators between its digits or is not decimal.

    ## Why it matters
    Integers are a sign and decimal digits. Readers stop at the first other character, so that
    ``1,000`` becomes 1 and ``0x1F`` becomes 0.

    ## Example
    ```fits
    MASK    =                 0x1F / bits in use
    ```
    Use instead:
    ```fits
    MASK    =                   31 / bits in use
    ```
    """
    text = card.text
    new = text.replace("_", "").replace(",", "")
    if card.form.fault == "hex":
        sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
        try:
            new = f"{sign}{int(digits[2:], _BASES[digits[1].lower()])}"
        except (ValueError, KeyError):
            new = phrase("a decimal number")
    writable = _NUMBER.fullmatch(new) is not None
    yield flag(
        card,
        fix=lambda: set_value(card, new) if writable else None,
        title=phrase("write plain decimal digits"),
        text=text,
        new=new,
    )


_NUMBER_TEXT = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EDed][+-]?[0-9]+)?"
_NUMBER_PAIR = compile_late(rf"\( *({_NUMBER_TEXT}) *[,;: ] *({_NUMBER_TEXT}) *\)?")
_ALGEBRAIC_NUMBER = compile_late(
    rf"\( *({_NUMBER_TEXT}) *([+-][0-9.]+(?:[EDed][+-]?[0-9]+)?) *[ij] *\)?"
)


@rule(
    "VF116",
    "malformed-complex",
    clause="4.2.5, 4.2.6",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V016",),
    faults=("complex-form",),
    summary_ja="複素数の書き方が正しくない",
    message="{text} is no complex number; write two numbers in parentheses with a comma",
)
def malformed_complex(card: Card, header: Header) -> Iterator[Flag]:
    """A complex value is not two numbers in parentheses with a comma between them.

    ## Why it matters
    There are readers that end abnormally on them (Debian's fitsverify where no comma stands). No
    blank is written behind the comma: IRAF and fitsort end the value there.

    ## Example
    ```fits
    VISREF  =            (1.5,-0.5 / reference visibility
    ```
    Use instead:
    ```fits
    VISREF  =           (1.5,-0.5) / reference visibility
    ```
    """
    text = card.text.rstrip()
    pair = _NUMBER_PAIR.fullmatch(text) or _ALGEBRAIC_NUMBER.fullmatch(text)
    new = f"({pair[1]},{pair[2]})".upper() if pair else ""
    whole = text.endswith(")") and has_single_token(card) and find_card_type(card, header) is None
    yield flag(
        card,
        fix=lambda: set_value(card, new) if new and has_single_token(card) else None,
        safety="safe" if whole and _NUMBER_PAIR.fullmatch(text) else "unsafe",
        title=phrase("write both numbers with a comma"),
        text=text,
    )
