"""Options of the command line in the form that configuration files have."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from fitslint.cli.errors import UsageError
from fitslint.config.load import ResolvedSettings, resolve_settings
from fitslint.config.options import OPTIONS, ConfigError, OptionValue, parse_option, parse_profile

_UNSET: tuple[object, ...] = (None, "", [])


def parse_options(**options: object) -> dict[str, OptionValue]:
    """The options that were given, parsed.

    Raises
    ------
    Usage
        when one has no meaning.
    """
    found: dict[str, OptionValue] = {}
    for field, value in options.items():
        if value in _UNSET:
            continue
        option = OPTIONS[field.replace("_", "-")]
        try:
            if field == "profile":
                # What --dictionary says comes later and wins.
                found.update(parse_profile(str(value), "--profile"))
                continue
            found[option.name] = parse_option(
                option, _shape_value(option.kind, option.name, value), dashes="--"
            )
        except ConfigError as error:
            raise UsageError(str(error)) from None
    return found


def load_settings(
    options: Mapping[str, OptionValue], file: Path | None, *, search: bool
) -> ResolvedSettings:
    """Settings from defaults, configuration file and ``options``.

    Raises
    ------
    Usage
        when the configuration cannot be used.
    """
    try:
        found = resolve_settings(options, file=file, search=search)
    except ConfigError as error:
        raise UsageError(str(error)) from None
    if found.owner is not None:
        from fitslint.report.escape import escape_text

        told = escape_text(
            f"note: the settings of {found.config_file} hold, which belongs to {found.owner}"
        )
        sys.stderr.write(f"fitslint: {told}\n")
    return found


def _shape_value(kind: str, name: str, value: object) -> object:
    """``value`` as a configuration file would have it; the command line knows only words."""
    if kind not in ("strings", "levels", "lists") or name == "exclude":
        return value
    items = cast(list[str], value)
    if kind == "strings":
        return [word for item in items for word in _split_words(item)]
    if kind == "levels":
        pairs = [_split_pair(name, item, "CODE=LEVEL") for item in items]
        return {word: level for codes, level in pairs for word in _split_words(codes)}
    table: dict[str, list[str]] = {}
    for item in items:
        pattern, codes = _split_pair(name, item, "GLOB=CODE,...")
        table.setdefault(pattern, []).extend(_split_words(codes))
    return table


def _split_words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _split_pair(name: str, item: str, form: str) -> tuple[str, str]:
    before, equals, after = item.rpartition("=")
    if not (before.strip() and equals and after.strip()):
        raise UsageError(f"'--{name}' takes {form}, not {item!r}")
    return before.strip(), after.strip()
