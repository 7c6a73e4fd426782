"""What is named on the command line, as the files it stands for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase

STDIN = "-"
SUFFIXES = frozenset(
    (".fits", ".fit", ".fts", ".fz", ".evt", ".hdr", ".head", ".header", ".img", ".file")
)
"""Taken in folders, also with ``.gz`` behind; a file that is named is taken whatever its suffix."""
_GLOB = frozenset("*?[")
NO_SUFFIX = "(none)"


class Walk:
    """An iterator over the files that the arguments stand for, in a fixed order.

    Parameters
    ----------
    arguments : sequence of str
        files, folders, globs that no shell expanded, ``@list`` files with one argument a line (or
        separated by NUL), and ``-`` for standard input.
    exclude : sequence of str
        globs that a path or a name must not match; an excluded folder is not entered.

    Nothing is collected: memory does not grow with the number of files. What cannot be entered or
    found is given as it is named, so that reading it tells why.
    """

    def __init__(self, arguments: Sequence[str], *, exclude: Sequence[str] = ()) -> None:
        self.arguments = tuple(arguments)
        self.exclude = tuple(exclude)
        self.skipped: Counter[str] = Counter()
        """Files in folders that were not taken, by suffix in lower case."""

    def __iter__(self) -> Iterator[str]:
        for argument in self.arguments:
            yield from self._argument(argument)

    def _argument(self, argument: str, *, lists: bool = True) -> Iterator[str]:
        if argument == STDIN:
            yield STDIN
        elif lists and argument.startswith("@") and not os.path.lexists(argument):
            yield from self._list(argument[1:])
        elif os.path.isdir(argument):  # noqa: PTH112 -- names of any bytes, and quick
            yield from self._folder(argument)
        elif not _GLOB.isdisjoint(argument) and not os.path.lexists(argument):
            yield from self._glob(argument)
        elif not self._excluded(argument):
            yield argument

    def _list(self, path: str) -> Iterator[str]:
        try:
            stream = open(path, "rb")  # noqa: PTH123, SIM115 -- see Walk
        except (OSError, ValueError):
            yield path
            return
        with stream:
            for name in _names(stream.read(1 << 16), stream.read):
                yield from self._argument(os.fsdecode(name), lists=False)

    def _glob(self, pattern: str) -> Iterator[str]:
        from glob import iglob

        found = sorted(iglob(pattern, recursive=True))  # noqa: PTH207 -- names of any bytes
        if not found:
            yield pattern
        for path in found:
            yield from self._argument(path, lists=False)

    def _folder(self, top: str) -> Iterator[str]:
        # A folder is on the way down once only, so that links in a circle end.
        waiting: list[tuple[str, tuple[tuple[int, int], ...]]] = [(top, ())]
        while waiting:
            folder, above = waiting.pop()
            try:
                status = os.stat(folder)  # noqa: PTH116
                files, folders = self._entries(folder)
            except OSError:
                yield folder
                continue
            here = (status.st_dev, status.st_ino)
            if here in above:
                continue
            for name in files:
                path = os.path.join(folder, name)  # noqa: PTH118
                if not self._excluded(path):
                    yield path
            below = [os.path.join(folder, name) for name in folders]  # noqa: PTH118
            waiting += [(path, (*above, here)) for path in below if not self._excluded(path)]

    def _entries(self, folder: str) -> tuple[list[str], list[str]]:
        """Files to take and folders to enter, the folders in reverse order."""
        files, folders = [], []
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_folder(entry):
                    folders.append(entry.name)
                elif _taken(entry.name):
                    files.append(entry.name)
                elif not self._excluded(entry.path):
                    self.skipped[_suffix(entry.name) or NO_SUFFIX] += 1
        return sorted(files), sorted(folders, reverse=True)

    def _excluded(self, path: str) -> bool:
        name = path.rpartition(os.sep)[2]
        return any(
            fnmatchcase(path, pattern)
            or fnmatchcase(name, pattern)
            or fnmatchcase(path.removeprefix("./"), pattern)
            for pattern in self.exclude
        )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122


def _taken(name: str) -> bool:
    suffix = _suffix(name)
    if suffix == ".gz":
        suffix = _suffix(name[:-3])
    return suffix in SUFFIXES


def _names(first: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Names of a list: separated by NUL when one stands in its first piece, else by line."""
    separator = b"\x00" if b"\x00" in first else b"\n"
    rest = first
    while True:
        *names, rest = rest.split(separator)
        for name in names:
            if name.strip():
                yield name.rstrip(b"\r") if separator == b"\n" else name
        piece = read(1 << 16)
        if not piece:
            break
        rest += piece
    if rest.strip(b"\r\n"):
        yield rest.rstrip(b"\r\n")
