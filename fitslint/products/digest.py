"""The SHA-256 of a file."""

from __future__ import annotations

import errno
import hashlib
import os
import stat


def compute_sha256(path: str | os.PathLike[str]) -> str:
    """The digest of a file in hexadecimal digits.

    Raises
    ------
    OSError
        when it cannot be read, or is no regular file: a pipe or device may have no end.
    ValueError
        when the path cannot be one.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 -- names of any bytes
        raise OSError(errno.EINVAL, "this is no regular file")
    with open(path, "rb") as file:  # noqa: PTH123 -- names of any bytes
        return hashlib.file_digest(file, "sha256").hexdigest()
