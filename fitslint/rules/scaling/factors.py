"""BSCALE and BZERO, and unsigned integers (FITS 4.0 sections 4.4.2.5 and 5.2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, replace_columns, rule
from fitslint.rules.edits import set_value
from fitslint.rules.hdu_kinds import IMAGE_KINDS
from fitslint.text import phrase

_NUMBER_TYPES = ("integer", "real")
_UNSIGNED_OFFSETS = {8: -(2**7), 16: 2**15, 32: 2**31, 64: 2**63}
"""BITPIX → the BZERO of Table 11 that turns the sign of the integers round."""
_LAST_INTEGER_COLUMN = 30


def _precheck_bscale(text: bytes) -> bool:
    return text.strip(b"+-0.")[:1].isdigit()


@rule(
    "IM104",
    "bscale-zero",
    clause="4.4.2.5",
    level="should",
    catalogue_rows=("I004",),
    hdus=IMAGE_KINDS,
    reads="value",
    keywords=("BSCALE",),
    precheck=_precheck_bscale,
    summary_ja="BSCALE が 0 である",
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
    catalogue_rows=("I005",),
    hdus=IMAGE_KINDS,
    keywords=("BSCALE", "BZERO"),
    fix="safe",
    changes=("own",),
    summary_ja="BSCALE または BZERO が数値でない",
    message="{keyword} must be a number, not a {kind} value; astropy, fitsio and gnuastro read no"
    " pixels without it, GDAL unscaled ones",
)
def scaling_not_numeric(card: Card) -> Iterator[Flag]:
    """BSCALE or BZERO is not a number.

    ## Why it matters
    Readers cannot scale the array; some fail, some silently give the unscaled values.

    ## Example
    ```fits
    BITPIX  =                   16
    BZERO   = '32768   '
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    BZERO   =                32768
    ```
    """
    if card.form.type in ("string", "logical", "complex"):
        edit = _unquote_number(card)
        title = (
            phrase("write the number without quotes, by which readers then scale") if edit else ""
        )
        yield flag(card, fix=edit, title=title, keyword=card.keyword, kind=phrase(card.form.type))


def _unquote_number(card: Card) -> Edit | None:
    """The edit that writes a string with a number in it as that number, right-justified."""
    value, span = card.value, card.form.value
    if card.folded or card.form.fault or not isinstance(value, str) or span is None:
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
    return replace_columns(card, (10, 10 + width), text.rjust(min(width, 20)).ljust(width))


@rule(
    "IM106",
    "unsigned-convention",
    clause="5.2.5, 4.4.2.5",
    level="should",
    catalogue_rows=("I006",),
    fix="unsafe",
    hdus=IMAGE_KINDS,
    reads="values",
    needs=("BZERO", "BSCALE"),
    requires=("IM105", "IM107"),
    summary_ja="符号なし整数の約束 (BZERO、BSCALE = 1) から外れている",
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
    card, bzero = _read_number(header, "BZERO")
    if bitpix not in _UNSIGNED_OFFSETS or card is None or bzero is None:
        return
    scale = _read_number(header, "BSCALE")[1]
    bscale = 1 if scale is None else scale
    wanted = _UNSIGNED_OFFSETS[bitpix]
    if bzero == wanted:
        if bscale != 1:
            yield flag(card, message="bscale", bzero=bzero, bscale=bscale)
    elif bscale == 1 and bzero == -wanted:
        yield flag(
            card,
            message="sign",
            fix=set_value(card, str(wanted)),
            title=phrase("write {wanted}", wanted=wanted),
            bzero=bzero,
            bitpix=bitpix,
            wanted=wanted,
        )
    elif bscale == 1 and bzero in _UNSIGNED_OFFSETS.values():
        meant = next(bits for bits, offset in _UNSIGNED_OFFSETS.items() if offset == bzero)
        yield flag(card, message="other", bzero=bzero, meant=meant, bitpix=bitpix)


@rule(
    "IM107",
    "unsigned-offset-missed",
    clause="5.2.5",
    level="conv",
    catalogue_rows=("I007",),
    hdus=IMAGE_KINDS,
    reads="values",
    needs=("BZERO", "BSCALE"),
    requires=("IM105",),
    summary_ja="BZERO が符号なし整数のオフセットに近いが等しくない",
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
    card, bzero = _read_number(header, "BZERO")
    if bitpix not in _UNSIGNED_OFFSETS or card is None or bzero is None:
        return
    wanted = _UNSIGNED_OFFSETS[bitpix]
    if 0 < abs(bzero - wanted) <= 1 and _read_number(header, "BSCALE")[1] in (None, 1):
        yield flag(card, bzero=bzero, wanted=wanted, bitpix=bitpix)


@rule(
    "IM108",
    "scaled-floats",
    clause="4.4.2.5",
    level="should",
    catalogue_rows=("I008",),
    fix="unsafe",
    hdus=IMAGE_KINDS,
    reads="values",
    needs=("BZERO", "BSCALE"),
    requires=("IM105",),
    summary_ja="浮動小数点の配列に 1 と 0 以外の BSCALE、BZERO がある",
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
    ```
    """
    bitpix = header.structure.bitpix
    if bitpix is None or bitpix > 0:
        return
    for keyword, neutral in (("BSCALE", 1), ("BZERO", 0)):
        card, value = _read_number(header, keyword)
        if card is not None and value is not None and value != neutral:
            yield flag(
                card,
                fix=delete_card(card),
                title=phrase("remove {keyword}", keyword=keyword),
                keyword=keyword,
                value=value,
                bitpix=bitpix,
            )


def _read_number(header: Header, name: str) -> tuple[Card | None, int | float | None]:
    """The card and its value; an integer stays exact, since 2**63 - 1 is no float."""
    card = header.find_card(name)
    if card is None or card.form.type not in _NUMBER_TYPES:
        return card, None
    value = card.value
    return card, value if isinstance(value, int | float) else None
