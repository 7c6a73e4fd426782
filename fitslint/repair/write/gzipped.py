"""The new bytes of a gzip file: unpacked, patched, packed again, and unpacked to compare."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

from fitslint.repair.model import Patch
from fitslint.repair.write.errors import make_refusal
from fitslint.repair.write.layout import KeptRange, lay_out_stream
from fitslint.repair.write.plain import Digests
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, make_change_error, read_range
from fitslint.repair.write.temporary import write_all
from fitslint.source.gzip_reader import MAGIC

_EXTRA, _NAME, _COMMENT = 4, 8, 16
_LEVEL = 9
_SMALLEST = 2
"""The note in a gzip header that says that level 9 was used."""


class GzipStream:
    """The stream inside a gzip file, read once from its beginning to its end.

    Raises
    ------
    RepairError
        when the file is damaged, or holds something after its last member that would be lost.
    """

    def __init__(self, system: System, fd: int) -> None:
        self._system, self._fd = system, fd
        self._at = 0
        self._chunks = self._decompress()
        self._rest = b""

    def read_pieces(self, count: int) -> Iterator[bytes]:
        """The next ``count`` bytes in pieces; fewer when the stream ends."""
        while count:
            if not self._rest:
                self._rest = next(self._chunks, b"")
                if not self._rest:
                    return
            data, self._rest = self._rest[:count], self._rest[count:]
            count -= len(data)
            yield data

    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return not b"".join(self.read_pieces(1))

    def _read_chunk(self) -> bytes:
        data = self._system.pread(self._fd, self._system.chunk, self._at)
        self._at += len(data)
        return data

    def _decompress(self) -> Iterator[bytes]:
        packed = self._read_chunk()
        while packed:
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                packed = packed or self._read_chunk()
                if not packed:
                    raise make_refusal("the gzip stream ends early; unpack what can be saved first")
                try:
                    data = member.decompress(packed, self._system.chunk)
                except zlib.error as error:
                    raise make_refusal(f"the gzip stream is damaged ({error})") from error
                packed = member.unconsumed_tail
                if data:
                    yield data
            packed = self._find_next_member(member.unused_data)

    def _find_next_member(self, packed: bytes) -> bytes:
        """What follows a member: another, or nothing but zeros."""
        while not packed.strip(b"\0"):
            packed = self._read_chunk()
            if not packed:
                return b""
        packed = packed.lstrip(b"\0")
        packed = packed if len(packed) > 1 else packed + self._read_chunk()
        if not packed.startswith(MAGIC):
            raise make_refusal("bytes that are no gzip follow the gzip stream, and would be lost")
        return packed


def fill_gzip(target: Target, fd: int) -> Digests:
    """Pack the new stream into an empty file, and prove that it is there."""
    target.current_step = "packing the new file"
    layout = lay_out_stream(target.plan)
    digests = _write_gzip(target, fd, layout)
    target.current_step = "unpacking the new file"
    if digests != _digest_gzip(target, fd, layout):
        raise make_refusal("the new file differs from the old one when it is unpacked")
    target.record_method(f"gzip level {_LEVEL}")
    return tuple(
        (piece.hdu, digest)
        for piece, digest in zip(layout, digests, strict=True)
        if isinstance(piece, KeptRange) and piece.hdu
    )


def _write_gzip(target: Target, fd: int, layout: list[KeptRange | Patch]) -> list[str]:
    """Write the packed stream; the digest of each of its pieces."""
    system, old = target.system, GzipStream(target.system, target.fd)
    write_all(system, fd, _build_gzip_header(target))
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    check = size = 0
    digests = []
    for piece in layout:
        digest = hashlib.blake2b(digest_size=16)
        for data in _read_new_bytes(old, piece):
            digest.update(data)
            check, size = zlib.crc32(data, check), size + len(data)
            write_all(system, fd, deflate.compress(data))
        digests.append(digest.hexdigest())
    if size != target.plan.new_size or not old.is_at_end():
        raise make_change_error()
    trailer = check.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")
    write_all(system, fd, deflate.flush() + trailer)
    return digests


def _read_new_bytes(old: GzipStream, piece: KeptRange | Patch) -> Iterator[bytes]:
    if isinstance(piece, KeptRange):
        yield from old.read_pieces(piece.length)
        return
    gone = b"".join(old.read_pieces(piece.end - piece.start))
    if piece.old is not None and gone != piece.old:
        raise make_change_error()
    yield piece.new


def _digest_gzip(target: Target, fd: int, layout: list[KeptRange | Patch]) -> list[str]:
    """The digest of each piece as it is read back."""
    new = GzipStream(target.system, fd)
    digests = []
    for piece in layout:
        digest = hashlib.blake2b(digest_size=16)
        length = piece.length if isinstance(piece, KeptRange) else len(piece.new)
        for data in new.read_pieces(length):
            digest.update(data)
        digests.append(digest.hexdigest())
    return digests if new.is_at_end() else []


def _build_gzip_header(target: Target) -> bytes:
    """The gzip header with the name, the time and the comment of the old one.

    Extra fields are dropped: they index the packed bytes, which are others now.
    """
    old = read_range(target.system, target.fd, 0, 128 * 1024)
    at = 10
    if old[3] & _EXTRA:
        at += 2 + int.from_bytes(old[at : at + 2], "little")
    flags, texts = 0, b""
    for flag in (_NAME, _COMMENT):
        end = old.find(b"\0", at) + 1
        if old[3] & flag and end:
            texts += old[at:end]
            flags, at = flags | flag, end
    return old[:3] + bytes((flags,)) + old[4:8] + bytes((_SMALLEST,)) + old[9:10] + texts
