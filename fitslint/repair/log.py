"""The repair log: what was changed, so that it can be read and undone.

A log is a file of JSON lines (``schemas/repair-log-1.0.0.json``). A line is on the disk before the
file that it speaks of is touched; another one says how the writing went. Bytes are strings of
characters U+0000 to U+00FF, one a byte.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fitslint._version import __version__
from fitslint.repair.access import restrict_permissions
from fitslint.repair.fingerprint import FileFingerprint
from fitslint.repair.model import DataUnit, Mode, Patch, Plan, Repair, RepairError, WriteResult
from fitslint.source.leftovers import LOG_HEAD, LOG_SCHEMA
from fitslint.text import say


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A repair as the log tells it."""

    id: str
    file: str
    """Absolute path of the file that was repaired."""
    result: str
    """Where the result was written."""
    mode: Mode
    container: str
    old: FileFingerprint
    new: FileFingerprint
    patches: tuple[tuple[Patch, bytes], ...]
    """Each with the bytes that it took away."""
    units: tuple[DataUnit, ...]
    packing: Mapping[str, Any] | None = None
    """How the bytes of a compressed file are made again."""


class Log:
    """A log that repairs are appended to, by any number of processes.

    Raises
    ------
    RepairError
        when ``path`` cannot be written, or holds something else.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path).absolute()
        try:
            with self.path.open("ab+") as stream:
                stream.seek(0)
                head = stream.read(len(LOG_HEAD))
        except FileNotFoundError:
            raise RepairError(
                say("the log {path!r} cannot be written: make its folder first", path=path)
            ) from None
        except OSError as error:
            raise RepairError(
                say(
                    "the log {path!r} cannot be written: {strerror}",
                    path=path,
                    strerror=error.strerror,
                )
            ) from None
        if head and not LOG_HEAD.startswith(head):
            raise RepairError(say("{path!r} is no repair log and is not added to", path=path))

    def log_plan(self, entry: LogEntry, repairs: tuple[Repair, ...]) -> None:
        """Say what will be written; on the disk when this returns.

        The log holds cards of the file, so from then on nobody may read it who may not read that.
        """
        self._append(
            {
                "event": "fix", **_make_stamp(entry.id),
                "file": entry.file, "result": entry.result,
                "mode": entry.mode, "container": entry.container,
                "old": entry.old.to_dict(), "new": entry.new.to_dict(),
                "repairs": [_format_repair(repair) for repair in repairs],
                "patches": [_format_patch(patch, before) for patch, before in entry.patches],
                "units": [[unit.hdu, unit.old, unit.new, unit.length] for unit in entry.units],
                **({"packing": dict(entry.packing)} if entry.packing else {}),
            },
            like=entry.file,
        )  # fmt: skip

    def log_result(self, name: str, written: WriteResult) -> None:
        """Say how entry ``name`` was written, and by which means."""
        self._append(
            {
                "event": "written", **_make_stamp(name), "means": list(written.methods),
                "backup": written.backup,
                "data": [[hdu, digest] for hdu, digest in written.digests],
            }
        )  # fmt: skip

    def log_failure(self, name: str, reason: str) -> None:
        """Say that entry ``name`` was not written."""
        self._append({"event": "failed", **_make_stamp(name), "reason": reason})

    def log_undo(self, name: str) -> None:
        """Say that entry ``name`` was taken back."""
        self._append({"event": "undone", **_make_stamp(name)})

    def _append(self, record: Mapping[str, Any], like: str = "") -> None:
        line = (
            json.dumps({"schema": LOG_SCHEMA, **record}, ensure_ascii=True).encode("ascii") + b"\n"
        )
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                if like:
                    restrict_permissions(fd, like)
                with _lock_log(fd):
                    size = os.lseek(fd, 0, os.SEEK_END)
                    if size and os.pread(fd, 1, size - 1) != b"\n":
                        line = b"\n" + line  # a crash cut the line before
                    while line:
                        line = line[os.write(fd, line) :]
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise RepairError(
                say(
                    "the log '{path}' cannot be written: {strerror}; the file is as it was",
                    path=self.path,
                    strerror=error.strerror,
                )
            ) from None


@contextlib.contextmanager
def _lock_log(fd: int) -> Iterator[None]:
    """Keep other processes from writing to the same log meanwhile, where the system can."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    fcntl.flock(fd, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


def build_log_entry(
    plan: Plan,
    read_old: Any,
    states: tuple[FileFingerprint, FileFingerprint],
    *,
    container: str,
    mode: Mode,
    result: str,
    packing: Mapping[str, Any] | None = None,
) -> LogEntry:
    """The entry of a plan; ``read_old(offset, count)`` gives bytes of the stream as it is."""
    pairs = tuple((patch, read_old(patch.start, patch.end - patch.start)) for patch in plan.patches)
    return LogEntry(
        id=uuid.uuid4().hex,
        file=str(Path(plan.path).absolute()),
        result=str(Path(result).absolute()),
        mode=mode,
        container=container,
        old=states[0],
        new=states[1],
        patches=pairs,
        units=plan.units,
        packing=packing,
    )


def read_log(path: str) -> list[LogEntry]:
    """The entries of a log that are in force, in the order they were written.

    Entries that failed or were undone are left out, and lines that a crash cut: their files were
    not touched yet.

    Raises
    ------
    RepairError
        when the file cannot be read or is no log.
    """
    entries: dict[str, LogEntry] = {}
    try:
        with Path(path).open("rb") as stream:
            lines = [line for line in stream if line.strip()]
    except OSError as error:
        raise RepairError(
            say("the log {path!r} cannot be read: {strerror}", path=path, strerror=error.strerror)
        ) from None
    for number, line in enumerate(lines, 1):
        if not line.startswith(LOG_HEAD):
            if number == 1:
                raise RepairError(say("{path!r} is no repair log", path=path))
            continue
        try:
            record = json.loads(line)
            if record["event"] == "fix":
                entries[record["id"]] = _parse_entry(record)
            elif record["event"] in ("failed", "undone"):
                entries.pop(record["id"], None)
        except (ValueError, KeyError, TypeError):
            continue
    return list(entries.values())


def _parse_entry(record: Mapping[str, Any]) -> LogEntry:
    return LogEntry(
        id=record["id"],
        file=record["file"],
        result=record["result"],
        mode=record["mode"],
        container=record["container"],
        old=FileFingerprint.from_dict(record["old"]),
        new=FileFingerprint.from_dict(record["new"]),
        patches=tuple(
            (
                Patch(patch["start"], patch["end"], patch["after"].encode("latin-1")),
                patch["before"].encode("latin-1"),
            )
            for patch in record["patches"]
        ),
        units=tuple(DataUnit(*unit) for unit in record["units"]),
        packing=record.get("packing"),
    )


def _make_stamp(name: str) -> dict[str, str]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"id": name, "time": now.replace("+00:00", "Z"), "tool": f"fitslint {__version__}"}


def _format_repair(repair: Repair) -> dict[str, Any]:
    finding = repair.finding
    return {
        "rule": finding.code, "name": finding.name, "title": repair.title, "safety": repair.safety,
        "round": repair.round, "hdu": finding.hdu, "card": finding.card, "keyword": finding.keyword,
        "offset": repair.offset,
        "before": repair.before.decode("latin-1"), "after": repair.after.decode("latin-1"),
    }  # fmt: skip


def _format_patch(patch: Patch, before: bytes) -> dict[str, Any]:
    return {
        "start": patch.start, "end": patch.end,
        "before": before.decode("latin-1"), "after": patch.new.decode("latin-1"),
    }  # fmt: skip
