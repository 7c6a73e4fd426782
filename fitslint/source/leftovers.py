"""What repairs have beside the files: temporary files, and what is kept to take repairs back."""

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
LOG_SCHEMA = "urn:fitslint:repair-log:1.0.0"
LOG_HEAD = b'{"schema": "' + LOG_SCHEMA.encode()
"""First bytes of a repair log."""
COPIES_SUFFIX = ".files"
"""What is put behind the name of a log to name the folder of its copies."""


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


def is_folder_of_copies(path: str) -> bool:
    """Whether a folder holds the old packed files that a repair log beside it needs for --undo."""
    log = path.removesuffix(COPIES_SUFFIX)
    if log == path or not os.path.isfile(log):  # noqa: PTH113
        return False
    try:
        with open(log, "rb") as stream:  # noqa: PTH123
            return stream.read(len(LOG_HEAD)) == LOG_HEAD
    except OSError:
        return False


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
