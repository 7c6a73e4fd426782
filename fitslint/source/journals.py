"""The undo journal that a repair keeps beside a file while it writes into it."""

# ruff: noqa: PTH114, PTH118, PTH119
# Names of any bytes; and every check asks whether a journal lies beside its file.

from __future__ import annotations

import os
import stat

from fitslint.source.foreign_errors import raise_foreign
from fitslint.text import say

_JOURNAL = "fitslint-journal"
_SHORT = 50
"""Characters of a name that are not too many bytes in any encoding."""
_LONGEST = 200
"""Bytes of a file name that leave room for what is put around it (names end at 255)."""


def resolve_link(path: str) -> str:
    """The path of the file that a symbolic link stands for."""
    return os.path.realpath(path, strict=True) if os.path.islink(path) else path


def name_journal(path: str) -> str:
    """Where the undo journal of a file is, when there is one."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{shorten_stem(name)}.{_JOURNAL}")


def find_journal(path: str) -> str | None:
    """The undo journal that a crash left beside a file, or None."""
    try:
        folder, slash, name = path.rpartition("/")
        if len(name) <= _SHORT:
            # Every check asks: no more than two questions to the system.
            journal = f"{folder}{slash}.{name}.{_JOURNAL}"
            if os.access(journal, os.F_OK):
                return journal
            if not stat.S_ISLNK(os.lstat(path).st_mode):
                return None
        journal = name_journal(resolve_link(path))
        return journal if os.path.lexists(journal) else None
    except (OSError, ValueError) as error:
        raise_foreign(error)
        return None


def describe_journal(path: str) -> str:
    """What a report says of a file beside which a journal lies."""
    return say(
        "a repair of it was cut short and left its journal; 'fitslint fix --recover' brings the "
        "old bytes of {name} back",
        name=os.path.basename(path),
    )


def shorten_stem(name: str) -> str:
    """A name that leaves room; a long one is cut and told apart by a digest."""
    raw = os.fsencode(name)
    if len(raw) <= _LONGEST:
        return name
    import hashlib

    mark = hashlib.blake2b(raw, digest_size=8).hexdigest()
    return f"{os.fsdecode(raw[:120])}~{mark}"
