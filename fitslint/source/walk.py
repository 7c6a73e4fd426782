"""What is named on the command line, as the files it stands for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from fitslint.source.patterns import matches

STDIN = "-"
SUFFIXES = frozenset(
    (".fits", ".fit", ".fts", ".fz", ".evt", ".hdr", ".head", ".header", ".img", ".file")
)
"""Taken in folders, also with ``.gz`` behind; a file that is named is taken whatever its suffix."""
_GLOB = frozenset("*?[")
_Identity = tuple[int, int]
"""Device and number of a folder."""
NO_SUFFIX = "(none)"


class Walk:
    """An iterator over the files that the arguments stand for, in a fixed order.

    Parameters
    ----------
    arguments : sequence of str
        files, folders, globs that no shell expanded, ``@list`` files with one argument a line (or
        separated by NUL), and ``-`` for standard input.
    exclude : sequence of str
        globs that no end of a path may match (`matches`); an excluded folder is not entered.

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
        found = False
        for path in self._matches(pattern):
            found = True
            yield from self._argument(path, lists=False)
        if not found:
            yield pattern

    def _matches(self, pattern: str) -> Iterator[str]:
        """What a glob stands for; ``**`` is any number of folders, but no links and hidden ones."""
        from glob import escape, iglob

        head, anywhere, tail = _split(pattern)
        if not anywhere:
            yield from sorted(iglob(pattern))  # noqa: PTH207 -- names of any bytes
            return
        for top in sorted(iglob(head)) if head else [os.curdir]:  # noqa: PTH207
            if not tail:
                yield top
                continue
            for folder, _ in self._tree(top, plain=True):
                within = escape(folder if head else folder[2:])
                yield from self._matches(os.path.join(within, tail))  # noqa: PTH118

    def _folder(self, top: str) -> Iterator[str]:
        for folder, names in self._tree(top):
            if names is None:
                yield folder.removeprefix("./")
                continue
            within = folder.removeprefix("./") if folder != os.curdir else ""
            for name in names:
                path = os.path.join(within, name)  # noqa: PTH118
                if self._excluded(path):
                    continue
                if _taken(name):
                    yield path
                else:
                    self.skipped[_suffix(name) or NO_SUFFIX] += 1

    def _tree(self, top: str, *, plain: bool = False) -> Iterator[tuple[str, list[str] | None]]:
        """The folders from ``top`` down with the names of their files, None where these are secret.

        A link to a folder above is not followed, and all links to one folder only once; with
        ``plain`` no links and no hidden folders at all.
        """
        waiting: list[tuple[str, bool, tuple[_Identity, ...]]] = [(top, False, ())]
        followed: set[_Identity] = set()
        while waiting:
            folder, linked, above = waiting.pop()
            try:
                status = os.stat(folder)  # noqa: PTH116
                here = (status.st_dev, status.st_ino)
                if linked and (here in above or here in followed):
                    continue
                files, folders = _entries(folder)
            except OSError:
                yield folder, None
                continue
            if linked:
                followed.add(here)
            yield folder, sorted(files)
            below = (*above, here)
            for name, is_link in sorted(folders, reverse=True):
                path = os.path.join(folder, name)  # noqa: PTH118
                passed = plain and (is_link or name.startswith("."))
                if not passed and not self._excluded(path):
                    waiting.append((path, is_link, below))

    def _excluded(self, path: str) -> bool:
        return any(matches(path, pattern) for pattern in self.exclude)


def _split(pattern: str) -> tuple[str, bool, str]:
    """What stands before and behind the first ``**`` of a pattern, and whether there is one."""
    parts = pattern.split("/")
    if "**" not in parts:
        return pattern, False, ""
    at = parts.index("**")
    rest = at
    while rest < len(parts) and parts[rest] in ("**", ""):  # several in a row are one
        rest += 1
    head = "/".join(parts[:at])
    return head or ("/" if at else ""), True, "/".join(parts[rest:])


def _entries(folder: str) -> tuple[list[str], list[tuple[str, bool]]]:
    """Files, and folders with whether they are links."""
    files: list[str] = []
    folders: list[tuple[str, bool]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _is_folder(entry):
                folders.append((entry.name, entry.is_symlink()))
            else:
                files.append(entry.name)
    return files, folders


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
