"""Plans written as it was asked for, alone or together, and told to the log before and after.

:func:`write_files` is the one place from which files that are repaired, edited or conformed are
written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from fitslint.model.file import Container, FitsFile
from fitslint.repair.fingerprint import compute_fingerprint
from fitslint.repair.log import Log, LogEntry, build_log_entry
from fitslint.repair.model import FileIdentity, Mode, Plan, RepairError, WriteResult
from fitslint.repair.named_folders import is_within
from fitslint.repair.packing_recipe import make_recipe
from fitslint.repair.report import FixResult
from fitslint.repair.write import replace_files, write_plan
from fitslint.syntax.scan_reader import Reader
from fitslint.text import say

FileAndReader = tuple[FitsFile, Reader]
"""A file and what it was read from."""
BATCH_FILE_MAX = 4 * 1024 * 1024
"""Bytes up to which a file waits for others; syncing a larger one is cheap beside copying it."""
_Outcome = WriteResult | RepairError
_Job = tuple[Plan, LogEntry | None]
"""A plan, and what the log tells of it where there is one."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How results are written, and what is told of them."""

    mode: Mode = "replace"
    output_dir: str | None = None
    backup: str | None = None
    follow: bool = False
    log: str | None = None
    diff: bool = False
    """Keep the differences."""
    named_folders: tuple[str, ...] = ()
    """Folders that were named: no file is written that lies outside them, through a link."""
    corrections: bool = False
    """Keep what a file of corrections needs."""


class WriteBatch:
    """Small files whose plans are made and that wait, so that the device is synced once for all.

    Parameters
    ----------
    options
        how they are written.
    uninterrupted
        gives the context in which they are written, where nothing may interrupt it.
    """

    def __init__(
        self,
        options: WriteOptions,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.options = options
        self.uninterrupted = uninterrupted
        self._waiting: dict[tuple[int, int], tuple[FixResult, LogEntry | None]] = {}

    def accepts(self, plan: Plan, container: Container) -> bool:
        """Whether a file can wait: a small one that is replaced, nothing of it kept elsewhere."""
        options = self.options
        plain = container in ("fits", "text") and options.backup is None and not options.follow
        small = max(plan.size, plan.new_size) <= BATCH_FILE_MAX and plan.identity is not None
        return options.mode == "replace" and plain and small

    def contains(self, identity: FileIdentity) -> bool:
        """Whether this very file waits already, under whatever name."""
        return (identity.device, identity.inode) in self._waiting

    def add(self, result: FixResult, entry: LogEntry | None) -> None:
        """Let a file wait; ``entry`` is what the log will tell of it."""
        if (identity := result.plan.identity) is not None:
            self._waiting[identity.device, identity.inode] = (result, entry)

    def discard(self, path: str) -> None:
        """Leave a file as it is."""
        waiting = self._waiting.items()
        self._waiting = {key: job for key, job in waiting if job[0].plan.path != path}

    def write(self) -> None:
        """Write all that wait; each tells in ``written`` or ``error`` how that went."""
        waiting, self._waiting = list(self._waiting.values()), {}
        if not waiting:
            return
        with self.uninterrupted():
            jobs = [(result.plan, entry) for result, entry in waiting]
            outcomes = _write_together(jobs, self.options)
        for (result, _), outcome in zip(waiting, outcomes, strict=True):
            result.record(outcome)


def _write_together(jobs: Sequence[_Job], options: WriteOptions) -> list[_Outcome]:
    try:
        log = open_log(options)
    except RepairError as error:
        return [error] * len(jobs)
    return write_files(jobs, log, lambda plans: replace_files(plans, digests=log is not None))


def write_and_log(
    plan: Plan, options: WriteOptions, old: FileAndReader, new: FileAndReader, container: Container
) -> WriteResult:
    """Write one plan as the options ask for, told to the log before and after.

    Raises
    ------
    RepairError
        when file or log cannot be written; the file is then as it was.
    """
    folder = None
    if options.output_dir is not None:
        folder = _find_output_folder(plan.path, options.output_dir)
        if not is_within(os.path.realpath(folder), os.path.realpath(options.output_dir)):
            raise RepairError(
                say(
                    "a link leads out of the folder {output_dir}; nothing is copied",
                    output_dir=options.output_dir,
                )
            )
    log = open_log(options)
    entry = make_log_entry(plan, options, log, (old, new), container)

    def write(plans: Sequence[Plan]) -> list[_Outcome]:
        try:
            return [
                write_plan(
                    each, options.mode, output_dir=folder, backup=options.backup,
                    follow=options.follow, digests=log is not None,
                )
                for each in plans
            ]  # fmt: skip
        except RepairError as error:
            return [error]

    (outcome,) = write_files([(plan, entry)], log, write)
    if isinstance(outcome, RepairError):
        raise outcome
    return outcome


def write_files(
    jobs: Sequence[_Job], log: Log | None, write: Callable[[Sequence[Plan]], Sequence[_Outcome]]
) -> list[_Outcome]:
    """Write plans by ``write``, and tell the log before and after.

    A plan that the log cannot be told of is not written. Every line is on the device before the
    first file is touched; where the log cannot be told how it went, that line is enough to undo the
    repair, and a note says so.
    """
    outcomes = [_log_plan(log, *job) for job in jobs]
    results = iter(
        write([plan for (plan, _), error in zip(jobs, outcomes, strict=True) if not error])
    )
    return [
        error or _log_outcome(log, entry, next(results))
        for (_, entry), error in zip(jobs, outcomes, strict=True)
    ]


def _log_plan(log: Log | None, plan: Plan, entry: LogEntry | None) -> RepairError | None:
    try:
        if log is not None and entry is not None:
            log.log_plan(entry, plan.repairs)
    except RepairError as error:
        return error
    return None


def _log_outcome(log: Log | None, entry: LogEntry | None, outcome: _Outcome) -> _Outcome:
    if log is None or entry is None:
        return outcome
    try:
        if isinstance(outcome, WriteResult):
            log.log_result(entry.id, outcome)
        else:
            log.log_failure(entry.id, str(outcome))
    except RepairError as error:
        note = say("the log does not tell how this ended: {error}", error=error).split(";", 1)[0]
        if isinstance(outcome, WriteResult):
            return replace(outcome, notes=(note,))
        outcome.add_note(note)
    return outcome


def open_log(options: WriteOptions) -> Log | None:
    """The log that is told of what is written, where one was asked for.

    Raises
    ------
    RepairError
        when it cannot be written, or is no log.
    """
    return Log(options.log) if options.log is not None else None


def make_log_entry(
    plan: Plan,
    options: WriteOptions,
    log: Log | None,
    streams: tuple[FileAndReader, FileAndReader],
    container: Container,
) -> LogEntry | None:
    """What the log tells of a plan; ``streams`` are the file as it is, and as it will be."""
    if log is None:
        return None
    old, new = streams
    result = plan.path
    if options.output_dir is not None:
        folder = _find_output_folder(plan.path, options.output_dir)
        result = str(Path(folder) / Path(plan.path).name)
    is_packed = container not in ("fits", "text") and options.mode != "copy"
    return build_log_entry(
        plan,
        old[1].read_at,
        (compute_fingerprint(*old), compute_fingerprint(*new)),
        container=container,
        mode=options.mode,
        result=result,
        packing=make_recipe(Path(plan.path), log.path, container) if is_packed else None,
    )


def _find_output_folder(path: str, output_dir: str) -> str:
    """Where a copy goes: a file that is named from here keeps its folders."""
    parent = Path(path).parent
    if parent.is_absolute() or ".." in parent.parts:
        return output_dir
    return str(Path(output_dir) / parent)
