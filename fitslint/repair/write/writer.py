"""The three ways to write a plan."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from fitslint.repair.model import Mode, Plan, Written
from fitslint.repair.write.backup import backed_up
from fitslint.repair.write.errors import failed, refused
from fitslint.repair.write.inplace import refuse_unfit, write_in_place
from fitslint.repair.write.names import folder_of, inside, name_of
from fitslint.repair.write.packed import fill_packed
from fitslint.repair.write.plain import Digests, fill
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, opened
from fitslint.repair.write.temporary import (
    Temporary,
    keep_metadata,
    keep_times,
    place_new,
    place_over,
    sync_folder,
    temporary,
)


@dataclass(frozen=True, slots=True)
class Request:
    """How a plan is to be written; see :func:`fitslint.repair.write.write`."""

    mode: Mode
    output_dir: str | None
    backup: str | None
    follow: bool
    overwrite: bool
    digests: bool


def written(plan: Plan, request: Request, system: System) -> Written:
    """Write a plan; see :func:`fitslint.repair.write.write`."""
    mode = request.mode
    if mode == "none" or (not plan.changes and mode != "copy"):
        return Written("none", plan.path)
    try:
        with opened(plan, mode, request.follow, request.backup, system) as target:
            try:
                return _WAYS[mode](target, request)
            except OSError as error:
                raise failed(error, target.doing) from error
    except OSError as error:
        raise failed(error, "reading it") from error


def _replace(target: Target, request: Request) -> Written:
    folder, name = folder_of(target.path), name_of(target.path)
    with temporary(target, folder, name) as made:
        digests = _fill(target, made, request.digests)
        with backed_up(target, request.backup, by_link=True) as backup:
            target.unchanged()
            place_over(target, made, target.path)
    sync_folder(target, target.path)
    return Written("replace", target.path, backup, tuple(target.means), digests)


def _in_place(target: Target, request: Request) -> Written:
    refuse_unfit(target)
    with backed_up(target, request.backup, by_link=False) as backup:
        write_in_place(target)
    return Written("in-place", target.path, backup, tuple(target.means))


def _copy(target: Target, request: Request) -> Written:
    if request.output_dir is None:
        raise refused("no folder was named for the copy")
    folder, name = request.output_dir, name_of(target.plan.path)
    path = inside(folder, name)
    target.doing = f"making the folder {folder}"
    target.system.make_folders(folder)
    _free(target, path, request.overwrite)
    with temporary(target, folder, name) as made:
        digests = _fill(target, made, request.digests)
        target.unchanged()
        place = place_over if request.overwrite else place_new
        place(target, made, path)
    sync_folder(target, path)
    return Written("copy", path, None, tuple(target.means), digests)


_WAYS: dict[Mode, Callable[[Target, Request], Written]] = {
    "replace": _replace,
    "in-place": _in_place,
    "copy": _copy,
}


def _free(target: Target, path: str, overwrite: bool) -> None:
    """Refuse to write a copy over something, before the work and not after it."""
    if not os.path.lexists(path):
        return
    if os.path.samestat(target.system.lstat(path), target.status):
        raise refused(f"{path} is the file itself; name another folder for the copy")
    if not overwrite:
        raise refused(f"{path} exists already")


def filled(target: Target, made: Temporary, digests: bool) -> Digests:
    """Bring the new bytes, the metadata and the times into a temporary file."""
    way = fill_packed(target, made.fd) if target.gzip else fill(target, made.fd, digests)
    keep_metadata(target, made.fd)
    keep_times(target, made)
    return way


def _fill(target: Target, made: Temporary, digests: bool) -> Digests:
    """Fill a temporary file, and bring it to the device."""
    way = filled(target, made, digests)
    target.doing = "bringing the new file to the device"
    target.use(target.system.fsync(made.fd))
    return way
