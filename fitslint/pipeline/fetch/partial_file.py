"""What is there of a file that is not all there, and what tells whether it may be continued."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from fitslint.pipeline.fetch.errors import FetchError
from fitslint.products.output_file import sync_output_folder

_LOCK_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class FileVersion:
    """Which version of a file the bytes are of."""

    url: str
    etag: str | None = None
    modified: str | None = None
    encoding: str | None = None
    """Content-Encoding of the bytes."""

    @property
    def validator(self) -> str | None:
        """What ``If-Range`` takes: a strong ETag, else the date (RFC 9110, section 13.1.5)."""
        strong = self.etag if self.etag and not self.etag.startswith("W/") else self.modified
        return strong if strong and strong.isascii() and strong.isprintable() else None


class PartialFile:
    """The file ``NAME.part``, held by one process, and ``NAME.part.json`` beside it."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd
        self._version_path = path.with_name(f"{path.name}.json")

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return os.fstat(self.fd).st_size

    def read_version(self, url: str) -> FileVersion | None:
        """What the bytes are of; None where that is not known, or they are of another address."""
        try:
            if self._version_path.stat().st_size > 1 << 16:
                return None
            told = json.loads(self._version_path.read_text("utf-8"))
            fields = [told.get(name) for name in ("url", "etag", "modified", "encoding")]
        except (OSError, ValueError, AttributeError, RecursionError):
            return None
        if fields[0] != url or not all(field is None or isinstance(field, str) for field in fields):
            return None
        return FileVersion(*fields)

    def restart(self, origin: FileVersion) -> None:
        """Throw away what is there; what comes is of ``origin``."""
        os.ftruncate(self.fd, 0)
        fresh = self._version_path.with_name(f"{self._version_path.name}.new")
        fresh.touch(0o600)  # an address may hold a key
        fresh.write_text(json.dumps(asdict(origin)) + "\n", "utf-8")
        fresh.replace(self._version_path)

    def add(self, piece: bytes, at: int) -> None:
        """Write a piece at its place."""
        left = memoryview(piece)
        while left:
            done = os.pwrite(self.fd, left, at)
            left, at = left[done:], at + done

    def discard_bytes(self) -> None:
        """Throw away what is there; the part stays held."""
        os.ftruncate(self.fd, 0)
        self._version_path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Take both files away."""
        for path in (self.path, self._version_path):
            path.unlink(missing_ok=True)

    def rename_to(self, target: Path) -> None:
        """Bring the bytes to the device and give them their name."""
        os.fsync(self.fd)
        self.path.replace(target)
        self._version_path.unlink(missing_ok=True)
        sync_output_folder(target.parent)


@contextmanager
def lock_partial(target: Path) -> Iterator[PartialFile]:
    """The part of ``target``, held until the end; the lock goes with the process.

    Raises
    ------
    FetchError
        when another process holds it, or it cannot be written.
    """
    path = target.with_name(f"{target.name}.part")
    try:
        fd = _open_with_lock(path)
    except BlockingIOError:
        raise FetchError(
            "in-use", "another process is fetching this file; wait until it is over", str(target)
        ) from None
    except OSError as error:
        raise build_disk_error(error, target) from None
    try:
        yield PartialFile(path, fd)
    finally:
        with suppress(OSError):
            if not os.fstat(fd).st_size and path.exists():
                PartialFile(path, fd).discard()
        os.close(fd)


def _open_with_lock(path: Path) -> int:
    """A locked file that still has its name: the holder before may have renamed or removed it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    for _ in range(_LOCK_ATTEMPTS):
        fd = os.open(path, flags, 0o644)
        try:
            lock_file(fd)
            if path.exists() and os.path.samestat(os.fstat(fd), path.stat()):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
    raise BlockingIOError


def lock_file(fd: int) -> None:
    """Lock an open file until it is closed.

    Raises
    ------
    BlockingIOError
        when another process has it.
    """
    try:
        import fcntl
    except ImportError:  # a system without locks of whole files: processes are not kept apart
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks
        return


def build_disk_error(error: OSError, target: Path) -> FetchError:
    """The failure of a disk."""
    said = error.strerror or type(error).__name__
    return FetchError("disk", f"cannot be written: {said}", str(target))
