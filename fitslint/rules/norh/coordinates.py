"""Coordinates of NoRH images: where the Sun is in the array, and the unit that nobody writes."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.rules.dates.instants import read_number
from fitslint.rules.norh.common import FAMILY
from fitslint.text import phrase

_CLAUSE = "HeliogFITS 2.0, B.1 (3)"
_AXIS_DIRECTIONS = ((1, phrase("west")), (2, phrase("north")))
_SUN_RADIUS = 960.0
"""Of the Sun, arcsec."""
_KEYWORDS = tuple(
    f"{name}{axis}"
    for axis, _ in _AXIS_DIRECTIONS
    for name in ("NAXIS", "ZNAXIS", "CRPIX", "CDELT", "CRVAL")
)


def read_axis_length(header: Header, axis: str = "") -> float:
    """Length of an axis (1 or 2), without one the number of axes; 0 when it is not told.

    A compressed image tells its own beside those of the table that it is kept in.
    """
    compressed = header.kind == "compressed-image"
    return read_number(header, f"{'Z' * compressed}NAXIS{axis}") or 0


@rule(
    "NR131",
    "sun-outside-image",
    clause=_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-C2", "N-C3"),
    needs=("NAXIS", "ZNAXIS", *_KEYWORDS),
    summary_ja="CRPIX などによると太陽面が画像の外にある",
    message="the image centre would be {offset} arcsec {direction} of the disk centre"
    " ((NAXIS{axis}/2 + 0.5 - CRPIX{axis}) * CDELT{axis} + CRVAL{axis}); {why}",
)
def sun_outside_image(header: Header) -> Iterator[Flag]:
    """By its coordinates the image does not show the Sun.

    An image that is wide enough for the whole disk has to hold it; one of a part lies within two
    solar radii of the disk centre.

    ## Why it matters
    The reference pixel is that of another image size, or CDELT is not in arcsec: overlays with
    images of other telescopes come out shifted.

    ## Example
    ```fits
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  512
    NAXIS2  =                  512
    TELESCOP= 'radioheliograph'
    CTYPE1  = 'solar-west'
    CRVAL1  =                 0.00 / arcsec
    CRPIX1  =                 0.00
    CDELT1  =              4.91106 / arcsec
    ```
    Use instead:
    ```fits
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  512
    NAXIS2  =                  512
    TELESCOP= 'radioheliograph'
    CTYPE1  = 'solar-west'
    CRVAL1  =                 0.00 / arcsec
    CRPIX1  =               257.00
    CDELT1  =              4.91106 / arcsec
    ```
    """
    for axis, direction in _AXIS_DIRECTIONS if read_axis_length(header) >= 2 else ():
        pixels = read_axis_length(header, str(axis))
        pixel, step, value = (
            read_number(header, f"{name}{axis}") for name in ("CRPIX", "CDELT", "CRVAL")
        )
        card = header.find_card(f"CRPIX{axis}")
        if not pixels or not step or pixel is None or value is None or card is None:
            continue
        offset, half = (pixels / 2 + 0.5 - pixel) * step + value, abs(pixels * step) / 2
        whole = half >= _SUN_RADIUS
        # Whatever is as wide as the disk is meant to show all of it, but for a tenth at the limb.
        if abs(offset) > (half - 0.9 * _SUN_RADIUS if whole else 2 * _SUN_RADIUS):
            why = phrase("the disk does not fit in") if whole else phrase("there is no Sun")
            yield flag(card, offset=round(offset, 2), direction=direction, axis=axis, why=why)


@rule(
    "NR132",
    "arcsec-unsaid",
    clause=_CLAUSE,
    level="style",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-D14",),
    needs=("CTYPE1", "CTYPE2", "CDELT1", "CDELT2", "CUNIT1", "CUNIT2"),
    needs_one_of=(("CDELT1", "CDELT2"), ("CTYPE1", "CTYPE2")),
    summary_ja="CDELT は秒角だが CUNIT がない",
    message="{name} is missing; CDELT{axis} is in arcsec by HeliogFITS 2.0, which has no CUNITn,"
    " while by the standard its unit is unknown without one (C-NORHWCS)",
)
def arcsec_unsaid(header: Header) -> Iterator[Flag]:
    """The unit of the coordinates, arcsec, stands in comments only.

    ## Why it matters
    HeliogFITS 2.0 does not know CUNITn, and the standard takes the unit from nowhere else: general
    programs take the pixels for degrees or ask back.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    CTYPE1  = 'solar-west'
    CDELT1  =              4.91106 / arcsec
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    CTYPE1  = 'solar-west'
    CDELT1  =              4.91106 / arcsec
    CUNIT1  = 'arcsec  '
    ```
    """
    for axis, _ in _AXIS_DIRECTIONS:
        keyword = f"CUNIT{axis}"
        solar = (header.string(f"CTYPE{axis}") or "").strip().lower().startswith("solar-")
        if solar and f"CDELT{axis}" in header and keyword not in header:
            yield flag_missing(keyword, name=keyword, axis=axis)
