"""The files of a tarball from a stranger: within a folder, within bounds, no half ones."""

from __future__ import annotations

import gzip
import os
import shutil
import tarfile
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.partial_file import build_disk_error, lock_file
from fitslint.products.digest import compute_sha256
from fitslint.products.output_file import sync_output_folder

_GZIP_MAGIC = b"\x1f\x8b"
_HEADER_ALLOWANCE = 1 << 20
"""Bytes that the headers of one member may take: those of a long name, and tar's own blocks."""
_CHUNK_SIZE = 1 << 18
_MAX_DEPTH = 32
_CONTROL_CATEGORIES = frozenset(("Cc", "Cf", "Zl", "Zp"))
"""Kinds of characters that steer a terminal, or the order in which it shows a name."""


@dataclass(frozen=True, slots=True)
class TarballBounds:
    """How much a tarball may hold: members, and bytes of all of them."""

    members: int = 20_000
    size: int = 8 * 1024**3


@dataclass(frozen=True, slots=True)
class UnpackedTarball:
    """What came out of a tarball.

    Attributes
    ----------
    files : tuple of Path
        in the order of their names.
    notes : tuple of str
        what was left out, or was there with other content.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()


class _BoundedStream:
    """A stream of which no more is read than is allowed at a time: headers may be bombs too."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._allowed = 0

    def allow(self, count: int) -> None:
        """Let ``count`` more bytes, and those of headers, be read."""
        self._allowed = count + _HEADER_ALLOWANCE

    def read(self, count: int) -> bytes:
        data = self._stream.read(count)
        self._allowed -= len(data)
        if self._allowed < 0:
            raise tarfile.ReadError("it goes on without end")
        return data


def inspect_tarball_head(head: bytes) -> str | None:
    """Why the first bytes are those of no tarball; None when they may be."""
    if head[:2] == _GZIP_MAGIC or head[257:262] == b"ustar":
        return None
    if head.lstrip()[:1] == b"<":
        return "this is a web page, not a tarball"
    return "this is no tarball (.tar.gz)" if head else "the file is empty"


def unpack_tarball(
    archive: Path, folder: Path, bounds: TarballBounds | None = None
) -> UnpackedTarball:
    """Unpack a tarball (gzip or plain) into a folder.

    Regular files and folders come out. Links, and the attributes that macOS stores as ``._NAME``,
    are left out and told. Everything is unpacked before the first file gets its place; a file that
    is there already stays as it is, for models are edited; it is told when it is another one.

    Raises
    ------
    FetchError
        when it is no tarball or damaged, a member has a place outside of ``folder`` or is a device,
        a name has control characters, there is too much of it, or a link is in the way; nothing is
        changed then.
    """
    try:
        with _open_scratch_folder(archive, folder) as made:
            with _translate_tar_errors(archive):
                notes = list(_extract_members(archive, made, bounds or TarballBounds()))
            files = _list_files(made)
            notes += _move_into_place(made, folder, files)
            return UnpackedTarball(tuple(folder / name for name in files), tuple(notes))
    except BlockingIOError:
        raise FetchError(
            "in-use", "another process is unpacking this tarball; wait until it is over",
            str(archive),
        ) from None  # fmt: skip
    except OSError as error:
        raise build_disk_error(error, folder) from None


@contextmanager
def _open_scratch_folder(archive: Path, folder: Path) -> Iterator[Path]:
    """An empty folder for one process at a time; what a killed one left there goes."""
    made = folder / f".{archive.name[:100]}.unpacking"
    with archive.open("rb") as held:
        lock_file(held.fileno())
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def verify_tarball(archive: Path, bounds: TarballBounds | None = None) -> None:
    """Read a tarball to its end and write nothing.

    Raises
    ------
    FetchError
        when :func:`unpack` would not take it.
    OSError
        when the file cannot be read.
    """
    with _translate_tar_errors(archive):
        for _ in _check_members(archive, bounds or TarballBounds()):
            pass


@contextmanager
def _translate_tar_errors(archive: Path) -> Iterator[None]:
    """Turn what damaged tarballs raise into :class:`FetchError`."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        said = " ".join(str(error).split())[:120] or type(error).__name__
        raise FetchError(
            "archive", f"the tarball is damaged or is none ({said})", str(archive)
        ) from None


def _extract_members(archive: Path, folder: Path, bounds: TarballBounds) -> Iterator[str]:
    """Unpack into an empty folder; yields what is left out."""
    for tar, member, name in _check_members(archive, bounds):
        place = folder.joinpath(*name.parts)
        if member.isdir():
            place.mkdir(parents=True, exist_ok=True)
        elif member.issym() or member.islnk():
            yield f"{name} is a link and is left out"
        elif not name.name.startswith("._"):
            _write_member(tar, member, place)


_CheckedMember = tuple[tarfile.TarFile, tarfile.TarInfo, PurePosixPath]


def _check_members(archive: Path, bounds: TarballBounds) -> Iterator[_CheckedMember]:
    """The members by their names, each held against the bounds before it is read."""
    total = 0
    with _open_tarball(archive, bounds) as (tar, stream):
        for count, member in enumerate(_read_members(tar, stream), 1):
            total += max(member.size, 0)
            if count > bounds.members or total > bounds.size:
                raise FetchError(
                    "archive", f"the tarball holds more than {bounds.members} members or "
                    f"{bounds.size} bytes; it is not unpacked", str(archive),
                )  # fmt: skip
            name = _check_name(member, archive)
            if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
                raise FetchError(
                    "archive", f"{str(name)[:120]!r} is a device or a pipe", str(archive)
                )
            yield tar, member, name


@contextmanager
def _open_tarball(
    archive: Path, bounds: TarballBounds
) -> Iterator[tuple[tarfile.TarFile, _BoundedStream]]:
    with archive.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        if not packed:
            _require_end(file)
        inner = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
        stream = _BoundedStream(inner)
        stream.allow(0)
        with tarfile.open(fileobj=cast(BinaryIO, stream), mode="r|") as tar:
            yield tar, stream
        stream.allow(bounds.size)
        while stream.read(_CHUNK_SIZE):  # to the checksum at the end of a gzip stream
            pass


def _require_end(file: BinaryIO) -> None:
    """See that a plain tarball ends with a block of zeros: it has no checksum that shows a cut."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - tarfile.BLOCKSIZE, 0))
    if any(file.read(tarfile.BLOCKSIZE)) or size % tarfile.BLOCKSIZE:
        raise tarfile.ReadError("its end is missing")
    file.seek(0)


def _read_members(tar: tarfile.TarFile, stream: _BoundedStream) -> Iterator[tarfile.TarInfo]:
    while True:
        try:
            member = tar.next()
        except (ValueError, OverflowError, RecursionError, IndexError, KeyError) as error:
            raise tarfile.ReadError(str(error)) from None
        if member is None:
            return
        cast(Any, tar).members.clear()  # of a stream none is needed again
        stream.allow(max(member.size, 0))
        yield member
        stream.allow(max(member.size, 0))


def _check_name(member: tarfile.TarInfo, archive: Path) -> PurePosixPath:
    """A name within the folder.

    Raises
    ------
    FetchError
        when it is absolute, climbs, is none, or has characters that steer a terminal.
    """
    name = PurePosixPath(member.name)
    if any(
        unicodedata.category(letter) in _CONTROL_CATEGORIES
        for letter in member.name.replace("\0", "")
    ):
        raise FetchError(
            "archive", f"the tarball holds a file called {member.name[:120]!a}, a name with "
            "control characters; it is not unpacked", str(archive),
        )  # fmt: skip
    strange = "\0" in member.name or "\\" in member.name or len(name.parts) > _MAX_DEPTH
    if name.is_absolute() or ".." in name.parts or strange:
        raise FetchError(
            "archive", f"the tarball wants to write to {member.name[:120]!r}, outside of the "
            "folder; it is not unpacked", str(archive),
        )  # fmt: skip
    return name


def _write_member(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    source = tar.extractfile(member)
    if source is None:
        raise tarfile.ReadError(f"{member.name[:80]!r} has no content")
    place.parent.mkdir(parents=True, exist_ok=True)
    left = member.size
    # A name that comes twice: the last one holds, as with tar.
    with place.open("wb") as file:
        while left > 0 and (piece := source.read(min(_CHUNK_SIZE, left))):
            file.write(piece)
            left -= len(piece)
        file.flush()
        os.fsync(file.fileno())
    if left:
        raise tarfile.ReadError(f"{member.name[:80]!r} is cut short")


def _list_files(made: Path) -> list[Path]:
    """The files that came out, in order."""
    return [path.relative_to(made) for path in sorted(made.rglob("*")) if path.is_file()]


def _move_into_place(made: Path, folder: Path, files: list[Path]) -> list[str]:
    """Give the files their places, after a look that none is in the way; what stays is told."""
    free = {name for name in files if _is_free(folder, name)}
    notes = [
        f"{name} is there with other content and stays as it is"
        for name in files
        if name not in free and compute_sha256(folder / name) != compute_sha256(made / name)
    ]
    for name in sorted(free):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(target)
    for parent in {(folder / name).parent for name in free}:
        sync_output_folder(parent)
    return notes


def _is_free(folder: Path, name: Path) -> bool:
    """Whether a place is free; a link or a folder in the way ends it all."""
    target = folder / name
    for depth in range(1, len(name.parts) + 1):
        step = folder.joinpath(*name.parts[:depth])
        if step.is_symlink():
            raise FetchError("archive", "a link is in the way of the tarball", str(step))
        if os.path.lexists(step) and (step.is_dir() == (step == target)):
            raise FetchError("archive", "something else is in the way of the tarball", str(step))
    return not os.path.lexists(target)
