"""Whether a file is FITS by its first bytes, whatever it is called."""

from __future__ import annotations

import os
import stat
import zlib

_CARD = b"SIMPLE  ="
_SIGNATURE = 30
"""Bytes of a FITS file that are always the same: SIMPLE and its value in column 30."""
_GZIP = b"\x1f\x8b"
_PACKED_BYTES = 4096
"""Bytes of a gzip file that surely unpack to so many; its header may hold a file name."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)


def is_fits(path: str) -> bool:
    """Whether a regular file begins like FITS, also within gzip; False where it cannot be read."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return False
    try:
        head = os.pread(descriptor, _SIGNATURE, 0)
        if head[:2] == _GZIP and stat.S_ISREG(os.fstat(descriptor).st_mode):
            head = _decompress(os.pread(descriptor, _PACKED_BYTES, 0))
    except OSError:  # a folder, a pipe, a device that fails
        return False
    finally:
        os.close(descriptor)
    return head.startswith(_CARD) and head[len(_CARD) :].strip() in (b"T", b"F")


def _decompress(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, _SIGNATURE)
    except zlib.error:
        return b""
