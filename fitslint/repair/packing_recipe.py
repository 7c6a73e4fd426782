"""How the bytes of a packed file are made again, when its stream is known byte for byte.

zlib gives the same bytes for the same stream and level, so a head and a level are enough for gzip
files that it has packed. Of all others a copy is kept beside the log.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from fitslint.model.file import Container
from fitslint.repair.access import compute_permissions, restrict_permissions
from fitslint.repair.model import RepairError
from fitslint.source.leftovers import COPIES_SUFFIX
from fitslint.source.wrappers import get_wrapper
from fitslint.text import say

_PIECE_SIZE = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_EXTRA, _NAME, _COMMENT, _SUM = 4, 8, 16, 2
_HEAD_MAX = 128 * 1024
_LEVELS = {2: (9,), 4: (1,), 0: (6, 9)}
"""Levels to try for the note on the level in the head."""


def make_recipe(path: Path, log: Path, container: Container) -> dict[str, Any]:
    """How the bytes of a packed file are made again; a copy goes beside ``log`` if needed.

    Raises
    ------
    RepairError
        when the copy cannot be written.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(
                stream, lambda: hashlib.blake2b(digest_size=16)
            ).hexdigest()
            stream.seek(0)
            head = _extract_head(stream.read(_HEAD_MAX)) if container == "gzip" else b""
        for level in _LEVELS.get(head[8], (6, 9)) if head else ():
            if _is_reproducible(path, head, level):
                return {"digest": digest, "head": head.decode("latin-1"), "level": level}
        copy = f"{log.name}{COPIES_SUFFIX}/{digest}{get_wrapper(container).suffix}"
        _store_copy(path, log.parent / copy)
    except OSError as error:
        raise RepairError(
            say(
                "the bytes of the compressed file cannot be kept for --undo: {strerror}; the "
                "file is as it was",
                strerror=error.strerror,
            )
        ) from None
    return {"digest": digest, "copy": copy}


def repack(recipe: Mapping[str, Any], pieces: Iterable[bytes], log: Path) -> Iterator[bytes]:
    """The bytes of the compressed file whose stream is ``pieces``."""
    if "copy" in recipe:
        with (log.parent / recipe["copy"]).open("rb") as stream:
            yield from _read_pieces(stream)
        return
    yield recipe["head"].encode("latin-1")
    yield from _deflate(pieces, recipe["level"])


def _deflate(pieces: Iterable[bytes], level: int) -> Iterator[bytes]:
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    check = size = 0
    for data in pieces:
        check, size = zlib.crc32(data, check), size + len(data)
        yield deflate.compress(data)
    yield deflate.flush() + check.to_bytes(4, "little") + (size % 2**32).to_bytes(4, "little")


def _is_reproducible(path: Path, head: bytes, level: int) -> bool:
    """Whether head and level give the file; the first byte that differs ends the trial."""
    with path.open("rb") as packed_file, path.open("rb") as stream:
        packed_file.seek(len(head))
        try:
            for piece in _deflate(_decompress(stream), level):
                if packed_file.read(len(piece)) != piece:
                    return False
        except zlib.error:
            return False
        return not packed_file.read(1)


def _decompress(stream: BinaryIO) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    for data in _read_pieces(stream):
        rest = data
        while rest and not member.eof:
            yield member.decompress(rest, _PIECE_SIZE)
            rest = member.unconsumed_tail


def _read_pieces(stream: BinaryIO) -> Iterator[bytes]:
    while data := stream.read(_PIECE_SIZE):
        yield data


def _extract_head(data: bytes) -> bytes:
    """The head of a gzip member up to the packed bytes; empty when it does not end here."""
    if len(data) < 10:
        return b""
    at, flags = 10, data[3]
    if flags & _EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            at = data.find(b"\0", at) + 1
            if not at:
                return b""
    at += 2 if flags & _SUM else 0
    return data[:at] if at < len(data) else b""


def _store_copy(path: Path, copy: Path) -> None:
    """Copy a file, on the disk when this returns; one of that name is the same file."""
    if copy.exists():
        with copy.open("rb") as kept:
            restrict_permissions(kept.fileno(), str(path))
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    temporary = copy.with_name(f"{copy.name}.{os.getpid()}.tmp")
    with path.open("rb") as source:
        status = os.fstat(source.fileno())
        fd = os.open(temporary, _NEW, compute_permissions(status, status.st_gid))
        with open(fd, "wb") as target:  # noqa: PTH123 -- it is open already
            restrict_permissions(fd, status)
            shutil.copyfileobj(source, target, _PIECE_SIZE)
            target.flush()
            os.fsync(fd)
    temporary.replace(copy)
