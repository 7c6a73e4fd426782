"""Small files that are repaired together, so that the device is synced once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from fitslint.model.file import Container
from fitslint.repair.log import Log, LogEntry
from fitslint.repair.model import FileIdentity, Plan, RepairError, WriteResult
from fitslint.repair.write import replace_files

if TYPE_CHECKING:
    from fitslint.repair.fixer import FixResult, WriteOptions

BATCH_FILE_MAX = 4 * 1024 * 1024
"""Bytes up to which a file waits for others; syncing a larger one is cheap beside copying it."""
_Waiting = tuple["FixResult", LogEntry | None]


class WriteBatch:
    """Files whose plans are made and that wait to be replaced.

    Parameters
    ----------
    how
        how they are written.
    held
        gives the context in which they are written, where nothing may interrupt it.
    """

    def __init__(
        self,
        options: WriteOptions,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.options = options
        self.uninterrupted = uninterrupted
        self._waiting: dict[tuple[int, int], _Waiting] = {}

    def accepts(self, plan: Plan, container: Container) -> bool:
        """Whether a file can wait: a small one that is replaced, nothing of it kept elsewhere."""
        how = self.options
        plain = container != "gzip" and how.backup is None and not how.follow
        small = max(plan.size, plan.new_size) <= BATCH_FILE_MAX and plan.identity is not None
        return how.mode == "replace" and plain and small

    def contains(self, identity: FileIdentity) -> bool:
        """Whether this very file waits already, under whatever name."""
        return (identity.device, identity.inode) in self._waiting

    def add(self, done: FixResult, entry: LogEntry | None) -> None:
        """Let a file wait; ``entry`` is what the log will tell of it."""
        if (identity := done.plan.identity) is not None:
            self._waiting[identity.device, identity.inode] = (done, entry)

    def discard(self, path: str) -> None:
        """Leave a file as it is."""
        kept = self._waiting.items()
        self._waiting = {key: each for key, each in kept if each[0].plan.path != path}

    def write(self) -> None:
        """Write all that wait; each tells in ``written`` or ``error`` how that went."""
        waiting, self._waiting = list(self._waiting.values()), {}
        if not waiting:
            return
        with self.uninterrupted():
            self._write_all(waiting)

    def _write_all(self, waiting: list[_Waiting]) -> None:
        log = None
        if self.options.log is not None:
            try:
                log = Log(self.options.log)
            except RepairError as error:
                for done, _ in waiting:
                    done.fail(error)
                return
            # Every line is on the device before the first file is touched.
            waiting = [each for each in waiting if _log_plan(log, *each)]
        results = replace_files([done.plan for done, _ in waiting], digests=log is not None)
        for (done, entry), result in zip(waiting, results, strict=True):
            if isinstance(result, WriteResult):
                done.written = result
            else:
                done.fail(result)
            if log is not None and entry is not None:
                _log_outcome(log, done, entry, result)


def _log_plan(log: Log, done: FixResult, entry: LogEntry | None) -> bool:
    """Tell the log what will be written; without that, nothing is."""
    try:
        if entry is not None:
            log.log_plan(entry, done.plan.repairs)
    except RepairError as error:
        done.fail(error)
        return False
    return True


def _log_outcome(
    log: Log, done: FixResult, entry: LogEntry, result: WriteResult | RepairError
) -> None:
    """Tell the log how it went; where that fails, the line before is enough to undo the repair."""
    try:
        if isinstance(result, WriteResult):
            log.log_result(entry.id, result)
        else:
            log.log_failure(entry.id, str(result))
    except RepairError as error:
        done.notes.append(f"the log does not tell how this ended: {error}".split(";", 1)[0])
