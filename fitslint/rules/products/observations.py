"""Exposures and filters of X-ray observations, held against the file that they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_TOLERANCE = 1e-3
"""Relative: DTCOR is rounded by some, and EXPOSURE by others."""
_FILTERS_MAX = 20
_NUMBERS = range(1, _FILTERS_MAX + 1)
_BOX = compile_late(
    r"(?:rot)?box\(([-+.\deE]+),([-+.\deE]+),([-+.\deE]+),([-+.\deE]+)(?:,[-+.0]+)?\)"
)
_SKY = ("sky", "sky(x,y)", "pos", "pos(x,y)")
_GRID = (
    "CRPIX1P", "CRPIX2P", "CRVAL1P", "CRVAL2P", "CDELT1P", "CDELT2P", "NAXIS1", "NAXIS2",
)  # fmt: skip


def _has_ratio(header: Header) -> bool:
    """Whether nothing is wrong: the exposure is the product, as far as numbers tell."""
    exposure, time = header.number("EXPOSURE"), header.number("ONTIME")
    factor = header.number("DTCOR")
    if exposure is None or time is None or factor is None or not (time > 0 and 0 < factor <= 1):
        return True
    return abs(exposure - time * factor) <= _TOLERANCE * time


@rule(
    "PR104",
    "exposure-contradicts-live-time",
    clause="CXC data model",
    level="conv",
    reads="values",
    needs=("EXPOSURE", "ONTIME", "DTCOR"),
    needs_one_of=(("EXPOSURE",), ("ONTIME",), ("DTCOR",)),
    precheck=_has_ratio,
    summary_ja="EXPOSURE が ONTIME と DTCOR の積でない",
    message="EXPOSURE is {exposure} s, and ONTIME times DTCOR is {right} s",
)
def exposure_contradicts_live_time(header: Header) -> Iterator[Flag]:
    """The exposure is not the good time times the live fraction of it.

    ## Why it matters
    Rates and fluxes are counts divided by EXPOSURE. Where it is not ONTIME times DTCOR, one of them
    was not changed when the good time intervals were: after flares were cut out, most often.

    ## Example
    ```fits
    TELESCOP= 'CHANDRA '
    ONTIME  =              10000.0 / [s]
    DTCOR   =                 0.98
    EXPOSURE=              19600.0 / [s]
    ```
    Use instead:
    ```fits
    TELESCOP= 'CHANDRA '
    ONTIME  =              10000.0 / [s]
    DTCOR   =                 0.98
    EXPOSURE=               9800.0 / [s]
    ```
    """
    card = header.find_card("EXPOSURE")
    if card is None or _has_ratio(header):
        return
    right = (header.number("ONTIME") or 0.0) * (header.number("DTCOR") or 0.0)
    yield flag(card, exposure=f"{card.number_value:g}", right=f"{right:g}")


@rule(
    "PR105",
    "filter-box-contradicts-image",
    clause="CXC data model",
    level="conv",
    reads="values",
    needs=(*_GRID, *(f"{root}{n}" for n in _NUMBERS for root in ("DSTYP", "DSVAL"))),
    needs_one_of=(("CRPIX1P",), ("CDELT1P",), tuple(f"DSVAL{n}" for n in _NUMBERS)),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="DSVALn の箱が画像の範囲と食い違っている",
    message="the box of {keyword} is {box} on physical axis {axis}, and the image is {image}",
)
def filter_box_contradicts_image(header: Header) -> Iterator[Flag]:
    """The box that an image was cut to (DSVALn) is not where the image is.

    An image that lies within its box, or holds all of it, is let pass: it may have been cut at its
    own edge, or padded.

    ## Why it matters
    Scripts take the physical corner of an image from this box, as make_region_files of contbin
    asks for it. All regions are then shifted.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1P = 'x       '
    CRVAL1P =               4000.5
    CRPIX1P =                  0.5
    CDELT1P =                  1.0
    CTYPE2P = 'y       '
    CRVAL2P =               3800.5
    CRPIX2P =                  0.5
    CDELT2P =                  1.0
    DSTYP1  = 'sky(x,y)'
    DSVAL1  = 'box(4150.5,3850.5,100,100,0)'
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1P = 'x       '
    CRVAL1P =               4000.5
    CRPIX1P =                  0.5
    CDELT1P =                  1.0
    CTYPE2P = 'y       '
    CRVAL2P =               3800.5
    CRPIX2P =                  0.5
    CDELT2P =                  1.0
    DSTYP1  = 'sky(x,y)'
    DSVAL1  = 'box(4050.5,3850.5,100,100,0)'
    ```
    """
    for number in _NUMBERS:
        text = header.string(f"DSVAL{number}")
        if text is None or (header.string(f"DSTYP{number}") or "").strip().lower() not in _SKY:
            continue
        box = _BOX.fullmatch(text.replace(" ", ""))
        if box is not None and f"2DSVAL{number}" not in header:
            yield from _flag_box(header, f"DSVAL{number}", box)


def _flag_box(header: Header, keyword: str, box: re.Match[str]) -> Iterator[Flag]:
    card = header.find_card(keyword)
    for axis in (1, 2):
        extent = _find_extent(header, axis)
        try:
            middle, length = float(box[axis]), float(box[axis + 2])
        except ValueError:
            return
        if card is None or extent is None or not length > 0:
            return
        low, high, pixel = extent
        bottom, top = middle - length / 2, middle + length / 2
        is_within = bottom <= low + pixel and high - pixel <= top
        is_around = low <= bottom + pixel and top - pixel <= high
        if is_within or is_around:
            continue
        yield flag(
            card, keyword=keyword, axis=axis, box=f"{bottom:g} to {top:g}",
            image=f"{low:g} to {high:g}",
        )  # fmt: skip
        return


def _find_extent(header: Header, axis: int) -> tuple[float, float, float] | None:
    """Physical edges of an image along an axis, and the size of a pixel."""
    pixel, value = header.number(f"CDELT{axis}P"), header.number(f"CRVAL{axis}P")
    reference = header.number(f"CRPIX{axis}P")
    length = header.structure.axes[axis - 1] if len(header.structure.axes) >= axis else None
    if pixel is None or value is None or reference is None or not length or not pixel > 0:
        return None
    low = value + (0.5 - reference) * pixel
    return low, low + length * pixel, pixel


@rule(
    "PR106",
    "filter-block-missing",
    clause="CXC data model",
    level="conv",
    needs=tuple(f"DSREF{n}" for n in _NUMBERS),
    summary_ja="DSREFn が指すブロック (GTI など) がファイルにない",
    message="{keyword} refers to the block {name}, and no HDU of the file has that name",
)
def filter_block_missing(file: FitsFile) -> Iterator[Flag]:
    """A filter of the data subspace (DSREFn) refers to a table that is not in the file.

    ## Why it matters
    The good time intervals of events stand in the block that DSREFn names, mostly GTI followed by
    the number of a chip. Without it the exposure cannot be worked out anew, and the tools of CIAO
    refuse or take all times for good.

    ## Example
    ```fits
    @hdu bintable
    EXTNAME = 'EVENTS  '
    DSTYP1  = 'time    '
    DSVAL1  = 'TABLE   '
    DSREF1  = ':GTI7   '
    ```
    Use instead:
    ```fits
    @hdu bintable
    EXTNAME = 'EVENTS  '
    DSTYP1  = 'time    '
    DSVAL1  = 'TABLE   '
    DSREF1  = ':GTI7   '
    @hdu bintable
    EXTNAME = 'GTI     '
    EXTVER  =                    7
    HDUNAME = 'GTI7    '
    ```
    """
    if file.limits_hit or any(hdu.header.is_text for hdu in file.hdus):
        return  # what was not read may be there
    names: set[str] = set()
    for hdu in file.hdus:
        names.update(_list_names(hdu.header))
    for hdu in file.hdus:
        for number in _NUMBERS:
            card = hdu.header.find_card(f"DSREF{number}")
            text = hdu.header.string(f"DSREF{number}")
            if card is None or text is None or not text.startswith(":"):
                continue  # it is in another file
            name = text[1:].strip()
            if name and name.upper() not in names:
                found = flag(card, keyword=card.keyword, name=repr(name))
                yield with_fields(found, hdu=hdu.number)


def _list_names(header: Header) -> Iterator[str]:
    """What a block may be called by: HDUNAME, EXTNAME, and EXTNAME with EXTVER behind it."""
    for keyword in ("HDUNAME", "EXTNAME"):
        name = (header.string(keyword) or "").strip().upper()
        if name:
            yield name
            yield f"{name}{header.number('EXTVER') or 1:.0f}"
