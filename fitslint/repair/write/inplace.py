"""Patches written into the file itself, under an undo journal."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from contextlib import suppress

from fitslint.repair.model import RepairError
from fitslint.repair.write.errors import failed, reason, refused
from fitslint.repair.write.journal import Change, write_journal
from fitslint.repair.write.layout import pieces
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, read
from fitslint.repair.write.temporary import sync_folder


def refuse_unfit(target: Target) -> None:
    """Refuse what cannot be done without moving a byte."""
    plan = target.plan
    if target.gzip:
        raise refused("a gzip file cannot be changed in place; let it be replaced")
    if not plan.same_size:
        growth = plan.new_size - plan.size
        how = f"by {abs(growth)} bytes" if growth else "while others shrink"
        verb = "shrink" if growth < 0 else "grow"
        raise refused(
            f"headers {verb} {how}, which cannot be done in place; let the file be replaced"
        )
    pieces(plan)


def write_in_place(target: Target) -> None:
    """Write the patches of a plan into the file.

    From the moment the journal is on the device until it is gone, a crash at any point leaves what
    it takes to get the old bytes back; a failing call gets them back at once.
    """
    system = target.system
    changes = [
        Change(patch.start, old, patch.new)
        for patch, old in zip(target.plan.patches, target.olds, strict=True)
        if old != patch.new
    ]
    if not changes:
        return
    journal = write_journal(target, changes)
    begun = False
    try:
        target.unchanged()
        target.doing = "writing into it"
        begun = True
        for change in changes:
            write_at(system, target.fd, change.new, change.offset)
        target.use(system.fsync(target.fd))
        _read_back(target, changes)
        target.doing = f"removing the undo journal {journal}"
        remove(system, journal)
    except BaseException:
        # A file that another program has changed is left alone: not a byte of it was written.
        _roll_back(target, changes if begun else [], journal)
        raise
    sync_folder(target, journal)


def write_at(system: System, fd: int, data: bytes, offset: int) -> None:
    """Write every byte at a place of a file."""
    left = memoryview(data)
    while left:
        count = system.pwrite(fd, left, offset)
        left, offset = left[count:], offset + count


def remove(system: System, path: str) -> None:
    """Remove a file that may have gone already."""
    try:
        system.unlink(path)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def _read_back(target: Target, changes: Sequence[Change]) -> None:
    target.doing = "reading it back"
    for change in changes:
        end = change.offset + len(change.new)
        if read(target.system, target.fd, change.offset, end) != change.new:
            raise refused("what was written is not what is read back")


def _roll_back(target: Target, changes: Sequence[Change], journal: str) -> None:
    """Write the old bytes back; where that fails too, the journal stays for a later recovery."""
    system, done = target.system, target.doing
    try:
        for change in changes:
            write_at(system, target.fd, change.old, change.offset)
        if changes:
            system.fsync(target.fd)
    except OSError as error:
        raise RepairError(
            f"{reason(error)} while {done}, and again while the old bytes were written back; they "
            f"are kept in {journal}: run `fitslint fix --recover` when the device works"
        ) from error
    try:
        remove(system, journal)
    except OSError as error:
        raise failed(error, f"removing {journal}, which may be removed by hand") from error
    with suppress(OSError):
        sync_folder(target, journal)
