"""On which line a key of a TOML document stands, for messages; `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache

KeyPath = tuple[str | int, ...]
"""Keys and positions in arrays from the top of a document."""


@lru_cache(maxsize=1)
def _compile_forms() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What separates statements, a dotted key, and the next piece of a value."""
    text = r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
    part = r'(?:"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+)'
    return (
        re.compile(r"(?:\s|#[^\n]*)*"),
        re.compile(rf"{part}(?:[ \t]*\.[ \t]*{part})*"),
        re.compile(rf"{text}|#[^\n]*|[\[\]{{}}\n]|[^\"'#\[\]{{}}\n]+", re.DOTALL),
    )


def locate_keys(text: str) -> Mapping[KeyPath, int]:
    """Line (from 1) of every table and key of ``text``, which has to be TOML.

    Keys inside inline tables and the items of arrays are not told apart from the key they are in.
    """
    found: dict[KeyPath, int] = {(): 1}
    arrays: dict[KeyPath, int] = {}
    table: KeyPath = ()
    line, counted = 1, 0
    for at, form, keys in _scan_statements(text):
        line += text.count("\n", counted, at)
        counted = at
        if form == "key":
            for depth in range(1, len(keys) + 1):
                found.setdefault((*table, *keys[:depth]), line)
            continue
        table = ()
        for depth, key in enumerate(keys, 1):
            table = (*table, key)
            if form == "array" and depth == len(keys):
                arrays[table] = arrays.get(table, -1) + 1
            if table in arrays:
                found.setdefault(table, line)
                table = (*table, arrays[table])
        found.setdefault(table, line)
    return found


def find_key_line(found: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of ``path``, or of the closest table or key around it."""
    while path not in found:
        path = path[:-1]
    return found[path]


def _scan_statements(text: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Every table header and key with its place: (offset, ``table`` ``array`` ``key``, keys)."""
    between, key, piece = _compile_forms()
    at = 0
    while (at := _find_end(between, text, at)) < len(text):
        begun = at
        form = "array" if text.startswith("[[", at) else "table" if text[at] == "[" else "key"
        at = _skip_blanks(text, at + {"array": 2, "table": 1, "key": 0}[form])
        match = key.match(text, at)
        if match is None:
            return
        yield begun, form, _split_key(match[0])
        at = match.end()
        depth = 0
        while at < len(text):
            part = piece.match(text, at)
            if part is None:
                return
            at = part.end()
            if part[0] == "\n" and depth <= 0:
                break
            # The brackets that close a table header bring the depth below zero.
            depth += (part[0] in "[{") - (part[0] in "]}") if len(part[0]) == 1 else 0


def _find_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _skip_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at


def _split_key(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted key without their quotes."""
    table = tomllib.loads(f"{dotted} = 0")
    keys = []
    while isinstance(table, dict):
        ((name, table),) = table.items()
        keys.append(name)
    return tuple(keys)
