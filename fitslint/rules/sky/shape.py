"""The matrix and the reference pixel by themselves: pixels at an angle, axes exchanged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    AXES_MAX,
    SKY_KEYWORDS,
    Matrix,
    SkyColumns,
    find_sides,
    find_sky_columns,
    list_world_names,
)
from fitslint.rules.sky.instruments import find_instrument
from fitslint.rules.sky.mosaic_sections import SECTION_KEYWORDS, SectionReader
from fitslint.rules.sky.numbers import round_digits

_SKEW_MAX = 12.0
"""Degrees from a right angle; ACS, the most skewed of cameras, has 5."""
_SURE_SKEW = math.sin(math.radians(_SKEW_MAX)) * 0.99
_SLIGHT, _PLAIN = 2e-4, 0.02
"""Sines of the skew from which one sign explains it: of a pure rotation, and of any fit."""
_SLIGHT_LEFT, _PLAIN_LEFT = 5e-4, 0.03
"""Part of the skew that is left with the other sign at the most."""
_IMAGES = ("primary", "image", "compressed-image")
_ROOTS = ("CD1_", "CD2_", "PC1_", "PC2_")
_HALF = 0.5


def _plan_skew(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is not None and columns is not None and any(map(layout.list_names, _ROOTS)):
        yield Subcheck(list_world_names(layout), None, _SkewPrecheck(columns), cacheable=False)


class _SkewPrecheck:
    """Whether the axes of pixels are surely at right angles on the sky."""

    def __init__(self, columns: SkyColumns) -> None:
        self._columns = columns

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        if self._columns.lacks_sky(raw):
            return True
        matrix = self._columns.read_matrix(raw)
        if matrix is None:
            return False
        a, b, c, d = matrix
        skew = abs(a * b + c * d)
        size = math.sqrt((a * a + c * c) * (b * b + d * d))
        # no angle where a pixel has no length
        if skew <= _SLIGHT / 2 * size:
            return True
        return skew <= _SURE_SKEW * size and abs(a * b - c * d) > 2 * _PLAIN_LEFT * skew


@rule(
    "WC202",
    "skewed-pixels",
    clause="8.2",
    level="conv",
    catalogue_rows=("W031",),
    reads="values",
    subchecks=_plan_skew,
    needs_one_of=SKY_KEYWORDS,
    hdus=_IMAGES,
    summary_ja="ピクセルの二つの軸が天球上で直角から大きく外れている (行列の一要素の符号違いなど)",
    message={
        "": "the two axes of a pixel stand at {angle} deg on the sky by {elements}; detectors have"
        " 90 deg",
        "sign": "the two axes of a pixel stand at {angle} deg on the sky by {elements}; with the"
        " other sign of {keyword} it is {other} deg, as of a detector",
    },
)
def skewed_pixels(header: Header, _: object) -> Iterator[Flag]:
    """The matrix makes a pixel a rhombus: its two axes are far from a right angle on the sky.

    A slight skew is told where the other sign of one element leaves nothing of it.

    ## Why it matters
    Detectors have square pixels, to within 5 degrees. A wrong sign of one element of the matrix, or
    an element in the place of another, bends the image by twice its rotation, and positions away
    from the reference pixel are wrong by as much.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =           -4.8113E-5
    CD1_2   =           -2.7778E-5
    CD2_1   =            2.7778E-5
    CD2_2   =            4.8113E-5
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =           -4.8113E-5
    CD1_2   =           -2.7778E-5
    CD2_1   =           -2.7778E-5
    CD2_2   =            4.8113E-5
    ```
    """
    from fitslint.wcs.compare import compile_celestial

    wcs = compile_celestial(header)
    root = "CD" if header.layout.list_names("CD1_") or header.layout.list_names("CD2_") else "PC"
    if wcs is None or wcs.longitude is None or wcs.latitude is None or len(wcs.sky_axes) != 2:
        return
    first, second = wcs.sky_axes
    east, north = wcs.matrix[wcs.longitude], wcs.matrix[wcs.latitude]
    matrix = (east[first], east[second], north[first], north[second])
    angle = _measure_angle(matrix)
    if angle is None or not (abs(angle - 90) > _SKEW_MAX or _is_one_sign(matrix)):
        return
    world = wcs.longitude, wcs.latitude
    for i in (1, 2, 0, 3):
        turned = _measure_angle(_turn_sign(matrix, i))
        name = f"{root}{world[i // 2] + 1}_{wcs.sky_axes[i % 2] + 1}"
        card = header.find_card(name)
        if card is not None and turned is not None and abs(turned - 90) <= _SKEW_MAX / 2:
            yield flag(
                card, message="sign", angle=round_digits(angle, _DIGITS), elements=f"{root}i_j",
                keyword=name, other=round_digits(turned, _DIGITS),
            )  # fmt: skip
            return
    names = (f"{root}{i + 1}_{j + 1}" for i in world for j in wcs.sky_axes)
    card = next((card for name in names if (card := header.find_card(name))), None)
    if card is not None:
        yield flag(card, angle=round_digits(angle, _DIGITS), elements=f"{root}i_j")


_DIGITS = 5


def _is_one_sign(matrix: Matrix) -> bool:
    """Whether the other sign of one element surely puts the axes at a right angle."""
    a, b, c, d = matrix
    size = math.hypot(a, c) * math.hypot(b, d)
    skew, left = abs(a * b + c * d), abs(a * b - c * d)
    return (skew > _PLAIN * size and left < _PLAIN_LEFT * skew) or (
        skew > _SLIGHT * size and left < _SLIGHT_LEFT * skew
    )


def _turn_sign(matrix: Matrix, place: int) -> Matrix:
    a, b, c, d = (-value if i == place else value for i, value in enumerate(matrix))
    return a, b, c, d


def _measure_angle(matrix: Matrix) -> float | None:
    """Degrees between the two axes of a pixel; None where one has no length."""
    a, b, c, d = matrix
    size = math.hypot(a, c) * math.hypot(b, d)
    if not size:
        return None
    return math.degrees(math.acos(max(-1.0, min(1.0, (a * b + c * d) / size))))


def _plan_centre(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    # The reference pixel of a part that was cut out is anywhere, that of a middle by chance.
    is_part = layout is not None and any(name in layout.index for name in ("LTV1", "CRPIX1P"))
    if layout is not None and columns is not None and not is_part:
        needs = (*list_world_names(layout), *(name for name in _MOSAIC if name in layout.index))
        yield Subcheck(needs, None, _CentrePrecheck(layout, columns), cacheable=False)


class _CentrePrecheck:
    """Whether the reference pixel is surely no centre of the image with its axes exchanged."""

    def __init__(self, layout: Layout, columns: SkyColumns) -> None:
        self._columns = columns
        has_sections = all(name in layout.index for name in SECTION_KEYWORDS)
        self._sections = SectionReader(layout) if has_sections else None

    def __call__(self, header: Header) -> bool:
        sides = find_sides(header)
        if sides is None:
            return header.structure.naxis == 0
        if self._columns.has_sky_elsewhere(header.raw):
            return False
        origin = self._columns.read_origin(header.raw)
        if origin is None or not -_FARTHEST < origin[0] < _FARTHEST > abs(origin[1]):
            return False
        if self._sections and self._sections.measure_exchanged(header.raw, (origin[0], origin[1])):
            return False
        middle = (sides[0] + 1) / 2, (sides[1] + 1) / 2
        own = origin[0] - middle[0], origin[1] - middle[1]
        if own[0] == own[1] and abs(own[0]) == 1.0:
            return False
        # no room around the exchanged centre is larger
        room = abs(sides[0] - sides[1]) / 4
        if room <= _MARGIN / 2 or abs(origin[0] - middle[1]) > room:
            return True
        room = _find_room(sides)
        return abs(origin[0] - middle[1]) > room or abs(origin[1] - middle[0]) > room


def _find_room(sides: tuple[int, int]) -> float:
    """Pixels around the exchanged centre that are far from the own one; 0 of square images."""
    apart = abs(sides[0] - sides[1])
    return min(_NEARLY * max(sides) + 1, apart / 4) if apart > 2 * _MARGIN else 0.0


@rule(
    "WC203",
    "reference-pixel-exchanged",
    clause="8.2",
    level="conv",
    catalogue_rows=("W030",),
    reads="values",
    subchecks=_plan_centre,
    needs_one_of=SKY_KEYWORDS,
    hdus=_IMAGES,
    summary_ja="CRPIX1 と CRPIX2 が入れ替わっている、または 0 から数えた画像中心である",
    message={
        "": "{keyword} = {first}, {partner} = {second} is the centre of an image of {height} by"
        " {width} pixels, and this one has {width} by {height}: the two are exchanged, and"
        " positions are off by {pixels} pixels",
        "far": "{keyword} = {first}, {partner} = {second} is so far away that numbers of 16 digits"
        " do not tell the pixels of the image apart",
        "near": "{keyword} = {first}, {partner} = {second} is {off} pixels from the centre of an"
        " image of {height} by {width} pixels, and {pixels} from that of this one, which has"
        " {width} by {height}: the two seem to be exchanged",
        "zero": "{keyword} = {first}, {partner} = {second} is the centre of {width} by {height}"
        " pixels where the first one is 0; FITS counts from 1, which makes the centre one pixel"
        " more on each axis",
        "mosaic": "{keyword} = {first}, {partner} = {second} is {pixels} pixels from where DETSEC"
        " and DETSIZE have the middle of the mosaic, and {off} with the two exchanged: they stand"
        " the wrong way round",
        "two": "{keyword} = {first}, {partner} = {second} is the centre of {width} by {height}"
        " pixels where the first one is 2: FITS counts from 1, and 1 seems to have been added once"
        " too often",
    },
)
def reference_pixel_exchanged(header: Header, _: object) -> Iterator[Flag]:
    """CRPIX1 and CRPIX2 are the centre of the image in the wrong order, or counted from 0.

    Arrays in Python and C have the axes in reverse, and count from 0. In a mosaic of several
    detectors the middle of all is held against DETSEC and DETSIZE.

    ## Why it matters
    All positions are shifted: by half the difference of the two sides, or by one pixel on each
    axis.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  200
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                100.5
    CDELT1  =           -5.5556E-5
    CDELT2  =            5.5556E-5
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  200
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                100.5
    CRPIX2  =                 50.5
    CDELT1  =           -5.5556E-5
    CDELT2  =            5.5556E-5
    ```
    """
    from fitslint.wcs.compare import find_image_shape

    axes = _find_sky_axes(header)
    names = [f"CRPIX{axis + 1}" for axis in axes]
    cards = [card for name in names if (card := header.find_card(name)) is not None]
    shape = find_image_shape(header, axes)
    if len(axes) != 2 or len(cards) != 2 or shape is None:
        return
    card, other = cards
    first, second = card.number_value, other.number_value
    width, height = shape
    if first is None or second is None:
        return
    own = first - (width + 1) / 2, second - (height + 1) / 2
    cross = abs(first - (height + 1) / 2), abs(second - (width + 1) / 2)
    named: dict[str, Any] = {
        "keyword": names[0], "partner": names[1], "first": card.text.strip(),
        "second": other.text.strip(),
    }  # fmt: skip
    told = _judge_distant(header, card, (first, second), named)
    if told is not None:
        yield told
        return
    is_even = width % 2 == height % 2 == 0 and min(shape) >= _SMALLEST
    room = _find_room(shape)
    if (
        max(cross) <= (min(1.0, room) if _is_of_mosaic(header) else room)
        and min(map(abs, own)) > _MARGIN
    ):
        message, level = "" if max(cross) <= 1 else "near", None
    # an odd side has its middle pixel at (n - 1) / 2 + 1 and may have been halved as an integer
    elif is_even and own in ((-1.0, -1.0), (1.0, 1.0)):
        message, level = "zero" if own[0] < 0 else "two", _STYLE
    else:
        return
    yield flag(
        card, message=message, level=level, width=width, height=height,
        pixels=round_digits(math.hypot(*own)), off=round_digits(math.hypot(*cross)), **named,
    )  # fmt: skip


_FARTHEST = 1e13
"""Pixels: beyond, doubles are more than a thousandth of a pixel apart."""
_STYLE: Level = "style"
_NEARLY = 0.02
"""Part of the longer side."""
_MOSAIC = (
    "DETSEC", "DETSIZE", "CCDNUM", "CCDSEC", "IMAGEID", "CCDID", "CHIPID", "DET-ID", "INSTRUME",
)  # fmt: skip
"""Of detectors beside others, whose reference pixel is anywhere: near another point by chance."""
_MARGIN = 3.0
"""Pixels by which the centre of the image is away from that with the sides exchanged."""
_SMALLEST = 8


def _judge_distant(
    header: Header, card: Card, origin: tuple[float, float], named: dict[str, Any]
) -> Flag | None:
    """A reference pixel out of reach, or in the wrong part of a mosaic."""
    if max(map(abs, origin)) > _FARTHEST:
        return flag(card, message="far", **named)
    if (named["keyword"], named["partner"]) != ("CRPIX1", "CRPIX2"):
        return None
    sections = SectionReader(header.layout).measure_exchanged(header.raw, origin)
    if sections is None:
        return None
    pixels, off = (round_digits(one) for one in sections)
    return flag(card, message="mosaic", pixels=pixels, off=off, **named)


def _is_of_mosaic(header: Header) -> bool:
    if any(name in header for name in _MOSAIC[:-1]):
        return True
    card = header.find_card(_MOSAIC[-1])
    instrument = find_instrument(card.raw[10:]) if card is not None else None
    return instrument is not None and instrument.is_mosaic


def _find_sky_axes(header: Header) -> list[int]:
    """The axes of longitude and latitude, from 0, in the order of the array."""
    from fitslint.rules.wcs.celestial import parse_celestial_type

    types = [header.string(f"CTYPE{axis}") or "" for axis in range(1, AXES_MAX + 1)]
    return [axis for axis, one in enumerate(types) if parse_celestial_type(one) is not None]
