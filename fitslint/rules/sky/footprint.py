"""The outline of the image in S_REGION or corner keywords, against its coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    SKY_KEYWORDS,
    SkyColumns,
    find_sides,
    find_sky_columns,
    list_world_names,
)
from fitslint.rules.sky.numbers import round_digits

if TYPE_CHECKING:
    from fitslint.wcs.footprint import OutlineFit

_OUTLINES = ("S_REGION", "COR1RA1", "CORN1RA", "RAC1")
"""The keywords that outlines begin with."""
_OF_OUTLINES = ("COR", "RAC", "DECC")
_OUTSIDE = 0.05
"""Part of the side of the image that an outline may go beyond it."""
_OUTSIDE_PIXELS = 4.0
_COVER_MIN = 0.1
"""Part of the side that an outline covers at least; exposures on a larger canvas cover less."""
_PARENT_MAX = 500.0
"""Times the sides of a cutout that the image is that it comes from."""
_CLOSE = 0.1
"""Pixels to within which an offset is one of half a pixel or one."""
_MATCHED = 4
_FK4_OPEN = 1.0
"""Arcsec by which a position in FK4 is open: of what epoch it is."""


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is None or columns is None:
        return
    for keyword in _OUTLINES:
        if keyword in layout.index:
            names = tuple(
                name for name in layout.index if name.startswith((*_OF_OUTLINES, keyword))
            )
            needs = (*list_world_names(layout), *names, "CONTINUE")
            precheck = _OutlinePrecheck(layout, columns, keyword)
            yield Subcheck(needs, keyword, precheck, cacheable=False)


_BENT = ("PV", "LONPOLE", "LATPOLE", "EQUINOX", "EPOCH", "RADECSYS", "CUNIT", "CROTA", "PC00")
"""Keywords with which coordinates are not plain to see."""


class _OutlinePrecheck:
    """Whether an outline of four corners surely lies on a plain gnomonic image."""

    def __init__(self, layout: Layout, columns: SkyColumns, keyword: str) -> None:
        self._columns, self._keyword = columns, keyword
        self._is_plain = not any(name.startswith(_BENT) for name in layout.index)
        self._has_system = "RADESYS" in layout.index

    def __call__(self, header: Header) -> bool:
        raw, columns = header.raw, self._columns
        first, second = columns.types[:2]
        types = raw[first : first + 11], raw[second : second + 11]
        if not self._is_plain or types != (b"'RA---TAN' ", b"'DEC--TAN' "):
            return False
        if self._has_system and (header.string("RADESYS") or "").strip() not in ("ICRS", "FK5"):
            return False
        from fitslint.wcs.footprint import fit_gnomonic, read_outline

        matrix, sides = columns.read_matrix(raw), find_sides(header)
        reference = columns.read_reference(raw)
        origin = columns.read_origin(raw)
        outline = read_outline(header, self._keyword)
        if None in (matrix, sides, reference, origin, outline):
            return False
        assert matrix and sides and reference and origin and outline
        pairs = (reference[0], reference[1]), (origin[0], origin[1])
        fit = fit_gnomonic(outline, (*pairs, matrix), sides)
        if fit is None or not min(fit.cover) > 2 * _COVER_MIN:
            return False
        middle = [(low + high - side - 1) / 2
                  for low, high, side in zip(fit.low, fit.high, sides, strict=True)]  # fmt: skip
        return fit.outside < _OUTSIDE_PIXELS / 2 and all(abs(at) < 0.3 for at in middle)


@rule(
    "WC207",
    "footprint-elsewhere",
    clause="8.3",
    level="conv",
    catalogue_rows=("W033",),
    reads="values",
    subchecks=_plan_subchecks,
    needs_one_of=(*SKY_KEYWORDS, _OUTLINES),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="S_REGION などの範囲が、座標から求めた画像の範囲と合わない",
    message={
        "": "{keyword} goes {pixels} pixels beyond the image of {width} by {height} by its"
        " coordinates: it is of x from {left} to {right}, y from {bottom} to {top}",
        "small": "{keyword} covers {across} by {up} of the sides of the image of {width} by"
        " {height} by its coordinates: one of the two has another scale",
        "parent": "{keyword} is the outline of a larger image, {across} by {up} times the sides of"
        " this one, which lies in it: a cutout that has kept it",
        "offset": "{keyword} lies {x}, {y} pixels from the image by its coordinates, in x and y:"
        " one of the two counts pixels from 0, or from the edge of the first one",
    },
)
def footprint_elsewhere(header: Header, keyword: str) -> Iterator[Flag]:
    """The outline that the header states is not where the coordinates put the image.

    Polygons of S_REGION and the corners of the pipelines of NOAO and DES; outlines inside of the
    image are those of an exposure on a larger canvas. Where the outline is a rectangle of the size
    of the image, an offset of half a pixel or one is told. Circles, ellipses, boxes and regions of
    several parts are told where no pixel of the image is in them.

    ## Why it matters
    Archives search by S_REGION, programs go by the coordinates: one of them was not changed with
    the other, or is wrong from the start.

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
    CRVAL2  =                  0.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =              -1.0E-3
    CDELT2  =               1.0E-3
    S_REGION= 'POLYGON ICRS 150.25 -0.05 150.15 -0.05 150.15 0.05 150.25 0.05'
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
    CRVAL2  =                  0.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =              -1.0E-3
    CDELT2  =               1.0E-3
    S_REGION= 'POLYGON ICRS 150.05 -0.05 149.95 -0.05 149.95 0.05 150.05 0.05'
    ```
    """
    from fitslint.wcs.compare import (
        compile_celestial,
        find_image_shape,
        measure_pixel_size,
    )
    from fitslint.wcs.footprint import (
        find_offset,
        fit_outline,
        is_beside_image,
        is_within_outline,
        read_outline,
    )

    outline = read_outline(header, keyword)
    wcs = compile_celestial(header) if outline is not None else None
    shape = find_image_shape(header, wcs.sky_axes) if wcs is not None else None
    card = header.find_card(keyword)
    if outline is None or wcs is None or shape is None or card is None:
        return
    fit = fit_outline(outline, wcs, shape)
    if fit is None:
        return
    size = measure_pixel_size(wcs) or 1.0
    is_old = wcs.frame[0].startswith("FK4")
    room = max(_OUTSIDE_PIXELS, _OUTSIDE * max(shape)) + is_old * _FK4_OPEN / size
    sides = {"width": shape[0], "height": shape[1]}
    across, up = (round_digits(part, 2) for part in fit.cover)
    if outline.is_rough:
        if is_beside_image(fit, shape, room):
            yield flag(card, **_describe(keyword, fit), **sides)  # type: ignore[arg-type]
        return
    if (
        fit.outside > room
        and min(fit.cover) > 1
        and max(fit.cover) < _PARENT_MAX
        and (is_within_outline(fit, shape))
    ):
        yield flag(card, message="parent", level="style", keyword=keyword, across=across, up=up)
        return
    if fit.outside > room:
        yield flag(card, **_describe(keyword, fit), **sides)  # type: ignore[arg-type]
        return
    if min(fit.cover) < _COVER_MIN and len(outline.vertices) == _MATCHED:
        yield flag(card, message="small", keyword=keyword, across=across, up=up, **sides)  # type: ignore[arg-type]
        return
    open_by = (outline.half_digit * 3600 + is_old * _FK4_OPEN) / size
    offset = find_offset(fit, shape, _CLOSE) if open_by < _CLOSE / 2 else None
    if len(outline.vertices) == _MATCHED and offset is not None and _is_step(offset):
        x, y = (round_digits(part, 2) for part in offset)
        yield flag(card, message="offset", level="style", keyword=keyword, x=x, y=y)


def _is_step(offset: tuple[float, float]) -> bool:
    """Whether an offset is half a pixel or one, the same way on both axes."""
    x, y = offset
    return abs(x - y) < _CLOSE and any(abs(abs(x) - step) < _CLOSE for step in (0.5, 1.0))


def _describe(keyword: str, fit: OutlineFit) -> dict[str, object]:
    (left, bottom), (right, top) = fit.low, fit.high
    names = {"left": left, "right": right, "bottom": bottom, "top": top, "pixels": fit.outside}
    return {"keyword": keyword} | {name: round_digits(value, 4) for name, value in names.items()}
