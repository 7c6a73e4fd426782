"""The bytes of one answer, put where they belong in a file that may be there in part."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass

import httpx

from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.limits import FetchLimits
from fitslint.pipeline.fetch.partial_file import FileVersion, PartialFile, build_disk_error
from fitslint.pipeline.fetch.responses import build_html_error, is_html, redact_url
from fitslint.pipeline.fetch.session import Session, translate_http_errors
from fitslint.pipeline.progress import Progress

_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")
_GZIP_ENCODINGS = ("gzip", "x-gzip")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One file that is being fetched."""

    session: Session
    url: str
    part: PartialFile
    deadline: float
    progress: Progress | None = None

    @property
    def limits(self) -> FetchLimits:
        """Those of the session."""
        return self.session.limits


def run_transfer(taking: Transfer) -> FileVersion:
    """One attempt: ask for what is missing and write it.

    The bytes that are there are kept when the server confirms that they are of the same version
    (``If-Range``); whenever it sends the whole file, or another version, they are thrown away.

    Raises
    ------
    FetchError
        when the attempt fails; what has come is kept for the next.
    """
    known = taking.part.read_version(taking.url)
    have = taking.part.size if known and known.validator else 0
    headers = {"Accept-Encoding": "identity"}
    if have and known:
        headers |= {"Range": f"bytes={have}-", "If-Range": known.validator or ""}
    with taking.session.open_response(taking.url, headers) as answer:
        origin = _read_version(taking.url, answer)
        start, total = _parse_range(answer, have)
        if answer.status_code == 416 and have and total == have and known:
            return known
        if start is None or (start and not _is_same_version(known, origin)):
            # The server continues something else; the next attempt asks for all of it.
            taking.part.discard_bytes()
            raise FetchError("broken", "the file has changed on the server", redact_url(answer.url))
        if is_html(answer):
            with translate_http_errors(answer.url):
                raise build_html_error(answer)
        _require_space(taking, total, start, redact_url(answer.url))
        _write_body(taking, answer, origin, start, total)
        return origin if not start or known is None else known


def _read_version(url: str, answer: httpx.Response) -> FileVersion:
    headers = answer.headers
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", *_GZIP_ENCODINGS):
        raise FetchError(
            "refused", f"the server packs the file by {encoding[:20]!r}, which was not asked for",
            redact_url(answer.url),
        )  # fmt: skip
    return FileVersion(
        url, headers.get("ETag"), headers.get("Last-Modified"),
        "gzip" if encoding in _GZIP_ENCODINGS else None,
    )  # fmt: skip


def _parse_range(answer: httpx.Response, have: int) -> tuple[int | None, int]:
    """The place of the first byte, and the size of the file or 0; None where they do not fit."""
    if answer.status_code == 200:
        return 0, _parse_size(answer.headers.get("Content-Length"))
    match = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    if match is None:
        return None, 0
    total = _parse_size(match[3])
    if answer.status_code == 416 or match[1] is None or not have or int(match[1]) != have:
        return None, total
    return have, total


def _parse_size(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _is_same_version(known: FileVersion | None, found: FileVersion) -> bool:
    """Whether a partial answer is of the version that is there, as far as it tells."""
    if known is None or known.encoding != found.encoding:
        return False
    return found.etag in (None, known.etag) and found.modified in (None, known.modified)


def _require_space(taking: Transfer, total: int, start: int, place: str) -> None:
    if total > taking.limits.file_bytes:
        raise FetchError(
            "too-large",
            f"the file has {total} bytes and at most {taking.limits.file_bytes} are taken",
            place,
        )  # fmt: skip
    try:
        free = shutil.disk_usage(taking.part.path.parent).free
    except OSError:
        return
    if total - start > free:
        raise FetchError(
            "disk", f"the file needs {total - start} more bytes and {free} are free",
            str(taking.part.path.parent),
        )  # fmt: skip


def _write_body(
    taking: Transfer, answer: httpx.Response, origin: FileVersion, start: int, total: int
) -> None:
    place, at = redact_url(answer.url), start
    try:
        if not start:
            taking.part.restart(origin)
        with translate_http_errors(answer.url):
            for piece in answer.iter_raw():
                taking.part.add(piece, at)
                at += len(piece)
                _check_limits(taking, at, place)
                if taking.progress:
                    taking.progress(at, total)
    except OSError as error:
        raise build_disk_error(error, taking.part.path) from None
    if total and at < total:
        raise FetchError("broken", f"the connection ended after {at} of {total} bytes", place)
    if total and at > total:
        taking.part.discard_bytes()
        raise FetchError("broken", f"the server sent more than the {total} bytes it told", place)


def _check_limits(taking: Transfer, size: int, place: str) -> None:
    if size > taking.limits.file_bytes:
        taking.part.discard_bytes()
        raise FetchError(
            "too-large",
            f"the file is longer than the {taking.limits.file_bytes} bytes that are taken",
            place,
        )  # fmt: skip
    if time.monotonic() > taking.deadline:
        raise FetchError(
            "refused",
            f"not all there after {taking.limits.total_seconds:.0f} s; try again, what has "
            "come is kept", place,
        )  # fmt: skip
