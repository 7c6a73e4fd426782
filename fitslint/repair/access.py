"""Who may read what a repair keeps beside a file: never more people than may read the file."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

_OTHERS = 0o077
"""Permission bits of everybody but the owner."""


def compute_permissions(status: os.stat_result, group: int) -> int:
    """The permission bits that a file of group number ``group`` may have, made from another file.

    The owner may read and write it. Members of another group than that of the file get what
    everybody gets.
    """
    others = status.st_mode & 0o007
    members = status.st_mode & 0o070 if status.st_gid == group else others << 3
    return 0o600 | (members | others) & 0o666


def restrict_permissions(fd: int, like: str | os.stat_result) -> None:
    """Take from an open file the permissions that the file ``like`` does not give.

    A file that has vanished asks for nothing.
    """
    with suppress(OSError):
        status = os.stat(like) if isinstance(like, str) else like  # noqa: PTH116
        own = os.fstat(fd)
        mode = stat.S_IMODE(own.st_mode)
        surplus = mode & _OTHERS & ~compute_permissions(status, own.st_gid)
        if surplus and stat.S_ISREG(own.st_mode) and hasattr(os, "fchmod"):
            os.fchmod(fd, mode & ~surplus)
