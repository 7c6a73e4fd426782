"""gzip streams, unpacked only as far as somebody reads."""

from __future__ import annotations

import zlib

from fitslint.syntax.scan_reader import Bounds, Deadline, Reader

MAGIC = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_PIECE = 16 * 1024
_INFLATED = 256 * 1024
_KEPT = 512 * 1024
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

    def __init__(self, source: Reader, bounds: Bounds) -> None:
        self.size: int | None = None
        self.fault: tuple[str, str] | None = None
        self._source = source
        self._limit = bounds.inflated_bytes
        self._deadline = Deadline(bounds.seconds)
        self._trailer: int | None = None
        self._reset()

    def _reset(self) -> None:
        self._packed = 0  # next byte of the source
        self._pending = b""
        self._inflate = zlib.decompressobj(wbits=31)
        self._kept = bytearray()
        self._start = 0
        self._done = False

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count`` of the uncompressed stream."""
        if offset < self._start:
            self._reset()
        while not self._done and self._start + len(self._kept) < offset + count:
            self._more(offset + count - self._reached())
            surplus = min(offset - self._start, len(self._kept)) - _KEPT
            if surplus > 0:
                del self._kept[:surplus]
                self._start += surplus
        at = offset - self._start
        return bytes(self._kept[at : at + count])

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there.

        The size in the trailer answers without unpacking, when the rest holds no other member.
        """
        if self.size is None and self._trailer_size() == offset % 2**32 and self._one_member():
            packed = self._source.size or 0
            if offset <= _DEFLATE_MAX * packed and packed <= offset + offset // 100 + 4096:
                self.size = offset
        return self.size == offset if self.size is not None else self._reads_to(offset)

    def _reads_to(self, offset: int) -> bool:
        return not self.read_at(offset, 1) and self.size == offset

    def _trailer_size(self) -> int | None:
        if self._trailer is None and self._source.size is not None:
            tail = self._source.read_at(self._source.size - 4, 4)
            self._trailer = int.from_bytes(tail, "little")
        return self._trailer

    def _one_member(self) -> bool:
        size = self._source.size or 0
        if size > _LOOK_AHEAD:
            return False
        start = max(self._packed - len(self._pending), 1)
        return all(
            _MEMBER not in self._source.read_at(at, _CHUNK + len(_MEMBER) - 1)
            for at in range(start, size, _CHUNK)
        )

    def _more(self, missing: int) -> None:
        """Unpack one piece on the way to ``missing`` bytes, or end the stream."""
        if not self._pending:
            self._pending = self._source.read_at(self._packed, _PIECE)
            self._packed += len(self._pending)
            if not self._pending:
                self._end(self._source.fault or ("bad-gzip", "the gzip stream ends early"))
                return
        try:
            data = self._inflate.decompress(self._pending, min(missing, _INFLATED))
        except zlib.error as error:
            self._end(("bad-gzip", f"the gzip stream is damaged: {error}"))
            return
        self._kept += data
        self._pending = self._inflate.unconsumed_tail
        if self._inflate.eof:
            self._next_member()
        elif self._over():
            self._end(("inflate-limit", f"unpacking stopped at {self._reached()} bytes"))

    def _reached(self) -> int:
        return self._start + len(self._kept)

    def _over(self) -> bool:
        reached = self._reached()
        bomb = reached > _RATIO_ABOVE and reached > _RATIO * self._packed
        return reached > self._limit or bomb or self._deadline.passed()

    def _next_member(self) -> None:
        """Go on with the next member; what is none after the last one is padding."""
        rest = self._inflate.unused_data
        while not rest.lstrip(b"\x00"):
            rest = self._source.read_at(self._packed, _PIECE)
            self._packed += len(rest)
            if not rest:
                self._end(None)
                return
        rest = rest.lstrip(b"\x00")
        if len(rest) < len(MAGIC):
            more = self._source.read_at(self._packed, _PIECE)
            self._packed += len(more)
            rest += more
        if not rest.startswith(MAGIC):
            self._end(None)
            return
        self._pending = rest
        self._inflate = zlib.decompressobj(wbits=31)

    def _end(self, fault: tuple[str, str] | None) -> None:
        self._done = True
        self.size = self._reached()
        self.fault = fault
