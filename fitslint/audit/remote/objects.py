"""Files of object stores and everything else that fsspec knows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from fitslint.audit.paths import bound_long
from fitslint.audit.remote.retry import PassingError, RemoteError, try_again
from fitslint.syntax.scan_reader import WINDOW

_PAGE_ROWS = 1000


class StoredObject(NamedTuple):
    """A file as its store lists it."""

    url: str
    size: int | None
    mtime_ns: int | None
    etag: str | None


class ObjectReader:
    """Reads a file of a store by ranges; bytes are counted in ``received``.

    Raises
    ------
    RemoteError
        by the constructor, when there is nothing that can be read.
    """

    def __init__(self, url: str, seconds: float, size: int | None) -> None:
        self.fault: tuple[str, str] | None = None
        self.received = 0
        self.deadline = time.monotonic() + seconds
        self._system, self._path = open_system(url)
        if size is None:
            size = try_again(lambda: int(self._ask("info")["size"]), self.deadline)
        self.size: int | None = size
        self._start = 0
        self._window = self._get(0, WINDOW)

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``; a failing store ends the file."""
        at = offset - self._start
        if at >= 0 and at + count <= len(self._window):
            return self._window[at : at + count]
        if self.size is not None and offset >= self.size:
            return b""
        try:
            self._window = self._get(offset, count)
        except RemoteError as error:
            self.fault = "io", str(error)
            return b""
        self._start = offset
        return self._window

    def ends_at(self, offset: int) -> bool:
        """Whether the file ends exactly there."""
        return offset == self.size

    def close(self) -> None:
        """Nothing is left open."""

    def _get(self, offset: int, count: int) -> bytes:
        end = min(offset + count, self.size or 0)
        if end <= offset:
            return b""
        data: bytes = try_again(lambda: self._ask("cat_file", start=offset, end=end), self.deadline)
        self.received += len(data)
        return data

    def _ask(self, method: str, **options: int) -> Any:
        return ask_system(self._system, method, self._path, **options)


def ask_system(system: Any, method: str, *arguments: object, **options: object) -> Any:
    """What a method of a file system answers.

    Raises
    ------
    RemoteError
        when it never will.
    PassingError
        when it may another time.
    """
    try:
        return getattr(system, method)(*arguments, **options)
    except FileNotFoundError:
        raise RemoteError("there is no such file", is_gone=True) from None
    except PermissionError:
        raise RemoteError("permission denied") from None
    except Exception as error:  # those of every store are others
        name, reason = type(error).__name__, " ".join(str(error).split())[:200]
        if "Credentials" in name:
            raise RemoteError(f"permission denied ({reason})") from None
        raise PassingError(f"{name}: {reason}") from None


def open_system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it.

    Raises
    ------
    RemoteError
        when nothing is known of such URLs.
    """
    scheme, _, rest = url.partition("://")
    return _open_scheme(scheme), rest


@cache
def _open_scheme(scheme: str) -> Any:
    import fsspec

    try:
        return fsspec.filesystem(scheme)
    except (ValueError, ImportError) as error:
        raise RemoteError(" ".join(str(error).split())) from None


def list_objects(url: str, seconds: float) -> Iterator[StoredObject]:
    """The files below a URL, in the order of the store, or the one that it is.

    Raises
    ------
    RemoteError
        when they cannot be listed.
    """
    system, path = open_system(url)
    scheme = url.partition("://")[0]
    if hasattr(system, "call_s3"):
        yield from _list_bucket(system, scheme, path, seconds)
        return
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        rows = try_again(partial(ask_system, system, "ls", folder, detail=True), _end(seconds))
        rows = sorted(rows, key=lambda row: str(row["name"]))
        for row in rows:
            if row["type"] != "directory":
                yield _describe(scheme, row["name"], row.get("size"), row.get("mtime"), None)
        waiting += [row["name"] for row in reversed(rows) if row["type"] == "directory"]


def _list_bucket(system: Any, scheme: str, path: str, seconds: float) -> Iterator[StoredObject]:
    """A thousand names at a time: a bucket may have more than memory holds."""
    bucket, _, prefix = path.partition("/")
    wanted = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": _PAGE_ROWS}
    while True:
        page = try_again(
            partial(ask_system, system, "call_s3", "list_objects_v2", **wanted), _end(seconds)
        )
        for row in page.get("Contents", ()):
            name, when = row["Key"], row["LastModified"].timestamp()
            is_below = name == prefix or not prefix or prefix.endswith("/")
            if (is_below or name.startswith(prefix + "/")) and not name.endswith("/"):
                yield _describe(scheme, f"{bucket}/{name}", row["Size"], when, row["ETag"])
        if not page.get("IsTruncated"):
            return
        wanted["ContinuationToken"] = page["NextContinuationToken"]


def _end(seconds: float) -> float:
    return time.monotonic() + seconds


def _describe(
    scheme: str, name: str, size: int | None, mtime: float | None, etag: str | None
) -> StoredObject:
    when = None if mtime is None else bound_long(int(mtime) * 10**9)
    return StoredObject(f"{scheme}://{name}", bound_long(size), when, etag)
