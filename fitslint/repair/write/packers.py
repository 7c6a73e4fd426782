"""The packing of streams, for every wrapper that is unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol

from fitslint.model.file import Container

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""No name and no time, and the best compression."""
_GZIP_LEVEL = 9
_LZW_HEAD = b"\x1f\x9d\x90"
"""Codes of up to 16 bits, of which 256 empties the table."""
_LZW_WIDTH, _LZW_WIDTH_MAX = 9, 16
_LZW_FIRST = 257
_LZW_GROUP = 8


class Packer(Protocol):
    """One packed stream in the making."""

    def compress(self, data: bytes, /) -> bytes:
        """Take in ``data``; what can be written of the packed stream by now."""
        ...

    def flush(self) -> bytes:
        """The end of the packed stream."""
        ...


class GzipPacker:
    """One gzip member at the best compression, behind a head of one's own (RFC 1952)."""

    def __init__(self, head: bytes = _GZIP_HEAD) -> None:
        self._head = head
        self._deflate = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._check = self._size = 0

    def compress(self, data: bytes, /) -> bytes:
        """Take in ``data``; what can be written of the packed stream by now."""
        head, self._head = self._head, b""
        self._check = zlib.crc32(data, self._check)
        self._size += len(data)
        return head + self._deflate.compress(data)

    def flush(self) -> bytes:
        """The end of the packed stream: the sum and the size."""
        trailer = self._check.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little")
        return self.compress(b"") + self._deflate.flush() + trailer


class LzwPacker:
    """A stream of Unix ``compress``; see :mod:`fitslint.source.lzw`."""

    def __init__(self) -> None:
        self._output = bytearray(_LZW_HEAD)
        self._codes: dict[tuple[int, int], int] = {}
        self._width = _LZW_WIDTH
        self._group: list[int] = []
        self._current = -1  # the code of what is taken in and not written yet

    def compress(self, data: bytes, /) -> bytes:
        """Take in ``data``; what can be written of the packed stream by now."""
        codes, current = self._codes, self._current
        for byte in data:
            if current < 0:
                current = byte
                continue
            longer = codes.get((current, byte))
            if longer is not None:
                current = longer
                continue
            self._write_code(current)
            if _LZW_FIRST + len(codes) < 1 << _LZW_WIDTH_MAX:
                codes[current, byte] = _LZW_FIRST + len(codes)
            current = byte
        self._current = current
        return self._take_output()

    def flush(self) -> bytes:
        """The end of the packed stream."""
        if self._current >= 0:
            self._write_code(self._current)
        self._output += self._join_group()[: -(-len(self._group) * self._width // 8)]
        return self._take_output()

    def _write_code(self, code: int) -> None:
        self._group.append(code)
        is_wider = (_LZW_FIRST + len(self._codes)) >> self._width and self._width < _LZW_WIDTH_MAX
        if is_wider or len(self._group) == _LZW_GROUP:
            self._output += self._join_group()
            self._group.clear()
        self._width += bool(is_wider)

    def _join_group(self) -> bytes:
        bits = sum(code << at * self._width for at, code in enumerate(self._group))
        return bits.to_bytes(self._width, "little")

    def _take_output(self) -> bytes:
        output, self._output = bytes(self._output), bytearray()
        return output


def _make_bzip2_packer() -> Packer:
    from bz2 import BZ2Compressor

    return BZ2Compressor()


def _make_xz_packer() -> Packer:
    from lzma import LZMACompressor

    return LZMACompressor()


_PACKERS: dict[Container, Callable[[], Packer]] = {
    "gzip": GzipPacker, "bzip2": _make_bzip2_packer, "xz": _make_xz_packer, "compress": LzwPacker,
}  # fmt: skip
_SETTINGS = {"gzip": " level 9", "bzip2": " level 9", "xz": " level 6"}


def make_packer(container: Container) -> Packer:
    """A packer for a wrapper.

    Raises
    ------
    KeyError
        when ``container`` is no wrapper.
    """
    return _PACKERS[container]()


def describe_packing(container: Container) -> str:
    """How a stream is packed, for the log."""
    return container + _SETTINGS.get(container, "")


def pack(container: Container, data: bytes) -> bytes:
    """The packed stream of ``data``; ``data`` itself where the container is no wrapper."""
    if container not in _PACKERS:
        return data
    packer = make_packer(container)
    return packer.compress(data) + packer.flush()
