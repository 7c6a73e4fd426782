"""What is named on the command line, as the files it stands for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from fitslint.model.records import NamedTuple
from fitslint.source.leftovers import (
    is_folder_of_copies,
    is_temporary_name,
    list_temporaries,
)
from fitslint.source.patterns import Patterns
from fitslint.source.sniff import is_fits
from fitslint.source.wrappers import WRAPPER_SUFFIXES

STDIN = "-"
WALK_SUFFIXES = frozenset(
    (".fits", ".fit", ".fts", ".fz", ".evt", ".hdr", ".head", ".header", ".img", ".file")
)
"""Taken in folders as they are, also packed (``.gz``); others if they begin like FITS."""
_GLOB = frozenset("*?[")
_FolderId = tuple[int, int]
"""Device and number of a folder."""
NO_SUFFIX = "(none)"
LINK = "(link)"
_FOLDERS_MAX, _TEMPORARIES_MAX = 10_000, 100
"""Folders that are remembered, and temporary files that are noted."""


class FileWalk:
    """An iterator over the files that the arguments stand for, in a fixed order.

    Nothing is collected: memory does not grow with the number of files. What cannot be entered or
    found is given as it is named, so that reading it tells why.

    Parameters
    ----------
    arguments : sequence of str
        files, folders, globs that no shell expanded, ``@list`` files with one argument a line (or
        separated by NUL), and ``-`` for standard input.
    exclude : sequence of str
        globs that no end of a path, nor of a folder in it, may match (`Patterns`); they hold for
        what is named, too.
    follow_links : bool
        enter folders and take files through symbolic links that lead out of a named folder.
        A folder, file or link that is named is taken in any case.
    only_fits : bool
        files that are named are taken like those in folders: by their suffix or first bytes.
    pass_over_backups : bool
        leave out of folders what is named like a FITS file beside it with more behind, as
        ``a.fits.bak`` beside ``a.fits``.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        exclude: Sequence[str] | Patterns = (),
        follow_links: bool = False,
        only_fits: bool = False,
        pass_over_backups: bool = False,
    ) -> None:
        self.arguments = tuple(arguments)
        self.exclude = exclude if isinstance(exclude, Patterns) else Patterns(exclude)
        self.follow_links = follow_links
        self.only_fits = only_fits
        self.pass_over_backups = pass_over_backups
        self.skipped: Counter[str] = Counter()
        """Files that were not taken, by suffix in lower case, and links (``(link)``)."""
        self.temporaries: list[str] = []
        """Temporary files of repairs, which are never taken; a bounded list."""
        self._folders_seen: set[str] = set()

    def restart(self) -> FileWalk | None:
        """The same walk from its beginning; None where what it reads can be read only once."""
        if any(argument == STDIN or argument.startswith("@") for argument in self.arguments):
            return None
        return FileWalk(
            self.arguments,
            exclude=self.exclude,
            follow_links=self.follow_links,
            only_fits=self.only_fits,
            pass_over_backups=self.pass_over_backups,
        )

    def __iter__(self) -> Iterator[str]:
        for argument in self.arguments:
            yield from self._expand_argument(argument)

    def _expand_argument(self, argument: str, *, lists: bool = True) -> Iterator[str]:
        if argument == STDIN:
            yield STDIN
        elif lists and argument.startswith("@") and not os.path.lexists(argument):
            yield from self._expand_list(argument[1:])
        elif os.path.isdir(argument):  # noqa: PTH112 -- names of any bytes, and quick
            yield from self._walk_folder(argument)
        elif not _GLOB.isdisjoint(argument) and not os.path.lexists(argument):
            yield from self._expand_glob(argument)
        elif self.exclude.match_within(argument):
            return
        elif is_temporary_name(os.path.basename(argument)):  # noqa: PTH119
            self._note_temporaries([argument])
        elif not self.only_fits or has_fits_suffix(argument) or _is_fits_or_gone(argument):
            self._note_leftovers(argument)
            yield argument
        else:
            self._count_skip(argument)

    def _expand_list(self, path: str) -> Iterator[str]:
        try:
            stream = open(path, "rb")  # noqa: PTH123, SIM115 -- see Walk
        except (OSError, ValueError):
            yield path
            return
        with stream:
            for name in _split_names(stream.read(1 << 16), stream.read):
                yield from self._expand_argument(os.fsdecode(name), lists=False)

    def _expand_glob(self, pattern: str) -> Iterator[str]:
        found = False
        for path in self._match_glob(pattern):
            found = True
            yield from self._expand_argument(path, lists=False)
        if not found:
            yield pattern

    def _match_glob(self, pattern: str) -> Iterator[str]:
        """What a glob stands for; ``**`` is any number of folders, but no links and hidden ones."""
        from glob import escape, iglob

        head, anywhere, tail = _split_glob(pattern)
        if not anywhere:
            yield from sorted(iglob(pattern))  # noqa: PTH207 -- names of any bytes
            return
        for top in sorted(iglob(head)) if head else [os.curdir]:  # noqa: PTH207
            if not tail:
                yield top
                continue
            for folder, _ in self._walk_tree(top, plain=True):
                within = escape(folder if head else folder[2:])
                yield from self._match_glob(os.path.join(within, tail))  # noqa: PTH118

    def _walk_folder(self, top: str) -> Iterator[str]:
        if self.exclude.match_within(top):
            return
        root = os.path.realpath(top)
        for folder, files in self._walk_tree(top):
            if files is None:
                yield folder.removeprefix("./")
                continue
            within = folder.removeprefix("./") if folder != os.curdir else ""
            names = {file.name for file in files} if self.pass_over_backups else frozenset[str]()
            head = os.path.join(within, "") if within else ""  # noqa: PTH118
            for name, is_link, is_regular in files:
                path = head + name
                if is_temporary_name(name):
                    self._note_temporaries([path])
                    continue
                if self.exclude and self.exclude.match(path):
                    continue
                if is_link and not self.follow_links and _leads_out(path, root):
                    self.skipped[LINK] += 1
                elif has_fits_suffix(name) or (
                    is_regular and not _is_backup(name, names) and is_fits(path)
                ):
                    yield path
                else:
                    self._count_skip(name)

    def _note_leftovers(self, path: str) -> None:
        """Note what repairs have left in the folder of a file that is named."""
        folder = os.path.dirname(path)  # noqa: PTH120
        if folder not in self._folders_seen and len(self._folders_seen) < _FOLDERS_MAX:
            self._folders_seen.add(folder)
            self._note_temporaries(list_temporaries(folder))

    def _note_temporaries(self, temporaries: list[str]) -> None:
        self.temporaries += temporaries[: _TEMPORARIES_MAX - len(self.temporaries)]

    def _count_skip(self, name: str) -> None:
        self.skipped[_get_suffix(name) or NO_SUFFIX] += 1

    def _walk_tree(
        self, top: str, *, plain: bool = False
    ) -> Iterator[tuple[str, list[_FolderFile] | None]]:
        """The folders from ``top`` down with their files, None where these are secret.

        Links to folders are not entered unless they are followed: then one to a folder above is
        not, and all links to one folder only once. With ``plain`` no links are, and no hidden
        folders.
        """
        waiting: list[tuple[str, bool, tuple[_FolderId, ...]]] = [(top, False, ())]
        followed: set[_FolderId] = set()
        root = os.path.realpath(top)
        while waiting:
            folder, linked, above = waiting.pop()
            try:
                status = os.stat(folder)  # noqa: PTH116
                here = (status.st_dev, status.st_ino)
                if linked and (here in above or here in followed):
                    continue
                files, folders = _list_entries(folder)
            except OSError:
                yield folder, None
                continue
            if linked:
                followed.add(here)
            yield folder, sorted(files)
            below = (*above, here)
            for name, is_link in sorted(folders, reverse=True):
                path = os.path.join(folder, name)  # noqa: PTH118
                if (plain and (is_link or name.startswith("."))) or self.exclude.match(path):
                    continue
                if is_folder_of_copies(path):
                    continue
                if not is_link or self.follow_links:
                    waiting.append((path, is_link, below))
                elif _leads_out(path, root):
                    self.skipped[LINK] += 1


class _FolderFile(NamedTuple):
    """A file of a folder; one that is no regular file is not opened to see what it is."""

    name: str
    is_link: bool
    is_regular: bool


def _leads_out(link: str, root: str) -> bool:
    """Whether a link leads out of the folder ``root``."""
    place = os.path.realpath(link)
    return place != root and not place.startswith(root.rstrip("/") + "/")


def _split_glob(pattern: str) -> tuple[str, bool, str]:
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


def _list_entries(folder: str) -> tuple[list[_FolderFile], list[tuple[str, bool]]]:
    """Files, and folders with whether they are links."""
    files: list[_FolderFile] = []
    folders: list[tuple[str, bool]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):  # nearly all
                files.append(_FolderFile(entry.name, False, True))
            elif _test_kind(entry.is_dir):
                folders.append((entry.name, entry.is_symlink()))
            else:
                files.append(_FolderFile(entry.name, entry.is_symlink(), _test_kind(entry.is_file)))
    return files, folders


def _test_kind(kind: Callable[[], bool]) -> bool:
    try:
        return kind()
    except OSError:  # a link in a circle
        return False


def _get_suffix(name: str) -> str:
    """The suffix that ``os.path.splitext`` tells, in lower case, in a third of its time."""
    dot = name.rfind(".")
    stem = name[name.rfind("/") + 1 : dot] if dot > 0 else ""
    return name[dot:].lower() if stem and stem.strip(".") else ""


def _is_fits_or_gone(path: str) -> bool:
    """Whether a file that is named concerns us; one that is not there does."""
    return is_fits(path) or not os.path.lexists(path)


def has_fits_suffix(name: str) -> bool:
    """Whether a file of this name is taken without a look into it."""
    suffix = _get_suffix(name)
    if suffix in WRAPPER_SUFFIXES:
        suffix = _get_suffix(name[: -len(suffix)])
    return suffix in WALK_SUFFIXES


def _is_backup(name: str, names: Collection[str]) -> bool:
    """Whether a name is that of a FITS file among ``names`` with more behind it."""
    starts = (name[:end] for end in range(1, len(name))) if names else ()
    return any(start in names and has_fits_suffix(start) for start in starts)


def is_kept_by_repair(path: str) -> bool:
    """Whether a file is a backup of one beside it, or a copy that a repair log keeps."""
    folder, name = os.path.split(path)
    if is_folder_of_copies(folder):
        return True
    starts = (name[:end] for end in range(1, len(name)))
    return not has_fits_suffix(name) and any(
        has_fits_suffix(start) and os.path.isfile(os.path.join(folder, start))  # noqa: PTH113, PTH118
        for start in starts
    )


def _split_names(first: bytes, read: Callable[[int], bytes]) -> Iterator[bytes]:
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
