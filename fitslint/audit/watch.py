"""An archive that grows, watched: what lands is checked when its writer is done with it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from watchfiles import Change, watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from fitslint.audit.listing import is_remote, list_file
from fitslint.audit.manifest import ListedFile, Manifest
from fitslint.audit.paths import escape_path
from fitslint.audit.post import Poster
from fitslint.audit.ruleset import compute_ruleset
from fitslint.audit.run import AuditRun, run_audit
from fitslint.audit.tables import MANIFEST_FILE, AuditFolderError, read_shard_facts
from fitslint.model.finding import SEVERITIES
from fitslint.source.walk import FileWalk
from fitslint.text import say

SETTLE_SECONDS = 2.0
"""Seconds for which a file has to stay as it is before it is checked."""
_TICK_MS = 250
LISTING_SECONDS = 60.0
"""Seconds between two listings where names that cannot be watched make them necessary."""
_BATCH_MAX = 4096
"""Files that are checked at once."""


class WatchedBatch(NamedTuple):
    """What came of the files that landed together."""

    files: int
    gone: int
    shards: list[int]
    """New shards, in which the files are."""
    counts: Mapping[str, int]
    """Findings in them, by severity."""


class Watcher:
    """Watches the roots of an audit and brings it up to date.

    Parameters
    ----------
    options
        of the audit: roots, folder and settings.
    settle
        seconds for which a file has to stay as it is.
    clock
        seconds, never going back.

    Raises
    ------
    AuditFolderError
        when a root cannot be watched, or the audit was made by other rules.
    """

    def __init__(
        self,
        options: AuditRun,
        settle: float = SETTLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.options = options
        self.folder = Path(options.folder)
        self.settle = settle
        self._clock = clock
        self._pending: dict[str, tuple[ListedFile, float]] = {}
        """By path: how the file was when it was last seen to change, and when that was."""
        for root in options.roots:
            if is_remote(root) or not os.path.isdir(root):  # noqa: PTH112 -- names of any bytes
                raise AuditFolderError(say("{root} is no folder that can be watched", root=root))
        self.is_behind = False
        """Whether something changed that could not be told; the next listing finds it."""
        self._own = os.path.abspath(self.folder)  # noqa: PTH100

    def watch(self, poster: Poster | None = None) -> Generator[WatchedBatch | None]:
        """What came of each batch of files, and None from time to time when there is none.

        Raises
        ------
        AuditFolderError, OSError
            when the audit cannot be brought up to date; files that wait are found by the next run.
        """
        changes = _follow_changes(self.options.roots)
        next(changes)  # from here on nothing is missed, so that what was there can be listed
        yield self.list_anew()
        listed = self._clock()
        for found in changes:
            self.is_behind |= found is None
            if self.is_behind and self._clock() - listed >= LISTING_SECONDS:
                yield self.list_anew()
                listed = self._clock()
            for kind, path in found or ():
                self._note(kind, path)
            if poster is not None and poster.is_full:
                yield None
                continue
            settled = self._take_settled()
            yield self.update(settled) if settled else None

    def list_anew(self) -> WatchedBatch:
        """Bring the audit up to date with all that is there."""
        exists = (self.folder / MANIFEST_FILE).is_file()
        first = Manifest(self.folder).facts["next_shard"] if exists else 0
        run_audit(self.options)
        self.is_behind = False
        files = sum(place.rows for place in Manifest(self.folder).shards.values()
                    if place.shard >= first)  # fmt: skip
        return self._describe(first, files, 0)

    def _note(self, kind: Change, path: str) -> None:
        """Remember that a file has changed; the audit itself is not what is watched."""
        if path == self._own or path.startswith(self._own + os.sep):
            return
        if kind is Change.deleted or not os.path.isdir(path):  # noqa: PTH112
            self._pending[path] = (list_file(path), self._clock())
            return
        for below in FileWalk((path,), exclude=self.options.settings.exclude):
            self._pending[below] = (list_file(below), self._clock())

    def _take_settled(self) -> list[str]:
        """Files that have stayed as they are for long enough."""
        now = self._clock()
        settled: list[str] = []
        for path, (seen, since) in list(self._pending.items()):
            state = list_file(path)
            if state != seen:
                self._pending[path] = (state, now)
            elif now - since >= self.settle and len(settled) < _BATCH_MAX:
                settled.append(path)
                del self._pending[path]
        return settled

    def update(self, paths: list[str]) -> WatchedBatch:
        """Bring the audit up to date with files that have landed, changed or gone."""
        before = Manifest(self.folder)
        if before.facts["ruleset"] != compute_ruleset(self.options.settings):
            raise AuditFolderError(
                say("{folder} was audited by other rules; give the same options",
                    folder=self.folder)
            )  # fmt: skip
        listed = self._list_wanted(paths)
        run_audit(
            self.options, change_listing=lambda manifest: _replace_rows(manifest, paths, listed)
        )
        return self._describe(before.facts["next_shard"], len(listed), len(paths) - len(listed))

    def _describe(self, first: int, files: int, gone: int) -> WatchedBatch:
        """What the shards from a number on say of themselves."""
        shards = [shard for shard in Manifest(self.folder).shards if shard >= first]
        counts: Counter[str] = Counter()
        for shard in shards:
            found = read_shard_facts(self.folder, shard)
            counts.update({name: found.facts.get(name, 0) for name in SEVERITIES} if found else {})
        return WatchedBatch(files, gone, shards, counts)

    def _list_wanted(self, paths: list[str]) -> list[ListedFile]:
        """Those of the files that are there and that an audit looks at."""
        there = [path for path in paths if os.path.lexists(path)]
        walk = FileWalk(there, exclude=self.options.settings.exclude, only_fits=True)
        return [list_file(path) for path in walk]


def _follow_changes(roots: Sequence[str]) -> Iterator[set[tuple[Change, str]] | None]:
    """What changes, often nothing; None where some was lost, as a name in it is no UTF-8."""
    is_ended = False
    while not is_ended:
        try:
            yield from watch(
                *roots, watch_filter=None, debounce=_TICK_MS, step=50, rust_timeout=_TICK_MS,
                yield_on_timeout=True, raise_interrupt=True, ignore_permission_denied=True,
            )  # fmt: skip
            is_ended = True
        except WatchfilesRustInternalError:
            time.sleep(_TICK_MS / 1000)
            yield None


def _replace_rows(
    manifest: Manifest, paths: list[str], listed: list[ListedFile]
) -> Iterator[ListedFile]:
    """The rows of a manifest, those of some files (or of folders that are gone) replaced."""
    changed = set(map(escape_path, paths))
    folders = tuple(f"{path}/" for path in changed)
    for shard in manifest.shards:
        for row in manifest.read_shard(shard):
            if row.path not in changed and not row.path.startswith(folders):
                yield row
    yield from listed
