"""Coordinates of NoRH images: where the Sun is in the array, and the unit that nobody writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.late import compile_late
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


_PIXELS = {"17ghz": 4.91106, "34ghz": 2.45553}
"""Arcsec of a pixel by frequency, in images of the whole disk and in parts of them."""
_SIZES = {"17ghz": 512, "34ghz": 1024}
"""Pixels on a side at most."""
_PIXEL_TOLERANCE = 1e-4
"""As a fraction."""
_FUJIKI = compile_late("suw|fujiki", re.IGNORECASE)
_FUJIKI_PIXEL = 2.45553
_FUJIKI_SIZE = 128


def _read_frequency(header: Header) -> str:
    return (header.string("OBS-FREQ") or "").strip().lower()


def _is_solar(header: Header) -> bool:
    name = (header.string("CTYPE1") or "").strip().lower()
    return name.startswith("solar-") and read_axis_length(header) >= 2


def _is_fujiki(header: Header) -> bool:
    """Whether the image was made in the way of Fujiki, whose weights have a cell."""
    return "CELLSIZE" in header or bool(_FUJIKI.search(header.string("PROGNAME") or ""))


def _is_of_a_program(header: Header) -> bool:
    """Whether it may be as an imaging program made it, and was not computed of such images."""
    kind = (header.string("DATA-TYP") or "cleaned").strip().lower()
    return _is_solar(header) and kind.startswith(("cleaned", "dirty"))


@rule(
    "NR133",
    "pixel-of-another-size",
    clause=_CLAUSE,
    level="style",
    reads="values",
    authority=FAMILY,
    needs=(
        "CTYPE1",
        "OBS-FREQ",
        "DATA-TYP",
        "CDELT1",
        "CDELT2",
        "PROGNAME",
        "CELLSIZE",
        "NAXIS",
        "ZNAXIS",
    ),
    needs_one_of=(("CTYPE1",), ("OBS-FREQ",), ("CDELT1", "CDELT2")),
    summary_ja="ピクセルの大きさがその周波数の画像のものでない",
    message={
        "": "{keyword} = {value}; images at {frequency} have {wanted} arcsec",
        "negative": "{keyword} = {value} is not above 0: the image would be mirrored",
    },
)
def pixel_of_another_size(header: Header) -> Iterator[Flag]:
    """Pixels are not as large as the imaging programs make them.

    4.91106 arcsec at 17 GHz and 2.45553 arcsec at 34 GHz, which is also that of Fujiki's program;
    the manual rounds to 4.9 and 2.45. What is computed of images, as DATA-TYP tells, may be on the
    grid of the other frequency.

    ## Why it matters
    The image was made by another program or on another grid: beams and fluxes that assume the usual
    pixel are wrong.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    OBS-FREQ= '17GHz   '
    CTYPE1  = 'solar-west'
    CTYPE2  = 'solar-north'
    CDELT1  =              4.90000 / arcsec
    CDELT2  =              4.91106 / arcsec
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    OBS-FREQ= '17GHz   '
    CTYPE1  = 'solar-west'
    CTYPE2  = 'solar-north'
    CDELT1  =              4.91106 / arcsec
    CDELT2  =              4.91106 / arcsec
    ```
    """
    frequency = _read_frequency(header)
    wanted = _PIXELS.get(frequency)
    if wanted is None or not _is_of_a_program(header):
        return
    if _is_fujiki(header):
        wanted = _FUJIKI_PIXEL
    for axis, _ in _AXIS_DIRECTIONS:
        keyword = f"CDELT{axis}"
        step = read_number(header, keyword)
        if not step or abs(step - wanted) <= _PIXEL_TOLERANCE * wanted:
            continue
        card = header.find_card(keyword)
        if card is None:
            continue
        if step < 0:
            yield flag(card, message="negative", keyword=keyword, value=card.text)
        else:
            said = frequency.replace("ghz", " GHz")
            yield flag(card, keyword=keyword, value=card.text, frequency=said, wanted=wanted)


@rule(
    "NR134",
    "image-of-another-size",
    clause="NoRH manual 6",
    level="style",
    reads="values",
    authority=FAMILY,
    needs=(
        "CTYPE1",
        "OBS-FREQ",
        "DATA-TYP",
        "PROGNAME",
        "CELLSIZE",
        "NAXIS",
        "ZNAXIS",
        *_KEYWORDS,
    ),
    needs_one_of=(("CTYPE1",), ("OBS-FREQ",)),
    summary_ja="画像の大きさが像合成プログラムの作るものでない",
    message={
        "": "the image has {columns} x {rows} pixels; the imaging programs make squares",
        "large": "the image has {columns} pixels on a side; at {frequency} there are {limit} at"
        " most",
        "fujiki": "the image has {columns} pixels on a side; Fujiki's program makes 128",
    },
)
def image_of_another_size(header: Header) -> Iterator[Flag]:
    """The image is no square, or larger than the imaging programs make.

    Up to 512 pixels at 17 GHz and 1024 at 34 GHz, and 128 by Fujiki's program.

    ## Why it matters
    It was cut or put together afterwards, and keywords of the whole image may not have followed.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    3
    TELESCOP= 'radioheliograph'
    OBS-FREQ= '17GHz   '
    CTYPE1  = 'solar-west'
    CTYPE2  = 'solar-north'
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    OBS-FREQ= '17GHz   '
    CTYPE1  = 'solar-west'
    CTYPE2  = 'solar-north'
    ```
    """
    frequency = _read_frequency(header)
    limit = _SIZES.get(frequency)
    columns, rows = (int(read_axis_length(header, axis)) for axis in "12")
    if limit is None or not _is_of_a_program(header) or not columns or not rows:
        return
    card = header.find_card("CTYPE1")
    if card is None:
        return
    if columns != rows:
        yield flag(card, columns=columns, rows=rows)
    elif columns > limit:
        said = frequency.replace("ghz", " GHz")
        yield flag(card, message="large", columns=columns, frequency=said, limit=limit)
    elif columns != _FUJIKI_SIZE and _is_fujiki(header):
        yield flag(card, message="fujiki", columns=columns)


@rule(
    "NR135",
    "half-a-pixel-off",
    clause="NoRH manual 4.5.4",
    level="style",
    reads="values",
    authority=FAMILY,
    once="rule",
    catalogue_rows=("N-C2",),
    needs=("CTYPE1", "DATA-TYP", "NAXIS", "ZNAXIS", *_KEYWORDS),
    needs_one_of=(("CTYPE1",), ("CRPIX1", "CRPIX2"), ("CRVAL1", "CRVAL2")),
    summary_ja="太陽中心が、手引きの言う画像の中央から半ピクセルずれている",
    message="{keyword} = {value} puts the disk centre on a pixel; the manual has it between pixels"
    " {below} and {above}, {offset} arcsec away (the header counts)",
)
def half_a_pixel_off(header: Header) -> Iterator[Flag]:
    """The disk centre is half a pixel from where the manual says that it is.

    The text of the manual has it in the middle of the image, between two pixels; its own example
    and real images of early programs have CRPIX on the pixel after it.

    ## Why it matters
    Who believes the text and not the header shifts the Sun by 2.5 arcsec at 17 GHz.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    CTYPE1  = 'solar-west'
    CRVAL1  =                 0.00 / arcsec
    CRPIX1  =                 3.00
    CDELT1  =              4.91106 / arcsec
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    CTYPE1  = 'solar-west'
    CRVAL1  =                 0.00 / arcsec
    CRPIX1  =                 2.50
    CDELT1  =              4.91106 / arcsec
    ```
    """
    if not _is_of_a_program(header):
        return
    for axis, _ in _AXIS_DIRECTIONS:
        keyword = f"CRPIX{axis}"
        pixels, pixel = read_axis_length(header, str(axis)), read_number(header, keyword)
        if not pixels or pixels % 2 or pixel != pixels / 2 + 1:
            continue
        value, step = read_number(header, f"CRVAL{axis}"), read_number(header, f"CDELT{axis}")
        card = header.find_card(keyword)
        if card is not None and value == 0 and step:
            below, offset = int(pixels / 2), round(abs(step) / 2, 2)
            yield flag(
                card, keyword=keyword, value=card.text, below=below, above=below + 1, offset=offset
            )
