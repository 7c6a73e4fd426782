"""Headers of remote files, several at a time and ahead of who judges them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from fitslint.audit.manifest import ListedFile
from fitslint.audit.paths import unescape_path
from fitslint.audit.remote.http import HttpReader
from fitslint.audit.remote.objects import ObjectReader
from fitslint.audit.remote.retry import RemoteError
from fitslint.model.file import FitsFile
from fitslint.source.files import decompress, read_container
from fitslint.syntax.scan_reader import ScanBounds

CONNECTIONS = 8
"""Files of one process that are read at the same time."""
_AHEAD = 4 * CONNECTIONS


class FetchedFile(NamedTuple):
    """What was read of a remote file, and how many bytes it cost."""

    file: FitsFile
    received: int
    is_gone: bool = False


def fetch_file(row: ListedFile, limits: ScanBounds) -> FetchedFile:
    """Read the structure of a remote file; nothing is raised because of it or its server."""
    url = unescape_path(row.path)
    reader: HttpReader | ObjectReader
    try:
        if url.startswith(("http://", "https://")):
            reader = HttpReader(url, limits.seconds)
        else:
            reader = ObjectReader(url, limits.seconds, row.size)
    except RemoteError as error:
        return FetchedFile(FitsFile(url, "unreadable", reason=str(error)), 0, error.is_gone)
    try:
        stream, container = decompress(reader, limits)
        file = read_container(stream, url, container, limits, empty=reader.size == 0)
    finally:
        reader.close()
    return FetchedFile(file, reader.received)


def fetch_files(rows: Sequence[ListedFile], limits: ScanBounds) -> Iterator[Future[FetchedFile]]:
    """What is read of each file, in order; some of those to come are being read already."""
    pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="fetch")
    running: deque[Future[FetchedFile]] = deque()
    try:
        for row in rows:
            running.append(pool.submit(fetch_file, row, limits))
            if len(running) > _AHEAD:
                yield running.popleft()
        while running:
            yield running.popleft()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
