"""Failures of the system as sentences."""

from __future__ import annotations

import errno

from fitslint.repair.model import RepairError

AS_IT_WAS = "the file is as it was"
UNSUPPORTED = frozenset(
    (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.EXDEV, errno.EBADF)
)
"""What a system, or a file system, says that cannot do what it is asked."""

_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "the system does not permit it",
    errno.EROFS: "the file system is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the result is larger than the file system or a limit allows",
    errno.EIO: "the device failed (input/output error)",
    errno.ENOENT: "a file or folder has vanished",
    errno.ELOOP: "the symbolic link leads in a circle",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "this is a folder, not a file",
    errno.ENXIO: "this is a socket or a device, not a file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ETXTBSY: "the file is in use as a program",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ESTALE: "the file is gone from the file server",
    errno.EEXIST: "a file of that name exists already",
}


def describe_oserror(error: OSError) -> str:
    """What went wrong, in words."""
    return _REASONS.get(error.errno or 0) or (error.strerror or "the system refused").lower()


def make_refusal(why: str, path: str = "") -> RepairError:
    """A repair that is not begun, or was given up with nothing changed.

    ``path`` is what the sentence is about, where it is about a file.
    """
    return RepairError(f"{why}; {AS_IT_WAS}", path, subject=True)


def make_failure(error: OSError, step: str) -> RepairError:
    """A call of the system failed, and nothing has changed."""
    return make_refusal(f"{describe_oserror(error)} while {step}")
