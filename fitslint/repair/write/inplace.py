"""Patches written into the file itself, under an undo journal."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from contextlib import suppress

from fitslint.repair.model import RepairError
from fitslint.repair.write.errors import describe_oserror, make_failure, make_refusal
from fitslint.repair.write.journal import JournalChange, write_journal
from fitslint.repair.write.layout import lay_out_stream
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, read_range
from fitslint.repair.write.temporary import sync_folder
from fitslint.text import say


def refuse_size_change(target: Target) -> None:
    """Refuse what cannot be done without moving a byte."""
    plan = target.plan
    if target.wrapper is not None:
        name = target.wrapper.name
        raise make_refusal(f"a {name} file cannot be changed in place; let it be replaced")
    if not plan.same_size:
        growth = plan.new_size - plan.size
        how = f"by {abs(growth)} bytes" if growth else "while others shrink"
        raise make_refusal(
            f"headers {'shrink' if growth < 0 else 'grow'} {how}, which cannot be done in place; "
            "let the file be replaced"
        )
    lay_out_stream(plan)


def write_in_place(target: Target) -> None:
    """Write the patches of a plan into the file.

    From the moment the journal is on the device until it is gone, a crash at any point leaves what
    it takes to get the old bytes back; a failing call gets them back at once.
    """
    system = target.system
    changes = [
        JournalChange(patch.start, old, patch.new)
        for patch, old in zip(target.plan.patches, target.old_bytes, strict=True)
        if old != patch.new
    ]
    if not changes:
        return
    journal = write_journal(target, changes)
    begun = False
    try:
        target.refuse_change()
        target.current_step = "writing into it"
        begun = True
        for change in changes:
            write_at(system, target.fd, change.new, change.offset)
        target.record_method(system.fsync(target.fd))
        _read_back(target, changes)
        target.current_step = f"removing the undo journal {journal}"
        remove_file(system, journal)
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


def remove_file(system: System, path: str) -> None:
    """Remove a file that may have gone already."""
    try:
        system.unlink(path)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def _read_back(target: Target, changes: Sequence[JournalChange]) -> None:
    target.current_step = "reading it back"
    for change in changes:
        end = change.offset + len(change.new)
        if read_range(target.system, target.fd, change.offset, end) != change.new:
            raise make_refusal("what was written is not what is read back")


def _roll_back(target: Target, changes: Sequence[JournalChange], journal: str) -> None:
    """Write the old bytes back; where that fails too, the journal stays for a later recovery."""
    system, done = target.system, target.current_step
    try:
        for change in changes:
            write_at(system, target.fd, change.old, change.offset)
        if changes:
            system.fsync(target.fd)
    except OSError as error:
        raise RepairError(
            say(
                "{oserror} while {done}, and again while the old bytes were written back; they "
                "are kept in {journal}: run `fitslint fix --recover` when the device works",
                oserror=describe_oserror(error),
                done=done,
                journal=journal,
            )
        ) from error
    try:
        remove_file(system, journal)
    except OSError as error:
        raise make_failure(error, f"removing {journal}, which may be removed by hand") from error
    with suppress(OSError):
        sync_folder(target, journal)
