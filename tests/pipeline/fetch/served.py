"""A web server on this machine that behaves as it is told: whole, broken, slow, busy, moved."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = dict[str, str]


@dataclass
class Resource:
    """What a path answers; the behaviour of each attempt can be told by ``script``."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)
    ranges: bool = True
    """Whether ``Range`` is understood."""
    length: int | None = None
    """The Content-Length that is told; None: the right one, -1: none, the end closes."""
    breaks: list[int] = field(default_factory=list)
    """For every attempt, after how many bytes of the body the connection breaks."""
    pause: float = 0.0
    """Seconds between two kilobytes."""
    first: list[Callable[[Handler], None]] = field(default_factory=list)
    """Answers of the first attempts, in place of the body."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Served

    def log_message(self, *_: object) -> None:
        """Be silent."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, form: bytes) -> None:
        path = self.path.partition("?")[0]
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), form))
        found = self.server.resources.get(self.path) or self.server.resources.get(path)
        try:
            if callable(found):
                found(self)
            elif found is None:
                self.say(404, b"<html>no such page</html>", {"Content-Type": "text/html"})
            elif found.first:
                found.first.pop(0)(self)
            else:
                self._send(found)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def say(self, status: int, body: bytes = b"", headers: Headers | None = None) -> None:
        """A short answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _send(self, found: Resource) -> None:
        start = self._start(found)
        if start is not None and start >= len(found.body):
            return self.say(416, b"", {"Content-Range": f"bytes */{len(found.body)}"})
        body = found.body[start or 0 :]
        self.send_response(206 if start is not None else found.status)
        for name, value in found.headers.items():
            self.send_header(name, value)
        if start is not None:
            end, size = len(found.body) - 1, len(found.body)
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        if found.length == -1:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(found.length or len(body)))
        self.end_headers()
        self._body(found, body)
        return None

    def _start(self, found: Resource) -> int | None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        condition = self.headers.get("If-Range")
        own = (found.headers.get("ETag"), found.headers.get("Last-Modified"))
        if not found.ranges or asked is None or (condition and condition not in own):
            return None
        return int(asked[1])

    def _body(self, found: Resource, body: bytes) -> None:
        broken = found.breaks.pop(0) if found.breaks else None
        for at in range(0, len(body), 1024):
            if broken is not None and at >= broken:
                break
            self.wfile.write(body[at : at + 1024])
            if found.pause:
                self.wfile.flush()
                time.sleep(found.pause)
        if broken is not None or (found.length or 0) > len(body):
            self.wfile.flush()
            self.close_connection = True


class Served(ThreadingHTTPServer):
    """The server, what it holds, and what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.resources: dict[str, Resource | Callable[[Handler], None]] = {}
        self.seen: list[tuple[str, str, Headers, bytes]] = []

    def handle_error(self, *_: object) -> None:
        """A client that goes away is no error."""

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.server_address[1]}{path}"

    def asked(self, path: str, header: str) -> list[str | None]:
        """A header of every request for a path."""
        return [
            {name.lower(): value for name, value in headers.items()}.get(header.lower())
            for _, there, headers, _ in self.seen
            if there.partition("?")[0] == path
        ]


@contextmanager
def serving() -> Iterator[Served]:
    """A server that runs."""
    with Served() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)


def redirect(location: str, status: int = 302) -> Callable[[Handler], None]:
    """An answer that leads elsewhere."""
    return lambda handler: handler.say(status, b"", {"Location": location})


def refusal(status: int, **headers: str) -> Callable[[Handler], None]:
    """An answer that refuses."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.say(
        status, b"<html></html>", {"Content-Type": "text/html", **told}
    )
