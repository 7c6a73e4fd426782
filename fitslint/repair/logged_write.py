"""A plan written as it was asked for, and told to the log before and after."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fitslint.model.file import Container, FitsFile
from fitslint.repair.fingerprint import compute_fingerprint
from fitslint.repair.gzip_recipe import make_recipe
from fitslint.repair.log import Log, LogEntry, build_log_entry
from fitslint.repair.model import Mode, Plan, RepairError, WriteResult
from fitslint.repair.named_folders import is_within
from fitslint.repair.write import write_plan
from fitslint.syntax.scan_reader import Reader

FileAndReader = tuple[FitsFile, Reader]
"""A file and what it was read from."""


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


def write_and_log(
    plan: Plan, options: WriteOptions, old: FileAndReader, new: FileAndReader, container: Container
) -> WriteResult:
    """Write a plan, told to the log before and after.

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
                f"a link leads out of the folder {options.output_dir}; nothing is copied"
            )
    log = Log(options.log) if options.log is not None else None
    entry = None
    if log is not None:
        entry = prepare_log_entry(plan, options, log, (old, new), container)
        log.log_plan(entry, plan.repairs)
    try:
        written = write_plan(
            plan, options.mode, output_dir=folder, backup=options.backup, follow=options.follow,
            digests=log is not None,
        )  # fmt: skip
    except RepairError as error:
        if log is not None and entry is not None:
            log.log_failure(entry.id, str(error))
        raise
    if log is not None and entry is not None:
        log.log_result(entry.id, written)
    return written


def prepare_log_entry(
    plan: Plan,
    options: WriteOptions,
    log: Log,
    streams: tuple[FileAndReader, FileAndReader],
    container: Container,
) -> LogEntry:
    """What the log tells of a plan."""
    old, new = streams
    result = plan.path
    if options.output_dir is not None:
        result = str(
            Path(_find_output_folder(plan.path, options.output_dir)) / Path(plan.path).name
        )
    gzip = container == "gzip" and options.mode != "copy"
    return build_log_entry(
        plan,
        old[1].read_at,
        (compute_fingerprint(*old), compute_fingerprint(*new)),
        container=container,
        mode=options.mode,
        result=result,
        packing=make_recipe(Path(plan.path), log.path) if gzip else None,
    )


def _find_output_folder(path: str, output_dir: str) -> str:
    """Where a copy goes: a file that is named from here keeps its folders."""
    parent = Path(path).parent
    if parent.is_absolute() or ".." in parent.parts:
        return output_dir
    return str(Path(output_dir) / parent)
