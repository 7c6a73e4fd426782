"""The wrappers that files come in: how each is known, and how its stream is unpacked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fitslint.model.file import Container
from fitslint.model.records import NamedTuple

MAGIC_MAX = 6
"""Bytes by which any wrapper is known."""
_XZ_MEMORY = 128 * 1024 * 1024
"""What unpacking xz may take; ``xz -9`` asks for 65 MiB."""


class Decoder(Protocol):
    """One packed stream; its output is asked for piece by piece."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether there is no more output without more input."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What of the input stood behind the end of the stream."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """About ``max_length`` bytes of output at most; empty ``data`` says that no more follow.

        Raises
        ------
        DamagedStreamError
            when the stream cannot be unpacked.
        """
        ...


class DamagedStreamError(Exception):
    """A packed stream is not what its beginning promises; the words say how."""


class Wrapper(NamedTuple):
    """A wrapper around a file."""

    name: Container
    magic: bytes
    """Its first bytes."""
    suffix: str
    """What it puts behind the name of a file."""
    make_decoder: Callable[[], Decoder]

    @property
    def stream(self) -> str:
        """It in a sentence: ``gzip stream``."""
        return f"{self.name} stream"


class _GzipDecoder:
    """One gzip member."""

    def __init__(self) -> None:
        import zlib

        self._inflater = zlib.decompressobj(wbits=31)
        self._error = zlib.error

    @property
    def eof(self) -> bool:
        return self._inflater.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflater.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflater.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            return self._inflater.decompress(self._inflater.unconsumed_tail + data, max_length)
        except self._error as error:
            raise DamagedStreamError(str(error)) from error


class _LibraryDecoder:
    """A decoder of the standard library, whose errors are of many kinds."""

    def __init__(self, decoder: Decoder, errors: tuple[type[Exception], ...]) -> None:
        self._decoder, self._errors = decoder, errors

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return self._decoder.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            return self._decoder.decompress(data, max_length)
        except self._errors as error:
            said = str(error)
            raise DamagedStreamError(said[:1].lower() + said[1:]) from error


def _make_bzip2_decoder() -> Decoder:
    from bz2 import BZ2Decompressor

    return _LibraryDecoder(BZ2Decompressor(), (OSError, ValueError, EOFError))


def _make_xz_decoder() -> Decoder:
    from lzma import FORMAT_XZ, LZMADecompressor, LZMAError

    return _LibraryDecoder(LZMADecompressor(FORMAT_XZ, _XZ_MEMORY), (LZMAError, EOFError))


def _make_compress_decoder() -> Decoder:
    from fitslint.source.lzw import LzwDecoder

    return LzwDecoder()


WRAPPERS = (
    Wrapper("gzip", b"\x1f\x8b", ".gz", _GzipDecoder),
    Wrapper("bzip2", b"BZh", ".bz2", _make_bzip2_decoder),
    Wrapper("xz", b"\xfd7zXZ\x00", ".xz", _make_xz_decoder),
    Wrapper("compress", b"\x1f\x9d", ".Z", _make_compress_decoder),
)
_BY_SUFFIX = {wrapper.suffix.lower(): wrapper for wrapper in WRAPPERS}
WRAPPER_SUFFIXES = frozenset(_BY_SUFFIX)
"""In lower case."""


def find_wrapper(head: bytes) -> Wrapper | None:
    """The wrapper whose stream begins with the bytes of ``head``."""
    return next((wrapper for wrapper in WRAPPERS if head.startswith(wrapper.magic)), None)


def get_wrapper(name: Container) -> Wrapper:
    """The wrapper of a name.

    Raises
    ------
    KeyError
        when there is none.
    """
    return {wrapper.name: wrapper for wrapper in WRAPPERS}[name]


def find_promise(suffix: str) -> Wrapper | None:
    """The wrapper that a suffix promises."""
    return _BY_SUFFIX.get(suffix.lower())
