"""The bytes that offsets of a report count in: those within a wrapper."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib

_WRAPPERS = {b"\x1f\x8b": gzip.decompress, b"BZh": bz2.decompress, b"\xfd7zXZ": lzma.decompress}


def unpacked(data: bytes) -> bytes:
    """What a wrapper holds; the bytes themselves where there is none, or it is broken."""
    for magic, decompress in _WRAPPERS.items():
        if data.startswith(magic):
            try:
                return decompress(data)
            except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
                break
    return data
