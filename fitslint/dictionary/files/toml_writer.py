"""Writing dictionaries as TOML, in the layout that the dictionaries of this distribution have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

HEAD_KEYS = (
    "id", "version", "title", "authority", "edition", "source", "extends", "archive", "device",
    "prefix", "note", "doubtful", "files",
)  # fmt: skip
KEYWORD_KEYS = (
    "name", "type", "types", "hdus", "status", "clause", "index", "default", "fixed",
    "recommended", "enum", "enum_from", "minimum", "maximum", "exclusive_minimum",
    "exclusive_maximum", "pattern", "severity", "unit", "fortran", "c", "width", "importance",
    "condition",
    "category",
    "relation", "conflict", "archive", "archive_uncertain", "commentary", "allow_continue",
    "replaced_by", "alias", "comment", "sample", "revision", "source", "note", "doubtful",
    "description",
)  # fmt: skip
"""Keys of a keyword in the order in which they are written; a test holds it to the schema."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def format_toml_string(text: str) -> str:
    """``text`` as a TOML string."""
    return '"' + "".join(map(_escape_character, text)) + '"'


def format_toml_value(item: object) -> str:
    """A value in TOML on one line; tables become inline tables.

    Raises
    ------
    TypeError
        when TOML has no such value.
    """
    if isinstance(item, str):
        return format_toml_string(item)
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int | float):
        return repr(item)
    if isinstance(item, Mapping):
        inside = ", ".join(
            f"{_format_key(key)} = {format_toml_value(member)}" for key, member in item.items()
        )
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(item, Sequence):
        return "[" + ", ".join(map(format_toml_value, item)) + "]"
    raise TypeError(f"TOML has no {type(item).__name__}")


def format_dictionary(
    head: Mapping[str, Any], keywords: Iterable[Mapping[str, Any]], comments: Sequence[str] = ()
) -> str:
    """The text of a dictionary file; ``comments`` are lines that stand above everything."""
    parts = [[_format_comment(line) for line in comments]] if comments else []
    plain = {key: head[key] for key in _sort_keys(head, HEAD_KEYS) if not _is_table(head[key])}
    parts.append(_format_table("[dictionary]", plain))
    for name, table in head.items():
        if _is_table(table):
            parts.append(_format_table(f"[dictionary.{_format_key(name)}]", table))
    for keyword in keywords:
        ordered = {key: keyword[key] for key in _sort_keys(keyword, KEYWORD_KEYS)}
        parts.append(_format_table("[[keyword]]", ordered))
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _format_table(header: str, table: Mapping[str, Any]) -> list[str]:
    return [
        header,
        *(f"{_format_key(key)} = {format_toml_value(item)}" for key, item in table.items()),
    ]


def _sort_keys(table: Mapping[str, Any], order: Sequence[str]) -> list[str]:
    known = [key for key in order if key in table]
    return [*known, *(key for key in table if key not in order)]


def _is_table(item: object) -> bool:
    return isinstance(item, Mapping)


def _format_key(key: str) -> str:
    return key if re.fullmatch("[A-Za-z0-9_-]+", key) else format_toml_string(key)


def _format_comment(line: str) -> str:
    safe = "".join(char if char.isprintable() else _escape_character(char) for char in line)
    return f"# {safe}".rstrip()


def _escape_character(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if 0xD800 <= code < 0xE000:  # half of a pair, which no TOML file can hold
        return "\\uFFFD"
    if char.isprintable() or char == "\u3000":
        return char
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
