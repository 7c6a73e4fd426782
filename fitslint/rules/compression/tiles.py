"""Tiles of a compressed image, and the columns with their data (FITS 4.0 section 10.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.rules.mandatory.order import AXES_MAX
from fitslint.syntax.column_formats import BinaryFormat, parse_binary_format
from fitslint.text import phrase

_COMPRESSED = "COMPRESSED_DATA"
_FORMS = {
    _COMPRESSED: ("BIJ", True, phrase("1PB, 1PI or 1PJ, or Q for P")),
    "GZIP_COMPRESSED_DATA": ("B", True, phrase("1PB or 1QB")),
    "NULL_PIXEL_MASK": ("BIJ", True, phrase("1PB, 1PI or 1PJ, or Q for P")),
    "ZSCALE": ("DE", False, "1D"),
    "ZZERO": ("DE", False, "1D"),
    "ZBLANK": ("BIJ", False, "1J"),
}
"""What each column holds: types of its elements, whether they are arrays, and that in words."""


@rule(
    "ZC103",
    "tile-size",
    clause="10.1.1, 10.1.2",
    level="must",
    catalogue_rows=("Z003",),
    hdus=("compressed-image",),
    reads="values",
    needs=("ZTILEn", "ZNAXIS", "ZNAXISn"),
    requires=("MK125", "MK104"),
    summary_ja="ZTILEn が正の整数でないか、タイルの数が表の行数と合わない",
    message={
        "size": "{keyword} must be an integer, 1 or more pixels",
        "axis": "{keyword} is the size of tiles along an axis that the image does not have"
        " (ZNAXIS = {naxis})",
        "rows": "the image has {tiles} tiles of {size} pixels, but the table has {rows} rows, and"
        " each row holds one tile; CFITSIO does not read the image",
        "default": "{absent} is absent, and by default a tile is one row of the image; astropy does"
        " not read the image without it",
    },
)
def tile_size(header: Header) -> Iterator[Flag]:
    r"""ZTILEn is no size of a tile, or gives another number of tiles than the table has rows.

    ## Why it matters
    Each row of the table is one tile, and ZTILEn says which part of the image it covers. Where
    ZTILEn is absent a tile is one row of the image; that is allowed, but astropy stops with an
    error where CFITSIO reads on.

    ## Example
    ```fits compressed-image
    NAXIS2  =                    4
    ZNAXIS1 =                   20
    ZNAXIS2 =                    4
    ZTILE1  =                   10
    ZTILE2  =                    1
    ```
    Use instead:
    ```fits compressed-image
    NAXIS2  =                    4
    PCOUNT  =                   40
    TFORM1  = '1PB(40) '
    ZCMPTYPE= 'NOCOMPRESS'
    ZNAXIS1 =                   20
    ZNAXIS2 =                    4
    ZTILE1  =                   20
    ZTILE2  =                    1
    @unit \x00\x00\x00\x28\x00\x00\x00\x00
    @unit \x00\x00\x00\x28\x00\x00\x00\x00
    @unit \x00\x00\x00\x28\x00\x00\x00\x00
    @unit \x00\x00\x00\x28\x00\x00\x00\x00
    ```
    """
    naxis = header.value("ZNAXIS")
    tiles = header.map_indices("ZTILE")
    if type(naxis) is not int or not 0 <= naxis <= AXES_MAX:
        return
    wrong = [card for card in tiles.values() if not is_count(card, 1)]
    for card in wrong:
        yield flag(card, message="size", keyword=card.keyword)
    for axis, card in tiles.items():
        if axis > naxis and card not in wrong:
            # Readers pass it over.
            yield flag(card, (0, 8), message="axis", level="should", keyword=card.keyword,
                       naxis=naxis)  # fmt: skip
    lengths = header.map_indices("ZNAXIS")
    if wrong or not all(n in lengths and is_count(lengths[n], 0) for n in range(1, naxis + 1)):
        return
    shape = [int(lengths[n].number_value or 0) for n in range(1, naxis + 1)]
    yield from _flag_rows(header, shape)
    absent = [f"ZTILE{axis}" for axis in range(1, naxis + 1) if axis not in tiles]
    if absent:
        yield flag_missing(absent[0], message="default", level="style", absent=absent[0])


def is_count(card: Card, least: int) -> bool:
    """Whether a card holds an integer of at least ``least``."""
    value = card.value
    return type(value) is int and value >= least


def _flag_rows(header: Header, shape: list[int]) -> Iterator[Flag]:
    """A flag where tiles and rows are not the same number; ``shape`` in pixels."""
    if not shape:
        return
    usual = [shape[0], *[1] * (len(shape) - 1)]
    cards = {axis: card for axis, card in header.map_indices("ZTILE").items() if axis <= len(shape)}
    sizes = [
        int(cards[axis].number_value or 1) if axis in cards else size
        for axis, size in enumerate(usual, 1)
    ]
    tiles = _count_tiles(shape, sizes)
    rows = header.structure.axes[1] if len(header.structure.axes) > 1 else None
    if rows is None or rows == tiles:
        return
    size = " x ".join(map(str, sizes))
    # The tiles are what ZTILEn says; without one it is the number of rows that surprises.
    guilty = (
        card
        for axis, card in cards.items()
        if _count_tiles(shape, [*sizes[: axis - 1], usual[axis - 1], *sizes[axis:]]) == rows
    )
    place = next(guilty, None) or header.find_card("ZTILE1") or header.find_card("NAXIS2")
    if place is not None:
        yield flag(place, message="rows", tiles=tiles, size=size, rows=rows)


def _count_tiles(shape: Sequence[int], sizes: Sequence[int]) -> int:
    return prod(
        -(-length // size) if length else 0 for length, size in zip(shape, sizes, strict=True)
    )


@rule(
    "ZC105",
    "compressed-data-column",
    clause="10.1.3",
    level="must",
    catalogue_rows=("Z005",),
    hdus=("compressed-image",),
    reads="values",
    needs=("ZIMAGE", "TTYPEn", "TFORMn", "TFIELDS"),
    requires=("TB102",),
    summary_ja="圧縮画像の列 COMPRESSED_DATA がないか、列の型が規格と違う",
    message={
        "absent": "no column is called COMPRESSED_DATA, which holds the tiles; CFITSIO and astropy"
        " do not read the image",
        "form": "column {name} must be {form}, not {value!r}",
    },
)
def compressed_data_column(header: Header) -> Iterator[Flag]:
    """A compressed image has no column COMPRESSED_DATA, or a column of the wrong type.

    ## Why it matters
    The bytes of each tile stand in an array of variable length in that column; those that the
    algorithm cannot compress may stand in GZIP_COMPRESSED_DATA, or in UNCOMPRESSED_DATA, which
    CFITSIO writes. How quantised pixels become numbers again is in ZSCALE, ZZERO and ZBLANK.

    ## Example
    ```fits compressed-image
    TTYPE1  = 'DATA    '
    ```
    Use instead:
    ```fits compressed-image
    TTYPE1  = 'COMPRESSED_DATA'
    ```
    """
    columns = find_columns(header)
    if _COMPRESSED not in columns:
        place = header.find_card("TTYPE1")
        yield flag(place, message="absent") if place else flag_missing("TTYPE1", message="absent")
    formats = header.map_indices("TFORM")
    for name, number in columns.items():
        card = formats.get(number)
        value = card.value if card is not None else None
        form = parse_binary_format(value.rstrip()) if isinstance(value, str) else None
        if name in _FORMS and card is not None and form is not None and not _fits(form, name):
            yield flag(card, message="form", name=name, form=_FORMS[name][2], value=value)


def find_columns(header: Header) -> dict[str, int]:
    """Name in capitals → number of the columns of a table, the first of each name."""
    found: dict[str, int] = {}
    for number, card in header.map_indices("TTYPE").items():
        value = card.value
        if isinstance(value, str) and number <= (header.structure.tfields or 0):
            found.setdefault(value.rstrip().upper(), number)
    return found


def _fits(form: BinaryFormat, name: str) -> bool:
    elements, variable, _ = _FORMS[name]
    if form.element not in elements or form.is_variable != variable:
        return False
    return variable or form.repeat == 1
