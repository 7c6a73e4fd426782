"""What earlier runs made, in ``.fitslint-run.json`` of the output folder."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from fitslint.pipeline.atomic_write import write_atomic

STATE_NAME = ".fitslint-run.json"
_MAX_BYTES = 50_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What is known of a task; paths are relative to the output folder."""

    key: str = ""
    """Digest of its parameters and of the code."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by path."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by path."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The outputs that were there when it was last begun; what is no longer made stays ours."""
    done: bool = False
    failed: bool = False
    notes: tuple[str, ...] = ()

    def is_own_output(self, path: str, digest: str) -> bool:
        """Whether a file with this content is of our making."""
        return digest in (self.outputs.get(path), self.before.get(path))

    def start_publishing(self, outputs: Mapping[str, str], there: Mapping[str, str]) -> TaskRecord:
        """The record while ``outputs`` take the places where now is what ``there`` tells."""
        before = {**self.before, **self.outputs, **there}
        return replace(self, before=before, outputs=outputs, done=False)


class RunState:
    """The records of an output folder; every change is on the disk when the call returns.

    Parameters
    ----------
    folder : Path
        the output folder.
    format_name : str
        name and version of what a pipeline keeps; a file of another one is not used.
    """

    def __init__(self, folder: Path, format_name: str) -> None:
        self._path = folder / STATE_NAME
        self._format = format_name
        self.warning: str | None = None
        """Why the file that was there is not used."""
        self._records = self._read_file()

    def __getitem__(self, name: str) -> TaskRecord:
        return self._records.get(name, TaskRecord())

    def store(self, name: str, record: TaskRecord) -> None:
        """Keep a record.

        Raises
        ------
        OSError
            when it cannot be written; the file is then as it was.
        """
        self._records[name] = record
        records = {task: asdict(kept) for task, kept in self._records.items()}
        text = json.dumps({"format": self._format, "units": records}, indent=1, sort_keys=True)
        through = self._path.with_name(f"{STATE_NAME}.new")  # runs in one folder are kept apart
        write_atomic(self._path, text.encode() + b"\n", temporary_path=through)

    def _read_file(self) -> dict[str, TaskRecord]:
        try:
            with self._path.open("rb") as file:
                raw = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            return self._ignore_file(error.strerror or "cannot be read")
        try:
            content = json.loads(raw) if len(raw) <= _MAX_BYTES else None
        except (ValueError, RecursionError):
            return self._ignore_file("is damaged")
        if not isinstance(content, dict) or content.get("format") != self._format:
            return self._ignore_file("was not written by this version of fitslint")
        try:
            return {str(name): _parse_record(raw) for name, raw in dict(content["units"]).items()}
        except (KeyError, TypeError, ValueError):
            return self._ignore_file("is damaged")

    def _ignore_file(self, why: str) -> dict[str, TaskRecord]:
        self.warning = (
            f"{self._path} {why}; every step is run again, "
            "and products that are there are replaced only with --force"
        )
        return {}


def _parse_record(table: Any) -> TaskRecord:
    """A record of what a file says.

    Raises
    ------
    ValueError, KeyError, TypeError
        when it is none.
    """
    inputs, outputs, before = (
        _parse_digests(table[name]) for name in ("inputs", "outputs", "before")
    )
    done, failed, key = table["done"], table["failed"], table["key"]
    if not (isinstance(done, bool) and isinstance(failed, bool) and isinstance(key, str)):
        raise TypeError("not a record")
    notes = tuple(str(note) for note in list(table["notes"]))
    return TaskRecord(key, inputs, outputs, before, done, failed, notes)


def _parse_digests(table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise TypeError("not a table of digests")
    for path, digest in table.items():
        if "\x00" in path or not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise ValueError("not a digest")
    return dict(table)
