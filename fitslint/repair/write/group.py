"""Many small files replaced together: made durable at one stroke, and only then renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial

from fitslint.repair.model import Plan, RepairError, Written
from fitslint.repair.write.errors import failed
from fitslint.repair.write.names import folder_of, name_of
from fitslint.repair.write.plain import Digests
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, opened
from fitslint.repair.write.temporary import Temporary, place_over, sync_folder, temporary
from fitslint.repair.write.writer import filled

_WORTH = 3
"""Files on one device from which on syncing all of it takes less time than one after the other."""


@dataclass(slots=True)
class _Member:
    """A file of the group on its way; an error ends its way, and nobody else's."""

    plan: Plan
    stack: ExitStack = field(default_factory=ExitStack)
    target: Target | None = None
    made: Temporary | None = None
    digests: Digests = ()
    error: RepairError | None = None

    def go(self, step: Callable[[Target, Temporary], object]) -> None:
        """Take a step, where none before has failed."""
        if self.error is None and self.target is not None and self.made is not None:
            target, made = self.target, self.made
            self._try(lambda: step(target, made))

    def open(self, system: System) -> None:
        """Open and lock the file, and make the temporary one beside it."""
        self._try(lambda: self._open(system))

    def close(self) -> None:
        """Close both; a temporary file that stands in nobody's place is removed."""
        with suppress(OSError):
            self.stack.close()

    def outcome(self) -> Written | RepairError:
        """How it ended."""
        if self.error is not None or self.target is None:
            return self.error or RepairError("it was not begun; the file is as it was")
        return Written("replace", self.target.path, None, tuple(self.target.means), self.digests)

    def _open(self, system: System) -> None:
        target = self.stack.enter_context(opened(self.plan, "replace", False, None, system))
        self.target = target
        folder, name = folder_of(target.path), name_of(target.path)
        self.made = self.stack.enter_context(temporary(target, folder, name))

    def _try(self, step: Callable[[], object]) -> None:
        try:
            step()
        except RepairError as error:
            self.error = error
        except OSError as error:
            self.error = failed(error, self.target.doing if self.target else "reading it")
        except Exception as error:
            # A fault of ours in one file is no reason to lose the others.
            self.error = RepairError(f"internal error: {type(error).__name__}: {error}")
        if self.error is not None:
            self.close()


def replaced_together(
    plans: Sequence[Plan], digests: bool, system: System
) -> list[Written | RepairError]:
    """Replace the files of some plans; see :func:`fitslint.repair.write.write_together`.

    No file is renamed before the bytes and metadata of its new one are on the device, so whatever
    is cut short leaves each file old or new, as it does when they are written one by one.
    """
    members = [_Member(plan) for plan in plans]
    try:
        for member in members:
            member.open(system)
            member.go(partial(_fill, member, digests))
        _bring_to_device(members, system)
        for member in members:
            member.go(_place)
        _sync_folders(members)
    finally:
        for member in members:
            member.close()
    return [member.outcome() for member in members]


def _fill(member: _Member, digests: bool, target: Target, made: Temporary) -> None:
    member.digests = filled(target, made, digests)


def _place(target: Target, made: Temporary) -> None:
    target.unchanged()
    place_over(target, made, target.path)


def _bring_to_device(members: Sequence[_Member], system: System) -> None:
    """Sync what was made: device by device where the system does that, else file by file.

    Asking for everything tells nobody which file has failed, so after a failure each is asked.
    """
    devices: dict[int, list[_Member]] = {}
    for member in members:
        if member.error is None and member.target is not None:
            devices.setdefault(member.target.status.st_dev, []).append(member)
    for some in devices.values():
        means = _synced_at_once(some, system) if len(some) >= _WORTH else None
        for member in some:
            member.go(partial(_sync, means))


def _synced_at_once(members: Sequence[_Member], system: System) -> str | None:
    # The descriptor that was opened first: failures since then are told through it.
    first = members[0].made
    try:
        return system.syncfs(first.fd) if first is not None else None
    except OSError:
        return None


def _sync(means: str | None, target: Target, made: Temporary) -> None:
    target.doing = "bringing the new file to the device"
    target.use(means or target.system.fsync(made.fd))


def _sync_folders(members: Sequence[_Member]) -> None:
    """Bring the new names to the device, each folder once."""
    synced: dict[str, str] = {}
    for member in members:
        target = member.target
        if member.error is not None or target is None:
            continue
        folder = folder_of(target.path)
        if folder not in synced:
            sync_folder(target, target.path)
            synced[folder] = target.means[-1]
        target.use(synced[folder])
