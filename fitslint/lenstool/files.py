"""Files beside a parameter file: their names and, within a limit, their bytes."""

from __future__ import annotations

import stat
from pathlib import Path

from fitslint.lenstool.errors import LenstoolError


def decode_file_name(text: str) -> str:
    """A file name from a word that was read as Latin-1: most systems write UTF-8."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def read_small_file(path: str | Path, limit: int) -> bytes:
    """The content of a file of at most ``limit`` bytes.

    Raises
    ------
    LenstoolError
        when there is no such file, it cannot be read, or it is larger.
    """
    place = Path(path)
    try:
        # Opening a named pipe would wait for its other end for ever.
        if not stat.S_ISREG(place.stat().st_mode):
            raise LenstoolError("cannot be read: it is no regular file", path=str(path))
        with place.open("rb") as file:
            raw = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "this is no path"
        raise LenstoolError(f"cannot be read: {reason}", path=str(path)) from error
    if len(raw) > limit:
        size = f"{limit / 2**20:.0f} MiB"
        raise LenstoolError(f"is larger than {size}, too large for its kind", path=str(path))
    return raw
