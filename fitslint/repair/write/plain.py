"""The new bytes of a file that is not compressed, copied, compared and digested."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Sequence

from fitslint.repair.model import Patch
from fitslint.repair.write.errors import UNSUPPORTED, refused
from fitslint.repair.write.layout import Stretch, new_places, pieces
from fitslint.repair.write.system import System
from fitslint.repair.write.target import Target, changed, read
from fitslint.repair.write.task import Task
from fitslint.repair.write.temporary import write_all

Digests = tuple[tuple[int, str], ...]
_NOT_COPIED = UNSUPPORTED | {errno.EPERM, errno.ETXTBSY}


def fill(target: Target, fd: int, want_digests: bool) -> Digests:
    """Write the new stream into an empty file, and prove that it is there.

    Every stretch that stays is read back and compared with the old file byte for byte; that is what
    equal digests stand for, and it takes less time. Digests are taken where they are wanted.
    """
    system, plan = target.system, target.plan
    layout = pieces(plan)
    if target.whole is not None and plan.new_size <= system.whole_up_to and not want_digests:
        _fill_at_once(target, target.whole, fd, layout)
        return ()
    stays = [piece for piece in layout if isinstance(piece, Stretch)]
    beside = plan.new_size >= system.parallel_from
    wanted = [piece for piece in stays if piece.hdu] if want_digests else []
    digesting = Task(lambda: _digests(system, target.fd, wanted), beside and bool(wanted))
    try:
        target.doing = "writing the new file"
        _copy(target, fd, layout)
        syncing = Task(lambda: system.fsync(fd), True) if beside else None
        try:
            target.doing = "reading the new file back"
            _compare_patches(target, fd)
            _compare(target, fd, stays)
        finally:
            if syncing is not None:
                syncing.finish()
        if syncing is not None:
            syncing.result()
    finally:
        digesting.finish()
    return digesting.result()


def _fill_at_once(target: Target, old: bytes, fd: int, layout: Iterable[Stretch | Patch]) -> None:
    """Write a small file in one piece, and read it back, however many patches there are."""
    system, plan = target.system, target.plan
    target.doing = "writing the new file"
    new = b"".join(
        piece.new if isinstance(piece, Patch) else old[piece.old : piece.old + piece.length]
        for piece in layout
    )
    write_all(system, fd, new)
    target.use("written in one piece")
    target.doing = "reading the new file back"
    # One byte more, if there is one: it would be too long then.
    if read(system, fd, 0, len(new) + 1) != new or len(new) != plan.new_size:
        raise _differs("has other bytes than were written")


def copy_whole(target: Target, fd: int) -> None:
    """Copy the old file as it is on the device into an empty one, and prove that it is there."""
    size = target.status.st_size
    _copy_stretch(target, fd, 0, size)
    _compare(target, fd, [Stretch(0, 0, size)])


def _copy(target: Target, fd: int, layout: Sequence[Stretch | Patch]) -> None:
    for piece in layout:
        if isinstance(piece, Patch):
            write_all(target.system, fd, piece.new)
        else:
            _copy_stretch(target, fd, piece.old, piece.old + piece.length)


def _copy_stretch(target: Target, fd: int, at: int, end: int) -> None:
    system = target.system
    while at < end and "read and write" not in target.means:
        try:
            count = system.copy_file_range(target.fd, fd, min(end - at, system.extent), at)
        except OSError as error:
            if error.errno not in _NOT_COPIED:
                raise
            target.use("read and write")
            break
        if not count:
            # Some file systems answer 0 for files that they make up when they are read.
            target.use("read and write")
            break
        target.use("copy_file_range")
        at += count
    while at < end:
        data = read(system, target.fd, at, min(end, at + system.chunk))
        if not data:
            raise changed()
        write_all(system, fd, data)
        at += len(data)


def _compare(target: Target, fd: int, stays: Iterable[Stretch]) -> None:
    """Read back what stays, and hold every byte of it against the old file."""
    system, chunk = target.system, target.system.chunk
    for piece in stays:
        for start in range(0, piece.length, chunk):
            count = min(chunk, piece.length - start)
            old = read(system, target.fd, piece.old + start, piece.old + start + count)
            new = read(system, fd, piece.new + start, piece.new + start + count)
            if old != new or len(new) != count:
                what = f"the data of HDU {piece.hdu}" if piece.hdu else "bytes"
                raise _differs(f"differs from the old one in {what}")


def _compare_patches(target: Target, fd: int) -> None:
    if target.system.fstat(fd).st_size != target.plan.new_size:
        raise _differs("has another size than planned")
    for at, new in new_places(target.plan):
        if read(target.system, fd, at, at + len(new)) != new:
            raise _differs("has another header than was written")


def _differs(how: str) -> Exception:
    return refused(f"the new file {how} when it is read back, so it was thrown away")


def _digests(system: System, fd: int, units: Iterable[Stretch]) -> Digests:
    """BLAKE2b-128 of each data unit."""
    found = []
    for unit in units:
        digest = hashlib.blake2b(digest_size=16)
        end = unit.old + unit.length
        for at in range(unit.old, end, system.chunk):
            digest.update(read(system, fd, at, min(end, at + system.chunk)))
        found.append((unit.hdu, digest.hexdigest()))
    return tuple(found)
