"""``fitslint config``, and options of the command line in the form that its files have."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import cast

from fitslint.cli.errors import UsageError, print_error
from fitslint.cli.options import CONFIG, NO_CONFIG, Options
from fitslint.config.load import ResolvedSettings, resolve_settings
from fitslint.config.options import OPTIONS, OptionValue, SettingsError, parse_option, parse_profile
from fitslint.text import LANGUAGES, say

_UNSET: tuple[object, ...] = (None, "", [])


class ShowSettingsOptions(Options):
    """The options of ``fitslint config show``."""

    config: Path | None = CONFIG
    no_config: bool = NO_CONFIG


def show_settings(options: ShowSettingsOptions) -> None:
    """Print the settings in force as TOML, each with where it is from."""
    from fitslint.config.dump import dump_settings

    resolved = load_settings(options, options.config, search=not options.no_config)
    sys.stdout.write(dump_settings(resolved))


def print_schema(_: Options) -> None:
    """Print the JSON Schema of the configuration."""
    from fitslint.config.schema_files import CONFIG_SCHEMA, read_schema_text

    sys.stdout.write(read_schema_text(CONFIG_SCHEMA))


def parse_options(options: Options) -> dict[str, OptionValue]:
    """Those of the options that configuration files have too, where they are set, parsed.

    Raises
    ------
    UsageError
        when one has no meaning.
    """
    parsed: dict[str, OptionValue] = {}
    for field in options.declared:
        option = OPTIONS.get(field.replace("_", "-"))
        value = getattr(options, field)
        if option is None or value in _UNSET or value is False:
            continue
        try:
            if field == "profile":
                # What --dictionary says comes later and wins.
                parsed.update(parse_profile(value, "--profile"))
                continue
            parsed[option.name] = parse_option(
                option, _shape_value(option.kind, option.name, value), dashes="--"
            )
        except SettingsError as error:
            raise UsageError(str(error)) from None
    return parsed


def load_settings(options: Options, file: Path | None, *, search: bool) -> ResolvedSettings:
    """Settings from defaults, configuration file and ``options``.

    Raises
    ------
    UsageError
        when an option or the configuration cannot be used.
    """
    parsed = parse_options(options)
    if file is not None and not search:
        raise UsageError(say("--config and --no-config exclude each other"))
    try:
        resolved = resolve_settings(parsed, file=file, search=search)
    except SettingsError as error:
        raise UsageError(str(error)) from None
    chosen = options.lang or os.environ.get("FITSLINT_LANG") or resolved.settings.lang
    if chosen in LANGUAGES:
        from fitslint.cli.language import speak_language

        speak_language(chosen)
    if resolved.owner is not None:
        print_error(
            say(
                "note: the settings of {config_file} hold, which belongs to {owner}",
                config_file=resolved.config_file,
                owner=resolved.owner,
            )
        )
    return resolved


def _shape_value(kind: str, name: str, value: object) -> object:
    """``value`` as a configuration file would have it; the command line knows only words."""
    if kind not in ("strings", "levels", "lists") or name == "exclude":
        return value
    items = cast(list[str], value)
    if kind == "strings":
        return [word for item in items for word in split_option_words(item)]
    if kind == "levels":
        pairs = [_split_pair(name, item, "CODE=LEVEL") for item in items]
        return {word: level for codes, level in pairs for word in split_option_words(codes)}
    table: dict[str, list[str]] = {}
    for item in items:
        pattern, codes = _split_pair(name, item, "GLOB=CODE,...")
        table.setdefault(pattern, []).extend(split_option_words(codes))
    return table


def split_option_words(text: str) -> list[str]:
    """The words between commas."""
    return [word for part in text.split(",") if (word := part.strip())]


def _split_pair(name: str, item: str, form: str) -> tuple[str, str]:
    before, equals, after = item.rpartition("=")
    if not (before.strip() and equals and after.strip()):
        raise UsageError(
            say("'--{name}' takes {form}, not {item!r}", name=name, form=form, item=item)
        )
    return before.strip(), after.strip()
