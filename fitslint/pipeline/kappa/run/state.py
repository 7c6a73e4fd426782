"""What earlier runs made, in ``.fitslint-run.json`` of the output folder."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from fitslint.pipeline.whole import write_whole

NAME = ".fitslint-run.json"
_FORMAT = "fitslint-kappa-run-1"
_LARGEST = 50_000_000
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a unit; paths are relative to the output folder."""

    key: str = ""
    """Digest of its parameters and of the code."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by path."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by path."""
    before: Mapping[str, str] = field(default_factory=dict)
    """The outputs that were there when it was last begun."""
    done: bool = False
    failed: bool = False
    notes: tuple[str, ...] = ()

    def made(self, path: str, digest: str) -> bool:
        """Whether a file with this content is of our making."""
        return digest in (self.outputs.get(path), self.before.get(path))

    def begun(self, outputs: Mapping[str, str], there: Mapping[str, str]) -> Record:
        """The record while ``outputs`` take the places where now is what ``there`` tells."""
        before = {**self.before, **self.outputs, **there}
        return replace(self, before=before, outputs=outputs, done=False)


class State:
    """The records of an output folder; every change is on the disk when the call returns."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.note: str | None = None
        """Why the file that was there is not used."""
        self._records = self._read()

    def __getitem__(self, name: str) -> Record:
        return self._records.get(name, Record())

    def put(self, name: str, record: Record) -> None:
        """Keep a record.

        Raises
        ------
        OSError
            when it cannot be written; the file is then as it was.
        """
        self._records[name] = record
        units = {one: asdict(kept) for one, kept in self._records.items()}
        text = json.dumps({"format": _FORMAT, "units": units}, indent=1, sort_keys=True)
        through = self._path.with_name(f"{NAME}.new")  # runs in one folder are kept apart
        write_whole(self._path, text.encode() + b"\n", through=through)

    def _read(self) -> dict[str, Record]:
        try:
            with self._path.open("rb") as file:
                raw = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            return self._unused(error.strerror or "cannot be read")
        try:
            told = json.loads(raw) if len(raw) <= _LARGEST else None
        except (ValueError, RecursionError):
            return self._unused("is damaged")
        if not isinstance(told, dict) or told.get("format") != _FORMAT:
            return self._unused("was not written by this version of fitslint")
        try:
            return {str(name): _record(one) for name, one in dict(told["units"]).items()}
        except (KeyError, TypeError, ValueError):
            return self._unused("is damaged")

    def _unused(self, why: str) -> dict[str, Record]:
        self.note = (
            f"{self._path} {why}; every step is run again, "
            "and products that are there are replaced only with --force"
        )
        return {}


def _record(told: Any) -> Record:
    """A record of what a file says.

    Raises
    ------
    ValueError, KeyError, TypeError
        when it is none.
    """
    inputs, outputs, before = (_digests(told[name]) for name in ("inputs", "outputs", "before"))
    done, failed, key = told["done"], told["failed"], told["key"]
    if not (isinstance(done, bool) and isinstance(failed, bool) and isinstance(key, str)):
        raise TypeError("not a record")
    notes = tuple(str(one) for one in list(told["notes"]))
    return Record(key, inputs, outputs, before, done, failed, notes)


def _digests(told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        raise TypeError("not a table of digests")
    for path, digest in told.items():
        if "\x00" in path or not isinstance(digest, str) or not _SHA.fullmatch(digest):
            raise ValueError("not a digest")
    return dict(told)
