"""Packed streams, unpacked only as far as somebody reads."""

from __future__ import annotations

from fitslint.source.wrappers import DamagedStreamError, Wrapper
from fitslint.syntax.scan_reader import Deadline, Reader, ScanBounds
from fitslint.text import say

_GZIP_MEMBER = b"\x1f\x8b\x08"
_XZ_HEAD = _XZ_FOOT = 12
_XZ_INDEX_MAX = 1024 * 1024
_PIECE = 16 * 1024
_OUTPUT_PIECE = 256 * 1024
_WINDOW = 512 * 1024
_CHUNK = 1024 * 1024
_LOOK_AHEAD = 256 * 1024 * 1024
_RATIO = 500
_RATIO_ABOVE = 256 * 1024 * 1024
_DEFLATE_MAX = 1032
"""No deflate stream grows by more."""


class PackedReader:
    """The uncompressed stream of a packed file, of one or more members.

    Memory is constant; going back beyond the bytes kept starts from the beginning again.
    """

    def __init__(self, source: Reader, wrapper: Wrapper, bounds: ScanBounds) -> None:
        self.size: int | None = None
        self.fault: tuple[str, str] | None = None
        self._source = source
        self._wrapper = wrapper
        self._limit = bounds.inflated_bytes
        self.deadline = Deadline(bounds.seconds)
        self._told_size: int | None = None
        self._is_told = False
        self._reset()

    def _reset(self) -> None:
        self._source_offset = 0  # next byte of the source
        self._pending = b""
        self._decoder = self._wrapper.make_decoder()
        self._window = bytearray()
        self._start = 0
        self._is_done = False

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count`` of the uncompressed stream."""
        if offset < self._start:
            self._reset()
        while not self._is_done and self._start + len(self._window) < offset + count:
            self._decode_piece(offset + count - self._measure_output())
            surplus = min(offset - self._start, len(self._window)) - _WINDOW
            if surplus > 0:
                del self._window[:surplus]
                self._start += surplus
        at = offset - self._start
        return bytes(self._window[at : at + count])

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there.

        What gzip and xz note at their end answers without unpacking, where there is one member.
        """
        if self.size is None and self._has_told_size(offset):
            self.size = offset
        return self.size == offset if self.size is not None else self._has_end_at(offset)

    def _has_end_at(self, offset: int) -> bool:
        return not self.read_at(offset, 1) and self.size == offset

    def _has_told_size(self, offset: int) -> bool:
        packed = self._source.size
        if packed is None:
            return False
        if not self._is_told:
            self._is_told = True
            tellers = {"gzip": read_gzip_size, "xz": read_xz_size}
            teller = tellers.get(self._wrapper.name)
            self._told_size = teller(self._source, packed) if teller else None
        if self._wrapper.name != "gzip":
            return self._told_size == offset
        return (
            self._told_size == offset % 2**32
            and offset <= _DEFLATE_MAX * packed
            and packed <= offset + offset // 100 + 4096
            and self._has_one_member(packed)
        )

    def _has_one_member(self, packed: int) -> bool:
        """Whether no gzip member begins in what is not unpacked yet."""
        if packed > _LOOK_AHEAD:
            return False
        start = max(self._source_offset - _PIECE, 1)
        return all(
            _GZIP_MEMBER not in self._source.read_at(at, _CHUNK + len(_GZIP_MEMBER) - 1)
            for at in range(start, packed, _CHUNK)
        )

    def _decode_piece(self, missing: int) -> None:
        """Unpack one piece on the way to ``missing`` bytes, or end the stream."""
        is_hungry = self._decoder.needs_input
        if is_hungry and not self._pending:
            self._pending = self._read_piece()
        try:
            fed = self._pending if is_hungry else b""
            data = self._decoder.decompress(fed, min(missing, _OUTPUT_PIECE))
        except DamagedStreamError as error:
            name = self._wrapper.name
            told = say("the {name} stream is damaged: {error}", name=name, error=error)
            self._finish(("bad-wrapper", told))
            return
        self._pending = b"" if is_hungry else self._pending
        self._window += data
        if self._decoder.eof:
            self._start_next_member()
        elif is_hungry and not fed:
            told = say("the {name} stream ends early", name=self._wrapper.name)
            self._finish(self._source.fault or ("bad-wrapper", told))
        elif self._is_over_limit():
            told = say("unpacking stopped at {count} bytes", count=self._measure_output())
            self._finish(("inflate-limit", told))

    def _read_piece(self) -> bytes:
        piece = self._source.read_at(self._source_offset, _PIECE)
        self._source_offset += len(piece)
        return piece

    def _measure_output(self) -> int:
        return self._start + len(self._window)

    def _is_over_limit(self) -> bool:
        reached = self._measure_output()
        bomb = reached > _RATIO_ABOVE and reached > _RATIO * self._source_offset
        return reached > self._limit or bomb or self.deadline.is_over()

    def _start_next_member(self) -> None:
        """Go on with the next member; what is none after the last one is padding."""
        magic = self._wrapper.magic
        rest = self._decoder.unused_data.lstrip(b"\x00")
        while len(rest) < len(magic):
            piece = self._read_piece()
            if not piece:
                break
            rest = (rest + piece).lstrip(b"\x00")
        if not rest.startswith(magic):
            # Zeros fill up the blocks of a tape; anything else is no part of the stream.
            told = say("the {name} stream is followed by other bytes", name=self._wrapper.name)
            self._finish(("wrapper-rest", told) if rest else None)
            return
        self._pending = rest
        self._decoder = self._wrapper.make_decoder()

    def _finish(self, fault: tuple[str, str] | None) -> None:
        self._is_done = True
        self.size = self._measure_output()
        self.fault = fault


def read_gzip_size(source: Reader, packed: int) -> int | None:
    """The size modulo 2**32 that the last four bytes of a gzip file tell."""
    return int.from_bytes(source.read_at(packed - 4, 4), "little")


def read_xz_size(source: Reader, packed: int) -> int | None:
    """The unpacked size that the index of an xz file tells; None where it has several streams.

    The .xz file format 1.1.0, sections 2.1.2 and 4.
    """
    foot = source.read_at(packed - _XZ_FOOT, _XZ_FOOT)
    size = 4 * (int.from_bytes(foot[4:8], "little") + 1)
    if foot[10:] != b"YZ" or size > min(_XZ_INDEX_MAX, packed):
        return None
    index = source.read_at(packed - _XZ_FOOT - size, size)
    numbers = _read_numbers(index[1:-4])
    if index[:1] != b"\x00" or not numbers or len(numbers) < 1 + 2 * numbers[0]:
        return None
    records = numbers[1 : 1 + 2 * numbers[0]]
    blocks = sum(length + -length % 4 for length in records[::2])
    return sum(records[1::2]) if _XZ_HEAD + blocks + size + _XZ_FOOT == packed else None


def _read_numbers(data: bytes) -> list[int]:
    """Numbers in seven bits a byte, the lowest first; the highest bit says that more follow."""
    numbers: list[int] = []
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
        elif shift > 63:
            return []
    return numbers
