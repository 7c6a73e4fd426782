"""Taking repairs back: every byte as it was, for files that are as the repair left them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fitslint.config.settings import Limits
from fitslint.repair.log import Entry, Log, read
from fitslint.repair.model import DataUnit, Patch, Plan, RepairError
from fitslint.repair.packing import packed
from fitslint.repair.stream import opened
from fitslint.repair.virtual import Virtual
from fitslint.repair.write import recover, write
from fitslint.repair.write.names import folder_of, name_of
from fitslint.repair.write.system import SYSTEM
from fitslint.repair.write.target import opened as locked
from fitslint.repair.write.temporary import (
    keep_metadata,
    keep_times,
    place_over,
    sync_folder,
    temporary,
    write_all,
)
from fitslint.source.journals import find_journal
from fitslint.syntax.scan_reader import Reader

_PIECE = 1 << 20
_NO_LIMITS = Limits(inflated_bytes=2**62, seconds=86_400.0)


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one entry of a log."""

    path: str
    entry: Entry
    restored: bool = False
    error: str | None = None
    note: str = ""


def undo(
    log: str, wanted: Callable[[str], bool] | None = None, *, follow: bool = False
) -> Iterator[Undone]:
    """Take back the repairs of a log, the last one first.

    Parameters
    ----------
    log
        path of the log; what is taken back is noted in it.
    wanted
        asked of the absolute path of every file; all are wanted without it.
    follow
        also files that are symbolic links or have other names (hard links).

    Raises
    ------
    RepairError
        when the log cannot be read or written; what goes wrong with a file is told with it.
    """
    entries, kept = read(log), Log(log)
    stuck: set[str] = set()
    for entry in reversed(entries):
        if wanted is not None and not wanted(entry.file):
            continue
        if entry.mode == "copy":
            note = f"was not changed; its repaired copy is {entry.result}"
            yield Undone(entry.file, entry, note=note)
            continue
        if entry.file in stuck:
            error = "a later repair of this file was not undone"
            yield Undone(entry.file, entry, error=error)
            continue
        try:
            restored = _undone(entry, kept.path, follow=follow)
            kept.undone(entry.id)
        except RepairError as error:
            stuck.add(entry.file)
            yield Undone(entry.file, entry, error=str(error))
            continue
        note = "" if restored else "is as it was before this repair"
        yield Undone(entry.file, entry, restored, note=note)


def _undone(entry: Entry, log: Path, *, follow: bool) -> bool:
    """Restore the file of an entry; False when it is already as it was."""
    if find_journal(entry.file):
        recover(entry.file)
    with opened(entry.file, _NO_LIMITS) as (reader, container, identity):
        if container != entry.container:
            raise RepairError("the file is packed otherwise than the repair left it")
        back = _inverse(entry)
        if not entry.new.holds(reader) or not _holds(reader, back.patches):
            if entry.old.holds(reader):
                return False
            raise RepairError(
                "the file is not as the repair left it; nothing is undone, and it stays as it is"
            )
        before = Virtual(reader, back.patches)
        if not entry.old.holds(before):
            raise RepairError("the log does not lead back to the old file; it stays as it is")
        plan = Plan(entry.file, entry.new.size, back.patches, back.units, data_changed=True)
        if container == "gzip" and entry.packing:
            _write_packed(plan, entry, before, log, follow=follow)
            return True
    in_place = entry.mode == "in-place" and plan.same_size
    write(
        Plan(plan.path, plan.size, plan.patches, plan.units, data_changed=True, identity=identity),
        "in-place" if in_place else "replace",
        follow=follow,
    )
    return True


def _inverse(entry: Entry) -> Plan:
    """The plan that leads from the new stream to the old one."""
    patches, shift = [], 0
    for patch, before in entry.patches:
        start = patch.start + shift
        patches.append(Patch(start, start + len(patch.new), before, patch.new))
        shift += len(patch.new) - len(before)
    units = tuple(DataUnit(unit.hdu, unit.new, unit.old, unit.length) for unit in entry.units)
    return Plan(entry.file, entry.new.size, tuple(patches), units)


def _holds(reader: Reader, patches: tuple[Patch, ...]) -> bool:
    return all(
        reader.read_at(patch.start, patch.end - patch.start) == patch.old for patch in patches
    )


def _write_packed(plan: Plan, entry: Entry, stream: Virtual, log: Path, *, follow: bool) -> None:
    """Replace a compressed file by the very bytes that it had."""
    how = entry.packing or {}
    try:
        with (
            locked(plan, "replace", follow, None, SYSTEM) as target,
            temporary(target, folder_of(target.path), name_of(target.path)) as made,
        ):
            digest = hashlib.blake2b(digest_size=16)
            for piece in packed(how, _pieces(stream), log):
                digest.update(piece)
                write_all(SYSTEM, made.fd, piece)
            if digest.hexdigest() != how.get("digest"):
                raise RepairError(
                    "the compressed file cannot be made again as it was; it stays as it is"
                )
            keep_metadata(target, made.fd)
            keep_times(target, made)
            SYSTEM.fsync(made.fd)
            target.unchanged()
            place_over(target, made, target.path)
            sync_folder(target, target.path)
    except OSError as error:
        raise RepairError(
            f"the compressed file cannot be restored: {error.strerror}; it stays as it is"
        ) from None


def _pieces(stream: Virtual) -> Iterator[bytes]:
    at = 0
    while data := stream.read_at(at, _PIECE):
        yield data
        at += len(data)
