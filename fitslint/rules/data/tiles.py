"""Tiles of compressed images (FITS 4.0 sections 10.1.3 and 10.4)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.data_facts import DataFacts
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.data.places import flag_column
from fitslint.text import phrase


@rule(
    "DA160",
    "tile-content",
    clause="10.4",
    level="must",
    catalogue_rows=("Z008", "Z010"),
    needs=("ZCMPTYPE", "ZCTYPn"),
    hdus=("compressed-image", "compressed-table"),
    facts=("tiles",),
    summary_ja="圧縮画像のタイルが ZCMPTYPE の形式でないか、大きさが合わない",
    message={
        "": "tile {tile}: {text}{more}",
        "array": "column {column}: the packed array in row {tile}: {text}{more}",
    },
)
def tile_content(data: DataFacts) -> Iterator[Flag]:
    r"""A tile is not what its algorithm makes, or holds another number of pixels.

    ## Why it matters
    The tile cannot be expanded, and readers stop at it or fill its part of the image or column with
    what was in memory. Every tile, and every packed array of a variable column, is read to its end
    as its algorithm packs it: one that ends early, holds what no encoder writes, or has bytes
    behind its last pixel is damaged, or the header tells another size. A bit that makes another
    pixel of the same length shows in DATASUM only.

    ## Example
    ```fits compressed-image
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                    4
    TFORM1  = '1PB(4)  '
    ZNAXIS2 =                    1
    @unit \x00\x00\x00\x04\x00\x00\x00\x00ABCD
    ```
    Use instead:
    ```fits compressed-image
    NAXIS1  =                    8
    NAXIS2  =                    1
    PCOUNT  =                   16
    TFORM1  = '1PB(16) '
    ZCMPTYPE= 'NOCOMPRESS'
    ZNAXIS2 =                    1
    @unit \x00\x00\x00\x10\x00\x00\x00\x00
    ```
    """
    for column, found in data.list_places("tile"):
        others = found.count - 1
        more = phrase(" (and {others:,} more tiles)", others=others) if others else ""
        yield flag_column(data, "TTYPE", column, found, tile=found.row, text=found.text, more=more)
    for column, found in data.list_places("array"):
        others = found.count - 1
        more = phrase(" (and {others:,} more arrays)", others=others) if others else ""
        yield flag_column(
            data, "TTYPE", column, found, message="array", tile=found.row, text=found.text,
            more=more,
        )  # fmt: skip
