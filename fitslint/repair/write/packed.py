"""The new bytes of a packed file: unpacked, patched, packed again, and unpacked to compare."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from fitslint.repair.model import Patch
from fitslint.repair.write.errors import make_refusal
from fitslint.repair.write.layout import KeptRange, lay_out_stream
from fitslint.repair.write.packers import GzipPacker, Packer, describe_packing, make_packer
from fitslint.repair.write.plain import Digests
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, make_change_error, read_range
from fitslint.repair.write.temporary import write_all
from fitslint.source.wrappers import DamagedStreamError, Wrapper

_EXTRA, _NAME, _COMMENT = 4, 8, 16
_SMALLEST = 2
"""The note in a gzip header that says that level 9 was used."""


class PackedStream:
    """The stream inside a packed file, read once from its beginning to its end.

    Raises
    ------
    RepairError
        when the file is damaged, or holds something after its last member that would be lost.
    """

    def __init__(self, system: System, fd: int, wrapper: Wrapper) -> None:
        self._system, self._fd, self._wrapper = system, fd, wrapper
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
        packed, stream = self._read_chunk(), self._wrapper.stream
        while packed:
            member = self._wrapper.make_decoder()
            while not member.eof:
                is_hungry = member.needs_input
                fed = (packed or self._read_chunk()) if is_hungry else b""
                try:
                    data = member.decompress(fed, self._system.chunk)
                except DamagedStreamError as error:
                    raise make_refusal(f"the {stream} is damaged ({error})") from error
                if is_hungry and not (fed or member.eof):
                    raise make_refusal(f"the {stream} ends early; unpack what can be saved first")
                packed = b"" if is_hungry else packed
                if data:
                    yield data
            packed = self._find_next_member(member.unused_data)

    def _find_next_member(self, packed: bytes) -> bytes:
        """What follows a member: another, or nothing but zeros."""
        magic, name = self._wrapper.magic, self._wrapper.name
        packed = packed.lstrip(b"\0")
        while len(packed) < len(magic):
            chunk = self._read_chunk()
            if not chunk:
                break
            packed = (packed + chunk).lstrip(b"\0")
        if packed and not packed.startswith(magic):
            raise make_refusal(
                f"bytes that are no {name} follow the {name} stream, and would be lost"
            )
        return packed


def fill_packed(target: Target, wrapper: Wrapper, fd: int) -> Digests:
    """Pack the new stream into an empty file, and prove that it is there."""
    target.current_step = "packing the new file"
    layout = lay_out_stream(target.plan)
    digests = _write_packed(target, wrapper, fd, layout)
    target.current_step = "unpacking the new file"
    if digests != _digest_packed(target, wrapper, fd, layout):
        raise make_refusal("the new file differs from the old one when it is unpacked")
    target.record_method(describe_packing(wrapper.name))
    return tuple(
        (piece.hdu, digest)
        for piece, digest in zip(layout, digests, strict=True)
        if isinstance(piece, KeptRange) and piece.hdu
    )


def _write_packed(
    target: Target, wrapper: Wrapper, fd: int, layout: list[KeptRange | Patch]
) -> list[str]:
    """Write the packed stream; the digest of each of its pieces."""
    system, old = target.system, PackedStream(target.system, target.fd, wrapper)
    packer = _make_packer(target, wrapper)
    size = 0
    digests = []
    for piece in layout:
        digest = hashlib.blake2b(digest_size=16)
        for data in _read_new_bytes(old, piece):
            digest.update(data)
            size += len(data)
            write_all(system, fd, packer.compress(data))
        digests.append(digest.hexdigest())
    if size != target.plan.new_size or not old.is_at_end():
        raise make_change_error()
    write_all(system, fd, packer.flush())
    return digests


def _make_packer(target: Target, wrapper: Wrapper) -> Packer:
    if wrapper.name == "gzip":
        return GzipPacker(_build_gzip_header(target))
    return make_packer(wrapper.name)


def _read_new_bytes(old: PackedStream, piece: KeptRange | Patch) -> Iterator[bytes]:
    if isinstance(piece, KeptRange):
        yield from old.read_pieces(piece.length)
        return
    gone = b"".join(old.read_pieces(piece.end - piece.start))
    if piece.old is not None and gone != piece.old:
        raise make_change_error()
    yield piece.new


def _digest_packed(
    target: Target, wrapper: Wrapper, fd: int, layout: list[KeptRange | Patch]
) -> list[str]:
    """The digest of each piece as it is read back."""
    new = PackedStream(target.system, fd, wrapper)
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
