"""The Wayback Machine: which copies of a file it keeps, and where."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import httpx

from fitslint.pipeline.fetch.answers import shown
from fitslint.pipeline.fetch.errors import FetchError
from fitslint.pipeline.fetch.session import Session, checked

_TIME = re.compile(r"[0-9]{14}")
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Archive:
    """The addresses of an archive: its index (CDX) and where it shows copies."""

    index: str = "https://web.archive.org/cdx/search/cdx"
    copies: str = "https://web.archive.org/web"


def copies_of(session: Session, archive: Archive, prefix: str, name: str) -> list[str]:
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
        "url": prefix, "matchType": "prefix", "output": "json", "limit": str(_MOST),
        "fl": "timestamp,original,mimetype,statuscode",
        "filter": ["statuscode:200", f"original:.*/{re.escape(name)}"],
    }  # fmt: skip
    place, text = session.page(str(checked(archive.index).copy_merge_params(query)))
    found = _copies(text, shown(place), name)
    if not found:
        raise FetchError("gone", f"the archive has no copy of {name}", shown(place))
    # `id_` asks for the bytes without the additions of the archive.
    return [
        f"{archive.copies}/{time}id_/{original}" for time, original in sorted(found, reverse=True)
    ]


def _copies(text: str, place: str, name: str) -> list[tuple[str, str]]:
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
        and all(isinstance(one, str) for one in row)
        and _TIME.fullmatch(row[0])
        and row[2] != "text/html"
        and row[3] in ("200", "-")
        and _ends(row[1], name)
    ]


def _ends(address: str, name: str) -> bool:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in ("http", "https") and url.path.endswith(f"/{name}")
