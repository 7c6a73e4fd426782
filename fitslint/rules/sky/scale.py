"""The size of a pixel on the sky, against what the header says of it elsewhere."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.binning import list_binning_names, read_binning
from fitslint.rules.sky.columns import (
    SKY_KEYWORDS,
    Precheck,
    SkyColumns,
    find_sides,
    find_sky_columns,
    list_world_names,
    locate_numbers,
    may_describe_image,
    read_numbers,
)
from fitslint.rules.sky.instruments import find_instrument, widen_scale
from fitslint.rules.sky.numbers import round_digits
from fitslint.text import phrase

ARCSEC = 3600.0
"""Arcsec of a degree."""
_EXTENT_MAX = {"TAN": 180.0, "TPV": 180.0, "SIN": 180.0, "STG": 360.0}
"""Degrees of the plane that an image may be wide: a gnomonic one of 127 degrees on the sky.

The whole sky is 115 wide in SIN, and at most 360 in what has an edge.
"""
_EXTENT_ANY = 540.0
_EXTENT_MIN = 1e-7
_SURELY = 90.0
_SURELY_NO_POINT = 2 * _EXTENT_MIN
_NOT_SKY = (0.0, math.inf)
_FACTORS = (
    (ARCSEC, "arcsec"), (60.0, "arcmin"), (math.degrees(1), "degrees"),
    (1 / math.degrees(1), "radian"), (1 / ARCSEC, "twice"),
)  # fmt: skip
"""By how much a scale is too large, and what was done about its unit."""
_UNIT_TOLERANCE = 0.2
_STATED_TOLERANCE = 0.1
"""Headers state the nominal scale of the instrument, in few digits."""
_OPTICS_TOLERANCE = 0.6
"""Focal lengths are those of the maker; a reducer changes them by a third."""
_BINNINGS = tuple(range(2, 9))
_RESAMPLED = 2.0
"""By which images were binned by a program, or drizzled, without a word: at the most."""
_STACKED = 8.0
"""By which stacks and mosaics are resampled: worth a word, no more."""
_DRIZZLED = "IDCSCALE"
"""Of HST: the scale that distorted frames are drizzled to, which some were drizzled from."""
_STATED = (
    "PIXSCALE", "PIXSCAL1", "PIXSCALX", "PXSCAL1", "SECPIX", "SECPIX1", "SECPPIX", "PIXELSCL",
    "PIXLSIZE", "SCALE", _DRIZZLED,
)  # fmt: skip
_OF_DETECTOR = ("PXSCAL1", _DRIZZLED)
"""Of Spitzer and HST: kept by mosaics, whose pixels are of any size."""
_OTHER_UNIT = compile_late(
    r"\b(?:mas|milli-?arc\w*|arcmin\w*|deg\w*|rad\w*|microns?|um|[mk]m|[kM]?pc)\b", re.IGNORECASE
)
_WITH_UNIT = ("SCALE", "PIXLSIZE")
"""Of which only a comment tells that they are in arcsec."""
_BEAM = "BMAJ"
_PIXELS_BEAM = 10.0
"""Of a map has three pixels a beam; a pixel of this many beams has lost the map."""
_PIXELS = ("XPIXSZ", "PIXSIZE1", "XPIXELSZ", "PIXSIZE")
_SCALE_RANGE = (1e-4, 3600.0)
_RADIAN_ARCSEC = 206264.806247
_MICRON, _MILLIMETRE = 1e-6, 1e-3
_RATIO = (
    "the coordinates make a pixel {scale} arcsec, {ratio} times the {expected} arcsec of {source}"
)
Expected = tuple[float, float, str, Card]
"""The least and the largest arcsec of a pixel, who says so, and the card."""


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is None or columns is None:
        return
    world = list_world_names(layout)
    yield Subcheck(world, "extent", _ExtentPrecheck(columns), cacheable=False)
    for name in (*_STATED, "FOCALLEN", "INSTRUME", _BEAM):
        if name in layout.index:
            pixels = tuple(other for other in _PIXELS if other in layout.index)
            if name != "FOCALLEN" or pixels:
                needs = (*world, name, *pixels, "TELESCOP", *list_binning_names(layout))
                yield Subcheck(needs, name, _build_precheck(columns, layout, name), cacheable=False)


class _ExtentPrecheck:
    """Whether an image is surely neither wider than its projection nor a point."""

    def __init__(self, columns: SkyColumns) -> None:
        self._columns = columns

    def __call__(self, header: Header) -> bool:
        columns = self._columns
        if not may_describe_image(header) or columns.lacks_sky(header.raw):
            return True
        matrix, sides = columns.read_matrix(header.raw), find_sides(header)
        if matrix is None or sides is None:
            return False
        # A determinant is never more than twice the square of the largest element, but one row
        # may be next to nothing beside the other.
        wide = max(map(abs, matrix)) * max(sides)
        area = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
        return wide < _SURELY and math.sqrt(area) * max(sides) > _SURELY_NO_POINT


def _build_precheck(columns: SkyColumns, layout: Layout, name: str) -> Precheck:
    field = locate_numbers(layout, (name,)) or ()
    start = layout.index[name][0] * CARD_SIZE + 10
    is_binned = bool(list_binning_names(layout))

    def is_surely_nominal(header: Header) -> bool:
        raw = header.raw
        if not may_describe_image(header) or columns.lacks_sky(raw):
            return True
        if name == "INSTRUME":
            low, high = _find_nominal(raw[start : start + 20], is_binned=is_binned)
        else:
            low, high = _find_range(read_numbers(raw, field), name)
        if (low, high) == _NOT_SKY:
            return name == "INSTRUME"
        matrix = columns.read_matrix(raw)
        if matrix is None:
            return False
        scale = math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])) * ARCSEC
        return low < scale < high

    return is_surely_nominal


def _find_range(numbers: Sequence[float] | None, name: str) -> tuple[float, float]:
    """The range of surely good scales that a number gives at first sight."""
    if name == "FOCALLEN" or not numbers:
        return _NOT_SKY
    value = abs(numbers[0])
    if name == _BEAM:
        return 0.0, value * ARCSEC * _PIXELS_BEAM
    return value * (1 - _STATED_TOLERANCE), value * (1 + _STATED_TOLERANCE)


def _find_nominal(text: bytes, *, is_binned: bool) -> tuple[float, float]:
    instrument = find_instrument(text)
    return _NOT_SKY if instrument is None else widen_scale(instrument, 1.0 if is_binned else None)


@rule(
    "WC201",
    "implausible-pixel-scale",
    clause="8.3",
    level="conv",
    catalogue_rows=("W030",),
    reads="values",
    subchecks=_plan_subchecks,
    needs_one_of=SKY_KEYWORDS,
    hdus=("primary", "image", "compressed-image"),
    summary_ja="ピクセルの大きさが、投影法・焦点距離・装置などから見てありえない",
    message={
        "wide": "the coordinates make a pixel {scale} arcsec and the image {extent} deg wide, which"
        " {code} cannot show; {keyword} is in degrees a pixel: arcsec were written where it is"
        " 3600 times too large",
        "point": "the coordinates make the whole image {extent} deg wide; {keyword} is in degrees"
        " a pixel",
        "arcsec": _RATIO + ": arcsec stand where degrees are meant",
        "arcmin": _RATIO + ": arcmin stand where degrees are meant",
        "degrees": _RATIO + ": degrees were converted as radians",
        "radian": _RATIO + ": radians stand where degrees are meant",
        "twice": _RATIO + ": arcsec were converted to degrees twice",
        "beam": "the coordinates make a pixel {scale} arcsec, {ratio} times the beam of {expected}"
        " arcsec (BMAJ is in degrees, as {keyword} is): one of the two is in another unit",
        "differs": _RATIO,
    },
)
def implausible_pixel_scale(header: Header, source: str) -> Iterator[Flag]:
    """The size of a pixel on the sky cannot be, or is not what the header says elsewhere.

    It is held against what the projection can show, the scale that the header states, pixel size
    and focal length, and what is known of the instrument. Scales that differ by a binning are let
    pass, those of the instrument by a factor of 8. Where the header tells the binning, pixel sizes
    may have it in them or not, and a factor of 2 (of the instrument: 3) is left for images that
    were resampled. PXSCAL1 is that of a detector, which mosaics keep; scales whose comment has
    another unit than arcsec are left out.

    ## Why it matters
    Coordinates are in degrees. Arcsec in their place make an image of two arcminutes wider than
    the sky, and no program says so: catalogues match nothing, and mosaics fill the disk.

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
    CD1_1   =                 -2.0
    CD2_2   =                  2.0
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
    CD1_1   =           -5.5556E-4
    CD2_2   =            5.5556E-4
    ```
    """
    if not may_describe_image(header):
        return
    from fitslint.wcs.compare import compile_celestial, find_image_shape, measure_pixel_size

    wcs = compile_celestial(header)
    shape = find_image_shape(header, wcs.sky_axes) if wcs is not None else None
    card = _find_matrix_card(header, wcs.sky_axes) if wcs is not None else None
    if wcs is None or card is None or (shape is None and source == "extent"):
        return
    scale = measure_pixel_size(wcs)
    if source == _BEAM:
        yield from _judge_beam(header, card, scale)
        return
    if source == "extent" and shape is not None:
        extent = scale * max(shape) / ARCSEC
        most = _EXTENT_MAX.get(wcs.code, _EXTENT_ANY)
        if extent > most or 0 < extent < _EXTENT_MIN:
            yield flag(
                card, message="wide" if extent > most else "point", keyword=card.keyword,
                scale=round_digits(scale), extent=round_digits(extent), code=wcs.code,
            )  # fmt: skip
        return
    expected = _find_expected(header, source)
    if expected is None or not scale:
        return
    low, high, who, _ = expected
    if low <= scale <= high:
        return
    binning = read_binning(header) if source in ("FOCALLEN", "INSTRUME") else None
    if binning is not None and source == "FOCALLEN":
        # whether the size of a pixel is that before or after binning differs by program
        if low / _RESAMPLED <= scale <= high * binning * _RESAMPLED:
            return
    elif source != "INSTRUME" and _is_binned(scale, low, high):
        return
    middle = math.sqrt(low * high)
    ratio = scale / middle
    is_near = binning is not None and 1 / _STACKED <= ratio <= _STACKED
    yield flag(
        card, message=_name_factor(ratio), level="style" if is_near else None,
        scale=round_digits(scale), ratio=round_digits(ratio), expected=round_digits(middle),
        source=who,
    )  # fmt: skip


def _judge_beam(header: Header, card: Card, scale: float) -> Iterator[Flag]:
    beam = (header.number(_BEAM) or 0.0) * ARCSEC
    if beam > 0 and scale > _PIXELS_BEAM * beam:
        yield flag(
            card, message="beam", keyword=card.keyword, scale=round_digits(scale),
            expected=round_digits(beam), ratio=round_digits(scale / beam),
        )  # fmt: skip


def _name_factor(ratio: float) -> str:
    for factor, name in _FACTORS:
        if abs(math.log(ratio / factor)) < _UNIT_TOLERANCE:
            return name
    return "differs"


def _is_binned(scale: float, low: float, high: float) -> bool:
    """Whether pixels were put together, or the stated scale is that of pixels put together."""
    return any(
        low <= scale * factor <= high or low <= scale / factor <= high for factor in _BINNINGS
    )


def _find_matrix_card(header: Header, axes: Sequence[int]) -> Card | None:
    """The first card of the scale of the sky, whose axes are counted from 0."""
    if len(axes) < 2:
        return None
    first, second = axes[0] + 1, axes[1] + 1
    names = (
        f"CD{first}_{first}", f"CD{first}_{second}", f"CDELT{first}", f"PC{first}_{first}",
        f"CD{second}_{second}", f"CDELT{second}",
    )  # fmt: skip
    return next((card for name in names if (card := header.find_card(name))), None)


def _find_expected(header: Header, source: str) -> Expected | None:
    card = header.find_card(source)
    if card is None:
        return None
    if source == "INSTRUME":
        instrument = find_instrument(card.raw[10:])
        if instrument is None:
            return None
        return (*widen_scale(instrument, read_binning(header)), instrument.name, card)
    value = abs(card.number_value) if card.number_value is not None else None
    if source == "FOCALLEN":
        return _find_optics(header, card)
    if value is None or not _SCALE_RANGE[0] < value < _SCALE_RANGE[1]:
        return None
    if "mm" in card.comment or _OTHER_UNIT.search(card.comment):
        return None
    if source in _WITH_UNIT and "arcsec" not in card.comment.lower():
        return None
    low, high = 1 - _STATED_TOLERANCE, 1 + _STATED_TOLERANCE
    if source in _OF_DETECTOR:
        low, high = 1 / _BINNINGS[-1], _BINNINGS[-1]
    return (
        value * low, value * high, f"{source} = {card.text.strip()}", card,
    )  # fmt: skip


def _find_optics(header: Header, card: Card) -> Expected | None:
    """What a pixel of so many microns is at a focal length in mm."""
    length = card.number_value
    name = next((name for name in _PIXELS if name in header), None)
    size = header.number(name) if name else None
    if name is None or not size or not length or length < 1 or not 0.5 < size < 200:
        return None
    scale = size * _MICRON / (length * _MILLIMETRE) * _RADIAN_ARCSEC
    who = phrase(
        "FOCALLEN = {length} mm and {name} = {size:g} micron",
        length=card.text.strip(), name=name, size=size,
    )  # fmt: skip
    return scale / (1 + _OPTICS_TOLERANCE), scale * (1 + _OPTICS_TOLERANCE), who, card
