"""BLANK, BSCALE, BZERO, BUNIT and degenerate axes (FITS 4.0 sections 4.4.2.5 and 5.2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import absent, delete, flag, rule, splice

IMAGES = ("primary", "groups", "image")
_NUMBERS = ("integer", "real")
_UNSIGNED = {8: -(2**7), 16: 2**15, 32: 2**31, 64: 2**63}
"""BITPIX → the BZERO of Table 11 that turns the sign of the integers round."""
_LAST_INTEGER_COLUMN = 30


def _range(bitpix: int) -> tuple[int, int]:
    """The smallest and largest integer of a legal positive BITPIX."""
    return (0, 255) if bitpix == 8 else (-(2 ** (bitpix - 1)), 2 ** (bitpix - 1) - 1)


@rule(
    "IM101",
    "blank-on-floats",
    clause="4.4.2.5",
    level="must",
    checks=("I001",),
    hdus=IMAGES,
    needs=("BLANK",),
    fix="safe",
    ja="浮動小数点の配列 (BITPIX < 0) に BLANK がある",
    message="BLANK must not be used with BITPIX = {bitpix}: undefined floats are NaN",
)
def blank_on_floats(header: Header) -> Iterator[Flag]:
    """BLANK stands in the header of a floating-point array.

    ## Why it matters
    BLANK marks undefined values of integer arrays only. In floating-point arrays NaN does, and
    software that applies BLANK would wipe out good values.

    ## Example
    ```fits
    BITPIX  =                  -32
    BLANK   =               -32768
    ```
    Use instead:
    ```fits
    BITPIX  =                  -32
    ```
    """
    bitpix = header.structure.bitpix
    if bitpix is not None and bitpix < 0:
        for card in header.all("BLANK"):
            yield flag(card, (0, 8), fix=delete(card), title="remove BLANK", bitpix=bitpix)


@rule(
    "IM102",
    "blank-not-integer",
    clause="4.4.2.5",
    level="must",
    checks=("I002",),
    hdus=IMAGES,
    keywords=("BLANK",),
    ja="BLANK が整数でない",
    message="BLANK must be an integer, not a {kind} value",
)
def blank_not_integer(card: Card) -> Iterator[Flag]:
    """BLANK is not written as an integer.

    ## Why it matters
    It stands for an integer in the array before scaling; another type cannot be compared with it.

    ## Example
    ```fits
    BITPIX  =                   16
    BLANK   =             -32768.0
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    BLANK   =               -32768
    ```
    """
    if card.form.type in ("string", "logical", "real", "complex"):
        yield flag(card, kind=card.form.type)


@rule(
    "IM103",
    "blank-out-of-range",
    clause="4.4.2.5",
    level="must",
    checks=("I003",),
    hdus=IMAGES,
    reads="values",
    needs=("BLANK",),
    requires=("IM101", "IM102"),
    ja="BLANK が BITPIX で表せる範囲にない",
    message="BLANK = {blank} is not in the range {low} to {high} of integers with {bitpix} bits",
)
def blank_out_of_range(header: Header) -> Iterator[Flag]:
    """BLANK lies outside the range of integers that BITPIX allows.

    ## Why it matters
    No value of the array can be equal to it, so undefined values pass for good ones; readers that
    cut it to the size of the data take good values for undefined ones.

    ## Example
    ```fits
    BITPIX  =                   16
    BLANK   =               -99999
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    BLANK   =               -32768
    ```
    """
    bitpix = header.structure.bitpix
    if bitpix not in _UNSIGNED:
        return
    low, high = _range(bitpix)
    for card in header.all("BLANK"):
        blank = card.value if card.form.type == "integer" else None
        if isinstance(blank, int) and not low <= blank <= high:
            yield flag(card, blank=blank, low=low, high=high, bitpix=bitpix)


def _surely_not_zero(text: bytes) -> bool:
    return text.strip(b"+-0.")[:1].isdigit()


@rule(
    "IM104",
    "bscale-zero",
    clause="4.4.2.5",
    level="should",
    checks=("I004",),
    hdus=IMAGES,
    reads="value",
    keywords=("BSCALE",),
    quick=_surely_not_zero,
    ja="BSCALE が 0 である",
    message="BSCALE = 0 makes every value of the array equal to BZERO",
)
def bscale_zero(card: Card) -> Iterator[Flag]:
    """BSCALE is zero.

    ## Why it matters
    The physical value is BZERO + BSCALE × array value: with zero all of the array is lost.

    ## Example
    ```fits
    BSCALE  =                  0.0
    ```
    Use instead:
    ```fits
    BSCALE  =                  1.0
    ```
    """
    if card.number_value == 0:
        yield flag(card)


@rule(
    "IM105",
    "scaling-not-numeric",
    clause="4.4.2.5",
    level="must",
    checks=("I005",),
    hdus=IMAGES,
    keywords=("BSCALE", "BZERO"),
    fix="safe",
    ja="BSCALE または BZERO が数値でない",
    message="{keyword} must be a number, not a {kind} value",
)
def scaling_not_numeric(card: Card) -> Iterator[Flag]:
    """BSCALE or BZERO is not a number.

    ## Why it matters
    Readers cannot scale the array; some fail, some silently give the unscaled values.

    ## Example
    ```fits
    BZERO   = '32768   '
    ```
    Use instead:
    ```fits
    BZERO   =                32768
    ```
    """
    if card.form.type in ("string", "logical", "complex"):
        edit = _unquoted(card)
        title = "write the number without quotes" if edit else ""
        yield flag(card, fix=edit, title=title, keyword=card.keyword, kind=card.form.type)


def _unquoted(card: Card) -> Edit | None:
    """The edit that writes a string with a number in it as that number, right-justified."""
    value, span = card.value, card.form.value
    if card.folded or not isinstance(value, str) or span is None:
        return None
    text = value.strip(" ").replace("e", "E").replace("d", "D")
    try:
        float(text.replace("D", "E"))
    except ValueError:
        return None
    if "_" in text or not any(ch.isdigit() for ch in text):
        return None
    end = max(span[1], _LAST_INTEGER_COLUMN)
    gap = card.raw[span[1] : end]
    width = end - 10 if not gap.strip(b" ") else span[1] - 10
    return splice(card, (10, 10 + width), text.rjust(min(width, 20)).ljust(width))


@rule(
    "IM106",
    "unsigned-convention",
    clause="5.2.5, 4.4.2.5",
    level="should",
    checks=("I006",),
    hdus=IMAGES,
    reads="values",
    needs=("BZERO", "BSCALE"),
    requires=("IM105", "IM107"),
    ja="符号なし整数の約束 (BZERO, BSCALE = 1) から外れている",
    message={
        "bscale": "BZERO = {bzero} marks unsigned integers only with BSCALE = 1, not {bscale}",
        "other": "BZERO = {bzero} marks unsigned integers of {meant} bits, but BITPIX = {bitpix}",
        "sign": "BZERO = {bzero} has the wrong sign for BITPIX = {bitpix}; {wanted} is meant",
    },
)
def unsigned_convention(header: Header) -> Iterator[Flag]:
    """BZERO is an offset of the unsigned-integer convention, and the rest does not fit.

    ## Why it matters
    Readers return unsigned (or, for BITPIX = 8, signed) integers only for the exact combination of
    BITPIX, BZERO and BSCALE = 1; everything else becomes floats.

    ## Example
    ```fits
    BITPIX  =                   16
    BZERO   =               -32768
    BSCALE  =                    1
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    BZERO   =                32768
    BSCALE  =                    1
    ```
    """
    bitpix = header.structure.bitpix
    card, bzero = _number(header, "BZERO")
    if bitpix not in _UNSIGNED or card is None or bzero is None:
        return
    scale = _number(header, "BSCALE")[1]
    bscale = 1 if scale is None else scale
    wanted = _UNSIGNED[bitpix]
    if bzero == wanted:
        # Any linear scale may have this offset; only one that is nearly 1 was meant to be 1.
        if bscale != 1 and abs(bscale - 1) < 0.01:
            yield flag(card, message="bscale", bzero=bzero, bscale=bscale)
    elif bscale == 1 and bzero == -wanted:
        yield flag(card, message="sign", bzero=bzero, bitpix=bitpix, wanted=wanted)
    elif bscale == 1 and bzero in _UNSIGNED.values():
        meant = next(bits for bits, offset in _UNSIGNED.items() if offset == bzero)
        yield flag(card, message="other", bzero=bzero, meant=meant, bitpix=bitpix)


@rule(
    "IM107",
    "unsigned-offset-missed",
    clause="5.2.5",
    level="conv",
    checks=("I007",),
    hdus=IMAGES,
    reads="values",
    needs=("BZERO", "BSCALE"),
    requires=("IM105",),
    ja="BZERO が符号なし整数のオフセットに近いが等しくない",
    message="BZERO = {bzero} is close to {wanted}, the offset of unsigned integers with {bitpix} "
    "bits, but not equal to it",
)
def unsigned_offset_missed(header: Header) -> Iterator[Flag]:
    """BZERO is within 1 of the offset of the unsigned-integer convention, but not equal to it.

    ## Why it matters
    32767 or 32768.5 for 32768 is nearly always an oversight: all values are off by that much, and
    readers return floats.

    ## Example
    ```fits
    BITPIX  =                   16
    BZERO   =                32767
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    BZERO   =                32768
    ```
    """
    bitpix = header.structure.bitpix
    card, bzero = _number(header, "BZERO")
    if bitpix not in _UNSIGNED or card is None or bzero is None:
        return
    wanted = _UNSIGNED[bitpix]
    if 0 < abs(bzero - wanted) <= 1 and _number(header, "BSCALE")[1] in (None, 1):
        yield flag(card, bzero=bzero, wanted=wanted, bitpix=bitpix)


@rule(
    "IM108",
    "scaled-floats",
    clause="4.4.2.5",
    level="should",
    checks=("I008",),
    hdus=IMAGES,
    reads="values",
    needs=("BZERO", "BSCALE"),
    requires=("IM105",),
    ja="浮動小数点の配列に 1 と 0 以外の BSCALE, BZERO がある",
    message="{keyword} = {value} scales an array that is already floating point "
    "(BITPIX = {bitpix}); it may be left over from the integers",
)
def scaled_floats(header: Header) -> Iterator[Flag]:
    """BSCALE or BZERO is not 1 or 0 in the header of a floating-point array.

    ## Why it matters
    Mostly the data were scaled when they were converted to floats and the keywords stayed behind:
    a reader then scales them a second time.

    ## Example
    ```fits
    BITPIX  =                  -32
    BZERO   =              32768.0
    ```
    Use instead:
    ```fits
    BITPIX  =                  -32
    BZERO   =                  0.0
    ```
    """
    bitpix = header.structure.bitpix
    if bitpix is None or bitpix > 0:
        return
    for keyword, neutral in (("BSCALE", 1), ("BZERO", 0)):
        card, value = _number(header, keyword)
        if card is not None and value is not None and value != neutral:
            yield flag(card, keyword=keyword, value=value, bitpix=bitpix)


def _number(header: Header, name: str) -> tuple[Card | None, int | float | None]:
    """The card and its value; an integer stays exact, since 2**63 - 1 is no float."""
    card = header.first(name)
    if card is None or card.form.type not in _NUMBERS:
        return card, None
    value = card.value
    return card, value if isinstance(value, int | float) else None


@rule(
    "IM109",
    "bunit-absent",
    clause="4.4.2.5, 4.3",
    level="style",
    checks=("I009",),
    hdus=IMAGES,
    needs=("CTYPEn",),
    ja="天球座標をもつ画像に BUNIT がない",
    message="the image has a coordinate system but no BUNIT that gives the unit of its values",
)
def bunit_absent(header: Header) -> Iterator[Flag]:
    """An image with a coordinate system does not say the unit of its values.

    ## Why it matters
    Without BUNIT nobody can tell counts from a flux density. The keyword is optional, so this is
    advice.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    BUNIT   = 'Jy/beam '
    ```
    """
    lengths = [axis for axis in header.structure.axes if axis]
    if len(lengths) >= 2 and len(lengths) == header.structure.naxis and "BUNIT" not in header:
        yield absent("BUNIT")


@rule(
    "IM110",
    "degenerate-axis",
    clause="8.2",
    level="style",
    checks=("I010",),
    hdus=IMAGES,
    needs=("CTYPEn",),
    ja="長さ 1 の軸に座標の記述がない",
    message="NAXIS{axis} = 1 has no CTYPE{axis}, CRVAL{axis} or CRPIX{axis} that says what it is",
)
def degenerate_axis(header: Header) -> Iterator[Flag]:
    """An axis of length 1 has no coordinate keywords although others have.

    ## Why it matters
    A degenerate axis is a way to give one more coordinate of the image (frequency, Stokes
    parameter); without keywords it says nothing.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    1
    CTYPE1  = 'WAVE    '
    BUNIT   = 'Jy      '
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    1
    NAXIS1  =                    4
    CTYPE1  = 'WAVE    '
    BUNIT   = 'Jy      '
    ```
    """
    for axis, length in enumerate(header.structure.axes, 1):
        described = any(f"{root}{axis}" in header for root in ("CTYPE", "CRVAL", "CRPIX"))
        if length == 1 and not described:
            yield flag(header.all(f"NAXIS{axis}")[0], axis=axis)
