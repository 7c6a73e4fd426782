"""Effective settings written as the TOML that would say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from fitslint.config.load import Effective
from fitslint.config.options import OPTIONS, Option, Value, current
from fitslint.dictionary.toml import string


def shown(effective: Effective) -> str:
    """A ``fitslint.toml`` of every option, each with the place that decided it."""
    plain: list[str] = []
    tables: list[str] = []
    for option in OPTIONS.values():
        lines = list(_lines(option, current(effective.settings, option)))
        lines[0] = f"{lines[0]}  # {_on_one_line(effective.origin(option.name))}"
        (tables if option.kind in ("levels", "lists") else plain).append("\n".join(lines))
    head = "".join(f"# {_on_one_line(line)}\n" for line in _origin(effective))
    return head + "\n".join(plain) + "\n\n" + "\n\n".join(tables) + "\n"


def _on_one_line(text: str) -> str:
    """``text`` as a comment may hold it, whatever a folder is called."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _origin(effective: Effective) -> Iterator[str]:
    """Which configuration file holds, or where none was found."""
    if effective.file is not None:
        whose = f", which belongs to {effective.owner}" if effective.owner else ""
        yield f"configuration file: {effective.file}{whose}"
    else:
        yield "configuration file: none"
    if effective.searched:
        first, last = effective.searched[0], effective.searched[-1]
        yield f"looked for in {first}" + (f" and above, up to {last}" if last != first else "")


def _lines(option: Option, value: Value) -> Iterator[str]:
    if option.kind in ("levels", "lists"):
        yield f"[{option.name}]"
        for key, item in cast(tuple[tuple[str, object], ...], value):
            yield f"{string(key)} = {_value(item)}"
    elif value is None:
        # TOML has no null: an option that is not set is shown as a comment.
        yield f"# {option.name} is not set"
    else:
        yield f"{option.name} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, str):
        return string(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(string, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
