"""The SHA-256 of a file."""

from __future__ import annotations

import hashlib
import os


def sha256(path: str | os.PathLike[str]) -> str:
    """The digest of a file in hexadecimal digits.

    Raises
    ------
    OSError
        when it cannot be read.
    ValueError
        when the path cannot be one.
    """
    with open(path, "rb") as file:  # noqa: PTH123 -- names of any bytes
        return hashlib.file_digest(file, "sha256").hexdigest()
