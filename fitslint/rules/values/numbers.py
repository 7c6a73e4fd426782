"""Legal numbers that not every reader keeps, or that are of the wrong type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import has_single_token, set_value
from fitslint.rules.names.registered import find_keyword_entry, find_value_type
from fitslint.rules.values.exponents import is_double, lengthen_exponent
from fitslint.rules.values.sizes import may_be_size
from fitslint.text import phrase

_INT64_DIGITS = 19
_DOUBLE_DIGITS = 17
_UNSIGNED = str(1 << 63)
SCALING_KEYWORDS = frozenset(("BSCALE", "BZERO", "BLANK"))
EQUINOX_KEYWORDS = frozenset(f"EQUINOX{version}" for version in ("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
"""Keywords that a rule on coordinates judges, which reads 'J2000' too."""
_SEXAGESIMAL_KEYWORDS = frozenset(("RA", "DEC", "LATITUDE", "LONGITUD"))
"""Keywords that hold a number or text with colons, for which another rule speaks."""
_OTHER_RULE_KEYWORDS = SCALING_KEYWORDS | EQUINOX_KEYWORDS
_EPOCH = "EPOCH"
"""As a number it is an equinox to every reader, and many wrote the year of the observation."""
_NUMBER = compile_late(r"' *([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EDed][+-]?[0-9]+)?) *'")
_LABEL = compile_late(r"0[0-9]+")
_LABEL_WORDS = compile_late(r"\b(?:number|no\.|identifier|id)(?!\w)", re.IGNORECASE)
"""Words of a comment that make a number a label."""
_INTEGER = compile_late(r"[+-]?[0-9]+")
_MANTISSA = compile_late(r"[+-]?([0-9]*)\.?([0-9]*)")
_POWER = compile_late(r"D[+-]?0*[1-9]")
_EXPONENT = compile_late(r"[ED][+-]?[0-9]{3}")
_SHORT_INTEGERS = ("EXTVER", "EXTLEVEL", "TFIELDS", "NAXIS", "BITPIX", "ZNAXIS", "ZBITPIX")


@rule(
    "VF108",
    "integer-too-large",
    clause="4.2.3",
    level="should",
    catalogue_rows=("V008",),
    kinds=("value", "hierarch"),
    types=("integer",),
    hangs_on="field",
    summary_ja="整数が 64 ビット (または 32 ビット) の範囲を超えている",
    message="{text} is outside the range of a signed integer of {bits} bits",
)
def integer_too_large(card: Card) -> Iterator[Flag]:
    """An integer does not fit in 64 bits (or in 32 where readers have no more).

    ## Why it matters
    The standard sets no limit, and every reader has one: larger numbers overflow or become reals.

    ## Example
    ```fits
    QID     = 30002000000000008375 / query identifier
    ```
    Use instead:
    ```fits
    QID     = '30002000000000008375' / query identifier
    ```
    """
    form = card.form
    if form.type != "integer" or form.value is None or form.value[1] - form.value[0] < 10:
        return
    bits = 32 if card.keyword in _SHORT_INTEGERS else 64
    if bits == 64 and form.value[1] - form.value[0] < _INT64_DIGITS:
        return
    limit = 1 << (bits - 1)
    # The offset of unsigned 64-bit integers is a number of the standard itself (section 5.2.5).
    if card.text == _UNSIGNED and (card.keyword == "BZERO" or card.keyword.startswith("TZERO")):
        return
    if card.folded or not -limit <= int(card.text) < limit:
        yield flag(card, text=card.text, bits=bits)


@rule(
    "VF111",
    "d-exponent",
    clause="4.2.4",
    level="style",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V011",),
    kinds=("value", "hierarch"),
    types=("real", "complex"),
    summary_ja="実数の指数に D が使われている",
    message={
        "": "{text} has a D exponent, which is legal and not read everywhere; E means the same",
        "read": "WCSLIB, casacore and fitsjs read {text} as {mantissa}; D is legal, and E means the"
        " same",
    },
)
def d_exponent(card: Card) -> Iterator[Flag]:
    """A real number is written with a D exponent.

    ## Why it matters
    D is legal in FITS and in Fortran, and E loses nothing, since the precision is in the digits.
    WCSLIB, casacore and fitsjs stop at the D and read 1.5D+02 as 1.5, nom.tam.fits reads no number
    and Gnuastro a text. Where the exponent is 0 the number is the same, and the card is left alone
    unless style is asked for. Two digits are written, since WCSTools reads 1.5E+2 as 1.

    ## Example
    ```fits
    CDELT1  =            1.50D-004 / [deg] pixel scale
    ```
    Use instead:
    ```fits
    CDELT1  =            1.50E-004 / [deg] pixel scale
    ```
    """
    if card.form.type not in ("real", "complex") or card.form.fault:
        return
    text = card.text
    if "D" in text:
        # CFITSIO gives up on E where it took a complex number, or one out of range, for a string.
        real = card.form.type == "real"
        matters = real and _POWER.search(text) is not None and card.number_value != 0
        edit = set_value(card, lengthen_exponent(text)) if real and is_double(text) else None
        yield flag(
            card,
            message="read" if matters else "",
            fix=edit if has_single_token(card) else None,
            level="conv" if matters else None,
            # The table readers of IDL scale a column in double precision for a D only.
            safety="unsafe" if _SCALES_COLUMN.fullmatch(card.keyword) else None,
            title=phrase("write E"),
            text=text,
            mantissa=text.partition("D")[0],
        )


_SCALES_COLUMN = compile_late("T(SCAL|ZERO)[1-9][0-9]{0,2}")
_MOVES_PIXELS = compile_late(
    "(CRPIX|CRVAL|CDELT|CROTA)[1-9][0-9]?[A-Z]?|(CD|PC|PV)[1-9][0-9]?_[0-9]{1,2}[A-Z]?"
    "|(LONPOLE|LATPOLE|EQUINOX)[A-Z]?"
)


@rule(
    "VF118",
    "number-in-quotes",
    clause="4.4.2, 8.2",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V018",),
    registered_only=True,
    kinds=("value",),
    summary_ja="数値キーワードの値が引用符で囲まれている",
    message="{keyword} is {expected} and {text} is a string; write {new} without quotes",
)
def number_in_quotes(card: Card, header: Header) -> Iterator[Flag]:
    """A numeric keyword holds a number in quotes.

    ## Why it matters
    A string is not a number: readers ignore the keyword and use its default instead. Where the
    standard itself gives the type the repair is safe; where only a convention does (EXPTIME, GAIN)
    eleven readers that gave the text would give a number, and where the number says where pixels
    are four readers move by up to the whole sky (to the right place), so it is up to you.

    ## Example
    ```fits
    CRVAL2  = '-5.0    '           / [deg] reference value
    ```
    Use instead:
    ```fits
    CRVAL2  =                 -5.0 / [deg] reference value
    ```
    """
    if card.form.type != "string" or card.form.fault:
        return
    expected = _find_number_type(card.keyword, header.kind)
    if expected is None or card.keyword in _OTHER_RULE_KEYWORDS:
        return
    number = _NUMBER.fullmatch("'0'" if card.folded else card.text)
    if number is None:
        return
    new = number[1].upper()
    entry = find_keyword_entry(card.keyword)
    convention = entry is not None and entry.status == "convention"
    if convention and _is_label(card, new):
        return
    exact = expected == "real" or _INTEGER.fullmatch(new) is not None
    # CFITSIO refuses the header for a real beyond the range of a double.
    sure = has_single_token(card) and is_double(new) and card.keyword != _EPOCH
    # Most readers put 0 in the place of CRVALi that they cannot read: they move, if to the right.
    sure = sure and not _MOVES_PIXELS.fullmatch(card.keyword)
    sure = sure and may_be_size(card.keyword, float(new.replace("D", "E")), header)
    yield flag(
        card,
        level="conv" if convention else None,
        fix=lambda: set_value(card, new),
        safety="safe" if sure and exact and not convention else "unsafe",
        title=phrase("drop the quotes"),
        keyword=card.keyword,
        expected=phrase("an integer") if expected == "integer" else phrase("a number"),
        text=card.text,
        new=new,
    )


def _is_label(card: Card, digits: str) -> bool:
    """Whether the number names one of many: '00001', or '1' / exposure request number."""
    if _LABEL.fullmatch(digits):
        return True
    # Folded, any comment may be one with such a word or without.
    whole = _INTEGER.fullmatch(digits) is not None
    return whole and not card.folded and _LABEL_WORDS.search(card.comment) is not None


def _find_number_type(keyword: str, kind: str) -> str | None:
    """The numeric type of a keyword; a keyword of any type that has a range is a number too."""
    expected = find_value_type(keyword, kind)
    if expected in ("integer", "real"):
        return expected
    entry = find_keyword_entry(keyword) if expected is None else None
    ranged = entry is not None and (entry.minimum is not None or entry.maximum is not None)
    return "real" if ranged and keyword not in _SEXAGESIMAL_KEYWORDS else None


@rule(
    "VF120",
    "real-for-integer",
    clause="4.2.3, 4.4.1",
    level="must",
    fix="safe",
    changes=("own",),
    catalogue_rows=("V020", "V021"),
    registered_only=True,
    kinds=("value",),
    once="fact",
    summary_ja="整数のキーワードに実数が書かれている",
    message="{keyword} is an integer keyword and {text} is written as a real number",
)
def real_for_integer(card: Card, header: Header) -> Iterator[Flag]:
    """An integer keyword is written as a real number.

    ## Why it matters
    Readers that parse NAXIS1 or PCOUNT as an integer stop at the point or refuse the file. The
    reverse is legal: a real keyword may be written as an integer.

    ## Example
    ```fits image
    EXTVER  =                  2.0 / version of the extension
    ```
    Use instead:
    ```fits image
    EXTVER  =                    2 / version of the extension
    ```
    """
    if card.form.type != "real" or card.form.fault:
        return
    if card.keyword in SCALING_KEYWORDS or find_value_type(card.keyword, header.kind) != "integer":
        return
    value = card.value
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    whole = whole and is_double(card.text)
    entry = find_keyword_entry(card.keyword)
    # Integer parts of reference epochs are read as reals everywhere, and widely written so.
    mild = whole and entry is not None and not entry.clause.startswith(("4.", "6.", "7."))
    yield flag(
        card,
        level="should" if mild else None,
        fix=lambda: set_value(card, str(int(value))) if whole else None,  # type: ignore[arg-type]
        safety="safe" if whole and _is_safe(card, header) else "unsafe",
        title=phrase("write it as an integer"),
        keyword=card.keyword,
        text=card.text,
    )


def _is_safe(card: Card, header: Header) -> bool:
    return has_single_token(card) and may_be_size(card.keyword, card.number_value or 0.0, header)


@rule(
    "VF123",
    "too-many-digits",
    clause="4.2.4",
    level="conv",
    catalogue_rows=("V023",),
    kinds=("value", "hierarch"),
    types=("real",),
    summary_ja="倍精度実数で表せないほど桁数が多い",
    message={
        "": "{text} has {digits} significant digits; a double keeps 17 and reads {value}",
        "range": "{text} is out of the range of a double, which readers take for {value}",
        "small": "{text} is below the smallest normal double, 2.2E-308: CFITSIO stops with status"
        " 412, and fitsio then reads no keyword of the header",
    },
)
def too_many_digits(card: Card) -> Iterator[Flag]:
    """A real number has more significant digits than a double keeps.

    ## Why it matters
    Readers store reals as 64-bit floating point, about 16 digits. The digits beyond are lost when
    the header is written again; split the number, as MJDREFI and MJDREFF do, or quote it.

    ## Example
    ```fits
    TREF    = 12345678.1234567890123456 / [s] reference time
    ```
    Use instead:
    ```fits
    TREF    =    12345678.12345679 / [s] reference time
    ```
    """
    form = card.form
    if form.type != "real" or form.value is None or form.fault:
        return
    # Three digits of exponent may be too many for a double, which ends at 1.8E308.
    if _EXPONENT.search(card.text) and (card.folded or _is_out_of_range(card)):
        value = card.number_value or 0.0
        small = 0 < abs(value) < 1
        told = "0" if value == 0 else phrase("infinity")
        yield flag(card, message="small" if small else "range", text=card.text, value=told)
        return
    match = _MANTISSA.match(card.text) if form.value[1] - form.value[0] > _DOUBLE_DIGITS else None
    digits = match[1] + match[2] if match else ""
    if not card.folded:
        digits = digits.strip("0")
    count = len(digits)
    if count > _DOUBLE_DIGITS and (card.folded or not _is_double(card, digits)):
        yield flag(card, text=card.text, digits=count, value=repr(card.value))


def _is_double(card: Card, digits: str) -> bool:
    """Whether the digits are the expansion of a double, as ``%.20g`` prints it: nothing is lost."""
    value = card.number_value
    if value is None:
        return True
    written = f"{abs(value):.{len(digits) - 1}e}".partition("e")[0].replace(".", "")
    return written == digits


def _is_out_of_range(card: Card) -> bool:
    """Whether the value is beyond the largest double, or below a normal one and not 0."""
    return card.number_value is not None and not is_double(card.text)
