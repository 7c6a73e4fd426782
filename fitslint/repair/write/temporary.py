"""A temporary file beside the place where it will stand, and how it comes to stand there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from fitslint.repair.write.errors import UNSUPPORTED, describe_oserror, make_refusal
from fitslint.repair.write.names import get_folder, join_path, make_temporary_name
from fitslint.repair.write.system import NOFOLLOW, System
from fitslint.repair.write.target import Target

_NO_LINKS = UNSUPPORTED | {errno.EPERM, errno.EACCES, errno.EMLINK}


@dataclass(slots=True)
class TemporaryFile:
    """An open temporary file; it is gone when the work ends without placing it."""

    path: str
    fd: int
    placed: bool = False


@contextmanager
def open_temporary(target: Target, folder: str, name: str) -> Iterator[TemporaryFile]:
    """Make a temporary file that only its owner can read, and remove it if it is not placed.

    Its name tells that it stands in for ``name``, so that a recovery can find it.
    """
    system = target.system
    path = join_path(folder, make_temporary_name(name, os.urandom(4).hex()))
    target.current_step = f"making the temporary file {path}"
    fd = system.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | NOFOLLOW, 0o600)
    temporary = TemporaryFile(path, fd)
    try:
        # A recovery leaves alone what is locked.
        with suppress(OSError):
            system.lock(fd, False)
        yield temporary
    finally:
        with suppress(OSError):
            system.close(temporary.fd)
        if not temporary.placed:
            with suppress(OSError):
                system.unlink(path)


def write_all(system: System, fd: int, data: bytes) -> None:
    """Write every byte at the position of a file."""
    left = memoryview(data)
    while left:
        left = left[system.write(fd, left) :]


def copy_metadata(target: Target, fd: int) -> None:
    """Give a new file the owner, the permissions and the extended attributes of the old one."""
    system, status = target.system, target.status
    target.current_step = "keeping its owner, permissions and attributes"
    mode = stat.S_IMODE(status.st_mode)
    try:
        if (now := system.fstat(fd)).st_uid != status.st_uid or now.st_gid != status.st_gid:
            system.fchown(fd, status.st_uid, status.st_gid)
    except OSError as error:
        target.record_method(f"owner not kept ({describe_oserror(error)})")
        mode &= 0o777
        with suppress(OSError):
            system.fchown(fd, -1, status.st_gid)
        if system.fstat(fd).st_gid != status.st_gid:
            # Members of another group get what everybody gets.
            mode = mode & 0o707 | (mode & 0o007) << 3 & mode
    try:
        system.fchmod(fd, mode)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        target.record_method("permissions not kept (this system has no fchmod)")
    _copy_attributes(target, fd)


def _copy_attributes(target: Target, fd: int) -> None:
    system = target.system
    try:
        old, new = system.xattrs(target.fd), system.xattrs(fd)
    except OSError as error:
        target.record_method(f"no extended attributes ({describe_oserror(error)})")
        return
    for name, value in old.items():
        if new.get(name) != value:
            try:
                system.setxattr(fd, name, value)
            except OSError as error:
                # The disk is full: better no repair than one that drops what somebody stored.
                if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
                    raise
                target.record_method(
                    f"extended attribute {name} not kept ({describe_oserror(error)})"
                )


def copy_times(target: Target, temporary: TemporaryFile) -> None:
    """Give a new file the times of the old one."""
    status = target.status
    target.current_step = "keeping its times"
    target.system.utime(temporary.fd, temporary.path, status.st_atime_ns, status.st_mtime_ns)


def replace_target(target: Target, temporary: TemporaryFile, path: str) -> None:
    """Let the temporary file take the place of ``path`` in one step."""
    system = target.system
    target.current_step = f"renaming {temporary.path}"
    status = system.fstat(temporary.fd)
    if system.closes_to_replace:
        system.close(temporary.fd)
        temporary.fd = -1
        if path == target.path:
            system.close(target.fd)
            target.fd = -1
    try:
        system.replace(temporary.path, path)
    except OSError:
        # A file server may answer with an error after it has done what it was asked.
        if not os.path.lexists(path) or not os.path.samestat(system.lstat(path), status):
            raise
    temporary.placed = True
    target.replaced = path == target.path
    target.record_method("rename")


def link_new(target: Target, temporary: TemporaryFile, path: str) -> None:
    """Let the temporary file take a name that nobody has."""
    system = target.system
    target.current_step = f"naming {path}"
    try:
        system.link(temporary.path, path)
    except FileExistsError:
        raise make_refusal("exists already", path) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise make_refusal("exists already", path) from None
        target.record_method("rename after a look (no hard links)")
        replace_target(target, temporary, path)
    else:
        target.record_method("hard link")


def sync_folder(target: Target, path: str) -> None:
    """Bring the names in the folder of ``path`` to the device.

    Where that fails the names are right all the same, and a crash leaves the old or the new ones.
    """
    system = target.system
    try:
        fd = system.open_folder(get_folder(path))
    except OSError as error:
        target.record_method(f"no fsync of the folder ({describe_oserror(error)})")
        return
    try:
        target.record_method(f"{system.fsync(fd)} of the folder")
    except OSError as error:
        target.record_method(f"no fsync of the folder ({describe_oserror(error)})")
    finally:
        with suppress(OSError):
            system.close(fd)
