"""A plan written as it was asked for, and told to the log before and after."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fitslint.model.file import Container, FitsFile
from fitslint.repair.log import Entry, Log, new_entry
from fitslint.repair.model import Mode, Plan, RepairError, Written
from fitslint.repair.packing import recipe
from fitslint.repair.places import is_within
from fitslint.repair.state import state_of
from fitslint.repair.write import write
from fitslint.syntax.scan_reader import Reader

Read = tuple[FitsFile, Reader]
"""A file and what it was read from."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How results are written, and what is told of them."""

    mode: Mode = "replace"
    output_dir: str | None = None
    backup: str | None = None
    follow: bool = False
    log: str | None = None
    diff: bool = False
    """Keep the differences."""
    named: tuple[str, ...] = ()
    """Folders that were named: no file is written that lies outside them, through a link."""
    corrections: bool = False
    """Keep what a file of corrections needs."""


def written_with_log(
    plan: Plan, how: Writing, old: Read, new: Read, container: Container
) -> Written:
    """Write a plan, told to the log before and after.

    Raises
    ------
    RepairError
        when file or log cannot be written; the file is then as it was.
    """
    folder = None
    if how.output_dir is not None:
        folder = _folder(plan.path, how.output_dir)
        if not is_within(os.path.realpath(folder), os.path.realpath(how.output_dir)):
            raise RepairError(f"a link leads out of the folder {how.output_dir}; nothing is copied")
    log = Log(how.log) if how.log is not None else None
    entry = None
    if log is not None:
        entry = log_entry(plan, how, log, (old, new), container)
        log.planned(entry, plan.repairs)
    try:
        written = write(
            plan, how.mode, output_dir=folder, backup=how.backup, follow=how.follow,
            digests=log is not None,
        )  # fmt: skip
    except RepairError as error:
        if log is not None and entry is not None:
            log.failed(entry.id, str(error))
        raise
    if log is not None and entry is not None:
        log.written(entry.id, written)
    return written


def log_entry(
    plan: Plan, how: Writing, log: Log, streams: tuple[Read, Read], container: Container
) -> Entry:
    """What the log tells of a plan."""
    old, new = streams
    result = plan.path
    if how.output_dir is not None:
        result = str(Path(_folder(plan.path, how.output_dir)) / Path(plan.path).name)
    gzip = container == "gzip" and how.mode != "copy"
    return new_entry(
        plan,
        old[1].read_at,
        (state_of(*old), state_of(*new)),
        container=container,
        mode=how.mode,
        result=result,
        packing=recipe(Path(plan.path), log.path) if gzip else None,
    )


def _folder(path: str, output_dir: str) -> str:
    """Where a copy goes: a file that is named from here keeps its folders."""
    parent = Path(path).parent
    if parent.is_absolute() or ".." in parent.parts:
        return output_dir
    return str(Path(output_dir) / parent)
