"""Which file of a shard is being read: known even after the process that read it has died."""

from __future__ import annotations

import contextlib
import fcntl
import json
import mmap
import os
import struct
from pathlib import Path
from typing import NamedTuple

from fitslint.audit.tables import PARTS_FOLDER, TABLES, locate_part, remove_temporaries

_PLACE = struct.Struct("<qq")
"""Position of the file that is being read, -1 for none; and 1 when its time was over."""
_DEATHS_MAX = 2
"""Processes that a file may end before it is passed over: the first may have died of another
cause."""


class Condemned(NamedTuple):
    """Why a file of a shard is not read."""

    status: str
    """``crashed`` or ``timeout``."""
    deaths: int


class ShardMarker:
    """Keeps the place in a shard in a small file; one process at a time has it.

    Used as a context manager; :meth:`clear` removes it when the shard is done.
    """

    def __init__(self, folder: Path, shard: int) -> None:
        self.path = locate_marker(folder, shard)
        self._folder, self._shard = folder, shard
        self._deaths_path = self.path.with_suffix(".deaths")
        self.condemned: dict[int, Condemned] = {}
        """Position → why it is passed over."""

    def __enter__(self) -> ShardMarker:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        with contextlib.suppress(OSError):  # a file system without locks
            # Waits for a process that others believe dead: its part will be there then.
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        if os.fstat(self._descriptor).st_size < _PLACE.size:
            os.pwrite(self._descriptor, _PLACE.pack(-1, 0), 0)
        else:  # of a process that has died
            for table in TABLES:
                remove_temporaries(locate_part(self._folder, table, self._shard))
        self._map = mmap.mmap(self._descriptor, _PLACE.size)
        self._count_death()
        return self

    def __exit__(self, *exc: object) -> None:
        self.move(-1)
        self._map.close()
        os.close(self._descriptor)

    def move(self, position: int) -> None:
        """The file at ``position`` is being read from now on; -1: none is."""
        _PLACE.pack_into(self._map, 0, position, 0)

    def clear(self) -> None:
        """Remove what was kept: the shard is done."""
        self.path.unlink(missing_ok=True)
        self._deaths_path.unlink(missing_ok=True)

    def _count_death(self) -> None:
        deaths = self._read_deaths()
        position, is_late = _PLACE.unpack_from(self._map)
        if position >= 0:
            count, status = deaths.get(str(position), (0, "crashed"))
            late = bool(is_late)
            deaths[str(position)] = (
                _DEATHS_MAX if late else count + 1, "timeout" if late else status,
            )  # fmt: skip
            self._deaths_path.write_text(json.dumps(deaths))
            self.move(-1)
        self.condemned = {
            int(place): Condemned(status, count)
            for place, (count, status) in deaths.items()
            if count >= _DEATHS_MAX
        }

    def _read_deaths(self) -> dict[str, tuple[int, str]]:
        try:
            return {place: (int(n), str(status)) for place, (n, status) in
                    json.loads(self._deaths_path.read_text()).items()}  # fmt: skip
        except (OSError, ValueError, AttributeError, TypeError):
            return {}


def locate_marker(folder: Path, shard: int) -> Path:
    """Where the marker of a shard is while it is worked on."""
    return folder / PARTS_FOLDER / f".shard-{shard:05d}.place"


def read_place(folder: Path, shard: int) -> int:
    """The position of the file that is being read; -1 where none is."""
    try:
        data = locate_marker(folder, shard).read_bytes()
        position: int = _PLACE.unpack(data)[0]
    except (OSError, struct.error):
        return -1
    return position


def mark_late(folder: Path, shard: int, position: int) -> None:
    """Say that the process was ended because this file took too long."""
    try:
        with locate_marker(folder, shard).open("r+b") as stream:
            stream.write(_PLACE.pack(position, 1))
    except OSError:
        return
