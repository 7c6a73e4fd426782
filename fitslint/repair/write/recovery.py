"""What a crash left behind, put right."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from fitslint.repair.model import RepairError
from fitslint.repair.write.errors import failed, reason, refused
from fitslint.repair.write.inplace import remove, write_at
from fitslint.repair.write.journal import Journal, known_version, read_journal
from fitslint.repair.write.names import folder_of, inside, is_temporary, name_of
from fitslint.repair.write.system import NOFOLLOW, NONBLOCK, System
from fitslint.repair.write.target import HELD, lock, read
from fitslint.source.journals import find_journal, real_path


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found beside a file, and done."""

    path: str
    rolled_back: bool = False
    """Whether the old bytes were written back."""
    removed: tuple[str, ...] = ()
    """Journals and temporary files that are gone now."""


def recovered(path: str, system: System) -> Recovery:
    """Bring a file to its old bytes where a repair in place was cut short, and tidy up.

    Raises
    ------
    RepairError
        when another program holds the file, or the journal is not about this file.
    """
    try:
        file = real_path(path)
        removed = []
        journal = find_journal(file)
        rolled_back = False
        if journal is not None:
            rolled_back = _settle(file, journal, system)
            removed.append(journal)
        removed += _remove_temporaries(file, system)
    except OSError as error:
        raise failed(error, "recovering it") from error
    return Recovery(path, rolled_back, tuple(removed))


def _settle(file: str, path: str, system: System) -> bool:
    """Roll back a journal and remove it; whether it held anything."""
    fd = _opened(file, system)
    try:
        if fd is not None:
            # A journal that is not finished may be that of somebody at work.
            lock(system, fd, False, [])
        journal, status = read_journal(system, path)
        if journal is not None:
            if fd is None:
                raise refused(f"the file is gone; {path} holds the old bytes of its headers")
            _belongs(journal, path, status, system.fstat(fd))
            _roll_back(system, fd, journal, path)
        remove(system, path)
    finally:
        if fd is not None:
            with suppress(OSError):
                system.close(fd)
    _sync(file, system)
    return journal is not None


def _opened(file: str, system: System) -> int | None:
    try:
        return system.open(file, os.O_RDWR | NOFOLLOW | NONBLOCK)
    except FileNotFoundError:
        return None


def _belongs(journal: Journal, path: str, status: os.stat_result, file: os.stat_result) -> None:
    """Refuse a journal that is not about this file, or that a stranger wrote.

    The device is not compared: its number may be another one after the system has started again.
    """
    if not known_version(journal):
        raise refused(f"{path} was written by a later version of fitslint, which can recover it")
    if journal.inode != file.st_ino or journal.size != file.st_size:
        raise refused(
            f"{path} belongs to another file than the one of that name now; "
            "remove it if this file is as it should be"
        )
    trusted = {file.st_uid, 0, os.geteuid() if hasattr(os, "geteuid") else status.st_uid}
    if status.st_uid not in trusted:
        raise refused(f"{path} was written by another user (number {status.st_uid})")


def _roll_back(system: System, fd: int, journal: Journal, path: str) -> None:
    found = [read(system, fd, each.offset, each.offset + len(each.old)) for each in journal.changes]
    pairs = list(zip(journal.changes, found, strict=True))
    if not all(change.between(data) for change, data in pairs):
        raise refused(
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
            f"{reason(error)} while the old bytes were written back; they are kept in {path}"
        ) from error


def _remove_temporaries(file: str, system: System) -> list[str]:
    """Remove the temporary files of runs that are over; a run that goes on holds a lock on its."""
    folder, name = folder_of(file), name_of(file)
    removed = []
    for each in system.names(folder):
        if is_temporary(each, name):
            path = inside(folder, each)
            if not _at_work(path, system):
                remove(system, path)
                removed.append(path)
    if removed:
        _sync(file, system)
    return removed


def _at_work(path: str, system: System) -> bool:
    try:
        fd = system.open(path, os.O_RDONLY | NOFOLLOW | NONBLOCK)
    except OSError:
        return False
    try:
        system.lock(fd, False)
    except OSError as error:
        return error.errno in HELD
    finally:
        system.close(fd)
    return False


def _sync(file: str, system: System) -> None:
    with suppress(OSError):
        fd = system.open_folder(folder_of(file))
        try:
            system.fsync(fd)
        finally:
            system.close(fd)
