"""The tiles of a compressed image, each as its algorithm has it (FITS 4.0 section 10.4)."""

from __future__ import annotations

import math
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from fitslint.data.collector import Collector
from fitslint.data.table import TableLayout
from fitslint.data.tiling import Tiling
from fitslint.model.data_facts import DataFacts, Places
from fitslint.text import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from fitslint.data.descriptors import DescriptorPart, Integers

TILE_MAX = 64 << 20
"""Bytes of a tile, packed or not, that is looked into."""
_TILES_MAX = 1 << 21
_GZIP_WINDOW = 31
_COLUMNS = {
    "COMPRESSED_DATA": "", "GZIP_COMPRESSED_DATA": "GZIP_1", "UNCOMPRESSED_DATA": "NOCOMPRESS",
}  # fmt: skip
"""Columns that hold tiles, and how those are packed that do not follow ZCMPTYPE."""
_RICE_HEADER_BITS = {1: 3, 2: 4, 4: 5}
_GZIP_MAGIC = b"\x1f\x8b"
_HCOMPRESS_MAGIC = b"\xdd\x99"
_PLIO_VERSION = -100
_QUANTISED_BYTES = 4


class TileCollector(Collector):
    """Takes the heap of a compressed image and looks into its tiles, one after the other."""

    def __init__(self, unit: DataFacts, layout: TableLayout, tiling: Tiling) -> None:
        super().__init__(unit, layout.heap, layout.heap + layout.heap_size)
        self._tiling = tiling
        self._found: list[np.ndarray] = []
        self._count = 0
        self._order: np.ndarray | None = None
        """Tiles in the order of the heap: first byte, bytes, row, column."""
        self._next = 0
        self._kept = bytearray()
        self._kept_from = 0
        self._algorithms: dict[int, str] = {}

    def watch(self, part: DescriptorPart) -> None:
        """Learn where the tiles of a column are."""
        name = (self.unit.header.string(f"TTYPE{part.column}") or "").strip().upper()
        if name not in _COLUMNS:
            return
        self._algorithms[part.column] = _COLUMNS[name] or self._tiling.algorithm

        def observe(first: int, starts: Integers, sizes: Integers) -> None:
            rows = np.flatnonzero(sizes)
            self._count += len(rows)
            if self._count <= _TILES_MAX:
                columns = np.full(len(rows), part.column)
                self._found.append(np.stack([starts[rows], sizes[rows], rows + first, columns]))

        part.observers.append(observe)

    def take(self, at: int, data: bytes) -> None:
        """Take bytes of the heap; every tile that ends in them is looked into."""
        order = self._sort_tiles()
        if not self._kept:
            self._kept_from = at
        self._kept += data
        reached = at + len(data) - self.start
        while self._next < order.shape[1]:
            start, size, row, column = order[:, self._next].tolist()
            if start + size > reached and size <= TILE_MAX:
                break
            self._next += 1
            place = start - (self._kept_from - self.start)
            if size > TILE_MAX:
                self._leave_out(f"tile {row + 1}, for it has {size:,} bytes")
            elif place >= 0:
                self._judge(bytes(self._kept[place : place + size]), start, row, column)
        wanted = int(order[0, self._next]) if self._next < order.shape[1] else reached
        drop = min(wanted - (self._kept_from - self.start), len(self._kept))
        if drop > 0:
            del self._kept[:drop]
            self._kept_from += drop

    def _sort_tiles(self) -> np.ndarray:
        if self._order is None:
            if self._count > _TILES_MAX:
                self._leave_out(f"the tiles, for there are more than {_TILES_MAX:,}")
                self._found.clear()
            found = np.concatenate(self._found, axis=1) if self._found else np.zeros((4, 0), int)
            # By their ends: what is needed last is thrown away last.
            self._order = found[:, np.lexsort((found[0], found[0] + found[1]))]
        return self._order

    def _leave_out(self, what: str) -> None:
        if what not in self.unit.left_out and len(self.unit.left_out) < 8:
            self.unit.left_out.append(what)

    def _judge(self, tile: bytes, start: int, row: int, column: int) -> None:
        pixels = self._tiling.count_pixels(row)
        judge = _JUDGES.get(self._algorithms[column])
        if not pixels or judge is None or pixels * 8 > TILE_MAX:
            return
        fault = judge(tile, pixels, self._tiling)
        if fault:
            byte = self.unit.offset + self.start + start
            self.unit.add_places("tile", column, Places(1, byte, row + 1, fault))


def _judge_gzip(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """A gzip stream of all pixels; writers differ in the bytes of one (1, 2, 4 or 8)."""
    if not tile.startswith(_GZIP_MAGIC):
        return phrase("it does not begin as gzip does (1F 8B)")
    inflater = zlib.decompressobj(wbits=_GZIP_WINDOW)
    size = 0
    try:
        size = len(inflater.decompress(tile, pixels * 8 + 1))
    except zlib.error:
        return phrase("it does not unpack: its gzip stream is damaged")
    if not inflater.eof and size <= pixels * 8:
        return phrase("its gzip stream ends early")
    if size not in [pixels * width for width in (1, 2, 4, 8)]:
        return phrase(
            "it unpacks to {size} bytes, which are not {pixels} pixels", size=size, pixels=pixels
        )
    return ""


def _judge_rice(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """The first pixel, then blocks with a few bits each: that many bytes at least, and at most."""
    least = 1 + math.ceil(-(-pixels // tiling.block) * _RICE_HEADER_BITS[1] / 8)
    most = 4 + math.ceil((pixels * 33 + -(-pixels // tiling.block) * _RICE_HEADER_BITS[4]) / 8) + 8
    if not least <= len(tile) <= most:
        return phrase(
            "{size} bytes cannot be {pixels} pixels packed by Rice", size=len(tile), pixels=pixels
        )
    return ""


def _judge_hcompress(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """A magic number, then the numbers of rows and columns."""
    if len(tile) < 14 or not tile.startswith(_HCOMPRESS_MAGIC):
        return phrase("it does not begin as HCOMPRESS does (DD 99)")
    rows, columns = struct.unpack(">ii", tile[2:10])
    if rows * columns != pixels:
        return phrase(
            "it holds {rows} x {columns} pixels and not {pixels}",
            rows=rows, columns=columns, pixels=pixels,
        )  # fmt: skip
    return ""


def _judge_plio(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """A list of 16-bit words that says its version and length."""
    if len(tile) < 14:
        return phrase("it is shorter than the header of a PLIO list")
    _, _, version, low, high = struct.unpack(">5h", tile[:10])
    words = low + (high << 15)
    if version == _PLIO_VERSION and words * 2 > len(tile):
        return phrase(
            "its list is of {words} words, and {there} are there", words=words, there=len(tile) // 2
        )
    return ""


def _judge_plain(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """The pixels as they are, or as the integers of 32 bits that real ones were quantised to."""
    if len(tile) not in (pixels * tiling.value_bytes, pixels * _QUANTISED_BYTES):
        return phrase(
            "{size} bytes are not {pixels} pixels of {width} bytes",
            size=len(tile), pixels=pixels, width=tiling.value_bytes,
        )  # fmt: skip
    return ""


_JUDGES: dict[str, Callable[[bytes, int, Tiling], str]] = {
    "GZIP_1": _judge_gzip, "GZIP_2": _judge_gzip, "RICE_1": _judge_rice, "RICE_ONE": _judge_rice,
    "HCOMPRESS_1": _judge_hcompress, "PLIO_1": _judge_plio, "NOCOMPRESS": _judge_plain,
}  # fmt: skip
