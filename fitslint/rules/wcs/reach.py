"""Coordinates against the arrays that they reach: an empty primary HDU, axes without pixels."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.header import Header, Layout
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.celestial import is_celestial_card
from fitslint.rules.wcs.versions import find_axis_cards, find_matrices, index_elements

_IMAGES = ("image", "compressed-image")
_PAIR = 2
_OF_AXES = ("CTYPE", "CRVAL", "CRPIX")


@rule(
    "WC139",
    "coordinates-without-data",
    clause="8.2",
    level="conv",
    catalogue_rows=("W034",),
    needs=("CTYPE1", "CTYPE2"),
    multi_hdu_only=True,
    summary_ja="データのないプライマリ HDU に座標があり、画像拡張に座標がない",
    message="{keyword} = '{text}' stands in a primary header without data, and the image of HDU"
    " {image} has no coordinates: readers give it none, as a header describes its own data",
)
def coordinates_without_data(file: FitsFile) -> Iterator[Flag]:
    """The coordinates of the sky stand in the empty primary header, and no image has any.

    Where INHERIT = T says that the extension takes the keywords over it is not told.

    ## Why it matters
    The keywords describe the array of their own HDU. Programs open the image of the extension, find
    no coordinates there, and do not look into the primary header.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    @hdu image
    NAXIS   =                    2
    NAXIS1  =                    2
    NAXIS2  =                    2
    ```
    Use instead:
    ```fits
    @hdu image
    NAXIS   =                    2
    NAXIS1  =                    2
    NAXIS2  =                    2
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    primary = file.hdus[0].header if file.hdus else None
    if primary is None or primary.kind != "primary" or primary.structure.naxis != 0:
        return
    cards = find_axis_cards(primary, "CTYPE").get("", {}).values()
    sky = [card for card in cards if is_celestial_card(card)]
    images = [hdu for hdu in file.hdus[1:] if hdu.kind in _IMAGES and _is_flat(hdu.header)]
    if len(sky) != _PAIR or not images:
        return
    if any(hdu.header.value("INHERIT") is True or _has_axes(hdu.header) for hdu in images):
        return
    card = sky[0]
    found = flag(
        card,
        keyword=card.keyword,
        text=str(card.value).rstrip(),
        image=images[0].number,
    )
    yield with_fields(found, hdu=file.hdus[0].number)


def _is_flat(header: Header) -> bool:
    """Whether an extension has an image of two axes or more."""
    naxis = header.number("ZNAXIS") if header.structure.zimage else header.structure.naxis
    return naxis is not None and naxis >= _PAIR


def _has_axes(header: Header) -> bool:
    """Whether any version of coordinates has a keyword of an axis."""
    return any(find_axis_cards(header, root) for root in _OF_AXES)


def _reaches_no_further(header: Header) -> bool:
    """Whether no element of a matrix can be beyond the axes of the array, or there are none."""
    naxis = header.structure.naxis or 0
    return naxis < 1 or naxis >= header.layout.compute_once("last axis of matrices", _find_last)


def _find_last(layout: Layout) -> int:
    tables = [index_elements(layout, root) for root in ("CD", "PC")]
    return max((axis for table in tables for cards in table.values() for pair in cards
                for axis in pair), default=0)  # fmt: skip


@rule(
    "WC135",
    "axis-coupled-beyond-naxis",
    clause="8.2",
    level="style",
    catalogue_rows=("W035",),
    reads="values",
    needs=("CDi_ja", "PCi_ja"),
    precheck=_reaches_no_further,
    precheck_needs=(),
    hdus=("primary", "image"),
    summary_ja="NAXIS を超える座標軸が行列で画像の軸と結び付いている",
    message="{keyword} = {text} couples axis {beyond}, which the array does not have, with axis"
    " {axis}: programs cannot drop the axis, and those that know only as many axes as the array has"
    " give no coordinates, or others",
)
def axis_coupled_beyond_naxis(header: Header) -> Iterator[Flag]:
    """An element of the matrix couples an axis beyond NAXIS with one of the array.

    The spectrum of a slit has three coordinates on two axes, and needs this; so it is only told.

    ## Why it matters
    More coordinates than axes of the array are allowed, and many programs drop the axes beyond.
    That goes where those stand for themselves.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    2
    NAXIS2  =                    2
    WCSAXES =                    3
    PC3_1   =                  0.5
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    2
    NAXIS2  =                    2
    WCSAXES =                    3
    PC3_3   =                  1.0
    ```
    """
    naxis = header.structure.naxis
    if not naxis or naxis < 1:
        return
    for root in ("CD", "PC"):
        for elements in find_matrices(header, root).values():
            for (row, column), card in elements.items():
                if card.number_value and (row > naxis) != (column > naxis):
                    yield flag(
                        card,
                        keyword=card.keyword,
                        text=card.text.strip(),
                        beyond=max(row, column),
                        axis=min(row, column),
                    )
                    break
