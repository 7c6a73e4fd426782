"""Temporary files of repairs: of one that goes on, or left by one that was ended."""

# ruff: noqa: PTH118
# Names of any bytes.

from __future__ import annotations

import os
import re
from itertools import islice

from fitslint.model.late import compile_late

_NAME = compile_late(r"\..+\.fitslint-[0-9a-f]{8}\.tmp", re.DOTALL)
_NAMES_MAX = 20_000
"""Names of a folder that are looked at for the sake of a file that was named."""


def is_temporary_name(name: str) -> bool:
    """Whether this is how a repair names what will stand in the place of a file."""
    return name.endswith(".tmp") and _NAME.fullmatch(name) is not None


def list_temporaries(folder: str) -> list[str]:
    """The temporary files of repairs in a folder; of a very large one, among its first names."""
    try:
        with os.scandir(folder or os.curdir) as entries:
            names = [entry.name for entry in islice(entries, _NAMES_MAX)]
    except (OSError, ValueError):
        return []
    return [os.path.join(folder, name) for name in sorted(names) if is_temporary_name(name)]


def is_orphan(path: str) -> bool:
    """Whether nobody is at work on a temporary file: who is holds a lock on it."""
    try:
        import fcntl

        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (ImportError, OSError):
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(fd)
    return True
