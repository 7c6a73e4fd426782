"""A file behind HTTP as the reader that the scanner asks: ranges where the server has them."""

from __future__ import annotations

import email.utils
import http.client
import re
import ssl
import threading
import time
from collections.abc import Mapping
from email.message import Message
from functools import partial
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from fitslint._version import __version__
from fitslint.audit.paths import bound_long
from fitslint.audit.remote.bounded import SOCKET_SECONDS, BoundedResponse
from fitslint.audit.remote.retry import PassingError, RemoteError, try_again
from fitslint.source.readers import StreamReader
from fitslint.syntax.scan_reader import WINDOW

_REDIRECTS_MAX = 5
_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_COUNT = re.compile("[0-9]{1,18}")
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_REASONS = {401: "a password is asked for", 403: "permission denied", 404: "there is no such file",
            410: "there is no such file"}  # fmt: skip
_DRAIN_MAX = 1 << 16
"""Bytes of a body that are read to their end so that the connection can be used again."""
_local = threading.local()


class RemoteFacts(NamedTuple):
    """What a server says of a file."""

    size: int | None
    mtime_ns: int | None
    etag: str | None


class _Answer:
    """An open answer of a server."""

    def __init__(self, response: http.client.HTTPResponse, deadline: float) -> None:
        self.response = response
        self.status = response.status
        self.headers: Message = response.headers
        self._deadline = deadline

    def read(self, count: int) -> bytes:
        """At most ``count`` bytes of the body; fewer only at its end."""
        pieces, left = [], count
        while left > 0:
            if time.monotonic() > self._deadline:
                raise PassingError("the server is too slow")
            piece = self.response.read1(left)
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def finish(self) -> None:
        """Make the connection free for the next request, or close it."""
        length = self.response.length
        if length is None or length > _DRAIN_MAX:
            _drop_connections()
            return
        try:
            self.response.read()
        except (OSError, http.client.HTTPException):
            _drop_connections()


class HttpReader:
    """Reads a URL; bytes of bodies are counted in ``received``.

    Raises
    ------
    RemoteError
        by the constructor, when there is nothing that can be read. Later on what goes wrong is
        kept in ``fault``.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self.url = url
        self.size: int | None = None
        self.fault: tuple[str, str] | None = None
        self.received = 0
        self.deadline = time.monotonic() + seconds
        self._etag = ""
        self._version: tuple[int, str] | None = None
        self._stream: StreamReader | None = None
        self._start = 0
        self._window = try_again(lambda: self._get(0, WINDOW), self.deadline)

    def read_at(self, offset: int, count: int) -> bytes:
        """Bytes ``offset:offset + count``; a failing server ends the file."""
        if self._stream is not None:
            data = self._stream.read_at(offset, count)
            self.size, self.fault = self._stream.size or self.size, self._stream.fault
            return data
        at = offset - self._start
        if at >= 0 and at + count <= len(self._window):
            return self._window[at : at + count]
        if self.size is not None and offset >= self.size:
            return b""
        try:
            self._window = try_again(lambda: self._get(offset, count), self.deadline)
        except RemoteError as error:
            self.fault = "io", str(error)
            return b""
        self._start = offset
        return self._window[:count]

    def ends_at(self, offset: int) -> bool:
        """Whether the file ends exactly there."""
        return offset == self.size if self._stream is None else self._stream.ends_at(offset)

    def read(self, count: int) -> bytes:
        """The next bytes of a body that comes as a whole, for :class:`StreamReader`."""
        try:
            data = self._body.read(min(count, WINDOW))
        except (PassingError, OSError, http.client.HTTPException) as error:
            raise OSError(str(error)) from None
        self.received += len(data)
        return data

    def seekable(self) -> bool:
        """A body cannot be read twice."""
        return False

    def _get(self, offset: int, count: int) -> bytes:
        headers = {"Range": f"bytes={offset}-{offset + count - 1}"}
        if self._etag:
            headers["If-Match"] = self._etag
        answer = open_url(self.url, "GET", headers, self.deadline)
        if answer.status == 416:
            answer.finish()
            self.size = self.size or 0
            return b""
        check_status(answer)
        if answer.status != 206:
            return self._begin_stream(answer)
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != offset:
            raise RemoteError("the server answers with another range than asked for")
        self._note_version(int(found[3]), answer.headers.get("ETag", ""))
        wanted = int(found[2]) + 1 - offset
        data = _read_body(answer, min(wanted, count))
        self.received += len(data)
        answer.finish()
        if len(data) < min(wanted, count):
            _drop_connections()
            raise PassingError("the connection broke off")
        return data

    def _note_version(self, size: int, etag: str) -> None:
        """Remember of which file the bytes are; a server may not look at If-Match."""
        etag = "" if etag.startswith("W/") else etag
        if self._version not in (None, (size, etag)):
            raise RemoteError("the file changed while it was read")
        self.size, self._etag, self._version = size, etag, (size, etag)

    def _begin_stream(self, answer: _Answer) -> bytes:
        """The server has no ranges: read forward what it sends."""
        self.size = _read_length(answer.headers)
        self._body = answer
        self._stream = StreamReader(self)  # type: ignore[arg-type]
        return b""

    def close(self) -> None:
        """Break off a body that is not wanted to its end."""
        if self._stream is not None:
            _drop_connections()


def fetch_page(url: str, most: int, seconds: float) -> str:
    """The text of a page, at most so many bytes.

    Raises
    ------
    RemoteError
        when it cannot be had.
    """
    deadline = time.monotonic() + seconds

    def attempt() -> bytes:
        answer = open_url(url, "GET", {}, deadline)
        check_status(answer)
        data = _read_body(answer, most)
        answer.finish()
        return data

    return try_again(attempt, deadline).decode("utf-8", "replace")


def fetch_facts(url: str, seconds: float) -> RemoteFacts:
    """Size, time and ETag of a file; nothing of one of which the server says nothing."""
    deadline = time.monotonic() + seconds

    def attempt() -> _Answer:
        answer = open_url(url, "HEAD", {}, deadline)
        check_status(answer)
        answer.finish()
        return answer

    try:
        headers = try_again(attempt, deadline).headers
    except RemoteError:
        return RemoteFacts(None, None, None)
    return RemoteFacts(_read_length(headers), _read_time(headers), headers.get("ETag"))


def _read_length(headers: Message) -> int | None:
    length = headers.get("Content-Length", "")
    return int(length) if _COUNT.fullmatch(length) else None


def _read_time(headers: Message) -> int | None:
    """Nanoseconds since 1970 of the last change; None where the server tells no such date."""
    try:
        when = email.utils.parsedate_to_datetime(headers.get("Last-Modified", ""))
        return bound_long(int(when.timestamp()) * 10**9)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def check_status(answer: _Answer) -> None:
    """See to it that a server has what was asked for.

    Raises
    ------
    RemoteError
        when it has not.
    PassingError
        when it may have it later.
    """
    status = answer.status
    if status in (200, 206):
        return
    answer.finish()
    if status in _PASSING:
        pause = answer.headers.get("Retry-After", "")
        raise PassingError(f"the server answers {status}", float(pause) if pause.isdecimal() else 0)
    if status == 412:
        raise RemoteError("the file changed while it was read")
    reason = _REASONS.get(status, "it cannot be read")
    raise RemoteError(f"{reason} (the server answers {status})", is_gone=status in (404, 410))


def open_url(url: str, method: str, headers: Mapping[str, str], deadline: float) -> _Answer:
    """The answer to a request, after redirections.

    Raises
    ------
    PassingError
        when the server does not answer.
    RemoteError
        when the URL makes no sense.
    """
    for _ in range(_REDIRECTS_MAX + 1):
        parts = split_url(url)
        response = _request(parts, method, headers, deadline)
        target = response.headers.get("Location")
        if response.status not in (301, 302, 303, 307, 308) or not target:
            return _Answer(response, deadline)
        _Answer(response, deadline).finish()
        try:
            url = urljoin(url, target)
        except ValueError:
            raise RemoteError(f"the server leads to {target}, which is no address") from None
    raise RemoteError("the server leads in a circle")


def split_url(url: str) -> SplitResult:
    """The parts of the address of a web server.

    Raises
    ------
    RemoteError
        when it is none.
    """
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound:
        raise RemoteError(f"{url} is no address of a web server")
    return parts


def _request(
    parts: SplitResult, method: str, headers: Mapping[str, str], deadline: float
) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    every = {"User-Agent": f"fitslint/{__version__}", "Accept-Encoding": "identity", **headers}
    for is_fresh in (False, True):
        connection, was_used = _get_connection(parts, is_fresh=is_fresh)
        connection.response_class = partial(BoundedResponse, deadline=deadline)  # type: ignore[assignment]
        try:
            connection.request(method, target, headers=every)
            return connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            _drop_connections()
            if isinstance(error, ValueError) and not isinstance(error, http.client.HTTPException):
                raise RemoteError(f"the address cannot be asked for: {error}") from None
            if was_used:  # the server has closed it meanwhile
                continue
            raise PassingError(f"no answer from {parts.netloc}: {_describe(error)}") from None
    raise AssertionError("a fresh connection answers or raises")


def _read_body(answer: _Answer, count: int) -> bytes:
    try:
        return answer.read(count)
    except (OSError, http.client.HTTPException) as error:
        _drop_connections()
        raise PassingError(f"the connection broke off: {_describe(error)}") from None


def _describe(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _get_connection(
    parts: SplitResult, *, is_fresh: bool
) -> tuple[http.client.HTTPConnection, bool]:
    """The connection of this thread to a server, and whether it was used before."""
    if is_fresh:
        _drop_connections()
    kept: dict[tuple[str, str], http.client.HTTPConnection] = _local.__dict__.setdefault("kept", {})
    key = parts.scheme, parts.netloc
    if key in kept:
        return kept[key], True
    connection: http.client.HTTPConnection
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=SOCKET_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=SOCKET_SECONDS)
    kept[key] = connection
    return connection, False


def _drop_connections() -> None:
    """Close what this thread has open: an answer in it was not read to its end."""
    for connection in _local.__dict__.pop("kept", {}).values():
        connection.close()
