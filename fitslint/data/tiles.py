"""The tiles of a compressed image, each as its algorithm has it (FITS 4.0 section 10.4)."""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Callable

from fitslint.data.arrays import ARRAY_MAX, Look
from fitslint.data.decoders import EARLY, IMPOSSIBLE
from fitslint.data.hcompress import walk_hcompress
from fitslint.data.plio import measure_plio
from fitslint.data.rice import walk_rice
from fitslint.data.tiling import Tiling
from fitslint.model.data_facts import DataFacts, Places
from fitslint.model.header import Header
from fitslint.text import phrase

_GZIP_WINDOW = 31
_COLUMNS = {
    "COMPRESSED_DATA": "", "GZIP_COMPRESSED_DATA": "GZIP_1", "UNCOMPRESSED_DATA": "NOCOMPRESS",
}  # fmt: skip
"""Columns that hold tiles, and how those are packed that do not follow ZCMPTYPE."""
_RICE_WIDTHS = (1, 2, 4)
_GZIP_MAGIC = b"\x1f\x8b"
_HCOMPRESS_MAGIC = b"\xdd\x99"
_HCOMPRESS_HEAD = 25
"""Bytes before the coefficients: magic, sizes, scale, sum of all, planes of bits."""
_HCOMPRESS_SIDE_MIN = 4
_QUANTISED_BYTES = 4


def choose_tile_look(unit: DataFacts, column: int, tiling: Tiling) -> Look | None:
    """What looks at the tiles in a column; None where it holds none, or nobody can read them."""
    judge = _JUDGES.get(_COLUMNS.get(_read_name(unit.header, column), "-") or tiling.algorithm)
    if judge is None:
        return None

    def look(tile: bytes, byte: int, row: int, _count: int) -> None:
        pixels = tiling.count_pixels(row)
        if pixels and pixels * 8 <= ARRAY_MAX:
            fault = judge(tile, pixels, tiling)
            if fault:
                unit.add_places("tile", column, Places(1, byte, row + 1, fault))

    return look


def is_tile_column(header: Header, column: int) -> bool:
    """Whether a column of a compressed image holds tiles."""
    return _read_name(header, column) in _COLUMNS


def _read_name(header: Header, column: int) -> str:
    return (header.string(f"TTYPE{column}") or "").strip().upper()


def unpack_gzip(tile: bytes, most: int) -> tuple[bytes, str]:
    """What a gzip stream holds, a byte more than ``most`` at most; or what is wrong with it."""
    if not tile.startswith(_GZIP_MAGIC):
        return b"", phrase("it does not begin as gzip does (1F 8B)")
    inflater = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        unpacked = inflater.decompress(tile, most + 1)
    except zlib.error:
        return b"", phrase("it does not unpack: its gzip stream is damaged")
    if not inflater.eof and len(unpacked) <= most:
        return b"", phrase("its gzip stream ends early")
    return unpacked, ""


def _judge_gzip(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """A gzip stream of all pixels; writers differ in the bytes of one (1, 2, 4 or 8)."""
    unpacked, fault = unpack_gzip(tile, pixels * 8)
    if not fault and len(unpacked) not in [pixels * width for width in (1, 2, 4, 8)]:
        fault = phrase(
            "it unpacks to {size} bytes, which are not {pixels} pixels",
            size=len(unpacked), pixels=pixels,
        )  # fmt: skip
    return fault


def judge_walk(used: int, size: int) -> str:
    """What is wrong with a tile of so many bytes, of which decoding took ``used``."""
    if used == EARLY:
        return phrase("it does not unpack: it ends early")
    if used == IMPOSSIBLE:
        return phrase("it does not unpack: no encoder writes what it holds")
    if used != size:  # CFITSIO stops at bytes behind the last pixel as well
        return phrase(
            "it is damaged: its pixels are read from {used} of its {size} bytes",
            used=used, size=size,
        )  # fmt: skip
    return ""


def _judge_rice(tile: bytes, pixels: int, tiling: Tiling) -> str:
    if tiling.rice_bytes not in _RICE_WIDTHS:
        return ""
    return judge_walk(walk_rice(tile, pixels, tiling.block, tiling.rice_bytes), len(tile))


def _judge_hcompress(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """A magic number, the numbers of rows and columns, and the transform of the pixels."""
    if len(tile) < _HCOMPRESS_HEAD or not tile.startswith(_HCOMPRESS_MAGIC):
        return phrase("it does not begin as HCOMPRESS does (DD 99)")
    rows, columns = struct.unpack(">ii", tile[2:10])
    if rows < 1 or columns < 1 or rows * columns != pixels:
        return phrase(
            "it holds {rows} x {columns} pixels and not {pixels}",
            rows=rows, columns=columns, pixels=pixels,
        )  # fmt: skip
    if min(rows, columns) < _HCOMPRESS_SIDE_MIN:
        return ""
    stream, planes = tile[_HCOMPRESS_HEAD:], tile[_HCOMPRESS_HEAD - 3 : _HCOMPRESS_HEAD]
    return judge_walk(walk_hcompress(stream, rows, columns, planes), len(stream))


def _judge_plio(tile: bytes, pixels: int, tiling: Tiling) -> str:
    """A list of 16-bit words that says its version and length."""
    words = array("h", tile[: len(tile) // 2 * 2])
    if sys.byteorder == "little":
        words.byteswap()
    held = measure_plio(words)
    if held == EARLY:
        return phrase("its list of PLIO says that it is longer than the tile")
    if held == IMPOSSIBLE:
        return phrase("it is no list of PLIO")
    if held != pixels:
        return phrase("its list makes {held} pixels and not {pixels}", held=held, pixels=pixels)
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
