"""Whether a file is FITS by its first bytes, whatever it is called."""

from __future__ import annotations

import os
import stat

from fitslint.source.wrappers import DamagedStreamError, Wrapper, find_wrapper

_CARD = b"SIMPLE  ="
_SIGNATURE = 30
"""Bytes of a FITS file that are always the same: SIMPLE and its value in column 30."""
_PACKED_BYTES = 4096
"""Bytes of a packed file that surely unpack to so many; the head of gzip may hold a file name."""
_BLOCK_BYTES = 1024 * 1024
"""The same of bzip2, which packs blocks of up to 900 kB."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)


def is_fits(path: str) -> bool:
    """Whether a regular file, packed or not, begins like FITS; False where it cannot be read."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return False
    try:
        head = os.pread(descriptor, _SIGNATURE, 0)
        wrapper = find_wrapper(head)
        if wrapper is not None and stat.S_ISREG(os.fstat(descriptor).st_mode):
            count = _BLOCK_BYTES if wrapper.name == "bzip2" else _PACKED_BYTES
            head = _unpack_head(wrapper, os.pread(descriptor, count, 0))
    except OSError:  # a folder, a pipe, a device that fails
        return False
    finally:
        os.close(descriptor)
    return head.startswith(_CARD) and head[len(_CARD) :].strip() in (b"T", b"F")


def _unpack_head(wrapper: Wrapper, packed: bytes) -> bytes:
    try:
        return wrapper.make_decoder().decompress(packed, _SIGNATURE)[:_SIGNATURE]
    except DamagedStreamError:
        return b""
