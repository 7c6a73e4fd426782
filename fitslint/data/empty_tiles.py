"""Tiles that no column holds (FITS 4.0 sections 10.1.3 and 10.3.5)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fitslint.data.late_numpy import np
from fitslint.data.packed_columns import read_packed_column
from fitslint.data.table import TableLayout
from fitslint.data.tiles import is_tile_column
from fitslint.data.tiling import Tiling
from fitslint.model.data_facts import DataFacts
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.data.descriptors import DescriptorPart, Integers

_EMPTY = phrase("it has no bytes, and readers stop at it")


class EmptyTiles:
    """Rows of descriptors of which none has an element, where there has to be a tile.

    Parameters
    ----------
    parts
        the columns of which one holds the tile of a row.
    tiles
        rows that have one.
    """

    def __init__(self, parts: Sequence[DescriptorPart], tiles: int) -> None:
        self._parts = parts
        self._tiles = tiles
        self._seen = 0
        self._held: Integers | None = None
        for part in parts:
            part.observers.append(self.observe)

    def observe(self, first: int, _starts: Integers, _sizes: Integers, counts: Integers) -> None:
        """Take the elements of one column; the rows from ``first`` on are judged at the last."""
        self._held = counts if self._held is None else self._held | counts
        self._seen += 1
        if self._seen < len(self._parts):
            return
        rows = np.flatnonzero(self._held[: max(self._tiles - first, 0)] == 0)
        if len(rows):
            self._parts[0].note("tile", first + int(rows[0]), len(rows), text=_EMPTY)
        self._held, self._seen = None, 0


def watch_tiles(
    unit: DataFacts, layout: TableLayout, tiling: Tiling | None, parts: Sequence[DescriptorPart]
) -> None:
    """Have the descriptors of tiles seen, by ``parts``, for those that are empty."""
    if tiling is not None:
        held = [
            column.number for column in layout.columns if is_tile_column(unit.header, column.number)
        ]
        found = [part for part in parts if part.column in held]
        if found and len(found) == len(held):
            EmptyTiles(found, math.prod(tiling.counts))
        return
    for part, tiles in _list_packed(unit, parts):
        EmptyTiles([part], tiles)


def _list_packed(
    unit: DataFacts, parts: Sequence[DescriptorPart]
) -> Iterator[tuple[DescriptorPart, int]]:
    for part in parts:
        column = read_packed_column(unit.header, part.column)
        if column is not None:
            yield part, -(-column.rows // column.tile_rows)
