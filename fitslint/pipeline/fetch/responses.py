"""What the answer of a server means."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from fitslint.pipeline.fetch.errors import FetchError

_PROBE_SIZE = 1 << 18
_PASSWORD_FIELD = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)
_BUSY_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504))
_LOGIN_PAGES = frozenset(("login", "signin", "sign_in"))
_GONE_MESSAGES = {404: "there is no such file (404)", 410: "the file was taken away (410)"}


def find_response_error(response: httpx.Response) -> FetchError | None:
    """The failure that a status means; None for one that brings a body."""
    status, place = response.status_code, redact_url(response.url)
    if status in (200, 206, 416):
        return None
    if status == 401:
        return build_login_error(place)
    if status == 403:
        return FetchError("forbidden", "the server refuses access (403)", place)
    if status in _GONE_MESSAGES:
        return FetchError("gone", _GONE_MESSAGES[status], place)
    if status in _BUSY_STATUSES:
        wait = parse_retry_after(response.headers.get("Retry-After"))
        asks = "" if wait is None else f" and asks to come back in {wait:.0f} s"
        return FetchError(
            "busy", f"the server cannot answer now ({status}){asks}", place, wait=wait
        )
    return FetchError("refused", f"the server answers with status {status}", place)


def build_login_error(place: str) -> FetchError:
    """The failure of a place that wants to know who asks."""
    return FetchError("login", "the place wants a login", place)


def is_login_url(url: httpx.URL) -> bool:
    """Whether an address is that of a login page, as Redmine's ``/login?back_url=…``."""
    return url.path.rstrip("/").rpartition("/")[2].lower() in _LOGIN_PAGES


def parse_retry_after(text: str | None) -> float | None:
    """Seconds that ``Retry-After`` asks to wait: a number or a date (RFC 9110, 10.2.3)."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            then = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        seconds = (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def is_html(response: httpx.Response) -> bool:
    """Whether the body says to be a web page."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")


def build_html_error(response: httpx.Response) -> FetchError:
    """The failure of a web page that comes in place of a file: it may ask for a password."""
    head = bytearray()
    for piece in response.iter_raw():
        head += piece
        if len(head) >= _PROBE_SIZE:
            break
    place = redact_url(response.url)
    if _PASSWORD_FIELD.search(head):
        return build_login_error(place)
    return FetchError("not-the-file", "the server sends a web page in place of the file", place)


def redact_url(url: httpx.URL) -> str:
    """An address as it may be shown: without user, password and query."""
    port = "" if url.port is None else f":{url.port}"
    return f"{url.scheme}://{url.host}{port}{url.path}"[:300]
