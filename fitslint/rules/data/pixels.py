"""What a header says of the pixels, against the pixels (FITS 4.0 section 4.4.2.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.data_facts import DataFacts, PixelFacts
from fitslint.model.finding import Level
from fitslint.model.header import Header
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
_LIMIT = re.compile(r"satur|\bvalid|range", re.IGNORECASE)
"""In a comment: the number is what a pixel may be at most or at least, not what one is."""
_CONVERTER_LIMITS = frozenset(2.0**bits - 1 for bits in range(8, 33))
_FILL_SHARE = 0.01
_FILL_MIN = 16
"""Pixels of one value at an end of the range that may stand for none, of all and in number."""


@rule(
    "DA150",
    "image-statistics",
    clause="4.4.2.5",
    level="should",
    catalogue_rows=("B001",),
    needs=tuple(row[0] for row in _STATISTICS),
    hdus=_IMAGES,
    facts=("pixels",),
    fix="unsafe",
    summary_ja="DATAMIN、DATAMAX などの統計値がピクセルの値と一致しない",
    message="{keyword} is {stated}, and the {what} is {actual}",
)
def image_statistics(data: DataFacts) -> Iterator[Flag]:
    r"""DATAMIN, DATAMAX or another statistic is not that of the pixels.

    ## Why it matters
    Displays choose their scale by them without reading the image. They were mostly true of the
    image before it was calibrated or cut. Undefined pixels (BLANK, NaN) and infinite ones do not
    count.

    Some programs of cameras (MaxIm DL, CCDSoft) write the level of saturation as DATAMAX, which is
    nowhere else in the header: where the comment says so, or DATAMAX is a limit of a converter
    (65535) and no pixel is outside of both, it is only told. So are the mean, the deviation and the
    extreme of an image where one value at that end fills more than 1 % of the pixels, as a number
    that stands for no value does.

    ## Example
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATAMIN =                  1.0
    DATAMAX =                  3.0
    @unit \x01\x02\x03\x04
    ```
    Use instead:
    ```fits
    NAXIS   =                    1
    NAXIS1  =                    4
    DATAMIN =                  1.0
    DATAMAX =                  4.0
    @unit \x01\x02\x03\x04
    ```
    """
    pixels = data.pixels
    if pixels is None or not pixels.defined:
        return
    is_unset = data.header.number("DATAMIN") == 0 == data.header.number("DATAMAX")
    are_limits = _are_converter_limits(data.header, pixels)
    for keyword, name, what, level, tolerance in _STATISTICS:
        card = data.header.find_card(keyword)
        actual = getattr(pixels, name)
        if card is None or card.number_value is None or actual is None:
            continue
        if agrees(card.text, actual, tolerance) or _is_root_mean_square(card, pixels):
            continue
        is_reserved = keyword in _RESERVED
        is_limit = is_reserved and (are_limits or bool(_LIMIT.search(card.comment)))
        is_doubtful = is_limit or _counts_fill(name, pixels)
        yield flag(
            card, level="style" if is_unset or is_doubtful else level, keyword=keyword,
            stated=card.text.strip(), what=phrase(what), actual=actual,
            # The value shall be a real number (4.4.2.5).
            fix=set_value(card, write_number(float(actual)))
            if is_reserved and not is_doubtful else None,
            title=phrase("write that of the pixels"),
        )  # fmt: skip


def _are_converter_limits(header: Header, pixels: PixelFacts) -> bool:
    """Whether DATAMAX is all that a converter can count, and every pixel is within the limits."""
    low, high = header.number("DATAMIN"), header.number("DATAMAX")
    if high not in _CONVERTER_LIMITS or pixels.minimum is None or pixels.maximum is None:
        return False
    return (low is None or low <= pixels.minimum) and pixels.maximum <= high


def _counts_fill(name: str, pixels: PixelFacts) -> bool:
    """Whether a statistic hangs on a value that may stand for none."""
    enough = max(_FILL_MIN, _FILL_SHARE * pixels.defined)
    at_least, at_most = pixels.at_minimum > enough, pixels.at_maximum > enough
    return {"minimum": at_least, "maximum": at_most}.get(name, at_least or at_most)


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
