"""Every call by which a repair touches the system: one object, so that tests can make each fail."""

# ruff: noqa: PTH103, PTH105, PTH108, PTH123, PTH208
# One method a call, on descriptors and on names of any bytes.

from __future__ import annotations

import errno
import os
import re
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Generic, TypeVar

T = TypeVar("T")

_BINARY = getattr(os, "O_BINARY", 0)
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
"""Flag of ``open``: a symbolic link is an error."""
NONBLOCK = getattr(os, "O_NONBLOCK", 0)
"""Flag of ``open``: a named pipe does not wait for its other end."""
_SYNCFS_TYPES = frozenset(("ext2", "ext3", "ext4", "xfs", "f2fs", "tmpfs"))
"""File systems whose ``syncfs`` brings bytes, sizes and names to the device, and says if it failed.
"""


def _make_lack_error(name: str) -> OSError:
    return OSError(errno.ENOSYS, f"this system has no {name}")


class System:
    """The operating system, one method a call.

    What the system lacks fails with ENOSYS, so there is one way to find out and to go on by other
    means.
    """

    chunk = 256 * 1024
    """Bytes that are read or written at once; memory for more is asked of the system each time."""
    extent = 256 * 1024 * 1024
    """Bytes that the kernel is asked to copy at once."""
    whole_up_to = 32 * 1024
    """Bytes up to which a new file is written, and read back, in one piece."""
    parallel_from = 32 * 1024 * 1024
    """Files from this size on are synced while they are compared."""
    closes_to_replace = sys.platform == "win32"
    """Whether an open file can be neither replaced nor renamed."""

    def open(self, path: str, flags: int, mode: int = 0o600) -> int:
        """Open a file; the descriptor is not inherited."""
        return os.open(path, flags | _BINARY, mode)

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        os.close(fd)

    def pread(self, fd: int, count: int, offset: int) -> bytes:
        """Up to ``count`` bytes from ``offset`` on."""
        if hasattr(os, "pread"):
            return os.pread(fd, count, offset)
        os.lseek(fd, offset, os.SEEK_SET)
        return os.read(fd, count)

    def write(self, fd: int, data: bytes | memoryview) -> int:
        """Write at the position of the descriptor; the number of bytes that were written."""
        return os.write(fd, data)

    def pwrite(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        """Write at ``offset``; the number of bytes that were written."""
        if hasattr(os, "pwrite"):
            return os.pwrite(fd, data, offset)
        os.lseek(fd, offset, os.SEEK_SET)
        return os.write(fd, data)

    def copy_file_range(self, source: int, target: int, count: int, start: int) -> int:
        """Copy inside the kernel, to the position of ``target``; the number of bytes copied."""
        if not hasattr(os, "copy_file_range"):
            raise _make_lack_error("copy_file_range")
        return os.copy_file_range(source, target, count, start)

    def fsync(self, fd: int) -> str:
        """Bring a file or folder to the device; the name of the means."""
        if sys.platform == "darwin":
            # There fsync leaves the bytes in the cache of the drive.
            import fcntl

            try:
                fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            except OSError:
                pass
            else:
                return "F_FULLFSYNC"
        os.fsync(fd)
        return "fsync"

    def syncfs(self, fd: int) -> str:
        """Bring all that a file system holds to its device; the name of the means.

        Only where that keeps the promise of an fsync of every file, failures included.
        """
        if not _has_safe_syncfs(os.fstat(fd).st_dev):
            raise _make_lack_error("syncfs to rely on")
        import ctypes

        call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if call is None:
            raise _make_lack_error("syncfs")
        if call(fd):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return "syncfs"

    def open_folder(self, path: str) -> int:
        """Open a folder so that it can be synced."""
        if sys.platform == "win32":
            raise _make_lack_error("fsync of a folder")
        return os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))

    def lock(self, fd: int, shared: bool) -> None:
        """Lock a file, without waiting."""
        if sys.platform == "win32":
            raise _make_lack_error("lock of a whole file")
        import fcntl

        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def replace(self, source: str, target: str) -> None:
        """Rename over whatever is there, in one step."""
        os.replace(source, target)

    def link(self, source: str, target: str) -> None:
        """Give a file a second name; an error when the name is taken."""
        os.link(source, target, follow_symlinks=False)

    def unlink(self, path: str) -> None:
        """Remove a name."""
        os.unlink(path)

    def make_folders(self, path: str) -> None:
        """Make a folder and those that lead to it."""
        os.makedirs(path, exist_ok=True)

    def fchmod(self, fd: int, mode: int) -> None:
        """Set the permission bits."""
        if not hasattr(os, "fchmod"):
            raise _make_lack_error("fchmod")
        os.fchmod(fd, mode)

    def fchown(self, fd: int, user: int, group: int) -> None:
        """Set owner and group; -1 leaves one as it is."""
        if not hasattr(os, "fchown"):
            raise _make_lack_error("fchown")
        os.fchown(fd, user, group)

    def utime(self, fd: int, path: str, accessed: int, modified: int) -> None:
        """Set both times, in nanoseconds."""
        os.utime(fd if os.utime in os.supports_fd else path, ns=(accessed, modified))

    def xattrs(self, fd: int) -> dict[str, bytes]:
        """The extended attributes of a file; access control lists are among them."""
        if sys.platform != "linux":
            raise _make_lack_error("extended attributes")
        return {name: os.getxattr(fd, name) for name in os.listxattr(fd)}

    def setxattr(self, fd: int, name: str, value: bytes) -> None:
        """Set an extended attribute."""
        if sys.platform != "linux":
            raise _make_lack_error("extended attributes")
        os.setxattr(fd, name, value)

    def fstat(self, fd: int) -> os.stat_result:
        """The state of an open file."""
        return os.fstat(fd)

    def lstat(self, path: str) -> os.stat_result:
        """The state of a name, a symbolic link as itself."""
        return os.lstat(path)

    def names(self, folder: str) -> list[str]:
        """The names in a folder."""
        return os.listdir(folder)


@cache
def _has_safe_syncfs(device: int) -> bool:
    """Whether ``syncfs`` of a device can be relied on.

    Linux tells of failed writes since 5.8. File systems on top of others, of the network or in user
    space may leave bytes elsewhere.
    """
    if sys.platform != "linux":
        return False
    release = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if release is None or (int(release[1]), int(release[2])) < (5, 8):
        return False
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as mounts:
            fields = [line.split() for line in mounts]
        return any(
            mount[2] == number and mount[mount.index("-") + 1] in _SYNCFS_TYPES for mount in fields
        )
    except (OSError, ValueError, IndexError):
        return False


SYSTEM = System()
"""The system as it is."""


class BackgroundCall(Generic[T]):
    """A call, made in a thread of its own or at once.

    Small files are not worth a thread, and in tests the order of calls is then always the same.
    """

    def __init__(self, call: Callable[[], T], threaded: bool) -> None:
        self._call = call
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run) if threaded else None
        if self._thread is None:
            self._run()
        else:
            self._thread.start()

    def _run(self) -> None:
        try:
            self._results.append(self._call())
        except BaseException as error:
            self._error = error

    def wait(self) -> None:
        """Wait until it is over."""
        if self._thread is not None:
            self._thread.join()

    def get_result(self) -> T:
        """Wait for it and give its result, or raise what it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._results[0]
