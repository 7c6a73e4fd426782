"""A file on disk as an uncompressed stream, with what tells later that it is still the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from fitslint.model.file import Container
from fitslint.repair.model import Identity, RepairError
from fitslint.repair.virtual import Beginning
from fitslint.source.files import explain_refusal, unpacked
from fitslint.syntax.scan_reader import Bounds, Reader

Opened = tuple[Reader, Container, Identity | None]
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Unreadable(RepairError):  # noqa: N818 -- it names the thing
    """What cannot be opened, or is no regular file."""


@contextmanager
def opened(path: str, bounds: Bounds) -> Iterator[tuple[Reader, Container, Identity]]:
    """The stream of a file, what packs it, and which file it is.

    Raises
    ------
    Unreadable
        when it cannot be opened, or is no regular file.
    """
    try:
        fd = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise Unreadable(explain_refusal(path, error)) from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("this is a folder, a pipe or a device, not a file")
        identity = Identity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        yield (*unpacked(Beginning(fd, status.st_size), bounds), identity)
    finally:
        os.close(fd)
