"""How the files that a writer leaves beside a file are named, and whether one is there."""

# ruff: noqa: PTH114, PTH118, PTH120, PTH119
# Names of any bytes; and `check` asks for every file whether a journal lies beside it.

from __future__ import annotations

import os
import re

_JOURNAL = "fitslint-journal"
_LONGEST = 200
"""Bytes of a file name that leave room for what is put around it (names end at 255)."""


def real_path(path: str) -> str:
    """The path of the file that a symbolic link stands for."""
    return os.path.realpath(path, strict=True) if os.path.islink(path) else path


def folder_of(path: str) -> str:
    """The folder of a file, ``.`` when none is named."""
    return os.path.dirname(path) or os.curdir


def name_of(path: str) -> str:
    """The name of a file in its folder."""
    return os.path.basename(path)


def inside(folder: str, name: str) -> str:
    """The path of a name in a folder."""
    return os.path.join(folder, name)


def journal_path(path: str) -> str:
    """Where the undo journal of a file is, when there is one."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{_stem(name)}.{_JOURNAL}")


def temporary_name(name: str, token: str) -> str:
    """The name of a temporary file that stands in for ``name``."""
    return f".{_stem(name)}.fitslint-{token}.tmp"


def is_temporary(name: str, of: str) -> bool:
    """Whether ``name`` is a temporary file that stood in for ``of``."""
    pattern = re.escape(f".{_stem(of)}.fitslint-") + r"[0-9a-f]{8}\.tmp"
    return re.fullmatch(pattern, name) is not None


def find_journal(path: str) -> str | None:
    """The undo journal that a crash left beside a file, or None."""
    try:
        journal = journal_path(real_path(path))
        return journal if os.path.lexists(journal) else None
    except (OSError, ValueError):
        return None


def _stem(name: str) -> str:
    """A name that leaves room; a long one is cut and told apart by a digest."""
    raw = os.fsencode(name)
    if len(raw) <= _LONGEST:
        return name
    import hashlib

    mark = hashlib.blake2b(raw, digest_size=8).hexdigest()
    return f"{os.fsdecode(raw[:120])}~{mark}"
