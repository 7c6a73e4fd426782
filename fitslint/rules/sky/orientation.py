"""The position angle that a header states, against that of its matrix."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    SkyColumns,
    find_sky_columns,
    list_world_names,
    locate_numbers,
    read_numbers,
)
from fitslint.rules.sky.numbers import round_digits

_DEGREES_MAX = 1.0
_TELLING = ("PA of", "position angle", "e. of n", "east of north", "of image y axis")
"""What a comment says where the angle is that of the second axis, as HST writes it."""
_KEYWORD = "ORIENTAT"


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is not None and columns is not None and _KEYWORD in layout.index:
        precheck = _AnglePrecheck(columns, layout)
        yield Subcheck((*list_world_names(layout), _KEYWORD), None, precheck, cacheable=False)


class _AnglePrecheck:
    """Whether the angle surely is that of the second column of the matrix."""

    def __init__(self, columns: SkyColumns, layout: Layout) -> None:
        self._columns = columns
        self._angle = locate_numbers(layout, (_KEYWORD,)) or ()

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        if not self._columns.is_sky(raw):
            return True
        matrix, angle = self._columns.read_matrix(raw), read_numbers(raw, self._angle)
        if matrix is None or angle is None:
            return False
        turned = math.degrees(math.atan2(matrix[1], matrix[3]))
        return abs((turned - angle[0] + 180) % 360 - 180) < _DEGREES_MAX / 2


@rule(
    "WC204",
    "orientation-disagrees",
    clause="8.2",
    level="conv",
    catalogue_rows=("W031",),
    reads="values",
    subchecks=_plan_subchecks,
    hdus=("primary", "image", "compressed-image"),
    summary_ja="ORIENTAT の位置角が、行列から求めた向きと合わない",
    message={
        "": "{keyword} = {text} deg is not the position angle of the second axis by the"
        " coordinates, which is {angle} deg: {gap} deg off",
        "mirror": "{keyword} = {text} deg is the position angle of the second axis of a sky seen in"
        " a mirror: by the coordinates it is {angle} deg, and the sign of one row of the matrix"
        " makes the difference",
    },
)
def orientation_disagrees(header: Header, _: object) -> Iterator[Flag]:
    """The position angle of the image in ORIENTAT is not that of its matrix.

    ## Why it matters
    People turn images by the one, programs by the other. A wrong sign in the matrix shows up here.

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
    CD1_2   =            2.7778E-5
    CD2_1   =            2.7778E-5
    CD2_2   =            4.8113E-5
    ORIENTAT=                -30.0 / position angle of image y axis (deg. e of n)
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
    CD1_2   =            2.7778E-5
    CD2_1   =            2.7778E-5
    CD2_2   =            4.8113E-5
    ORIENTAT=                 30.0 / position angle of image y axis (deg. e of n)
    ```
    """
    from fitslint.wcs.compare import compile_celestial

    card, stated = header.find_card(_KEYWORD), header.number(_KEYWORD)
    wcs = compile_celestial(header)
    if card is None or stated is None or wcs is None or wcs.longitude is None:
        return
    if not any(word.lower() in card.comment.lower() for word in _TELLING) or abs(stated) > 360:
        return
    if len(wcs.sky_axes) != 2 or wcs.latitude is None:
        return
    east, north = wcs.matrix[wcs.longitude], wcs.matrix[wcs.latitude]
    second = wcs.sky_axes[1]
    angle = math.degrees(math.atan2(east[second], north[second]))
    gap = abs((angle - stated + 180) % 360 - 180)
    mirrored = abs((-angle - stated + 180) % 360 - 180)
    if gap > _DEGREES_MAX:
        yield flag(
            card, message="mirror" if mirrored <= _DEGREES_MAX else "", keyword=_KEYWORD,
            text=card.text.strip(), angle=round_digits(angle, 4), gap=round_digits(gap),
        )  # fmt: skip
