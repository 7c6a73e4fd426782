"""Corrections kept beside files that must not change: written, found again, applied in memory.

A file of corrections (``schemas/corrections-1.0.0.json``) is TOML, or JSON lines when its name ends
in ``.jsonl``. It speaks of files by their path and state, or of observations by what their primary
header says.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fitslint.config.settings import Limits
from fitslint.dictionary.files.toml_writer import format_toml_value as toml_value
from fitslint.model.file import Container, FitsFile
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.repair.edit.keywords import KeywordEdit, build_keyword_patches
from fitslint.repair.fingerprint import FileCorrections, FileFingerprint
from fitslint.repair.model import Patch, RepairError
from fitslint.repair.stream import PatchedReader, open_stream
from fitslint.source.files import decompress, explain_open_error, read_container, read_file
from fitslint.syntax.scan_reader import BytesReader, ReadData, Reader
from fitslint.text import say

CORRECTIONS_SCHEMA = "urn:fitslint:corrections:1.0.0"
JSON_LINES_SUFFIX = ".jsonl"
"""Suffix of a file of JSON lines."""
TOML_HEAD = f"schema = {toml_value(CORRECTIONS_SCHEMA)}\n"


@dataclass(frozen=True, slots=True)
class ObservationCorrections:
    """Corrections of every file whose primary header has these values."""

    match: Mapping[str, Any]
    edits: tuple[KeywordEdit, ...]

    def matches(self, header: Header) -> bool:
        """Whether a primary header is that of the observation."""
        return all(_is_equal(header.value(name), expected) for name, expected in self.match.items())


@dataclass(frozen=True, slots=True)
class Corrections:
    """A file of corrections."""

    path: str
    files: Mapping[str, FileCorrections]
    """By real path."""
    observations: tuple[ObservationCorrections, ...]

    def build_patches(
        self, file: FitsFile, reader: Reader, path: str | None = None
    ) -> tuple[Patch, ...]:
        """What is to be changed in ``file``, read from ``reader``; nothing where nothing is said.

        Bytes without a ``path`` are known by their state.

        Raises
        ------
        RepairError
            when the file is not as it was when its corrections were made, or they cannot be made.
        """
        corrections = (
            self._find_by_fingerprint(reader)
            if path is None
            else self.files.get(os.path.realpath(path))
        )
        if corrections is not None:
            if not corrections.state.matches(reader):
                raise RepairError(
                    say(
                        "the corrections in {path} were made for another state of this file",
                        path=self.path,
                    )
                )
            return corrections.patches
        if not file.hdus:
            return ()
        primary = file.hdus[0].header
        changes = [
            change
            for observation in self.observations
            if observation.matches(primary)
            for change in observation.edits
        ]
        return build_keyword_patches(file, reader, changes) if changes else ()

    def _find_by_fingerprint(self, reader: Reader) -> FileCorrections | None:
        files = self.files.values()
        return next((file for file in files if file.state.matches(reader)), None)


def load_corrections(path: str) -> Corrections:
    """The corrections in a file; the same as before while it does not change.

    Raises
    ------
    RepairError
        when it cannot be read, or is no file of corrections.
    """
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        raise RepairError(
            say(
                "the corrections {path!r} cannot be read: {strerror}",
                path=path,
                strerror=explain_open_error(path, error),
            )
        ) from None
    return _load_file(str(Path(path).absolute()), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _load_file(path: str, _modified: int, _size: int) -> Corrections:
    base = Path(path).parent
    files: dict[str, FileCorrections] = {}
    observations: list[ObservationCorrections] = []
    try:
        for table in _read_tables(path):
            if table.get("schema", CORRECTIONS_SCHEMA) != CORRECTIONS_SCHEMA:
                raise RepairError(say("{path!r} is no file of corrections", path=path))
            for entry in _ensure_list(table.get("file", ())):
                files[os.path.realpath(base / entry["path"])] = _parse_file_entry(entry)
            observations += map(_parse_observation, _ensure_list(table.get("observation", ())))
    except OSError as error:
        raise RepairError(
            say(
                "the corrections {path!r} cannot be read: {strerror}",
                path=path,
                strerror=error.strerror,
            )
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise RepairError(
            say("{path!r} is no file of corrections: {reason}", path=path, reason=reason[:200])
        ) from None
    return Corrections(path, files, tuple(observations))


def read_with_corrections(
    source: str | bytes, limits: Limits, corrections: Corrections,
    read_data: ReadData | None = None,
) -> FitsFile:  # fmt: skip
    """The structure of a file, or of bytes, as its corrections make it.

    One that is in another state than its corrections were made for is read as it is, and what
    cannot be corrected is told in ``limits_hit``, so that it is not taken for one that conforms.
    """
    if isinstance(source, bytes):
        reader, container = decompress(BytesReader(source), limits)
        return _apply_corrections(
            reader, container, limits, corrections, path=None, read_data=read_data
        )
    try:
        with open_stream(source, limits) as (reader, container, _):
            return _apply_corrections(
                reader, container, limits, corrections, path=source, read_data=read_data
            )
    except RepairError:
        return read_file(source, limits, read_data)


def _apply_corrections(
    reader: Reader, container: Container, limits: Limits, corrections: Corrections, *,
    path: str | None, read_data: ReadData | None,
) -> FitsFile:  # fmt: skip
    name = path or "<bytes>"
    file = read_container(reader, name, container, limits)
    try:
        patches = corrections.build_patches(file, reader, path)
    except RepairError as error:
        file.limits_hit.append(say("not corrected: {error}", error=error))
        return file
    if not patches and read_data is None:
        return file
    corrected = PatchedReader(reader, patches) if patches else reader
    return read_container(corrected, name, container, limits, read_data)


def read_file_with_corrections(
    path: str, limits: Limits, read_data: ReadData | None = None, *, corrections: str
) -> FitsFile:
    """The structure of file ``path``, as the corrections in a file make it.

    Raises
    ------
    RepairError
        when the corrections cannot be used.
    """
    return read_with_corrections(path, limits, load_corrections(corrections), read_data)


def format_entry(path: str, target: str, corrected: FileCorrections, rules: Sequence[str]) -> str:
    """The text that keeps the corrections of file ``path`` in the file ``target``.

    Raises
    ------
    RepairError
        when TOML cannot hold the name of the file.
    """
    where = os.path.relpath(os.path.realpath(path), Path(os.path.realpath(target)).parent)
    plain = {
        "path": where.replace(os.sep, "/"), **corrected.state.to_dict(), "rules": list(rules),
        "change": [
            _format_patch(change) for patch in corrected.patches for change in _split_patch(patch)
        ],
    }  # fmt: skip
    if target.endswith(JSON_LINES_SUFFIX):
        return json.dumps({"schema": CORRECTIONS_SCHEMA, "file": plain}) + "\n"
    try:
        where.encode("utf-8")
    except UnicodeEncodeError:
        raise RepairError(
            say(
                "the name of the file is not UTF-8, which TOML cannot hold; write a "
                "{json_lines_suffix} file",
                json_lines_suffix=JSON_LINES_SUFFIX,
            )
        ) from None
    changes = plain.pop("change")
    lines = ["", "[[file]]", *(f"{key} = {toml_value(item)}" for key, item in plain.items())]
    for change in changes:
        lines += ["", "[[file.change]]"]
        lines += [f"{key} = {_format_toml(item)}" for key, item in change.items()]
    return "\n".join(lines) + "\n"


def _format_toml(item: object) -> str:
    if isinstance(item, list) and len(item) > 1:
        return "[\n" + "".join(f"  {toml_value(record)},\n" for record in item) + "]"
    return toml_value(item)


def _read_tables(path: str) -> Iterator[Mapping[str, Any]]:
    with Path(path).open("rb") as stream:
        if path.endswith(JSON_LINES_SUFFIX):
            yield from (json.loads(line) for line in stream if line.strip())
            return
        import tomllib

        table = tomllib.load(stream)
    if "schema" not in table:
        raise ValueError(say("there is no schema"))
    yield table


def _ensure_list(item: Any) -> Sequence[Mapping[str, Any]]:
    return [item] if isinstance(item, Mapping) else item


def _parse_file_entry(table: Mapping[str, Any]) -> FileCorrections:
    changes = sorted(table["change"], key=lambda change: (change["start"], change["end"]))
    patches: list[Patch] = []
    for change in changes:
        before = _join_records(change["before"], change["end"] - change["start"])
        after = _join_records(
            change["after"], change.get("length", CARD_SIZE * len(change["after"]))
        )
        if patches and patches[-1].end > change["start"]:
            raise ValueError(say("two changes overlap at byte {change}", change=change["start"]))
        patches.append(Patch(change["start"], change["end"], after, before))
    return FileCorrections(FileFingerprint.from_dict(table), tuple(patches))


def _parse_observation(table: Mapping[str, Any]) -> ObservationCorrections:
    unknown = set(table) - {"match", "reason", "hdu", "set", "rename", "delete"}
    if unknown or not table["match"]:
        raise ValueError(
            say("an observation has no {value}", value=", ".join(sorted(unknown)) or "match")
        )
    hdu = str(table.get("hdu", ""))
    changes = []
    for keyword, item in table.get("set", {}).items():
        parts = item if isinstance(item, Mapping) else {"value": item}
        text = _format_value(parts["value"])
        changes.append(KeywordEdit("set", keyword, text, parts.get("comment"), hdu=hdu))
    changes += [
        KeywordEdit("rename", old, new, hdu=hdu) for old, new in table.get("rename", {}).items()
    ]
    changes += [KeywordEdit("delete", keyword, hdu=hdu) for keyword in table.get("delete", ())]
    return ObservationCorrections(dict(table["match"]), tuple(changes))


def _format_value(item: object) -> str:
    if isinstance(item, bool):
        return "T" if item else "F"
    return item if isinstance(item, str) else repr(item).upper()


def _is_equal(value: object, expected: object) -> bool:
    if isinstance(value, str) and isinstance(expected, str):
        return value.rstrip() == expected.rstrip()
    return isinstance(value, bool) == isinstance(expected, bool) and value == expected


def _format_patch(patch: Patch) -> dict[str, Any]:
    before, after = _split_records(patch.old or b""), _split_records(patch.new)
    plain = {"start": patch.start, "end": patch.end, "before": before, "after": after}
    odd = len(patch.new) != CARD_SIZE * len(after)
    return {**plain, "length": len(patch.new)} if odd else plain


def _split_records(data: bytes) -> list[str]:
    pieces = (data[at : at + CARD_SIZE] for at in range(0, len(data), CARD_SIZE))
    return [piece.rstrip(b" ").decode("latin-1") for piece in pieces]


def _join_records(records: Sequence[str], length: int) -> bytes:
    data = b"".join(record.encode("latin-1").ljust(CARD_SIZE) for record in records)
    if len(data) - length not in range(CARD_SIZE) or data[length:].strip(b" "):
        raise ValueError(
            say("{number} records do not make {length} bytes", number=len(records), length=length)
        )
    return data[:length]


def _split_patch(patch: Patch) -> Iterator[Patch]:
    """A patch of many cards as patches of those that really change."""
    old, new = patch.old, patch.new
    if old is None or len(old) % CARD_SIZE or len(new) % CARD_SIZE:
        yield patch
        return
    before = [old[at : at + CARD_SIZE] for at in range(0, len(old), CARD_SIZE)]
    after = [new[at : at + CARD_SIZE] for at in range(0, len(new), CARD_SIZE)]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, stop, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield Patch(
                patch.start + start * CARD_SIZE,
                patch.start + stop * CARD_SIZE,
                b"".join(after[first:last]),
                b"".join(before[start:stop]),
            )
