"""The Wayback Machine: which copies of a file it keeps, and where."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import httpx

from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.responses import redact_url
from fitslint.pipeline.fetch.session import Session, validate_url

_TIMESTAMP = re.compile(r"[0-9]{14}")
_MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class WaybackArchive:
    """The addresses of an archive: its index (CDX) and where it shows copies."""

    index: str = "https://web.archive.org/cdx/search/cdx"
    copies: str = "https://web.archive.org/web"


def list_copies(session: Session, archive: WaybackArchive, prefix: str, name: str) -> list[str]:
    """The addresses of the copies of a file, the newest first, with their bytes as they were.

    Parameters
    ----------
    session : Session
    archive : Archive
    prefix : str
        what the addresses of the file begin with, without ``https://``.
    name : str
        what they end with.

    Raises
    ------
    FetchError
        when there is no copy, or the archive does not answer.
    """
    query = {
        "url": prefix, "matchType": "prefix", "output": "json", "limit": str(_MAX_ROWS),
        "fl": "timestamp,original,mimetype,statuscode",
        "filter": ["statuscode:200", f"original:.*/{re.escape(name)}"],
    }  # fmt: skip
    place, text = session.read_page(str(validate_url(archive.index).copy_merge_params(query)))
    found = _parse_index(text, redact_url(place), name)
    if not found:
        raise FetchError("gone", f"the archive has no copy of {name}", redact_url(place))
    # `id_` asks for the bytes without the additions of the archive.
    return [
        f"{archive.copies}/{time}id_/{original}" for time, original in sorted(found, reverse=True)
    ]


def _parse_index(text: str, place: str, name: str) -> list[tuple[str, str]]:
    """Times and addresses of the copies that are no web pages."""
    try:
        rows = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise FetchError("refused", "the index of the archive cannot be read", place)
    return [
        (row[0], row[1])
        for row in rows
        if isinstance(row, list)
        and len(row) == 4
        and all(isinstance(value, str) for value in row)
        and _TIMESTAMP.fullmatch(row[0])
        and row[2] != "text/html"
        and row[3] in ("200", "-")
        and _is_copy_url(row[1], name)
    ]


def _is_copy_url(address: str, name: str) -> bool:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in ("http", "https") and url.path.endswith(f"/{name}")
