"""Many small files replaced together: made durable at one stroke, and only then renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial

from fitslint.repair.model import Plan, RepairError, WriteResult
from fitslint.repair.write.errors import make_failure
from fitslint.repair.write.names import get_base_name, get_folder
from fitslint.repair.write.plain import Digests
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, open_target
from fitslint.repair.write.temporary import (
    TemporaryFile,
    open_temporary,
    replace_target,
    sync_folder,
)
from fitslint.repair.write.writer import fill_temporary
from fitslint.text import describe_crash

_SYNCFS_FROM = 3
"""Files on one device from which on syncing all of it takes less time than one after the other."""


@dataclass(slots=True)
class _BatchFile:
    """A file of the group on its way; an error ends its way, and nobody else's."""

    plan: Plan
    stack: ExitStack = field(default_factory=ExitStack)
    target: Target | None = None
    temporary_file: TemporaryFile | None = None
    digests: Digests = ()
    error: RepairError | None = None

    def run_step(self, step: Callable[[Target, TemporaryFile], object]) -> None:
        """Take a step, where none before has failed."""
        if self.error is None and self.target is not None and self.temporary_file is not None:
            target, temporary = self.target, self.temporary_file
            self._try_step(lambda: step(target, temporary))

    def open(self, system: System) -> None:
        """Open and lock the file, and make the temporary one beside it."""
        self._try_step(lambda: self._open(system))

    def close(self) -> None:
        """Close both; a temporary file that stands in nobody's place is removed."""
        with suppress(OSError):
            self.stack.close()

    def get_result(self) -> WriteResult | RepairError:
        """How it ended."""
        if self.error is not None or self.target is None:
            return self.error or RepairError("it was not begun; the file is as it was")
        return WriteResult(
            "replace", self.target.path, None, tuple(self.target.methods), self.digests
        )

    def _open(self, system: System) -> None:
        target = self.stack.enter_context(open_target(self.plan, "replace", False, None, system))
        self.target = target
        folder, name = get_folder(target.path), get_base_name(target.path)
        self.temporary_file = self.stack.enter_context(open_temporary(target, folder, name))

    def _try_step(self, step: Callable[[], object]) -> None:
        try:
            step()
        except RepairError as error:
            self.error = error
        except OSError as error:
            self.error = make_failure(
                error, self.target.current_step if self.target else "reading it"
            )
        except Exception as error:
            # A fault of ours in one file is no reason to lose the others.
            self.error = RepairError(describe_crash(error))
        if self.error is not None:
            self.close()


def replace_batch(
    plans: Sequence[Plan], digests: bool, system: System
) -> list[WriteResult | RepairError]:
    """Replace the files of some plans; see :func:`fitslint.repair.write.replace_files`.

    No file is renamed before the bytes and metadata of its new one are on the device, so whatever
    is cut short leaves each file old or new, as it does when they are written one by one.
    """
    members = [_BatchFile(plan) for plan in plans]
    try:
        for member in members:
            member.open(system)
            member.run_step(partial(_fill_file, member, digests))
        _sync_files(members, system)
        for member in members:
            member.run_step(_place_file)
        _sync_folders(members)
    finally:
        for member in members:
            member.close()
    return [member.get_result() for member in members]


def _fill_file(member: _BatchFile, digests: bool, target: Target, temporary: TemporaryFile) -> None:
    member.digests = fill_temporary(target, temporary, digests)


def _place_file(target: Target, temporary: TemporaryFile) -> None:
    target.refuse_change()
    replace_target(target, temporary, target.path)


def _sync_files(members: Sequence[_BatchFile], system: System) -> None:
    """Sync what was made: device by device where the system does that, else file by file.

    Asking for everything tells nobody which file has failed, so after a failure each is asked.
    """
    devices: dict[int, list[_BatchFile]] = {}
    for member in members:
        if member.error is None and member.target is not None:
            devices.setdefault(member.target.status.st_dev, []).append(member)
    for some in devices.values():
        means = _try_syncfs(some, system) if len(some) >= _SYNCFS_FROM else None
        for member in some:
            member.run_step(partial(_sync_file, means))


def _try_syncfs(members: Sequence[_BatchFile], system: System) -> str | None:
    # The descriptor that was opened first: failures since then are told through it.
    first = members[0].temporary_file
    try:
        return system.syncfs(first.fd) if first is not None else None
    except OSError:
        return None


def _sync_file(means: str | None, target: Target, temporary: TemporaryFile) -> None:
    target.current_step = "bringing the new file to the device"
    target.record_method(means or target.system.fsync(temporary.fd))


def _sync_folders(members: Sequence[_BatchFile]) -> None:
    """Bring the new names to the device, each folder once."""
    synced: dict[str, str] = {}
    for member in members:
        target = member.target
        if member.error is not None or target is None:
            continue
        folder = get_folder(target.path)
        if folder not in synced:
            sync_folder(target, target.path)
            synced[folder] = target.methods[-1]
        target.record_method(synced[folder])
