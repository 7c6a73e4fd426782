"""The new bytes of a file that is not compressed, copied, compared and digested."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Sequence

from fitslint.repair.model import Patch
from fitslint.repair.write.errors import UNSUPPORTED, make_refusal
from fitslint.repair.write.layout import KeptRange, lay_out_stream, list_patch_offsets
from fitslint.repair.write.system import BackgroundCall, System
from fitslint.repair.write.target import Target, make_change_error, read_range
from fitslint.repair.write.temporary import write_all

Digests = tuple[tuple[int, str], ...]
_NOT_COPIED = UNSUPPORTED | {errno.EPERM, errno.ETXTBSY}


def fill_plain(target: Target, fd: int, with_digests: bool) -> Digests:
    """Write the new stream into an empty file, and prove that it is there.

    Every stretch that stays is read back and compared with the old file byte for byte; that is what
    equal digests stand for, and it takes less time. Digests are taken where they are wanted.
    """
    system, plan = target.system, target.plan
    layout = lay_out_stream(plan)
    if target.content is not None and plan.new_size <= system.whole_up_to and not with_digests:
        _fill_at_once(target, target.content, fd, layout)
        return ()
    stays = [piece for piece in layout if isinstance(piece, KeptRange)]
    beside = plan.new_size >= system.parallel_from
    units = [piece for piece in stays if piece.hdu] if with_digests else []
    digesting = BackgroundCall(
        lambda: _digest_units(system, target.fd, units), beside and bool(units)
    )
    try:
        target.current_step = "writing the new file"
        _copy_layout(target, fd, layout)
        syncing = BackgroundCall(lambda: system.fsync(fd), True) if beside else None
        try:
            target.current_step = "reading the new file back"
            _compare_patches(target, fd)
            _compare(target, fd, stays)
        finally:
            if syncing is not None:
                syncing.wait()
        if syncing is not None:
            syncing.get_result()
    finally:
        digesting.wait()
    return digesting.get_result()


def _fill_at_once(target: Target, old: bytes, fd: int, layout: Iterable[KeptRange | Patch]) -> None:
    """Write a small file in one piece, and read it back, however many patches there are."""
    system, plan = target.system, target.plan
    target.current_step = "writing the new file"
    new = b"".join(
        piece.new if isinstance(piece, Patch) else old[piece.old : piece.old + piece.length]
        for piece in layout
    )
    write_all(system, fd, new)
    target.record_method("written in one piece")
    target.current_step = "reading the new file back"
    # One byte more, if there is one: it would be too long then.
    if read_range(system, fd, 0, len(new) + 1) != new or len(new) != plan.new_size:
        raise _make_mismatch_error("has other bytes than were written")


def copy_file(target: Target, fd: int) -> None:
    """Copy the old file as it is on the device into an empty one, and prove that it is there."""
    size = target.status.st_size
    _copy_stretch(target, fd, 0, size)
    _compare(target, fd, [KeptRange(0, 0, size)])


def _copy_layout(target: Target, fd: int, layout: Sequence[KeptRange | Patch]) -> None:
    for piece in layout:
        if isinstance(piece, Patch):
            write_all(target.system, fd, piece.new)
        else:
            _copy_stretch(target, fd, piece.old, piece.old + piece.length)


def _copy_stretch(target: Target, fd: int, at: int, end: int) -> None:
    system = target.system
    while at < end and "read and write" not in target.methods:
        try:
            count = system.copy_file_range(target.fd, fd, min(end - at, system.extent), at)
        except OSError as error:
            if error.errno not in _NOT_COPIED:
                raise
            target.record_method("read and write")
            break
        if not count:
            # Some file systems answer 0 for files that they make up when they are read.
            target.record_method("read and write")
            break
        target.record_method("copy_file_range")
        at += count
    while at < end:
        data = read_range(system, target.fd, at, min(end, at + system.chunk))
        if not data:
            raise make_change_error()
        write_all(system, fd, data)
        at += len(data)


def _compare(target: Target, fd: int, stays: Iterable[KeptRange]) -> None:
    """Read back what stays, and hold every byte of it against the old file."""
    system, chunk = target.system, target.system.chunk
    for piece in stays:
        for start in range(0, piece.length, chunk):
            count = min(chunk, piece.length - start)
            old = read_range(system, target.fd, piece.old + start, piece.old + start + count)
            new = read_range(system, fd, piece.new + start, piece.new + start + count)
            if old != new or len(new) != count:
                raise _make_mismatch_error(
                    "differs from the old one in "
                    f"{f'the data of HDU {piece.hdu}' if piece.hdu else 'bytes'}"
                )


def _compare_patches(target: Target, fd: int) -> None:
    if target.system.fstat(fd).st_size != target.plan.new_size:
        raise _make_mismatch_error("has another size than planned")
    for at, new in list_patch_offsets(target.plan):
        if read_range(target.system, fd, at, at + len(new)) != new:
            raise _make_mismatch_error("has another header than was written")


def _make_mismatch_error(what: str) -> Exception:
    return make_refusal(f"the new file {what} when it is read back, so it was thrown away")


def _digest_units(system: System, fd: int, units: Iterable[KeptRange]) -> Digests:
    """BLAKE2b-128 of each data unit."""
    digests = []
    for unit in units:
        digest = hashlib.blake2b(digest_size=16)
        end = unit.old + unit.length
        for at in range(unit.old, end, system.chunk):
            digest.update(read_range(system, fd, at, min(end, at + system.chunk)))
        digests.append((unit.hdu, digest.hexdigest()))
    return tuple(digests)
