"""The reference pixel and the scale of images that count from an edge of their field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import SKY_KEYWORDS, find_sky_columns, list_world_names
from fitslint.rules.sky.numbers import round_digits

if TYPE_CHECKING:
    from fitslint.wcs.pointing import PositionKeywords

_IMAGES = ("primary", "image", "compressed-image")
_LENSTOOL = b"'JPK-SOFT"
_ROUND = 1e-6
"""Relative: how near an extent is to a number of a few digits that somebody chose."""
_DIGITS = 3
_ARCSEC = 3600.0
_CENTRES = ("CENTRA", "RA_CENT", "CENRA1")
_PERHAPS = ("RA", "RA_DEG", "RADEG", "RA_D")
"""Of which a comment may say that they are of the middle of the image.

That of a field or a map is where the telescope pointed, and the data were not the same all round.
"""
_MIDDLE = compile_late(
    rb"(?i)\b(?:image|frame|stamp|cutout|tile)[ -]cent(?:er|re)\b"
    rb"|\bcent(?:er|re) of (?:the )?(?:image|frame|stamp|cutout|tile)\b"
)
_CLOSE = 0.1
"""Pixels to within which an offset is one of half a pixel or one."""


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or find_sky_columns(layout) is None:
        return
    index = layout.index
    if "ORIGIN" in index and "CDELT1" in index:
        start = index["ORIGIN"][0] * CARD_SIZE + 10

        def is_another_program(header: Header) -> bool:
            return not header.raw.startswith(_LENSTOOL, start)

        needs = (*list_world_names(layout), "ORIGIN", "GRIDCONV")
        yield Subcheck(needs, None, is_another_program, cacheable=False)
    if any(name in index for name in (*_CENTRES, *_PERHAPS)):
        from fitslint.wcs.pointing import POSITION_KEYWORDS

        for pair in POSITION_KEYWORDS:
            is_centre = pair.role == "image"
            if (is_centre or pair.ra in _PERHAPS) and pair.ra in index and pair.dec in index:
                needs = (*list_world_names(layout), pair.ra, pair.dec)
                precheck = None if is_centre else _CommentPrecheck(index[pair.ra][0] * CARD_SIZE)
                yield Subcheck(needs, pair, precheck, cacheable=False)


class _CommentPrecheck:
    """Whether the comment of a position does not say that it is the middle of the image."""

    def __init__(self, start: int) -> None:
        self._start, self._stop = start + 10, start + CARD_SIZE

    def __call__(self, header: Header) -> bool:
        # Every header is asked, and a search for either case looks at every column.
        text = header.raw[self._start : self._stop].lower()
        return b"cent" not in text or _MIDDLE.search(text) is None


@rule(
    "WC213",
    "centre-off-by-half",
    clause="8.2",
    level="conv",
    catalogue_rows=("W030",),
    reads="values",
    subchecks=_plan_subchecks,
    needs_one_of=SKY_KEYWORDS,
    hdus=_IMAGES,
    summary_ja="参照ピクセルが半ピクセルか 1 ピクセルずれている、"
    "またはピクセルの大きさが n と n - 1 で食い違う",
    message={
        "lenstool": "Lenstool puts the outermost pixels on the edges of the field, here {extent}"
        " arcsec wide: a pixel is the width by {less}, and CDELT1 is the width by {pixels}, as its"
        " files of 2007 have it; the corners are {off} pixels off",
        "centre": "{keyword}, {other} is the position of pixel {x}, {y}, and the centre of {width}"
        " by {height} pixels is {middle_x}, {middle_y}: one of the two counts from 0, or from the"
        " edge of the first pixel",
    },
)
def centre_off_by_half(header: Header, pair: PositionKeywords | None) -> Iterator[Flag]:
    """The reference pixel is half a pixel or one off, as another description of the image tells.

    Told are maps of old versions of Lenstool, whose scale is that of n pixels where there are n - 1
    steps, and images whose stated centre is the position of a pixel beside the middle. Where
    nothing else in the header describes the image, half a pixel cannot be seen.

    ## Why it matters
    Half a pixel is more than the accuracy of most catalogues, and it is the same way for all stars:
    stacks of images with and without it are blurred, and nothing else shows it.

    ## Example
    ```fits
    @text
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                  500
    NAXIS2  =                  500
    ORIGIN  = 'JPK-SOFT'
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =               197.87
    CRVAL2  =                 -1.3
    CRPIX1  =                250.0
    CRPIX2  =                250.0
    CDELT1  =  -0.0001111111111111
    CDELT2  =   0.0001111111111111
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                  500
    NAXIS2  =                  500
    ORIGIN  = 'JPK-SOFT'
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =               197.87
    CRVAL2  =                 -1.3
    CRPIX1  =                250.5
    CRPIX2  =                250.5
    CDELT1  =  -0.0001113337786684
    CDELT2  =   0.0001113337786684
    ```
    """
    if pair is None:
        yield from _judge_lenstool(header)
    else:
        yield from _judge_centre(header, pair)


def _judge_lenstool(header: Header) -> Iterator[Flag]:
    from fitslint.wcs.compare import find_image_shape

    card, step, shape = (
        header.find_card("CDELT1"),
        header.number("CDELT1"),
        find_image_shape(header),
    )
    program = header.find_card("ORIGIN")
    if program is None or not program.raw[10:].startswith(_LENSTOOL):
        return
    origins = header.number("CRPIX1"), header.number("CRPIX2")
    if card is None or not step or shape is None or None in origins or min(shape) < 2:
        return
    pixels = shape[0]
    wide, narrow = abs(step) * pixels * _ARCSEC, abs(step) * (pixels - 1) * _ARCSEC
    if _is_round(wide) and not _is_round(narrow):
        off = 0.5 + abs((origins[0] or 0.0) - (pixels + 1) / 2)
        yield flag(
            card, message="lenstool", extent=round_digits(wide, _DIGITS), less=pixels - 1,
            pixels=pixels, off=round_digits(off, 2),
        )  # fmt: skip


def _is_round(extent: float) -> bool:
    return abs(float(f"{extent:.{_DIGITS}g}") - extent) < _ROUND * extent


def _judge_centre(header: Header, pair: PositionKeywords) -> Iterator[Flag]:
    from fitslint.wcs.compare import compile_celestial, find_image_shape, measure_pixel_size
    from fitslint.wcs.pointing import read_position

    wcs, stated = compile_celestial(header), read_position(header, pair)
    shape = find_image_shape(header, wcs.sky_axes) if wcs is not None else None
    card = header.find_card(pair.ra)
    if wcs is None or stated is None or shape is None or card is None or wcs.system != "RA":
        return
    if (stated.system, stated.equinox) != wcs.frame or len(wcs.sky_axes) != 2:
        return
    if pair.role != "image" and _MIDDLE.search(card.raw) is None:
        return
    size = measure_pixel_size(wcs)
    pixel = wcs.sky_to_pixel(*stated.position)
    if pixel is None or not size or stated.half_digit > _CLOSE * size / 2:
        return
    places = [pixel[axis] for axis in wcs.sky_axes]
    middle = [(length + 1) / 2 for length in shape]
    offset = [place - centre for place, centre in zip(places, middle, strict=True)]
    if abs(offset[0] - offset[1]) < _CLOSE and any(
        abs(abs(offset[0]) - step) < _CLOSE for step in (0.5, 1.0)
    ):
        yield flag(
            card, message="centre", level="style", keyword=pair.ra, other=pair.dec,
            x=round_digits(places[0], 6), y=round_digits(places[1], 6), width=shape[0],
            height=shape[1], middle_x=middle[0], middle_y=middle[1],
        )  # fmt: skip
