"""What a URL stands for: a file, an index page of a web server, or a folder of a store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from fitslint.audit.manifest import ListedFile
from fitslint.audit.paths import escape_path
from fitslint.audit.remote.http import RemoteFacts, fetch_facts, fetch_page, split_url
from fitslint.audit.remote.objects import list_objects
from fitslint.audit.remote.retry import RemoteError
from fitslint.source.patterns import Patterns
from fitslint.source.walk import has_fits_suffix

_SECONDS = 60.0
_PAGE_MAX = 256 << 20
"""Bytes of an index page."""
_CONNECTIONS = 8
_AHEAD = 256
_DEPTH_MAX, _REPEATS_MAX = 64, 4
"""Folders within each other that are followed, and those of one name among them."""


def list_remote(root: str, exclude: Sequence[str] = ()) -> Iterator[ListedFile]:
    """The files of a URL with size, time and ETag where they are told.

    A URL that ends in a slash is a folder: of a web server its index pages are read. What cannot
    be listed is listed itself, so that reading it tells why.
    """
    patterns = Patterns(exclude)
    if root.startswith(("http://", "https://")):
        try:
            split_url(root)
        except RemoteError:
            yield ListedFile(escape_path(root))
            return
        urls = (url for url in _list_pages(root) if not patterns.match(urlsplit(url).path))
        yield from _ask_all(urls)
        return
    try:
        for found in list_objects(root, _SECONDS):
            if found.url == root or (has_fits_suffix(found.url) and not patterns.match(found.url)):
                yield ListedFile(escape_path(found.url), *found[1:])
    except RemoteError:
        yield ListedFile(escape_path(root))


def _ask_all(urls: Iterator[str]) -> Iterator[ListedFile]:
    """What the server says of each, so many at a time, in their order."""
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        while some := list(islice(urls, _AHEAD)):
            for url, facts in zip(some, pool.map(_ask, some), strict=True):
                yield ListedFile(escape_path(url), *facts)


def _ask(url: str) -> RemoteFacts:
    return fetch_facts(url, _SECONDS)


def _list_pages(root: str) -> Iterator[str]:
    """The files that the index pages from ``root`` down name, those of a folder in order."""
    if not urlsplit(root).path.endswith("/"):
        yield root
        return
    waiting, seen = [root], {root}
    while waiting:
        folder = waiting.pop()
        try:
            page = fetch_page(folder, _PAGE_MAX, _SECONDS)
        except RemoteError:
            yield folder
            continue
        links = _LinkParser(folder)
        links.feed(page)
        for url in links.urls:
            if not url.endswith("/") and has_fits_suffix(urlsplit(url).path):
                yield url
        below = [url for url in links.urls if url.endswith("/") and url not in seen]
        seen.update(below)
        yield from (url for url in below if _is_endless(url))
        waiting += reversed([url for url in below if not _is_endless(url)])


def _is_endless(url: str) -> bool:
    """Whether a folder lies in itself over and over, as behind a symbolic link, or too deep."""
    names = [name for name in urlsplit(url).path.split("/") if name]
    return len(names) > _DEPTH_MAX or max(Counter(names).values(), default=0) > _REPEATS_MAX


class _LinkParser(HTMLParser):
    """Collects the links of an index page that lead to what is in the folder."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.urls: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href")
        if tag != "a" or not target or target.startswith("?"):
            return
        try:
            url = urldefrag(urljoin(self.folder, target))[0]
        except ValueError:  # no address at all
            return
        name = url.removeprefix(self.folder)
        if name != url and name and "/" not in name[:-1]:
            self.urls[url] = None
