"""Standard output that loses no byte, whatever reads it and whatever signal comes."""

from __future__ import annotations

import io
import os
import select
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PIECE = 1 << 20
_BUFFER = 1 << 16
_replaced: list[TextIO] = []
"""Streams that would close their descriptor when nobody holds them any more."""


class WholeWriter(io.RawIOBase):
    """A file descriptor to which every byte is written, in as many pieces as it takes.

    Python's text layer drops what a short write leaves when it stands on the bare descriptor
    (``PYTHONUNBUFFERED``), and its buffered layer raises when a descriptor that does not block is
    full. Here a write goes on until all is written; only an error ends it. The descriptor is not
    closed.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_dropped = False

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def writable(self) -> bool:
        """True."""
        return True

    def isatty(self) -> bool:
        """Whether the descriptor is a terminal."""
        return os.isatty(self._descriptor)

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of ``data``."""
        rest = memoryview(data).cast("B")
        whole = len(rest)
        while rest and not self._is_dropped:
            try:
                rest = rest[os.write(self._descriptor, rest[:_PIECE]) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
        return whole

    def give_up(self) -> None:
        """Drop what is still to be written: nobody can read it, or it shall not be there."""
        self._is_dropped = True


def open_text(descriptor: int, encoding: str = "utf-8", *, lines: bool = False) -> TextIOWrapper:
    """A text stream that writes every byte to ``descriptor`` and leaves it open."""
    buffered = io.BufferedWriter(WholeWriter(descriptor), _BUFFER)
    return TextIOWrapper(
        buffered, encoding, errors="backslashreplace", newline="\n", line_buffering=lines
    )


def give_up(stream: TextIO) -> None:
    """Drop what ``stream`` still holds back, where it is one of ours."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    if isinstance(raw, WholeWriter):
        raw.give_up()


def replace_standard_streams() -> None:
    """Put streams that lose nothing in the places of standard output and standard error.

    Those that are no files of the process (a test's, a notebook's) stay.
    """
    sys.stdout = _replace_stream(sys.stdout, 1)
    sys.stderr = _replace_stream(sys.stderr, 2)


def _replace_stream(stream: TextIO, descriptor: int) -> TextIO:
    if not isinstance(stream, TextIOWrapper):
        return stream
    # A file name may hold bytes that are not UTF-8, and the locale may know few characters.
    stream.reconfigure(errors="backslashreplace")
    try:
        if stream.fileno() != descriptor:
            return stream
    except (OSError, ValueError):
        return stream
    stream.flush()
    _replaced.append(stream)
    # Without a buffer of its own every piece would be a call to the system: lines are enough for
    # who asked for an unbuffered stream.
    lines = stream.line_buffering or stream.write_through
    return open_text(descriptor, stream.encoding, lines=lines)
