"""The three ways to write a plan."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from fitslint.repair.model import Mode, Plan, WriteResult
from fitslint.repair.write.backup import keep_backup
from fitslint.repair.write.errors import make_failure, make_refusal
from fitslint.repair.write.inplace import refuse_size_change, write_in_place
from fitslint.repair.write.names import get_base_name, get_folder, join_path
from fitslint.repair.write.packed import fill_packed
from fitslint.repair.write.plain import Digests, fill_plain
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, open_target
from fitslint.repair.write.temporary import (
    TemporaryFile,
    copy_metadata,
    copy_times,
    link_new,
    open_temporary,
    replace_target,
    sync_folder,
)


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """How a plan is to be written; see :func:`fitslint.repair.write.write_plan`."""

    mode: Mode
    output_dir: str | None
    backup: str | None
    follow: bool
    overwrite: bool
    digests: bool


def execute_plan(plan: Plan, request: WriteRequest, system: System) -> WriteResult:
    """Write a plan; see :func:`fitslint.repair.write.write_plan`."""
    mode = request.mode
    if mode == "none" or (not plan.has_changes and mode != "copy"):
        return WriteResult("none", plan.path)
    try:
        with open_target(plan, mode, request.follow, request.backup, system) as target:
            try:
                return _WRITERS[mode](target, request)
            except OSError as error:
                raise make_failure(error, target.current_step) from error
    except OSError as error:
        raise make_failure(error, "reading it") from error


def _replace_file(target: Target, request: WriteRequest) -> WriteResult:
    folder, name = get_folder(target.path), get_base_name(target.path)
    with open_temporary(target, folder, name) as temporary:
        digests = _fill_and_sync(target, temporary, request.digests)
        with keep_backup(target, request.backup, by_link=True) as backup:
            target.refuse_change()
            replace_target(target, temporary, target.path)
    sync_folder(target, target.path)
    return WriteResult("replace", target.path, backup, tuple(target.methods), digests)


def _patch_file(target: Target, request: WriteRequest) -> WriteResult:
    refuse_size_change(target)
    with keep_backup(target, request.backup, by_link=False) as backup:
        write_in_place(target)
    return WriteResult("in-place", target.path, backup, tuple(target.methods))


def _write_copy(target: Target, request: WriteRequest) -> WriteResult:
    if request.output_dir is None:
        raise make_refusal("no folder was named for the copy")
    folder, name = request.output_dir, get_base_name(target.plan.path)
    path = join_path(folder, name)
    target.current_step = f"making the folder {folder}"
    target.system.make_folders(folder)
    _refuse_overwrite(target, path, request.overwrite)
    with open_temporary(target, folder, name) as temporary:
        digests = _fill_and_sync(target, temporary, request.digests)
        target.refuse_change()
        put = replace_target if request.overwrite else link_new
        put(target, temporary, path)
    sync_folder(target, path)
    return WriteResult("copy", path, None, tuple(target.methods), digests)


_WRITERS: dict[Mode, Callable[[Target, WriteRequest], WriteResult]] = {
    "replace": _replace_file,
    "in-place": _patch_file,
    "copy": _write_copy,
}


def _refuse_overwrite(target: Target, path: str, overwrite: bool) -> None:
    """Refuse to write a copy over something, before the work and not after it."""
    if not os.path.lexists(path):
        return
    if os.path.samestat(target.system.lstat(path), target.status):
        raise make_refusal("is the file itself; name another folder for the copy", path)
    if not overwrite:
        raise make_refusal("exists already", path)


def fill_temporary(target: Target, temporary: TemporaryFile, digests: bool) -> Digests:
    """Bring the new bytes, the metadata and the times into a temporary file."""
    digests_taken = (
        fill_packed(target, target.wrapper, temporary.fd)
        if target.wrapper is not None
        else fill_plain(target, temporary.fd, digests)
    )
    copy_metadata(target, temporary.fd)
    copy_times(target, temporary)
    return digests_taken


def _fill_and_sync(target: Target, temporary: TemporaryFile, digests: bool) -> Digests:
    """Fill a temporary file, and bring it to the device."""
    digests_taken = fill_temporary(target, temporary, digests)
    target.current_step = "bringing the new file to the device"
    target.record_method(target.system.fsync(temporary.fd))
    return digests_taken
