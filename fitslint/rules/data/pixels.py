"""What a header says of the pixels, against the pixels (FITS 4.0 section 4.4.2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.data_facts import DataFacts, PixelFacts
from fitslint.model.finding import Level
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.data.numbers import agrees, write_number
from fitslint.rules.edits import set_value
from fitslint.text import phrase

_IMAGES = ("primary", "image")
_RESERVED = ("DATAMIN", "DATAMAX")
_STATISTICS: tuple[tuple[str, str, str, Level, float], ...] = (
    ("DATAMIN", "minimum", "least defined pixel", "should", 4e-7),
    ("DATAMAX", "maximum", "greatest defined pixel", "should", 4e-7),
    ("DATAMEAN", "mean", "mean", "conv", 1e-4),
    ("DATAAVG", "mean", "mean", "conv", 1e-4),
    ("DATASIG", "deviation", "standard deviation", "conv", 1e-3),
    ("DATARMS", "deviation", "standard deviation", "conv", 1e-3),
)
"""Keyword, what it tells, in words, what demands it, and how near it has to be, of the value."""


@rule(
    "DA150",
    "image-statistics",
    clause="4.4.2.5",
    level="should",
    catalogue_rows=("B001",),
    needs=tuple(row[0] for row in _STATISTICS),
    hdus=_IMAGES,
    facts=("pixels",),
    fix="safe",
    changes=("own",),
    summary_ja="DATAMIN、DATAMAX などの統計値がピクセルの値と一致しない",
    message="{keyword} is {stated}, and the {what} is {actual}",
)
def image_statistics(data: DataFacts) -> Iterator[Flag]:
    r"""DATAMIN, DATAMAX or another statistic is not that of the pixels.

    ## Why it matters
    Displays choose their scale by them without reading the image. They were mostly true of the
    image before it was calibrated or cut. Undefined pixels (BLANK, NaN) and infinite ones do not
    count.

    ## Example
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATAMIN =                    1
    DATAMAX =                    3
    @unit \x01\x02\x03\x04
    ```
    Use instead:
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATAMIN =                    1
    DATAMAX =                    4
    @unit \x01\x02\x03\x04
    ```
    """
    pixels = data.pixels
    if pixels is None or not pixels.defined:
        return
    is_unset = data.header.number("DATAMIN") == 0 == data.header.number("DATAMAX")
    for keyword, name, what, level, tolerance in _STATISTICS:
        card = data.header.find_card(keyword)
        actual = getattr(pixels, name)
        if card is None or card.number_value is None or actual is None:
            continue
        if agrees(card.text, actual, tolerance) or _is_root_mean_square(card, pixels):
            continue
        yield flag(
            card, level="style" if is_unset else level, keyword=keyword,
            stated=card.text.strip(), what=phrase(what), actual=actual,
            fix=set_value(card, write_number(actual)) if keyword in _RESERVED else None,
            title=phrase("write that of the pixels"),
        )  # fmt: skip


def _is_root_mean_square(card: Card, pixels: PixelFacts) -> bool:
    """Whether DATARMS is the root of the mean of the squares, which some mean by it."""
    if card.keyword != "DATARMS" or pixels.mean is None or pixels.deviation is None:
        return False
    return agrees(card.text, (pixels.mean**2 + pixels.deviation**2) ** 0.5, 1e-3)


@rule(
    "DA152",
    "blank-pixels",
    clause="4.4.2.5",
    level="conv",
    catalogue_rows=("B004",),
    needs=("BLANK", "DATAMIN", "DATAMAX"),
    hdus=_IMAGES,
    facts=("pixels",),
    summary_ja="BLANK のピクセルが値として数えられている",
    message={
        "counted": "{keyword} = {stated} is the value of BLANK: {blanks:,} undefined pixels were"
        " counted as values",
        "all": "every pixel is undefined",
    },
)
def blank_pixels(data: DataFacts) -> Iterator[Flag]:
    r"""Undefined pixels are counted as values, or there are no others.

    ## Why it matters
    BLANK (or NaN) says that a pixel has no value. A program that took its number for one computed
    the other statistics of the image with it as well.

    ## Example
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    BLANK   =                  255
    DATAMIN =                    1
    DATAMAX =                  255
    @unit \x01\x02\x03\xFF
    ```
    Use instead:
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    BLANK   =                  255
    DATAMIN =                    1
    DATAMAX =                    3
    @unit \x01\x02\x03\xFF
    ```
    """
    pixels, header = data.pixels, data.header
    if pixels is None:
        return
    if pixels.undefined and not pixels.defined:
        card = header.find_card("BLANK") or header.find_card("NAXIS1")
        if card is not None:
            yield flag(card, message="all", level="style")
    blank = header.value("BLANK")
    if not pixels.blanks or type(blank) is not int:
        return
    factor, zero = header.number("BSCALE"), header.number("BZERO")
    value = blank * (1.0 if factor is None else factor) + (zero or 0.0)
    for keyword in ("DATAMIN", "DATAMAX"):
        card = header.find_card(keyword)
        stated = card.number_value if card is not None else None
        if card is not None and stated is not None and agrees(card.text, value):
            yield flag(card, message="counted", keyword=keyword, stated=card.text.strip(),
                       blanks=pixels.blanks)  # fmt: skip
