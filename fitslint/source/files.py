"""Paths, bytes and streams to a :class:`FitsFile`; nothing is raised because of what they hold."""

from __future__ import annotations

import errno
import math
import os
import stat
from collections.abc import Callable
from typing import BinaryIO

from fitslint.model.file import Container, FitsFile, Hdu, StructuralProblem
from fitslint.model.finding import Status
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.header import Header, Structure
from fitslint.source.foreign_errors import raise_foreign
from fitslint.source.readers import FileReader, StreamReader
from fitslint.source.wrappers import MAGIC_MAX, find_promise, find_wrapper
from fitslint.syntax.scan_header import compute_data_size, read_sound_header
from fitslint.syntax.scan_reader import (
    LONG_HEADER,
    STANDARD_BOUNDS,
    WINDOW,
    BytesReader,
    ReadData,
    Reader,
    ScanBounds,
)
from fitslint.text import phrase, say, translate

_PACKED_SUFFIXES = (".gz", ".GZ", ".bz2", ".xz", ".zip", ".Z", ".zst", ".tar", ".tgz")
_UNPACKED = ("fits", "text")
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PIPES = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
_OPEN_ERRORS = {
    errno.ENOENT: phrase("there is no such file"),
    errno.EACCES: phrase("permission denied"),
    errno.EPERM: phrase("permission denied"),
    errno.ELOOP: phrase("the symbolic link leads in a circle"),
    errno.ENAMETOOLONG: phrase("the name is too long"),
    errno.ENXIO: phrase("this is a socket or a device, not a file"),
}
_SPECIAL_FILES: tuple[tuple[Callable[[int], bool], str, Status], ...] = (
    (stat.S_ISDIR, phrase("this is a folder, not a file"), "unreadable"),
    (stat.S_ISFIFO, phrase("this is a named pipe; pass its content on standard input"), "skipped"),
    (stat.S_ISSOCK, phrase("this is a socket, not a file"), "skipped"),
    (stat.S_ISBLK, phrase("this is a block device, not a file"), "skipped"),
    (stat.S_ISCHR, phrase("this is a character device, not a file"), "skipped"),
)

# How many bytes the last header took, and the structure whose data size was worked out last: they
# save a second read and a computation in runs of like files, and mean nothing.
_read_size = WINDOW
_last: tuple[Structure | None, int | None] = (None, 0)


def read_file(
    path: str, limits: ScanBounds = STANDARD_BOUNDS, read_data: ReadData | None = None
) -> FitsFile:
    """Read the structure of a file, and its data units by ``read_data`` where that is given.

    A sound file of one HDU costs one open, one seek, one read and one close, and nothing but its
    header is looked at.
    """
    try:
        fd = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise_foreign(error)
        return _report_unreadable(path, error)
    try:
        if read_data is not None:
            return _read_any(path, fd, limits, read_data)
        size = os.lseek(fd, 0, 2)
        data = os.pread(fd, _read_size, 0)
        found = read_sound_header(data, 0, 0, 1)
        if found is None and len(data) == _read_size < LONG_HEADER:
            found = read_sound_header(os.pread(fd, LONG_HEADER, 0), 0, 0, 1)
        if found is None or path.endswith(_PACKED_SUFFIXES):
            return _read_any(path, fd, limits)
        hdu = _build_first_hdu(*found)
        if _is_single_hdu(hdu, size):
            return FitsFile(path, "ok", "fits", size, [hdu], [], None, [])
        # A sound file of one HDU does without.
        from fitslint.syntax.scan import scan_rest
        from fitslint.syntax.scan_start import FITS_SUFFIXES, get_suffix

        if size <= hdu.data_offset and get_suffix(path) not in FITS_SUFFIXES:
            return _read_any(path, fd, limits)
        return scan_rest(FileReader(fd, size), FitsFile(path), hdu, limits)
    except OSError as error:
        raise_foreign(error)
        return _read_any(path, fd, limits, read_data)
    finally:
        os.close(fd)


def _build_first_hdu(header: Header, length: int) -> Hdu:
    global _read_size, _last  # noqa: PLW0603 -- see above
    _read_size = length
    last = _last
    if header.structure is not last[0]:
        last = _last = (header.structure, compute_data_size(header.structure))
    return Hdu(1, header, length, last[1])


def _is_single_hdu(hdu: Hdu, size: int) -> bool:
    """Whether a stream of ``size`` bytes is this HDU and no more."""
    need = hdu.data_bytes
    return need is not None and hdu.data_offset + need + -need % BLOCK_SIZE == size


def read_bytes(
    data: bytes, name: str = "<bytes>", limits: ScanBounds = STANDARD_BOUNDS,
    read_data: ReadData | None = None,
) -> FitsFile:  # fmt: skip
    """Read the structure of a file that is in memory."""
    return _read_reader(BytesReader(data), name, limits, read_data)


def read_stream(
    stream: BinaryIO, name: str = "<stream>", limits: ScanBounds = STANDARD_BOUNDS,
    read_data: ReadData | None = None,
) -> FitsFile:  # fmt: skip
    """Read the structure of what a binary file object gives from its present position on."""
    return _read_reader(StreamReader(stream), name, limits, read_data)


def _read_any(
    path: str, fd: int, limits: ScanBounds, read_data: ReadData | None = None
) -> FitsFile:
    """Read an open file that is not a sound FITS file of one HDU, whatever it is."""
    try:
        status = os.fstat(fd)
    except OSError as error:
        raise_foreign(error)
        return _report_unreadable(path, error)
    if stat.S_ISREG(status.st_mode):
        if not status.st_size and _has_bytes(fd):
            with os.fdopen(os.dup(fd), "rb", buffering=0) as stream:
                return read_stream(stream, path, limits, read_data)
        return _read_reader(FileReader(fd, status.st_size), path, limits, read_data)
    if stat.S_ISFIFO(status.st_mode) and path.startswith(_PIPES):
        os.set_blocking(fd, True)
        with os.fdopen(os.dup(fd), "rb", buffering=0) as stream:
            return read_stream(stream, path, limits, read_data)
    for is_kind, reason, answer in _SPECIAL_FILES:
        if is_kind(status.st_mode):
            return FitsFile(path, answer, reason=translate(reason))
    return FitsFile(path, "unreadable", reason=say("this is no file that can be read"))


def _has_bytes(fd: int) -> bool:
    """Whether a file that tells no size holds something, as those of /proc do."""
    try:
        os.lseek(fd, 0, 0)
        return bool(os.pread(fd, 1, 0))
    except OSError as error:
        raise_foreign(error)
        return False


def _read_reader(
    reader: Reader, path: str, limits: ScanBounds, read_data: ReadData | None = None
) -> FitsFile:
    """Read a stream, unpacking it when it is packed."""
    stream, container = decompress(reader, limits, is_watched=read_data is not None)
    return read_container(stream, path, container, limits, read_data, empty=reader.size == 0)


def decompress(
    reader: Reader, limits: ScanBounds, *, is_watched: bool = False
) -> tuple[Reader, Container]:
    """The uncompressed stream behind a reader, and what it was packed in.

    One ``is_watched`` may take as long as it likes: who reads its data sees whether they come in.
    """
    wrapper = find_wrapper(reader.read_at(0, MAGIC_MAX))
    if wrapper is None:
        return reader, "fits"
    from fitslint.source.packed_reader import PackedReader

    unpacked = PackedReader(reader, wrapper, limits)
    if is_watched:
        unpacked.deadline.extend(math.inf)
    return unpacked, wrapper.name


def read_container(
    reader: Reader, path: str, container: Container, limits: ScanBounds,
    read_data: ReadData | None = None, *, empty: bool = False,
) -> FitsFile:  # fmt: skip
    """Read the structure of an uncompressed stream; a suffix that promises otherwise is noted."""
    packed = container not in _UNPACKED
    is_plain = not (packed or path.endswith(_PACKED_SUFFIXES))
    if reader.size is not None and is_plain and read_data is None:
        found = read_sound_header(reader.read_at(0, _read_size), 0, 0, 1)
        if found is not None and _is_single_hdu(hdu := _build_first_hdu(*found), reader.size):
            return FitsFile(path, "ok", "fits", reader.size, [hdu], [], None, [])
    from fitslint.syntax.scan import scan_stream

    file = scan_stream(reader, path, limits, container, read_data)
    if not empty:
        _note_suffix(file, path, container)
    return file


def _note_suffix(file: FitsFile, path: str, container: Container) -> None:
    """Note a suffix that promises another wrapper, or none where there is one."""
    from fitslint.syntax.scan_start import FITS_SUFFIXES, get_suffix

    suffix = get_suffix(path, inner=False)
    promise = find_promise(suffix)
    packed = container not in _UNPACKED
    if promise.name != container if promise else packed and suffix in FITS_SUFFIXES:
        found = (
            container
            if packed
            else phrase("no {name} stream", name=promise.name)
            if promise
            else ""
        )
        params = {"found": found, "suffix": path[len(path) - len(suffix) :]}
        file.problems.insert(0, StructuralProblem("wrapper", byte=0, params=params))


def _report_unreadable(path: str, error: OSError | ValueError) -> FitsFile:
    return FitsFile(path, "unreadable", reason=explain_open_error(path, error))


def explain_open_error(path: str, error: OSError | ValueError) -> str:
    """Why a file cannot be opened, with the nearest name where there is none."""
    if not isinstance(error, OSError):
        return say("the name holds a zero byte")
    known = _OPEN_ERRORS.get(error.errno or 0) or error.strerror
    reason = translate(known or phrase("it cannot be opened"))
    if error.errno == errno.ENOENT:
        from fitslint.source.nearby import suggest_file

        reason += translate(suggest_file(path))
    return reason
