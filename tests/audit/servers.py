"""Servers on the loopback that an audit reads from: real ones, and one that misbehaves."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

_NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log combined;
  log_format sent "$request_method $status $bytes_sent $request_uri";
  access_log {folder}/sent.log sent;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; root "{root}"; autoindex on;
    location /noranges/ {{ alias "{root}/"; max_ranges 0; }}
    location /secret/ {{ return 403; }}
  }}
}}
"""


def find_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, "the server ended"
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


@contextlib.contextmanager
def start(command: list[str], port: int, **options: object) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    try:
        wait_for_port(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def start_nginx(root: Path, folder: Path) -> Iterator[str]:
    """A real nginx with ranges and index pages; its address."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("nginx is not installed")
    port = find_port()
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port, root=root))
    with start([program, "-p", str(folder), "-c", str(config)], port):
        yield f"http://127.0.0.1:{port}/"


def count_sent(folder: Path) -> tuple[int, int]:
    """Requests for FITS files that nginx has answered, and bytes of all its answers."""
    lines = [line.split(" ", 3) for line in (folder / "sent.log").read_text().splitlines()]
    return (
        sum(1 for method, _, _, url in lines if method == "GET" and not url.endswith("/")),
        sum(int(count) for _, _, count, _ in lines),
    )


@contextlib.contextmanager
def start_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3-compatible server; its address, under which boto and s3fs look for buckets."""
    pytest.importorskip("moto")
    import sys

    port = find_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "NO_PROXY": "127.0.0.1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-c", "from moto.server import main; main()", "-p", str(port)]
    with start(command, port, env=dict(os.environ)):
        yield f"http://127.0.0.1:{port}"


class _BadHandler(http.server.SimpleHTTPRequestHandler):
    """Misbehaves as the first folder of the path says."""

    protocol_version = "HTTP/1.1"
    tries: dict[str, int] = {}  # noqa: RUF012
    sent = 0

    def do_GET(self) -> None:
        behaviour, _, name = self.path.strip("/").partition("/")
        data = (Path(self.directory) / name).read_bytes()
        count = self.tries[self.path] = self.tries.get(self.path, 0) + 1
        if (behaviour == "busy" and count < 3) or behaviour == "always-busy":
            self.answer(503, b"busy", [("Retry-After", "0")])
        elif behaviour == "cut" and count < 2:
            self.answer(206, data[:1000], self.ranged(data), length=5000)
            self.close_connection = True
        elif behaviour == "plain":
            self.answer(200, data, [])
        elif behaviour == "silent":
            self.server.released.wait(20)  # type: ignore[attr-defined]
            self.close_connection = True
        elif behaviour == "loop":
            self.answer(302, b"", [("Location", self.path)])
        elif behaviour == "moved":
            self.answer(302, b"", [("Location", f"/good/{name}")])
        elif behaviour == "wrong":
            self.answer(206, data[:100], [("Content-Range", f"bytes 7-106/{len(data)}")])
        elif behaviour == "drip":  # a header of which a byte comes now and then
            self.wfile.write(b"HTTP/1.1 206 Partial Content\r\nX-Slow: ")
            while not self.server.released.wait(0.02):  # type: ignore[attr-defined]
                with contextlib.suppress(OSError):
                    self.wfile.write(b"x")
            self.close_connection = True
        elif behaviour == "changing":  # and nobody looks at If-Match
            self.answer_range(data, [("ETag", f'"{count}"')])
        elif behaviour == "astray":
            self.answer(302, b"", [("Location", "http://[::1/x")])
        else:
            self.answer_range(data)

    def do_HEAD(self) -> None:
        if "/when/" in self.path:
            self.answer(200, b"", [("Last-Modified", "Mon, 99 Foo 20200 77:88:99 GMT")],
                        length=10**30)  # fmt: skip
            return
        self.answer(405, b"", [])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(302, b"", [("Location", "/good/CAM00000002.fits")])

    def answer_range(self, data: bytes, more: Sequence[tuple[str, str]] = ()) -> None:
        first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        piece = data[int(first) : int(last) + 1]
        end = int(first) + len(piece) - 1
        self.answer(206, piece, [("Content-Range", f"bytes {first}-{end}/{len(data)}"), *more])

    def ranged(self, data: bytes) -> list[tuple[str, str]]:
        return [("Content-Range", f"bytes 0-4999/{len(data)}")]

    def answer(
        self, status: int, data: bytes, headers: list[tuple[str, str]], length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@contextlib.contextmanager
def start_bad_server(root: Path) -> Iterator[str]:
    """A server that misbehaves as the first folder of a path says; its address."""

    def handle(*arguments: object) -> _BadHandler:
        return _BadHandler(*arguments, directory=str(root))  # type: ignore[arg-type]

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handle)  # type: ignore[arg-type]
    server.daemon_threads = True
    server.released = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.released.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
