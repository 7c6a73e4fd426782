"""A file as an uncompressed stream: opened once, and as patches make it, never whole in memory."""

from __future__ import annotations

import os
import stat
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from fitslint.model.file import Container
from fitslint.model.form import BLOCK_SIZE
from fitslint.repair.model import FileIdentity, Patch, RepairError
from fitslint.source.files import decompress, explain_open_error
from fitslint.source.readers import FileReader
from fitslint.syntax.scan_reader import Reader, ScanBounds
from fitslint.text import say

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
HEAD_SIZE = 16 * BLOCK_SIZE
"""Bytes at the start of a file that are kept in memory."""
_PIECE = 1 << 20


class HeadCachedReader:
    """An open file whose first bytes are read once: all of it, where it is small."""

    def __init__(self, fd: int, size: int) -> None:
        self._rest = FileReader(fd, size)
        self._head = self._rest.read_at(0, HEAD_SIZE)
        self.size: int | None = size
        self.fault: tuple[str, str] | None = self._rest.fault

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``."""
        stop = offset + count
        if stop <= len(self._head) or self.size == len(self._head):
            return self._head[offset:stop]
        data = self._rest.read_at(offset, count)
        self.fault = self._rest.fault
        return data

    def ends_at(self, offset: int) -> bool:
        """Whether the file ends exactly there."""
        return offset == self.size


@contextmanager
def open_stream(path: str, bounds: ScanBounds) -> Iterator[tuple[Reader, Container, FileIdentity]]:
    """The stream of a file, what packs it, and which file it is.

    Raises
    ------
    RepairError
        when it cannot be opened, or is no regular file.
    """
    try:
        fd = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise RepairError(explain_open_error(path, error)) from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise RepairError(say("this is a folder, a pipe or a device, not a file"))
        identity = FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        yield (*decompress(HeadCachedReader(fd, status.st_size), bounds), identity)
    finally:
        os.close(fd)


class PatchedReader:
    """A reader (:class:`fitslint.syntax.scan_reader.Reader`) over an old stream and patches.

    ``patches`` are disjoint and in order, on the old stream. Places in the stream that results are
    called new.
    """

    def __init__(self, base: Reader, patches: Sequence[Patch] = ()) -> None:
        self.base = base
        self.patches = tuple(patches)
        self.growth = 0
        # What is kept and what is put in its place, by turns: the first new byte of each, and
        # bytes, or how far behind its old place a kept byte stands.
        self._starts: list[int] = [0]
        self._pieces: list[bytes | int] = [0]
        for patch in self.patches:
            start = patch.start + self.growth
            self.growth += patch.growth
            self._starts += (start, start + len(patch.new))
            self._pieces += (patch.new, self.growth)
        self.fault: tuple[str, str] | None = base.fault
        self.size: int | None = None
        self._update_size()

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count`` of the new stream."""
        if not self.patches:
            data = self.base.read_at(offset, count)
        else:
            data = self._read_pieces(offset, count)
        self._update_size()
        return data

    def ends_at(self, offset: int) -> bool:
        """Whether the new stream ends exactly there."""
        answer = offset >= self._starts[-1] and self.base.ends_at(offset - self.growth)
        self._update_size()
        return answer

    def find_old_offset(self, offset: int) -> int | None:
        """Where the byte at ``offset`` stands in the old stream; None when it is a new one."""
        piece = self._pieces[bisect_right(self._starts, offset) - 1]
        return offset - piece if isinstance(piece, int) else None

    def measure_size(self) -> int:
        """The size of the new stream, read to its end where nobody knows it yet."""
        at = 0
        while self.base.size is None:
            data = self.base.read_at(at, _PIECE)
            at += len(data)
            if not data:
                break
        self._update_size()
        return self.size if self.size is not None else at + self.growth

    def _update_size(self) -> None:
        if self.base.size is not None:
            self.size = self.base.size + self.growth
        self.fault = self.base.fault

    def _read_pieces(self, offset: int, count: int) -> bytes:
        parts: list[bytes] = []
        stop = offset + count
        at = bisect_right(self._starts, offset) - 1
        while offset < stop and at < len(self._pieces):
            piece, start = self._pieces[at], self._starts[at]
            last = at + 1 == len(self._pieces)
            until = stop if last else min(stop, self._starts[at + 1])
            if isinstance(piece, int):
                data = self.base.read_at(offset - piece, until - offset)
            else:
                data = piece[offset - start : until - start]
            parts.append(data)
            if len(data) < until - offset:
                break
            offset = until
            at += 1
        return parts[0] if len(parts) == 1 else b"".join(parts)


def find_new_offset(patches: Iterable[Patch], old: int) -> int:
    """Where a byte that is kept stands after ``patches``; what is inserted there comes first."""
    return old + sum(patch.growth for patch in patches if patch.end <= old)


def compose_patches(current: PatchedReader, changes: Sequence[Patch]) -> tuple[Patch, ...]:
    """Patches on the old stream that do what those of ``current`` do and ``changes`` after them.

    ``changes`` are disjoint and in order, on the new stream of ``current``.
    """
    if not current.patches:
        return tuple(changes)
    spans: list[tuple[int, int, Patch, bool]] = [(c.start, c.end, c, True) for c in changes]
    shift = 0
    for patch in current.patches:
        start = patch.start + shift
        spans.append((start, start + len(patch.new), patch, False))
        shift += patch.growth
    spans.sort(key=lambda span: span[:2])
    patches: list[Patch] = []
    shift = at = 0
    while at < len(spans):
        start, end = spans[at][:2]
        group = [spans[at]]
        while at + 1 < len(spans) and spans[at + 1][0] < end:
            at += 1
            group.append(spans[at])
            end = max(end, spans[at][1])
        at += 1
        before = shift
        shift += sum(patch.growth for _, _, patch, changed in group if not changed)
        if len(group) == 1 and not group[0][3]:
            patches.append(group[0][2])
            continue
        new = _apply_changes(
            current, start, end, [patch for _, _, patch, changed in group if changed]
        )
        patches.append(Patch(start - before, end - shift, new))
    return tuple(patches)


def _apply_changes(current: PatchedReader, start: int, end: int, changes: list[Patch]) -> bytes:
    parts, at = [], start
    for change in changes:
        parts += [current.read_at(at, change.start - at), change.new]
        at = change.end
    parts.append(current.read_at(at, end - at))
    return b"".join(parts)
