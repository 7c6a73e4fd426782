"""The undo journal: what it takes to give a file its old bytes back, in a file of its own."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from fitslint.repair.write.system import NOFOLLOW, System
from fitslint.repair.write.target import Target, read_range
from fitslint.repair.write.temporary import sync_folder, write_all
from fitslint.source.journals import name_journal

_MAGIC = b"fitslint journal"
_VERSION = 1
_HEAD = struct.Struct("<16sIQQQI")
"""Magic, version, device, inode, size of the file, number of changes."""
_CHANGE = struct.Struct("<QI")
"""Offset and length; as many old and as many new bytes follow."""
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class JournalChange:
    """Bytes at ``offset`` that an in-place repair brings from ``old`` to ``new``."""

    offset: int
    old: bytes
    new: bytes

    def is_between(self, current: bytes) -> bool:
        """Whether each byte is the old or the new one, as a write that was cut short leaves it."""
        if current in {self.old, self.new}:
            return True
        triples = zip(current, self.old, self.new, strict=False)
        same = (byte in {old, new} for byte, old, new in triples)
        return len(current) == len(self.old) and all(same)


@dataclass(frozen=True, slots=True)
class Journal:
    """What was about to be done, and to which file."""

    device: int
    inode: int
    size: int
    changes: tuple[JournalChange, ...]
    version: int = _VERSION

    def encode(self) -> bytes:
        """The bytes of the journal; its own digest ends it, so that a torn one is known."""
        parts = [
            _HEAD.pack(_MAGIC, self.version, self.device, self.inode, self.size, len(self.changes))
        ]
        for change in self.changes:
            parts += [_CHANGE.pack(change.offset, len(change.old)), change.old, change.new]
        return _append_digest(b"".join(parts))


def decode_journal(raw: bytes) -> Journal | None:
    """The journal in these bytes; None when it was never finished.

    A journal of a later version has no changes here: its layout is not known.
    """
    body = raw[:-_DIGEST]
    if len(body) < _HEAD.size or _append_digest(body) != raw:
        return None
    _magic, version, device, inode, size, count = _HEAD.unpack_from(body)
    changes = []
    at = _HEAD.size
    for _ in range(count if version == _VERSION else 0):
        offset, length = _CHANGE.unpack_from(body, at)
        start = at + _CHANGE.size
        at = start + 2 * length
        changes.append(
            JournalChange(offset, body[start : start + length], body[start + length : at])
        )
    return Journal(device, inode, size, tuple(changes), version)


def has_current_version(journal: Journal) -> bool:
    """Whether this program wrote such journals."""
    return journal.version == _VERSION


def write_journal(target: Target, changes: Sequence[JournalChange]) -> str:
    """Write and sync the journal of a file, name and all; nothing is left when that fails."""
    system, status = target.system, target.status
    path = name_journal(target.path)
    target.current_step = f"writing the undo journal {path}"
    journal = Journal(status.st_dev, status.st_ino, status.st_size, tuple(changes))
    fd = system.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW, 0o600)
    try:
        try:
            write_all(system, fd, journal.encode())
            target.record_method(f"{system.fsync(fd)} of the journal")
        finally:
            with suppress(OSError):
                system.close(fd)
        sync_folder(target, path)
    except BaseException:
        with suppress(OSError):
            system.unlink(path)
        raise
    return path


def read_journal(system: System, path: str) -> tuple[Journal | None, os.stat_result]:
    """The journal at ``path``, or None when it was never finished; and who wrote it."""
    fd = system.open(path, os.O_RDONLY | NOFOLLOW)
    try:
        status = system.fstat(fd)
        return decode_journal(read_range(system, fd, 0, status.st_size)), status
    finally:
        system.close(fd)


def _append_digest(body: bytes) -> bytes:
    return body + hashlib.blake2b(body, digest_size=_DIGEST).digest()
