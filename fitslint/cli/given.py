"""Options of the command line in the form that configuration files have."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from fitslint.cli.errors import Usage
from fitslint.config.load import Effective, effective
from fitslint.config.options import OPTIONS, ConfigError, Value, of_profile, parsed

_UNSET: tuple[object, ...] = (None, "", [])


def given(**options: object) -> dict[str, Value]:
    """The options that were given, parsed.

    Raises
    ------
    Usage
        when one has no meaning.
    """
    found: dict[str, Value] = {}
    for field, value in options.items():
        if value in _UNSET:
            continue
        option = OPTIONS[field.replace("_", "-")]
        try:
            if field == "profile":
                # What --dictionary says comes later and wins.
                found.update(of_profile(str(value), "--profile"))
                continue
            found[option.name] = parsed(
                option, _shaped(option.kind, option.name, value), dashes="--"
            )
        except ConfigError as error:
            raise Usage(str(error)) from None
    return found


def load(options: Mapping[str, Value], file: Path | None, *, search: bool) -> Effective:
    """Settings from defaults, configuration file and ``options``.

    Raises
    ------
    Usage
        when the configuration cannot be used.
    """
    try:
        found = effective(options, file=file, search=search)
    except ConfigError as error:
        raise Usage(str(error)) from None
    if found.owner is not None:
        from fitslint.report.escape import visible

        told = visible(f"note: the settings of {found.file} hold, which belongs to {found.owner}")
        sys.stderr.write(f"fitslint: {told}\n")
    return found


def _shaped(kind: str, name: str, value: object) -> object:
    """``value`` as a configuration file would have it; the command line knows only words."""
    if kind not in ("strings", "levels", "lists") or name == "exclude":
        return value
    items = cast(list[str], value)
    if kind == "strings":
        return [word for item in items for word in _words(item)]
    if kind == "levels":
        pairs = [_pair(name, item, "CODE=LEVEL") for item in items]
        return {word: level for codes, level in pairs for word in _words(codes)}
    table: dict[str, list[str]] = {}
    for item in items:
        pattern, codes = _pair(name, item, "GLOB=CODE,...")
        table.setdefault(pattern, []).extend(_words(codes))
    return table


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _pair(name: str, item: str, form: str) -> tuple[str, str]:
    before, equals, after = item.rpartition("=")
    if not (before.strip() and equals and after.strip()):
        raise Usage(f"'--{name}' takes {form}, not {item!r}")
    return before.strip(), after.strip()
