"""Distortions over the image: whether they fold it, and whether their inverse is one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    SKY_KEYWORDS,
    Field,
    SkyColumns,
    find_sides,
    find_sky_columns,
    list_world_names,
    locate_number,
    read_numbers,
)
from fitslint.rules.sky.numbers import format_pixel, round_digits

_IMAGES = ("primary", "image", "compressed-image")
_SIP_TERM = compile_late("(AP|BP|A|B)_([0-9])_([0-9])")
_TPV_TERM = compile_late("PV([12])_([0-9]{1,2})")
_TPV_POWERS = (
    0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5,
    6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7,
)  # fmt: skip
"""Total power of the terms of TPV by their number."""
_LINEAR_TPV = 1
_RADIAL = 1.5
"""More than the root of 2, by which a term of the radius may exceed one of x and y."""
_INVERSE_MAX = 0.5
"""Pixels at the corner that is farthest from CRPIX; fits of good order leave 0.1 of a pixel."""


def _plan_folds(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is None or columns is None:
        return
    if "A_ORDER" in layout.index or any(map(_TPV_TERM.fullmatch, layout.index)):
        precheck = _FoldPrecheck(columns, layout)
        yield Subcheck(list_world_names(layout), None, precheck, cacheable=False)


class _FoldPrecheck:
    """Whether all terms together are too small to turn the image over."""

    def __init__(self, columns: SkyColumns, layout: Layout) -> None:
        self._columns = columns
        self._of_pixels = "A_ORDER" in layout.index
        # Which of the two counts hangs on CTYPE then.
        self._has_both = self._of_pixels and any(map(_TPV_TERM.fullmatch, layout.index))
        self._powers: list[tuple[int, int, float]] = []
        fields: list[Field] = []
        for name in layout.index:
            found = self._read_term(name)
            field = locate_number(layout, name)
            if found is not None and field is not None:
                self._powers.append(found)
                fields.append(field)
        self._fields = tuple(fields)

    def _read_term(self, name: str) -> tuple[int, int, float] | None:
        """Which axis, the total power, and the value that means no distortion."""
        match = _SIP_TERM.fullmatch(name) if self._of_pixels else _TPV_TERM.fullmatch(name)
        if match is None or match[1] in ("AP", "BP"):
            return None
        if self._of_pixels:
            return "AB".index(match[1]), int(match[2]) + int(match[3]), 0.0
        number = int(match[2])
        if number >= len(_TPV_POWERS):
            return None
        return int(match[1]) - 1, _TPV_POWERS[number], float(number == _LINEAR_TPV)

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        numbers = read_numbers(raw, self._fields)
        reach = self._find_reach(header)
        if numbers is None or reach is None or self._has_both:
            return False
        slopes = [0.0, 0.0]
        try:
            for (axis, power, neutral), number in zip(self._powers, numbers, strict=True):
                if power:
                    slopes[axis] += abs(number - neutral) * power * _RADIAL * reach ** (power - 1)
        except OverflowError:
            return False
        return all(slope < 1.0 for slope in slopes)  # not so where one is NaN

    def _find_reach(self, header: Header) -> float | None:
        """The largest distance from CRPIX in the image, in pixels or in degrees of the plane."""
        axes = find_sides(header)
        origin = self._columns.read_origin(header.raw)
        if origin is None or axes is None:
            return None
        sides = [max(abs(at), abs(side + 1 - at)) for at, side in zip(origin, axes, strict=True)]
        reach = math.hypot(*sides)
        if self._of_pixels:
            return reach
        matrix = self._columns.read_matrix(header.raw)
        return None if matrix is None else reach * math.hypot(*matrix)


@rule(
    "WD202",
    "distortion-folds",
    clause="SIP convention, TPV convention",
    level="conv",
    catalogue_rows=("X003",),
    reads="values",
    subchecks=_plan_folds,
    needs_one_of=SKY_KEYWORDS,
    hdus=_IMAGES,
    summary_ja="歪み補正が画像を折り返し、二つのピクセルが天球上の一点に来る",
    message="the distortion folds the image: at {folded} of {points} points of a grid over it the"
    " area of a pixel is of the other sign or 0, first at pixel {pixel}; elsewhere a pixel has"
    " {least} to {most} times the area of that at the reference",
)
def distortion_folds(header: Header, _: object) -> Iterator[Flag]:
    """The polynomials of the distortion turn over in the image: two pixels get one position.

    The determinant of the Jacobian matrix is worked out at 9 by 9 points.

    ## Why it matters
    A fit that was made on a part of the image, or a term that was read wrongly, explodes towards
    the corners. Positions there are nonsense, and no position has one pixel.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =                 0.05
    B_0_2   =                  0.0
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =               5.0E-5
    B_0_2   =                  0.0
    ```
    """
    from fitslint.wcs.compare import compile_celestial, find_image_shape
    from fitslint.wcs.distorted import measure_fold

    wcs = compile_celestial(header)
    shape = find_image_shape(header, wcs.sky_axes) if wcs is not None else None
    report = measure_fold(wcs, shape) if wcs is not None and shape is not None else None
    if report is None or not report.has_fold or report.first is None:
        return
    names = (name for name in header.layout.index if _is_forward_term(name))
    card = next((header.find_card(name) for name in names), None)
    if card is not None:
        yield flag(
            card, (0, 8), folded=report.folded, points=report.points,
            pixel=format_pixel(report.first),
            least=round_digits(report.least), most=round_digits(report.most),
        )  # fmt: skip


def _is_forward_term(name: str) -> re.Match[str] | None:
    match = _SIP_TERM.fullmatch(name)
    return match if match and match[1] in ("A", "B") else _TPV_TERM.fullmatch(name)


_INVERSE = ("AP_ORDER", "BP_ORDER")


def _plan_inverse(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is not None and columns and any(name in layout.index for name in _INVERSE):
        precheck = _InversePrecheck(columns, layout)
        yield Subcheck(list_world_names(layout), None, precheck, cacheable=False)


class _InversePrecheck:
    """Whether the recorded inverse brings the farthest corner back."""

    def __init__(self, columns: SkyColumns, layout: Layout) -> None:
        self._columns = columns
        self._types = columns.types
        self._terms: list[tuple[str, int, int]] = []
        fields: list[Field] = []
        for name in layout.index:
            match = _SIP_TERM.fullmatch(name)
            field = locate_number(layout, name)
            if match and field:
                self._terms.append((match[1], int(match[2]), int(match[3])))
                fields.append(field)
        self._fields = tuple(fields)

    def __call__(self, header: Header) -> bool:
        raw, sides = header.raw, find_sides(header)
        numbers = read_numbers(raw, self._fields)
        origin = self._columns.read_origin(raw)
        if numbers is None or origin is None or sides is None:
            return False
        u, v = find_farthest_corner(origin, sides)
        try:
            moved = self._add("AB", numbers, u, v)
            back = self._add(("AP", "BP"), numbers, *moved)
        except OverflowError:
            return False
        return math.hypot(back[0] - u, back[1] - v) < _INVERSE_MAX / 2

    def _add(
        self, names: Sequence[str], numbers: Sequence[float], u: float, v: float
    ) -> tuple[float, float]:
        sums = [u, v]
        for (name, p, q), number in zip(self._terms, numbers, strict=True):
            if name in names:
                sums[names.index(name)] += number * u**p * v**q
        return sums[0], sums[1]


def find_farthest_corner(origin: Sequence[float], shape: Sequence[int]) -> tuple[float, float]:
    """The offset from CRPIX of the outer corner of an image that is farthest from it."""
    ends = [(0.5 - at, side + 0.5 - at) for at, side in zip(origin, shape, strict=False)]
    u, v = (max(pair, key=abs) for pair in ends)
    return u, v


@rule(
    "WD201",
    "inverse-disagrees",
    clause="SIP convention",
    level="conv",
    catalogue_rows=("X003",),
    reads="values",
    subchecks=_plan_inverse,
    needs_one_of=(*SKY_KEYWORDS, _INVERSE),
    hdus=_IMAGES,
    summary_ja="SIP の逆変換 (AP・BP) が A・B の逆になっていない",
    message="AP and BP bring pixel {pixel} back {pixels} pixels from where A and B took it from"
    " ({corner} pixels at a corner): programs that use them for the way from the sky are off by as"
    " much, those that turn A and B round are not",
)
def inverse_disagrees(header: Header, _: object) -> Iterator[Flag]:
    """The inverse polynomials of SIP do not undo the forward ones.

    The corner that is farthest from CRPIX decides; the message tells the worst of 9 by 9 points.

    ## Why it matters
    AP and BP are optional, and programs that find them trust them: a catalogue that is laid over
    the image misses the stars, though the image itself is right.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =               1.0E-3
    B_0_2   =               1.0E-3
    AP_ORDER=                    2
    BP_ORDER=                    2
    AP_2_0  =               1.0E-3
    BP_0_2  =               1.0E-3
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN-SIP'
    CTYPE2  = 'DEC--TAN-SIP'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =              -5.0E-5
    CD2_2   =               5.0E-5
    A_ORDER =                    2
    B_ORDER =                    2
    A_2_0   =               1.0E-3
    B_0_2   =               1.0E-3
    AP_ORDER=                    2
    BP_ORDER=                    2
    AP_2_0  =              -1.0E-3
    BP_0_2  =              -1.0E-3
    ```
    """
    from fitslint.wcs.compare import compile_celestial, find_image_shape
    from fitslint.wcs.distorted import measure_inverse_at, measure_recorded_inverse

    wcs = compile_celestial(header)
    shape = find_image_shape(header, wcs.sky_axes) if wcs is not None else None
    if wcs is None or shape is None:
        return
    farthest = measure_inverse_at(wcs, find_farthest_corner(wcs.origin, shape))
    if farthest is None or not farthest > _INVERSE_MAX:
        return
    report = measure_recorded_inverse(wcs, shape)
    card = next((header.find_card(name) for name in _INVERSE if name in header), None)
    if report is not None and card is not None:
        yield flag(
            card, (0, 8), pixel=format_pixel(report.where),
            pixels=round_digits(report.worst), corner=round_digits(farthest),
        )  # fmt: skip
