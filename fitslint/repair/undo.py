"""Taking repairs back: every byte as it was, for files that are as the repair left them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fitslint.config.settings import Limits
from fitslint.repair.log import Log, LogEntry, read_log
from fitslint.repair.model import DataUnit, Patch, Plan, RepairError
from fitslint.repair.packing_recipe import repack
from fitslint.repair.stream import PatchedReader, open_stream
from fitslint.repair.write import roll_back_journal, write_plan
from fitslint.repair.write.names import get_base_name, get_folder
from fitslint.repair.write.system import SYSTEM
from fitslint.repair.write.target import open_target
from fitslint.repair.write.temporary import (
    copy_metadata,
    copy_times,
    open_temporary,
    replace_target,
    sync_folder,
    write_all,
)
from fitslint.syntax.scan_reader import Reader
from fitslint.text import say

_PIECE = 1 << 20
_NO_LIMITS = Limits(inflated_bytes=2**62, seconds=86_400.0)


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What became of one entry of a log."""

    path: str
    entry: LogEntry
    restored: bool = False
    error: str | None = None
    note: str = ""


def undo_repairs(
    log: str, is_requested: Callable[[str], bool] | None = None, *, follow: bool = False
) -> Iterator[UndoResult]:
    """Take back the repairs of a log, the last one first.

    Parameters
    ----------
    log
        path of the log; what is taken back is noted in it.
    is_requested
        asked of the absolute path of every file; all are undone without it.
    follow
        also files that are symbolic links or have other names (hard links).

    Raises
    ------
    RepairError
        when the log cannot be read or written; what goes wrong with a file is told with it.
    """
    entries, open_log = read_log(log), Log(log)
    stuck: set[str] = set()
    for entry in reversed(entries):
        if is_requested is not None and not is_requested(entry.file):
            continue
        if entry.mode == "copy":
            note = say("was not changed; its repaired copy is {result}", result=entry.result)
            yield UndoResult(entry.file, entry, note=note)
            continue
        if entry.file in stuck:
            error = say("a later repair of this file was not undone")
            yield UndoResult(entry.file, entry, error=error)
            continue
        try:
            restored = _undo_entry(entry, open_log.path, follow=follow)
            open_log.log_undo(entry.id)
        except RepairError as error:
            stuck.add(entry.file)
            yield UndoResult(entry.file, entry, error=str(error))
            continue
        note = "" if restored else say("is as it was before this repair")
        yield UndoResult(entry.file, entry, restored, note=note)


def _undo_entry(entry: LogEntry, log: Path, *, follow: bool) -> bool:
    """Restore the file of an entry; False when it is already as it was."""
    roll_back_journal(entry.file, "replace")
    with open_stream(entry.file, _NO_LIMITS) as (reader, container, identity):
        if container != entry.container:
            raise RepairError(say("the file is packed otherwise than the repair left it"))
        back = _invert_plan(entry)
        if not entry.new.matches(reader) or not _has_new_bytes(reader, back.patches):
            if entry.old.matches(reader):
                return False
            raise RepairError(
                say(
                    "the file is not as the repair left it; nothing is undone, and it stays as "
                    "it is"
                )
            )
        before = PatchedReader(reader, back.patches)
        if not entry.old.matches(before):
            raise RepairError(say("the log does not lead back to the old file; it stays as it is"))
        plan = Plan(entry.file, entry.new.size, back.patches, back.units, data_changed=True)
        if entry.packing:
            _restore_packed(plan, entry, before, log, follow=follow)
            return True
    in_place = entry.mode == "in-place" and plan.same_size
    write_plan(
        Plan(plan.path, plan.size, plan.patches, plan.units, data_changed=True, identity=identity),
        "in-place" if in_place else "replace",
        follow=follow,
    )
    return True


def _invert_plan(entry: LogEntry) -> Plan:
    """The plan that leads from the new stream to the old one."""
    patches, shift = [], 0
    for patch, before in entry.patches:
        start = patch.start + shift
        patches.append(Patch(start, start + len(patch.new), before, patch.new))
        shift += len(patch.new) - len(before)
    units = tuple(DataUnit(unit.hdu, unit.new, unit.old, unit.length) for unit in entry.units)
    return Plan(entry.file, entry.new.size, tuple(patches), units)


def _has_new_bytes(reader: Reader, patches: tuple[Patch, ...]) -> bool:
    return all(
        reader.read_at(patch.start, patch.end - patch.start) == patch.old for patch in patches
    )


def _restore_packed(
    plan: Plan, entry: LogEntry, stream: PatchedReader, log: Path, *, follow: bool
) -> None:
    """Replace a compressed file by the very bytes that it had."""
    recipe = entry.packing or {}
    try:
        with (
            open_target(plan, "replace", follow, None, SYSTEM) as target,
            open_temporary(
                target, get_folder(target.path), get_base_name(target.path)
            ) as temporary,
        ):
            digest = hashlib.blake2b(digest_size=16)
            for piece in repack(recipe, _read_pieces(stream), log):
                digest.update(piece)
                write_all(SYSTEM, temporary.fd, piece)
            if digest.hexdigest() != recipe.get("digest"):
                raise RepairError(
                    say("the compressed file cannot be made again as it was; it stays as it is")
                )
            copy_metadata(target, temporary.fd)
            copy_times(target, temporary)
            SYSTEM.fsync(temporary.fd)
            target.refuse_change()
            replace_target(target, temporary, target.path)
            sync_folder(target, target.path)
    except OSError as error:
        raise RepairError(
            say(
                "the compressed file cannot be restored: {strerror}; it stays as it is",
                strerror=error.strerror,
            )
        ) from None


def _read_pieces(stream: PatchedReader) -> Iterator[bytes]:
    at = 0
    while data := stream.read_at(at, _PIECE):
        yield data
        at += len(data)
