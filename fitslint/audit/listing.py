"""What the roots of an audit stand for, file by file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from fitslint.audit.manifest import ListedFile
from fitslint.audit.paths import bound_long, escape_path
from fitslint.source.walk import FileWalk

_SUFFIXES_MAX, _OTHER = 100, "..."


def is_remote(path: str) -> bool:
    """Whether a path is a URL."""
    scheme, mark, _ = path.partition("://")
    return bool(mark) and scheme.replace("+", "").isalnum() and len(scheme) > 1


def list_roots(
    roots: Sequence[str], exclude: Sequence[str] = (), skipped: Counter[str] | None = None
) -> Iterator[ListedFile]:
    """Every file of the roots: folders, files, globs, ``@lists`` and URLs, each in its order.

    Folders that cannot be entered are listed themselves, so that reading them tells why. Local
    files that are passed over are counted in ``skipped`` by their suffix.
    """
    for root in roots:
        if is_remote(root):
            from fitslint.audit.remote.listing import list_remote

            yield from list_remote(root, exclude)
            continue
        walk = FileWalk((root,), exclude=exclude)
        for path in walk:
            if "://" in path and is_remote(path):  # from a list
                from fitslint.audit.remote.listing import list_remote

                yield from list_remote(path, exclude)
            else:
                yield list_file(path)
        if skipped is not None:
            _count_skipped(walk.skipped, skipped)


def _count_skipped(found: Counter[str], skipped: Counter[str]) -> None:
    """Add what was passed over; of names without end only so many have a count of their own."""
    for suffix, count in found.most_common():
        is_known = suffix in skipped or len(skipped) < _SUFFIXES_MAX
        skipped[suffix if is_known else _OTHER] += count


def list_file(path: str) -> ListedFile:
    """A local file with its size and times, where the system tells them.

    What a server calls ETag is the time of the last change of the inode: a repair, and ``cp -p``,
    leave size and modification time as they were.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 -- names of any bytes
    except (OSError, ValueError):
        return ListedFile(escape_path(path))
    size, written = bound_long(status.st_size), bound_long(status.st_mtime_ns)
    return ListedFile(escape_path(path), size, written, f"{status.st_ctime_ns:x}")


def make_absolute(root: str) -> str:
    """A root that means the same from every folder; URLs and lists by their own names."""
    if is_remote(root):
        return root
    is_list = root.startswith("@") and not os.path.lexists(root)
    path = os.path.abspath(root[is_list:])  # noqa: PTH100 -- names of any bytes
    return f"@{path}" if is_list else path


def drop_nested(roots: Sequence[str]) -> list[str]:
    """The roots without those that lie in another one: a file is listed once."""
    kept: list[str] = []
    for root in sorted(set(roots), key=lambda one: (len(one), one)):
        if not any(root.startswith(other.rstrip("/") + "/") for other in kept):
            kept.append(root)
    return [root for root in dict.fromkeys(roots) if root in kept]
