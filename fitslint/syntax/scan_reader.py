"""What the scanner reads from, and the bounds that it keeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from fitslint.model.file import Hdu
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.records import dataclass

WINDOW = 8 * BLOCK_SIZE
"""Bytes asked for at once where a header is expected."""
LONG_HEADER = 64 * BLOCK_SIZE
"""Bytes asked for when that did not hold the header."""


class Reader(Protocol):
    """Random access to an uncompressed stream.

    ``read_at`` returns fewer bytes than asked for only at the end of the stream, and never raises:
    what went wrong is kept in ``fault`` as (problem kind, detail) and the stream ends there.
    ``size`` stays None until the end of the stream is known.
    """

    size: int | None
    fault: tuple[str, str] | None

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count`` of the stream."""
        ...

    def ends_at(self, offset: int) -> bool:
        """Whether the stream ends exactly there."""
        ...


ReadData = Callable[[Reader, Hdu], None]
"""What reads the data unit of an HDU when the scanner has come to it."""


class ScanBounds(Protocol):
    """The part of the limits that the scanner keeps; sizes in bytes, times in seconds."""

    @property
    def header_bytes(self) -> int:
        """A header without END is given up at this size."""
        ...

    @property
    def hdus(self) -> int:
        """HDUs that are read of one file."""
        ...

    @property
    def inflated_bytes(self) -> int:
        """Bytes that a compressed stream may become."""
        ...

    @property
    def scan_bytes(self) -> int:
        """How far the next header is looked for after a fault."""
        ...

    @property
    def seconds(self) -> float:
        """How long one file may take."""
        ...


@dataclass(frozen=True, slots=True)
class StandardBounds:
    """Bounds for callers without a configuration."""

    header_bytes: int = 64 * 1024 * 1024
    hdus: int = 10_000
    inflated_bytes: int = 2 * 1024**3
    scan_bytes: int = 256 * 1024 * 1024
    seconds: float = 30.0


STANDARD_BOUNDS = StandardBounds()


class BytesReader:
    """A stream that is in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size: int | None = len(data)
        self.fault: tuple[str, str] | None = None

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``."""
        return self.data[offset : offset + count]

    def ends_at(self, offset: int) -> bool:
        """Whether the data end exactly there."""
        return offset == len(self.data)


class Window:
    """The last piece of a stream, so that small HDUs in a row cost one read together."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._data = b""
        self._offset = 0

    def read_at(self, offset: int, count: int) -> bytes:
        """At least ``count`` bytes from ``offset`` on, fewer only at the end of the stream."""
        start = offset - self._offset
        if start < 0 or start + count > len(self._data):
            self._data = self.reader.read_at(offset, max(count, WINDOW))
            self._offset, start = offset, 0
        return self._data[start:] if start else self._data


class Deadline:
    """A point in time after which the scanner stops."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def extend(self, seconds: float) -> None:
        """Put it off by so many seconds."""
        self._until += seconds

    def is_over(self) -> bool:
        """Whether time is up."""
        return time.monotonic() >= self._until
