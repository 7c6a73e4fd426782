"""The state of a file in a few bytes: its size, and a digest of its headers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fitslint.model.file import FitsFile
from fitslint.repair.model import Patch
from fitslint.repair.stream import PatchedReader
from fitslint.syntax.scan_reader import Reader

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class FileFingerprint:
    """Size of the uncompressed stream, and BLAKE2b-128 of the bytes of all its headers."""

    size: int
    headers: tuple[tuple[int, int], ...]
    """First byte of every header, and the byte behind its last block."""
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON has it."""
        headers = [list(extent) for extent in self.headers]
        return {"size": self.size, "headers": headers, "digest": self.digest}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FileFingerprint:
        """The state that :meth:`to_dict` gave."""
        headers = tuple((int(start), int(stop)) for start, stop in data["headers"])
        return cls(int(data["size"]), headers, str(data["digest"]))

    def matches(self, reader: Reader) -> bool:
        """Whether ``reader`` gives such a file."""
        return reader.ends_at(self.size) and digest_extents(reader, self.headers) == self.digest


@dataclass(frozen=True, slots=True)
class FileCorrections:
    """The corrections of one file in one state."""

    state: FileFingerprint
    patches: tuple[Patch, ...]


def compute_fingerprint(file: FitsFile, reader: Reader) -> FileFingerprint:
    """The state of a file that was read from ``reader``."""
    extents = tuple(
        (hdu.header.offset, max(hdu.data_offset, hdu.header.offset)) for hdu in file.hdus
    )
    size = file.size if file.size is not None else PatchedReader(reader).measure_size()
    return FileFingerprint(size, extents, digest_extents(reader, extents))


def digest_extents(reader: Reader, extents: Iterable[tuple[int, int]]) -> str:
    """BLAKE2b-128 of the bytes of some extents of a stream."""
    digest = hashlib.blake2b(digest_size=16)
    for start, stop in extents:
        at = start
        while at < stop:
            data = reader.read_at(at, min(_PIECE, stop - at))
            if not data:
                break
            digest.update(data)
            at += len(data)
    return digest.hexdigest()
