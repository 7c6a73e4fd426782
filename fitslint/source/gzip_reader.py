"""gzip streams, unpacked only as far as somebody reads."""

from __future__ import annotations

import zlib

from fitslint.syntax.scan_reader import Deadline, Reader, ScanBounds
from fitslint.text import say

MAGIC = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_PIECE = 16 * 1024
_OUTPUT_PIECE = 256 * 1024
_WINDOW = 512 * 1024
_CHUNK = 1024 * 1024
_LOOK_AHEAD = 256 * 1024 * 1024
_RATIO = 500
_RATIO_ABOVE = 256 * 1024 * 1024
_DEFLATE_MAX = 1032
"""No deflate stream grows by more."""


class GzipReader:
    """The uncompressed stream of a gzip file of one or more members.

    Memory is constant; going back beyond the bytes kept starts from the beginning again.
    """

    def __init__(self, source: Reader, bounds: ScanBounds) -> None:
        self.size: int | None = None
        self.fault: tuple[str, str] | None = None
        self._source = source
        self._limit = bounds.inflated_bytes
        self._deadline = Deadline(bounds.seconds)
        self._trailer: int | None = None
        self._reset()

    def _reset(self) -> None:
        self._source_offset = 0  # next byte of the source
        self._pending = b""
        self._inflater = zlib.decompressobj(wbits=31)
        self._window = bytearray()
        self._start = 0
        self._is_done = False

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count`` of the uncompressed stream."""
        if offset < self._start:
            self._reset()
        while not self._is_done and self._start + len(self._window) < offset + count:
            self._inflate_piece(offset + count - self._measure_output())
            surplus = min(offset - self._start, len(self._window)) - _WINDOW
            if surplus > 0:
                del self._window[:surplus]
                self._start += surplus
        at = offset - self._start
        return bytes(self._window[at : at + count])

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there.

        The size in the trailer answers without unpacking, when the rest holds no other member.
        """
        if self.size is None and self._read_trailer() == offset % 2**32 and self._has_one_member():
            packed = self._source.size or 0
            if offset <= _DEFLATE_MAX * packed and packed <= offset + offset // 100 + 4096:
                self.size = offset
        return self.size == offset if self.size is not None else self._has_end_at(offset)

    def _has_end_at(self, offset: int) -> bool:
        return not self.read_at(offset, 1) and self.size == offset

    def _read_trailer(self) -> int | None:
        if self._trailer is None and self._source.size is not None:
            tail = self._source.read_at(self._source.size - 4, 4)
            self._trailer = int.from_bytes(tail, "little")
        return self._trailer

    def _has_one_member(self) -> bool:
        size = self._source.size or 0
        if size > _LOOK_AHEAD:
            return False
        start = max(self._source_offset - len(self._pending), 1)
        return all(
            _MEMBER not in self._source.read_at(at, _CHUNK + len(_MEMBER) - 1)
            for at in range(start, size, _CHUNK)
        )

    def _inflate_piece(self, missing: int) -> None:
        """Unpack one piece on the way to ``missing`` bytes, or end the stream."""
        if not self._pending:
            self._pending = self._source.read_at(self._source_offset, _PIECE)
            self._source_offset += len(self._pending)
            if not self._pending:
                self._finish(self._source.fault or ("bad-gzip", say("the gzip stream ends early")))
                return
        try:
            data = self._inflater.decompress(self._pending, min(missing, _OUTPUT_PIECE))
        except zlib.error as error:
            self._finish(("bad-gzip", say("the gzip stream is damaged: {error}", error=error)))
            return
        self._window += data
        self._pending = self._inflater.unconsumed_tail
        if self._inflater.eof:
            self._start_next_member()
        elif self._is_over_limit():
            self._finish(
                (
                    "inflate-limit",
                    say(
                        "unpacking stopped at {measure_output} bytes",
                        measure_output=self._measure_output(),
                    ),
                )
            )

    def _measure_output(self) -> int:
        return self._start + len(self._window)

    def _is_over_limit(self) -> bool:
        reached = self._measure_output()
        bomb = reached > _RATIO_ABOVE and reached > _RATIO * self._source_offset
        return reached > self._limit or bomb or self._deadline.is_over()

    def _start_next_member(self) -> None:
        """Go on with the next member; what is none after the last one is padding."""
        rest = self._inflater.unused_data
        while not rest.lstrip(b"\x00"):
            rest = self._source.read_at(self._source_offset, _PIECE)
            self._source_offset += len(rest)
            if not rest:
                self._finish(None)
                return
        rest = rest.lstrip(b"\x00")
        if len(rest) < len(MAGIC):
            more = self._source.read_at(self._source_offset, _PIECE)
            self._source_offset += len(more)
            rest += more
        if not rest.startswith(MAGIC):
            self._finish(None)
            return
        self._pending = rest
        self._inflater = zlib.decompressobj(wbits=31)

    def _finish(self, fault: tuple[str, str] | None) -> None:
        self._is_done = True
        self.size = self._measure_output()
        self.fault = fault
