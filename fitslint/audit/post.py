"""Findings on their way to a URL: kept on disk until they were taken, so that none is lost.

What has to be sent lies in the folder of the audit, a file of JSON lines a piece. Pieces are sent
in order; one that was taken (any answer of 200 to 299) is removed, one that was not waits. A piece
may be sent twice, when its answer was lost on the way, and says in ``Idempotency-Key`` which it is.
"""

from __future__ import annotations

import http.client
import json
import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from fitslint.audit.remote.http import split_url
from fitslint.audit.remote.retry import RemoteError
from fitslint.audit.tables import AuditFolderError, locate_part
from fitslint.text import say

QUEUE_FOLDER = "post"
PIECES_MAX = 10_000
"""Pieces that may wait; then nothing more is read before some were taken."""
_LINES_MAX = 5000
_LAST_FILE = "queued-to"
_TIMEOUT_SECONDS = 30.0
_MOVED = (301, 302, 303, 307, 308)
_FIRST_WAIT, _LAST_WAIT = 1.0, 300.0
"""Seconds until the next trial: twice as long each time, with chance in it."""


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it would turn POST into GET, and the answer to that says nothing."""

    def redirect_request(self, *_arguments: object, **_options: object) -> None:
        """Nowhere."""


_OPENER = urllib.request.build_opener(_StayHere)


class Poster:
    """Sends the findings of shards to a URL.

    Parameters
    ----------
    folder
        of the audit.
    url
        ``http://`` or ``https://``.
    first
        the shard from which findings are sent, where the folder does not say so already.

    Raises
    ------
    AuditFolderError
        when it is no such URL.
    """

    def __init__(self, folder: Path, url: str, first: int) -> None:
        try:
            split_url(url)
        except RemoteError:
            raise AuditFolderError(
                say("{url} is no http:// or https:// address", url=url)
            ) from None
        self.url = url
        self.problem = ""
        """Why the last trial failed; empty when it did not."""
        self._audit = folder
        self._queue = folder / QUEUE_FOLDER
        self._queue.mkdir(exist_ok=True)
        self._next_trial = 0.0
        self._wait = _FIRST_WAIT
        if not (self._queue / _LAST_FILE).is_file():
            self._note_queued(first - 1)

    @property
    def waiting(self) -> int:
        """Pieces that wait."""
        return len(self._list_pieces())

    @property
    def is_full(self) -> bool:
        """Whether so much waits that nothing more should be found."""
        return self.waiting >= PIECES_MAX

    def queue_shards(self, shards: list[int]) -> None:
        """Put the findings of the shards that are new into the queue.

        Raises
        ------
        OSError
            when the queue cannot be written.
        """
        last = int((self._queue / _LAST_FILE).read_text("ascii"))
        for shard in sorted(one for one in shards if one > last):
            lines = _read_lines(self._audit, shard)
            number = 0
            while piece := "".join(islice(lines, _LINES_MAX)):
                self._store(f"{shard:08d}-{number:04d}.jsonl", piece)
                number += 1
            self._note_queued(shard)

    def send(self, now: float) -> int:
        """Send what waits, unless it is too early for another trial; pieces that were taken.

        Parameters
        ----------
        now
            seconds of a clock that does not go back.
        """
        taken = 0
        if now < self._next_trial:
            return taken
        for piece in self._list_pieces():
            self.problem = self._send_piece(piece)
            if self.problem:
                self._next_trial = now + self._wait * random.uniform(0.5, 1.0)
                self._wait = min(2 * self._wait, _LAST_WAIT)
                break
            self._wait = _FIRST_WAIT
            piece.unlink(missing_ok=True)
            taken += 1
        return taken

    def _list_pieces(self) -> list[Path]:
        return sorted(self._queue.glob("*.jsonl"))

    def _store(self, name: str, text: str) -> None:
        temporary = self._queue / f".{name}"
        temporary.write_text(text, "utf-8")
        temporary.replace(self._queue / name)

    def _note_queued(self, shard: int) -> None:
        self._store(_LAST_FILE, f"{shard}")

    def _send_piece(self, piece: Path) -> str:
        """Send a piece; why it was not taken."""
        request = urllib.request.Request(
            self.url, data=piece.read_bytes(), method="POST",
            headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": piece.stem},
        )  # fmt: skip
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                return "" if 200 <= answer.status < 300 else f"{answer.status} {answer.reason}"
        except urllib.error.HTTPError as error:
            error.close()
            target = error.headers.get("Location") if error.code in _MOVED else None
            return f"{error.code} {error.reason}" + (f": {target}" if target else "")
        except (OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            return str(getattr(reason, "strerror", None) or reason)


def _read_lines(folder: Path, shard: int) -> Iterator[str]:
    """The findings of a shard as lines of JSON, without what is null."""
    import pyarrow.parquet as pq

    path = locate_part(folder, "findings", shard)
    if not path.is_file():
        return
    with pq.ParquetFile(path) as part:
        for batch in part.iter_batches(_LINES_MAX):
            for row in batch.to_pylist():
                yield json.dumps(_drop_nulls(row)) + "\n"


def _drop_nulls(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
