"""A dictionary file as it is written: its text, its tables, and on which line each key stands."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from fitslint.dictionary.files.load import DictionaryError, build_entry
from fitslint.dictionary.files.positions import KeyPath, find_key_line, locate_keys
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Dictionary

FILE_SIZE_MAX = 10_000_000
"""Bytes of a file; a dictionary of a thousand keywords has half a million."""


@dataclass(frozen=True, eq=False)
class DictionaryDocument:
    """A dictionary file; what its tables hold may still be anything that TOML allows."""

    name: str
    """The file as it is named in messages."""
    text: str
    tables: Mapping[str, Any]

    @property
    def head(self) -> Mapping[str, Any]:
        """The ``[dictionary]`` table."""
        head: Mapping[str, Any] = self.tables["dictionary"]
        return head

    @property
    def id(self) -> str:
        """The id that the dictionary gives itself."""
        return str(self.head["id"])

    @property
    def keywords(self) -> Sequence[Mapping[str, Any]]:
        """The ``[[keyword]]`` tables."""
        found: Sequence[Mapping[str, Any]] = self.tables.get("keyword", ())
        return found

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The entries by name."""
        ranges = self.head.get("index", {})
        return {table["name"]: build_entry(table, ranges) for table in self.keywords}

    @cached_property
    def dictionary(self) -> Dictionary:
        """The dictionary, for looking keywords up."""
        hdus = self.tables.get("hdu", ())
        return Dictionary(self.head, self.entries, self.entries.__getitem__, hdus)

    @cached_property
    def _lines(self) -> Mapping[KeyPath, int]:
        return locate_keys(self.text)

    def find_line(self, path: KeyPath) -> int:
        """The line where a key stands."""
        return find_key_line(self._lines, path)

    def describe_path(self, path: KeyPath) -> str:
        """A key as people name it: ``EXPTIME.unit`` for ``("keyword", 3, "unit")``."""
        if path[:1] == ("keyword",) and len(path) > 1 and isinstance(path[1], int):
            tables = self.tables["keyword"]
            name = tables[path[1]].get("name") if isinstance(tables[path[1]], Mapping) else None
            first = name if isinstance(name, str) and name else f"keyword {path[1] + 1}"
            path = (first, *path[2:])
        text = ""
        for step in path:
            text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
        return text.removeprefix(".") or "the file"


def read_document(path: FilePath, name: str = "") -> DictionaryDocument:
    """The document in a file of any author.

    Raises
    ------
    DictionaryError
        when the file cannot be read or is not TOML; the sentence names the line.
    """
    name = name or str(path)
    return parse_document(_decode_text(read_dictionary_bytes(path, name), name), name)


def read_dictionary_bytes(path: FilePath, name: str) -> bytes:
    """The bytes of a regular file of a size that a dictionary may have.

    Raises
    ------
    DictionaryError
        when it is another thing, cannot be read, or is too large.
    """
    try:
        # A named pipe would be waited for: it is opened without waiting, and refused.
        with open(path, "rb", opener=_open_nonblocking) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DictionaryError(f"{name}: cannot be read: it is no regular file")
            data = file.read(FILE_SIZE_MAX + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, DictionaryError):
            raise
        reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise DictionaryError(f"{name}: cannot be read: {reason}") from error
    if len(data) > FILE_SIZE_MAX:
        raise DictionaryError(f"{name}: has more than {FILE_SIZE_MAX:,} bytes")
    return data


def _open_nonblocking(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse_document(text: str, name: str) -> DictionaryDocument:
    """The document that ``text`` is.

    Raises
    ------
    DictionaryError
        when it is not TOML.
    """
    try:
        return DictionaryDocument(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DictionaryError(_describe_toml_error(error, text, name)) from error
    except ValueError as error:  # Python does not read integers of thousands of digits
        raise DictionaryError(f"{name}:{_find_longest_line(text)}: a number is too long") from error
    except RecursionError:
        raise DictionaryError(f"{name}:1: tables or lists are nested too deeply") from None


def _find_longest_line(text: str) -> int:
    lengths = [len(line) for line in text.split("\n")]
    return lengths.index(max(lengths)) + 1


def _decode_text(data: bytes, name: str) -> str:
    try:
        # As tomllib reads files: a line ends with a line feed, whatever stands before it. Editors
        # of Windows begin a file with a byte order mark, which TOML does not know.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DictionaryError(
            f"{name}:{line}: byte 0x{data[error.start]:02x} is not UTF-8"
        ) from error


def _describe_toml_error(error: tomllib.TOMLDecodeError, text: str, name: str) -> str:
    said = str(error)
    match = re.search(r" \(at line ([0-9]+), column ([0-9]+)\)$", said)
    line = int(match[1]) if match else text.count("\n") + 1
    where = f"column {match[2]}" if match else "end of the file"
    reason = said[: match.start()] if match else said.partition(" (at")[0]
    reason = f"{reason[:1].lower()}{reason[1:]}"
    stands = text.split("\n")[line - 1].partition("=")[0].strip()
    if re.fullmatch(r"[\w.\"' -]{1,60}", stands):
        return f"{name}:{line}: broken TOML at {where} of {stands!r}: {reason}"
    return f"{name}:{line}: broken TOML at {where}: {reason}"
