"""BLANK, which marks undefined values of integer arrays (FITS 4.0 section 4.4.2.5)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.hdu_kinds import IMAGE_KINDS
from fitslint.text import phrase


def find_integer_range(bitpix: int) -> tuple[int, int]:
    """The smallest and largest integer of a legal positive BITPIX."""
    return (0, 255) if bitpix == 8 else (-(2 ** (bitpix - 1)), 2 ** (bitpix - 1) - 1)


@rule(
    "IM101",
    "blank-on-floats",
    clause="4.4.2.5",
    level="must",
    catalogue_rows=("I001",),
    hdus=IMAGE_KINDS,
    needs=("BLANK",),
    fix="unsafe",
    summary_ja="浮動小数点の配列 (BITPIX < 0) に BLANK がある",
    message="BLANK must not be used with BITPIX = {bitpix}: undefined floats are NaN",
)
def blank_on_floats(header: Header) -> Iterator[Flag]:
    """BLANK stands in the header of a floating-point array.

    ## Why it matters
    BLANK marks undefined values of integer arrays only. In floating-point arrays NaN does, and
    software that applies BLANK would wipe out good values. Where the array was converted from
    integers, the card may be all that tells which values are none.

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
        for card in header.find_cards("BLANK"):
            yield flag(
                card, (0, 8), fix=delete_card(card), title=phrase("remove BLANK"), bitpix=bitpix
            )


@rule(
    "IM102",
    "blank-not-integer",
    clause="4.4.2.5",
    level="must",
    catalogue_rows=("I002", "S10-02"),
    hdus=IMAGE_KINDS,
    keywords=("BLANK",),
    summary_ja="BLANK が整数でない",
    message={
        "": "BLANK must be an integer, not a {kind} value",
        "range": "BLANK must be an integer, not a {kind} value, and BITPIX = {bitpix} cannot hold"
        " {value}: integers from {low} to {high}",
        "fraction": "BLANK must be an integer, not a {kind} value, and no integer is {value}",
    },
)
def blank_not_integer(card: Card, header: Header) -> Iterator[Flag]:
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
    if card.form.type not in ("string", "logical", "real", "complex"):
        return
    number = _parse_number(card)
    bitpix = header.structure.bitpix
    if number is None or bitpix not in (8, 16, 32, 64):
        yield flag(card, kind=phrase(card.form.type))
        return
    low, high = find_integer_range(bitpix)
    message = "range" if not low <= number <= high else "" if number.is_integer() else "fraction"
    yield flag(card, message=message, kind=phrase(card.form.type), value=card.text.strip("' "),
               bitpix=bitpix, low=low, high=high)  # fmt: skip


def _parse_number(card: Card) -> float | None:
    """The number that a real or a text stands for."""
    try:
        number = float(card.text.strip("' ").upper().replace("D", "E"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@rule(
    "IM103",
    "blank-out-of-range",
    clause="4.4.2.5",
    level="must",
    catalogue_rows=("I003",),
    hdus=IMAGE_KINDS,
    reads="values",
    needs=("BLANK",),
    requires=("IM101", "IM102"),
    summary_ja="BLANK が BITPIX で表せる範囲にない",
    message="BLANK = {blank} is not in the range {low} to {high} of integers with {bitpix} bits",
)
def blank_out_ofrange_of(header: Header) -> Iterator[Flag]:
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
    if bitpix not in (8, 16, 32, 64):
        return
    # BITPIX of a header without data is a filler, and no value is undefined.
    level: Level | None = "style" if header.structure.data_bytes == 0 else None
    low, high = find_integer_range(bitpix)
    for card in header.find_cards("BLANK"):
        blank = card.value if card.form.type == "integer" else None
        if isinstance(blank, int) and not low <= blank <= high:
            yield flag(card, level=level, blank=blank, low=low, high=high, bitpix=bitpix)
