"""Open files and streams as the reader that the scanner asks."""

from __future__ import annotations

import errno
import os
from typing import BinaryIO

from fitslint.source.foreign_errors import is_from_handler, raise_foreign
from fitslint.text import say

CHUNK = 1024 * 1024
WINDOW_BYTES = 4 * CHUNK
"""Bytes behind the reading position that a stream without seek keeps."""


class FileReader:
    """An open file descriptor; the caller closes it."""

    def __init__(self, fd: int, size: int) -> None:
        self.fd = fd
        self.size: int | None = size
        self.fault: tuple[str, str] | None = None

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``; a failing device ends the file."""
        if self.size is not None and offset >= self.size:
            return b""
        try:
            data = os.pread(self.fd, count, offset)
            while 0 < len(data) < count:
                more = os.pread(self.fd, count - len(data), offset + len(data))
                if not more:
                    break
                data += more
        except OSError as error:
            raise_foreign(error)
            self.fault = (
                "io",
                say(
                    "reading failed at byte {offset}: {strerror}",
                    offset=offset,
                    strerror=error.strerror,
                ),
            )
            return b""
        return data

    def ends_at(self, offset: int) -> bool:
        """Whether the file ends exactly there."""
        return offset == self.size

    def measure_hole(self, offset: int, most: int) -> int:
        """Bytes from ``offset`` on, at most so many, that were never written and read as zeros."""
        end = min(offset + most, self.size or 0)
        if offset >= end or not hasattr(os, "SEEK_DATA"):
            return 0
        try:
            following = os.lseek(self.fd, offset, os.SEEK_DATA)
        except OSError as error:
            raise_foreign(error)
            # ENXIO: nothing was written behind it; any other: a device that knows no holes.
            return end - offset if error.errno == errno.ENXIO else 0
        return max(min(following, end) - offset, 0)


class StreamReader:
    """A binary file object, read forward; it seeks back when it can.

    Without seek the last few megabytes are kept, so memory does not grow with the stream.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.size: int | None = None
        self.fault: tuple[str, str] | None = None
        self._stream = stream
        self._window = bytearray()
        self._start = 0  # of the bytes kept, in the stream
        self._base_position = self._find_position()

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``; bytes that are gone read as none."""
        if offset < self._start and not self._rewind(offset):
            return b""
        while self._start + len(self._window) < offset + count:
            chunk = self._read_chunk()
            if not chunk:
                break
            self._window += chunk
            surplus = min(offset - self._start, len(self._window)) - WINDOW_BYTES
            if surplus > 0:
                del self._window[:surplus]
                self._start += surplus
        at = offset - self._start
        return bytes(self._window[at : at + count])

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there."""
        return not self.read_at(offset, 1) and offset == self.size

    def _read_chunk(self) -> bytes:
        if self.size is not None:
            return b""
        try:
            chunk = self._stream.read(CHUNK)
        except (OSError, ValueError) as error:
            # The stream may be of the program around, and what it raises tells of the stream; but
            # an alarm that goes off meanwhile does not.
            if is_from_handler(error):
                raise
            self.fault = ("io", say("reading failed: {error}", error=error))
            chunk = b""
        if not chunk:
            self.size = self._start + len(self._window)
        return chunk

    def _find_position(self) -> int | None:
        try:
            return self._stream.tell() if self._stream.seekable() else None
        except (OSError, AttributeError, ValueError):
            return None

    def _rewind(self, offset: int) -> bool:
        if self._base_position is None:
            return False
        try:
            self._stream.seek(self._base_position + offset)
        except (OSError, ValueError):
            return False
        self._start, self.size = offset, None
        self._window.clear()
        return True
