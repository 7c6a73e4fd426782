"""Globs of options, held against the path of a file or folder."""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(path: str, pattern: str) -> bool:
    """Whether ``pattern`` is the path or an end of it, whole names each.

    ``old/*.fits`` is meant wherever the folder stands: ``./old/a.fits``, ``/data/old/a.fits``.
    """
    pattern = pattern.removeprefix("./").rstrip("/")
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"*/{pattern}")
