"""Globs of options, held against the path of a file or folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import translate
from functools import cached_property, lru_cache

from fitslint.model.late import compile_late

_WILDCARD = compile_late(r"[*?\[]")


class Glob:
    """A pattern with ``*``, ``?`` or ``[``; it is compiled when a path might match."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._end = re.split(r"[*?\[\]]", pattern)[-1]

    def match(self, path: str) -> bool:
        """Whether it is ``path`` or an end of it, whole names each."""
        return path.endswith(self._end) and self._compiled.match(path) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(f"(?s:.*/)?(?:{translate(self._pattern)})")


class Patterns:
    """Several globs, made ready once.

    A pattern is meant wherever the folder stands: ``old/*.fits`` holds for ``./old/a.fits`` and
    ``/data/old/a.fits``.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        plain = [_normalise(pattern) for pattern in patterns]
        self._names = frozenset(text for text in plain if not _WILDCARD.search(text))
        self._globs: tuple[Glob, ...] = tuple(
            Glob(fromkey) for fromkey in dict.fromkeys(plain) if _WILDCARD.search(fromkey)
        )

    def __bool__(self) -> bool:
        return bool(self._names or self._globs)

    def match(self, path: str) -> bool:
        """Whether one of them is ``path`` or an end of it, whole names each."""
        if self._names and any(end in self._names for end in _list_ends(path)):
            return True
        return any(glob.match(path) for glob in self._globs)

    def match_within(self, path: str) -> bool:
        """Whether one of them matches ``path`` or a folder that it is in.

        Folders above the current one do not count: what they are called is no concern of a
        configuration in it.
        """
        if not self:
            return False
        path = _make_relative(path)
        places = [at for at, char in enumerate(path) if char == "/" and at]
        return self.match(path) or any(self.match(path[:at]) for at in places)


def matches(path: str, pattern: str) -> bool:
    """Whether ``pattern`` is the path or an end of it, whole names each."""
    return _compile_pattern(pattern).match(path)


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str) -> Patterns:
    return Patterns((pattern,))


def _normalise(pattern: str) -> str:
    return pattern.removeprefix("./").rstrip("/")


def _list_ends(path: str) -> Iterable[str]:
    yield path
    at = path.find("/")
    while at >= 0:
        yield path[at + 1 :]
        at = path.find("/", at + 1)


def _make_relative(path: str) -> str:
    """``path`` from the current folder where it is in it, else as it is."""
    if not path.startswith("/"):
        return path
    try:
        here = os.getcwd().rstrip("/") + "/"  # noqa: PTH109 -- names of any bytes
    except OSError:  # the current folder was removed
        return path
    return path.removeprefix(here)
