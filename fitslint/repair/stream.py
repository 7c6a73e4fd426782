"""A file on disk as an uncompressed stream, with what tells later that it is still the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from fitslint.model.file import Container
from fitslint.repair.model import FileIdentity, RepairError
from fitslint.repair.patched_stream import HeadCachedReader
from fitslint.source.files import decompress, explain_open_error
from fitslint.syntax.scan_reader import Reader, ScanBounds

OpenStream = tuple[Reader, Container, FileIdentity | None]
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UnreadableError(RepairError):
    """What cannot be opened, or is no regular file."""


@contextmanager
def open_stream(path: str, bounds: ScanBounds) -> Iterator[tuple[Reader, Container, FileIdentity]]:
    """The stream of a file, what packs it, and which file it is.

    Raises
    ------
    Unreadable
        when it cannot be opened, or is no regular file.
    """
    try:
        fd = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise UnreadableError(explain_open_error(path, error)) from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("this is a folder, a pipe or a device, not a file")
        identity = FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        yield (*decompress(HeadCachedReader(fd, status.st_size), bounds), identity)
    finally:
        os.close(fd)
