"""What a crash left behind, put right."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from fitslint.repair.model import RepairError
from fitslint.repair.write.errors import describe_oserror, make_failure, make_refusal
from fitslint.repair.write.inplace import remove_file, write_at
from fitslint.repair.write.journal import Journal, has_current_version, read_journal
from fitslint.repair.write.names import get_base_name, get_folder, is_temporary_for, join_path
from fitslint.repair.write.system import NOFOLLOW, NONBLOCK, System
from fitslint.repair.write.target import LOCK_ERRORS, lock_target, read_range
from fitslint.source.journals import find_journal, resolve_link
from fitslint.text import say


@dataclass(frozen=True, slots=True)
class RecoveryResult:
    """What was found beside a file, and done."""

    path: str
    rolled_back: bool = False
    """Whether the old bytes were written back."""
    removed: tuple[str, ...] = ()
    """Journals and temporary files that are gone now."""


def restore_file(path: str, system: System) -> RecoveryResult:
    """Bring a file to its old bytes where a repair in place was cut short, and tidy up.

    Raises
    ------
    RepairError
        when another program holds the file, or the journal is not about this file.
    """
    try:
        file = resolve_link(path)
        removed = []
        journal = find_journal(file)
        rolled_back = False
        if journal is not None:
            rolled_back = _roll_back_journal(file, journal, system)
            removed.append(journal)
        removed += _remove_temporaries(file, system)
    except OSError as error:
        raise make_failure(error, "recovering it") from error
    return RecoveryResult(path, rolled_back, tuple(removed))


def _roll_back_journal(file: str, path: str, system: System) -> bool:
    """Roll back a journal and remove it; whether it held anything."""
    fd = _open_file(file, system)
    try:
        if fd is not None:
            # A journal that is not finished may be that of somebody at work.
            lock_target(system, fd, False, [])
        journal, status = read_journal(system, path)
        if journal is not None:
            if fd is None:
                raise make_refusal(f"the file is gone; {path} holds the old bytes of its headers")
            _refuse_foreign_journal(journal, path, status, system.fstat(fd))
            _roll_back(system, fd, journal, path)
        remove_file(system, path)
    finally:
        if fd is not None:
            with suppress(OSError):
                system.close(fd)
    _sync_folder(file, system)
    return journal is not None


def _open_file(file: str, system: System) -> int | None:
    try:
        return system.open(file, os.O_RDWR | NOFOLLOW | NONBLOCK)
    except FileNotFoundError:
        return None


def _refuse_foreign_journal(
    journal: Journal, path: str, status: os.stat_result, file: os.stat_result
) -> None:
    """Refuse a journal that is not about this file, or that a stranger wrote.

    The device is not compared: its number may be another one after the system has started again.
    """
    if not has_current_version(journal):
        raise make_refusal(
            f"{path} was written by a later version of fitslint, which can recover it"
        )
    if journal.inode != file.st_ino or journal.size != file.st_size:
        raise make_refusal(
            f"{path} belongs to another file than the one of that name now; "
            "remove it if this file is as it should be"
        )
    trusted = {file.st_uid, 0, os.geteuid() if hasattr(os, "geteuid") else status.st_uid}
    if status.st_uid not in trusted:
        raise make_refusal(f"{path} was written by another user (number {status.st_uid})")


def _roll_back(system: System, fd: int, journal: Journal, path: str) -> None:
    currents = [
        read_range(system, fd, change.offset, change.offset + len(change.old))
        for change in journal.changes
    ]
    pairs = list(zip(journal.changes, currents, strict=True))
    if not all(change.is_between(data) for change, data in pairs):
        raise make_refusal(
            f"another program has changed the file since the repair that wrote {path}; "
            "remove it if the file is as it should be"
        )
    try:
        for change, data in pairs:
            if data != change.old:
                write_at(system, fd, change.old, change.offset)
        system.fsync(fd)
    except OSError as error:
        raise RepairError(
            say(
                "{oserror} while the old bytes were written back; they are kept in {path}",
                oserror=describe_oserror(error),
                path=path,
            )
        ) from error


def _remove_temporaries(file: str, system: System) -> list[str]:
    """Remove the temporary files of runs that are over; a run that goes on holds a lock on its."""
    folder, name = get_folder(file), get_base_name(file)
    removed = []
    for each in system.names(folder):
        if is_temporary_for(each, name):
            path = join_path(folder, each)
            if not _is_in_use(path, system):
                remove_file(system, path)
                removed.append(path)
    if removed:
        _sync_folder(file, system)
    return removed


def _is_in_use(path: str, system: System) -> bool:
    try:
        fd = system.open(path, os.O_RDONLY | NOFOLLOW | NONBLOCK)
    except OSError:
        return False
    try:
        system.lock(fd, False)
    except OSError as error:
        return error.errno in LOCK_ERRORS
    finally:
        system.close(fd)
    return False


def _sync_folder(file: str, system: System) -> None:
    with suppress(OSError):
        fd = system.open_folder(get_folder(file))
        try:
            system.fsync(fd)
        finally:
            system.close(fd)
