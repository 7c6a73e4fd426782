"""Effective settings written as the TOML that would say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from fitslint.config.load import ResolvedSettings
from fitslint.config.options import OPTIONS, Option, OptionValue, get_option_value
from fitslint.dictionary.files.toml_writer import format_toml_string


def dump_settings(resolved: ResolvedSettings) -> str:
    """A ``fitslint.toml`` of every option, each with the place that decided it."""
    plain: list[str] = []
    tables: list[str] = []
    for option in OPTIONS.values():
        lines = list(_format_option(option, get_option_value(resolved.settings, option)))
        lines[0] = f"{lines[0]}  # {_escape_comment(resolved.find_origin(option.name))}"
        (tables if option.kind in ("levels", "lists") else plain).append("\n".join(lines))
    head = "".join(f"# {_escape_comment(line)}\n" for line in _describe_origin(resolved))
    return head + "\n".join(plain) + "\n\n" + "\n\n".join(tables) + "\n"


def _escape_comment(text: str) -> str:
    """``text`` as a comment may hold it, whatever a folder is called."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _describe_origin(resolved: ResolvedSettings) -> Iterator[str]:
    """Which configuration file holds, or where none was found."""
    if resolved.config_file is not None:
        whose = f", which belongs to {resolved.owner}" if resolved.owner else ""
        yield f"configuration file: {resolved.config_file}{whose}"
    else:
        yield "configuration file: none"
    if resolved.searched_folders:
        first, last = resolved.searched_folders[0], resolved.searched_folders[-1]
        yield f"looked for in {first}" + (f" and above, up to {last}" if last != first else "")


def _format_option(option: Option, value: OptionValue) -> Iterator[str]:
    if option.kind in ("levels", "lists"):
        yield f"[{option.name}]"
        for key, item in cast(tuple[tuple[str, object], ...], value):
            yield f"{format_toml_string(key)} = {_format_value(item)}"
    elif value is None:
        # TOML has no null: an option that is not set is shown as a comment.
        yield f"# {option.name} is not set"
    else:
        yield f"{option.name} = {_format_value(value)}"


def _format_value(value: object) -> str:
    if isinstance(value, str):
        return format_toml_string(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(format_toml_string, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
