"""A place on this machine that serves files as badly as it is told to."""

import contextlib
import gzip
import hashlib
import io
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fitslint.pipeline.fetch.limits import FetchLimits

QUICK = FetchLimits(attempts=4, pause=0.01, read=60.0, connect=60.0, longest_wait=1.0)
DATA = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(9000))  # 288 kB
DIGEST = hashlib.sha256(DATA).hexdigest()


def tarball(files=None):
    """A small model as its authors pack it."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for name, data in (files or {"a1689/a1689.par": b"runmode\n", "a1689/m.cat": b"1"}).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return target.getvalue()


class Place:
    """Answers by path; what is asked is kept in ``asked``."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.forms = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that goes away is no error
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def root(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def on(self, path, answer):
        """Let ``answer(handler)`` answer; the address of it."""
        self.answers[path] = answer
        return self.root + path

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, path):
        return sum(one == path for one, _ in self.asked)

    def _handler(place):  # noqa: N805 -- the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.partition("?")[0]
                place.asked.append((path, dict(self.headers)))
                with contextlib.suppress(ConnectionError):
                    place.answers.get(path, status(404))(self)

            def do_POST(self):
                place.forms.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.do_GET()

            def log_message(self, *_):
                pass

        return Handler


def reply(handler, code, body=b"", **headers):
    handler.send_response(code)
    headers = {"Content_Length": str(len(body)), **headers}
    for name, value in headers.items():
        if value is not None:
            handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def status(code, body=b"", **headers):
    """One status, whatever is asked."""
    return lambda handler: reply(handler, code, body, **headers)


def redirect(target, code=302):
    return status(code, Location=target)


def in_turn(answers):
    """One answer after the other."""

    def answer(handler):
        answers.pop(0)(handler)

    return answer


def html(text="<html><body>no file</body></html>", **headers):
    return status(200, text.encode(), Content_Type="text/html; charset=utf-8", **headers)


class Served:
    """A file, with ranges or without, that breaks off after ``breaks`` bytes of each answer."""

    def __init__(self, data=DATA, *, ranges=True, etag='"v1"', breaks=(), told=None, **headers):
        self.data, self.ranges, self.etag = data, ranges, etag
        self.breaks, self.told, self.headers = list(breaks), told, headers

    def __call__(self, handler):
        start, code, headers = 0, 200, dict(self.headers)
        if self.etag:
            headers["ETag"] = self.etag
        asked, condition = handler.headers.get("Range"), handler.headers.get("If-Range")
        same = condition in (None, self.etag, headers.get("Last_Modified"))
        if self.ranges and asked and same:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(self.data):
                reply(handler, 416, Content_Range=f"bytes */{len(self.data)}", **headers)
                return
            code = 206
            headers["Content_Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        body = self.data[start:]
        length = self.told or len(body)
        cut = self.breaks.pop(0) if self.breaks else len(body)
        reply(handler, code, body[:cut], **{"Content_Length": str(length), **headers})
        if cut < length:
            handler.wfile.flush()
            handler.close_connection = True


def slow(data, pause, piece=1024):
    """A body that drips."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.send_header("ETag", '"slow"')
        handler.end_headers()
        for at in range(0, len(data), piece):
            handler.wfile.write(data[at : at + piece])
            handler.wfile.flush()
            time.sleep(pause)

    return answer


def stuck(data):
    """A body that begins and never goes on."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(2 * len(data)))
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()
        # Nothing comes until the other side has gone.
        handler.rfile.read()
        handler.close_connection = True

    return answer


def packed(data=DATA):
    return gzip.compress(data, 1, mtime=0)
