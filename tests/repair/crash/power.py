"""What a device may hold when the power fails: what was synced, and any part of the rest."""

from __future__ import annotations

import errno
import os
import random
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from fitslint.repair.write.system import System
from tests.repair.crash.faulty import CALLS

SECTOR = 512


@dataclass
class Inode:
    """A file: what is on the device for sure, and the writes that may be or may not."""

    synced: bytes = b""
    pending: list[tuple[int, bytes]] = field(default_factory=list)

    def fate(self, dice: random.Random) -> bytes:
        """The bytes after a failure: each sector of each pending write came through or did not."""
        data = bytearray(self.synced)
        for offset, piece in self.pending:
            if dice.random() < 0.2:
                continue
            for at in range(0, len(piece), SECTOR):
                if dice.random() < 0.5:
                    bits = piece[at : at + SECTOR]
                    start = offset + at
                    data.extend(bytes(max(0, start + len(bits) - len(data))))
                    data[start : start + len(bits)] = bits
        return bytes(data)


@dataclass
class Device:
    """Inodes, and names: those on the device for sure, and the changes that may follow in order."""

    inodes: dict[int, Inode] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[str, int | None]] = field(default_factory=list)

    def fate(self, dice: random.Random) -> dict[str, tuple[int, bytes]]:
        """The folder after a failure."""
        names: dict[str, int | None] = dict(self.names)
        names.update(self.pending[: dice.randint(0, len(self.pending))])
        return {
            name: (inode, self.inodes[inode].fate(dice))
            for name, inode in names.items()
            if inode is not None
        }


class Recorder(System):
    """Does every call, and keeps what the device would hold for sure before each of them."""

    chunk = 5000
    extent = 5000

    def __init__(self, folder: Path, fail_at: tuple[str, int] = ("", 0)) -> None:
        self.fail_at = fail_at
        self.device = Device()
        self.moments: list[Device] = []
        self._at: dict[int, int] = {}
        for path in folder.iterdir():
            inode = path.stat().st_ino
            self.device.names[path.name] = inode
            self.device.inodes[inode] = Inode(path.read_bytes())
        for name in CALLS:
            setattr(self, name, partial(self._call, name, getattr(super(), name)))

    def _call(self, name: str, call: Any, *given: Any) -> Any:
        self.moments.append(deepcopy(self.device))
        if name == self.fail_at[0]:
            self.fail_at = (name, self.fail_at[1] - 1)
            if self.fail_at[1] == 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        result = call(*given)
        note = vars(type(self)).get(f"_on_{name}")
        if note is not None:
            note(self, result, *given)
        return result

    def _inode(self, fd: int) -> Inode:
        return self.device.inodes.setdefault(os.fstat(fd).st_ino, Inode())

    def _name(self, path: str, inode: int | None) -> None:
        self.device.pending.append((Path(path).name, inode))

    def _on_open(self, fd: int, path: str, flags: int, mode: int = 0) -> None:
        self._at[fd] = 0
        if flags & os.O_CREAT:
            self.device.inodes[os.fstat(fd).st_ino] = Inode()
            self._name(path, os.fstat(fd).st_ino)

    def _on_write(self, count: int, fd: int, data: bytes) -> None:
        self._inode(fd).pending.append((self._at[fd], bytes(data[:count])))
        self._at[fd] += count

    def _on_pwrite(self, count: int, fd: int, data: bytes, offset: int) -> None:
        self._inode(fd).pending.append((offset, bytes(data[:count])))

    def _on_copy_file_range(self, count: int, source: int, fd: int, _: int, start: int) -> None:
        self._on_write(count, fd, os.pread(source, count, start))

    def _on_fsync(self, means: str, fd: int) -> None:
        if Path(f"/proc/self/fd/{fd}").resolve().is_dir():
            self._sync_names()
        else:
            self._sync(self._inode(fd))

    def _on_syncfs(self, means: str, fd: int) -> None:
        self._sync_names()
        for inode in self.device.inodes.values():
            self._sync(inode)

    def _sync_names(self) -> None:
        for name, inode in self.device.pending:
            if inode is None:
                self.device.names.pop(name, None)
            else:
                self.device.names[name] = inode
        self.device.pending.clear()

    def _sync(self, inode: Inode) -> None:
        data = bytearray(inode.synced)
        for offset, piece in inode.pending:
            data.extend(bytes(max(0, offset + len(piece) - len(data))))
            data[offset : offset + len(piece)] = piece
        inode.synced = bytes(data)
        inode.pending.clear()

    def _on_replace(self, result: None, source: str, target: str) -> None:
        inode = Path(target).stat().st_ino
        # One entry takes the place of the other in one step.
        self._name(target, inode)
        self._name(source, None)

    def _on_link(self, result: None, source: str, target: str) -> None:
        self._name(target, Path(target).stat().st_ino)

    def _on_unlink(self, result: None, path: str) -> None:
        self._name(path, None)
