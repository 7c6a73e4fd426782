"""Tiles of compressed images (FITS 4.0 sections 10.1.3 and 10.4)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.data.tiling import read_tiling
from fitslint.model.data_facts import DataFacts
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.data.places import flag_column


@rule(
    "DA160",
    "tile-content",
    clause="10.4",
    level="must",
    catalogue_rows=("Z008",),
    needs=("ZCMPTYPE",),
    hdus=("compressed-image",),
    facts=("tiles",),
    summary_ja="圧縮画像のタイルが ZCMPTYPE の形式でないか、大きさが合わない",
    message="tile {tile}: {text}{more}",
)
def tile_content(data: DataFacts) -> Iterator[Flag]:
    r"""A tile is not what its algorithm makes, or holds another number of pixels.

    ## Why it matters
    The tile cannot be expanded, and readers stop at it or fill its part of the image with what was
    in memory. gzip tiles are unpacked and counted; of the others the beginning and the length are
    looked at.

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
        more = f" (and {found.count - 1:,} more tiles)" if found.count > 1 else ""
        yield flag_column(data, "TTYPE", column, found, tile=found.row, text=found.text, more=more)


@rule(
    "DA161",
    "tile-count",
    clause="10.1.1",
    level="must",
    catalogue_rows=("Z008",),
    needs=("ZCMPTYPE",),
    hdus=("compressed-image",),
    summary_ja="圧縮画像の行数がタイルの数と一致しない",
    message="the table has {rows} rows, and the image is cut into {tiles} tiles ({shape})",
)
def tile_count(data: DataFacts) -> Iterator[Flag]:
    """A compressed image has not one row for every tile.

    ## Why it matters
    Row by row the tiles fill the image from its first pixel on. Where rows are missing, or ZTILEn
    is not what was used, every tile lands in another place.

    ## Example
    ```fits compressed-image
    ZNAXIS2 =                    2
    ```
    Use instead:
    ```fits compressed-image
    ZNAXIS2 =                    2
    NAXIS2  =                    2
    ```
    """
    header = data.header
    tiling = read_tiling(header)
    rows = header.structure.axes[1] if len(header.structure.axes) > 1 else None
    if tiling is None or rows is None or rows == math.prod(tiling.counts):
        return
    shape = " x ".join(map(str, tiling.counts))
    card = header.find_card("NAXIS2")
    if card is not None:
        yield flag(card, rows=rows, tiles=math.prod(tiling.counts), shape=shape)
