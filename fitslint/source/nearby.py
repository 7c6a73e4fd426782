"""The file that was meant when one is not there."""

from __future__ import annotations

import errno
import os
from itertools import islice

from fitslint.source.foreign_errors import raise_foreign
from fitslint.text import find_similar, say, suggest_word

_NAMES_MAX = 1000
"""Names of a folder that are looked at."""
_LOOKS_LEFT = iter(range(20))
"""How often a process looks: a list of a million files that are gone is not worth it."""


def suggest_file(path: str) -> str:
    """Words that point to the file beside ``path`` with the name most like it, or nothing."""
    if next(_LOOKS_LEFT, None) is None:
        return ""
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or os.curdir) as entries:
            names = [entry.name for entry in islice(entries, _NAMES_MAX)]
    except (OSError, ValueError):
        return ""
    near = find_similar(name, names, 0.7)
    return suggest_word(near and os.path.join(folder, near))  # noqa: PTH118


def require_file(path: str) -> None:
    """Raise where there is nothing to check, with the nearest name.

    Raises
    ------
    FileNotFoundError
    """
    try:
        os.stat(path)  # noqa: PTH116 -- names of any bytes
    except FileNotFoundError:
        said = say("there is no such file{hint}", hint=suggest_file(path))
        raise FileNotFoundError(errno.ENOENT, said, path) from None
    except (OSError, ValueError) as error:
        raise_foreign(error)  # reading it tells what is wrong
