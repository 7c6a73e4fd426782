"""The file that is written: found, opened, locked, and held against what was read."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from fitslint.repair.model import FileIdentity, Mode, Plan
from fitslint.repair.write.errors import make_failure, make_refusal
from fitslint.repair.write.system import NOFOLLOW, NONBLOCK, BackgroundCall, System
from fitslint.source.journals import find_journal, resolve_link
from fitslint.source.wrappers import MAGIC_MAX, Wrapper, find_wrapper
from fitslint.text import plural

LOCK_ERRORS = frozenset((errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK))
"""What the system answers when somebody else holds a lock."""


@dataclass(slots=True)
class Target:
    """The old file, open and locked."""

    path: str
    """The file itself, also where a symbolic link was named."""
    fd: int
    status: os.stat_result
    plan: Plan
    system: System
    wrapper: Wrapper | None = None
    """What the file is packed in."""
    content: bytes | None = None
    """All its bytes, where it is small."""
    methods: list[str] = field(default_factory=list)
    """What was used, for the log."""
    old_bytes: tuple[bytes, ...] = ()
    """The bytes that each patch replaces; none of a compressed file."""
    replaced: bool = False
    """Whether another file has its name by now."""
    current_step: str = "opening it"
    """What a failing call was meant for."""

    def record_method(self, means: str) -> None:
        """Remember a means that was used."""
        if means not in self.methods:
            self.methods.append(means)

    def verify_old_bytes(self) -> None:
        """Read the bytes that the patches replace, and hold them against those of the plan."""
        self.old_bytes = self._read_old_bytes(self.content)
        for patch, old in zip(self.plan.patches, self.old_bytes, strict=self.wrapper is None):
            if patch.old is not None and patch.old != old:
                raise make_change_error()

    def refuse_change(self) -> None:
        """Make sure that the file is still the one that was read, in the state that was read."""
        self.current_step = "looking at it again"
        try:
            named = self.system.lstat(self.path)
        except FileNotFoundError:
            raise make_refusal("the file has vanished while it was repaired") from None
        now = self.system.fstat(self.fd)
        if make_identity(now) != make_identity(self.status) or not os.path.samestat(now, named):
            raise make_change_error()
        if self._read_old_bytes() != self.old_bytes:
            raise make_change_error()

    def _read_old_bytes(self, whole: bytes | None = None) -> tuple[bytes, ...]:
        if self.wrapper is not None:
            return ()
        patches = self.plan.patches
        if not patches:
            return ()
        first, last = patches[0].start, patches[-1].end
        if last - first > self.system.whole_up_to:
            return tuple(
                read_range(self.system, self.fd, patch.start, patch.end) for patch in patches
            )
        data = (
            whole[first:last]
            if whole is not None
            else read_range(self.system, self.fd, first, last)
        )
        return tuple(data[patch.start - first : patch.end - first] for patch in patches)


def read_range(system: System, fd: int, start: int, end: int) -> bytes:
    """Bytes ``start:end`` of a file, fewer where it ends before."""
    data = b""
    while len(data) < end - start:
        more = system.pread(fd, end - start - len(data), start + len(data))
        if not more:
            break
        data += more
    return data


def make_change_error() -> Exception:
    """The refusal when somebody else has written the file."""
    return make_refusal(
        "another program has changed the file since it was read; check it and fix it again"
    )


@contextmanager
def open_target(
    plan: Plan, mode: Mode, follow: bool, backup: str | None, system: System
) -> Iterator[Target]:
    """Open and lock the file of a plan.

    A second name that ends in the suffix ``backup`` is one that a run which was killed has made.

    Raises
    ------
    RepairError
        when it cannot be written, should not be written, or is not what was read.
    """
    means: list[str] = []
    path = _resolve_path(plan.path, mode, follow, means)
    access = os.O_RDWR if mode == "in-place" else os.O_RDONLY
    try:
        status = system.lstat(path)
        _check_permission(path, status, mode)
        fd = system.open(path, access | NOFOLLOW | NONBLOCK)
    except OSError as error:
        raise make_failure(error, "opening it") from error
    target = Target(path, fd, status, plan, system, methods=means)
    try:
        target.status = system.fstat(fd)
        _refuse_special_file(target.status)
        _check_links(target, mode, follow, path + backup if backup else None)
        lock_target(system, fd, mode == "copy", means)
        if journal := find_journal(path):
            raise make_refusal(f"a repair was cut short ({journal}); run `fitslint fix --recover`")
        size = target.status.st_size
        small = size <= system.whole_up_to
        beginning = read_range(system, fd, 0, size if small else MAGIC_MAX)
        target.wrapper = find_wrapper(beginning)
        if small:
            target.content = beginning
        _verify_identity(target)
        yield target
    finally:
        # The last close of a large file that was replaced frees its blocks, which takes as long as
        # copying it; nobody needs to wait for that.
        if target.replaced and target.status.st_size >= system.parallel_from:
            BackgroundCall(lambda: system.close(target.fd), threaded=True)
        else:
            with suppress(OSError):
                system.close(target.fd)


def lock_target(system: System, fd: int, shared: bool, methods: list[str]) -> None:
    """Lock a file, or refuse it because somebody else holds a lock."""
    try:
        system.lock(fd, shared)
    except OSError as error:
        if error.errno in LOCK_ERRORS:
            raise make_refusal(
                "another program holds a lock on the file; try again later"
            ) from None
        methods.append("no file lock")


def _resolve_path(path: str, mode: Mode, follow: bool, means: list[str]) -> str:
    try:
        file = resolve_link(path)
    except (OSError, ValueError) as error:
        failure = error if isinstance(error, OSError) else OSError(errno.ENOENT, str(error))
        raise make_failure(failure, "following the symbolic link") from error
    if file == path:
        return path
    if mode != "copy" and not follow:
        raise make_refusal(
            f"this is a symbolic link to {file}; name that file, or ask to follow links"
        )
    means.append(f"symbolic link followed to {file}")
    return file


def _check_permission(path: str, status: os.stat_result, mode: Mode) -> None:
    # The superuser may write what is marked read-only, but the mark was made on purpose.
    marked = not status.st_mode & 0o222
    if mode != "copy" and stat.S_ISREG(status.st_mode) and (marked or not os.access(path, os.W_OK)):
        bits = stat.S_IMODE(status.st_mode)
        raise make_refusal(f"the file is read-only (mode {bits:04o}); make it writable first")


def _refuse_special_file(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise make_failure(OSError(errno.EISDIR, ""), "opening it")
    if not stat.S_ISREG(status.st_mode):
        raise make_refusal("this is a pipe, a socket or a device, not a file")


def _check_links(target: Target, mode: Mode, follow: bool, backup: str | None) -> None:
    others = target.status.st_nlink - 1
    if others and mode == "replace" and backup is not None:
        with suppress(OSError, ValueError):
            others -= os.path.samestat(target.system.lstat(backup), target.status)
    if mode == "copy" or others < 1:
        return
    if not follow:
        raise make_refusal(
            f"the file has {others} other {plural(others, 'name')} (hard links), which would "
            "keep the old bytes or change with it; ask to follow links"
        )
    fate = "changed with it" if mode == "in-place" else "broken: other names keep the old bytes"
    target.record_method(f"hard link {fate}")


def _verify_identity(target: Target) -> None:
    """Hold the file against the identity and the bytes that the plan was made from."""
    plan, status = target.plan, target.status
    read_as = plan.identity
    if read_as is not None and make_identity(status) != read_as:
        raise make_change_error()
    if target.wrapper is None and status.st_size != plan.size:
        raise make_change_error()
    target.verify_old_bytes()


def make_identity(status: os.stat_result) -> FileIdentity:
    """Which file this is, and in which state."""
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
