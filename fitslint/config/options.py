"""The options that configuration files have: one table, for files and for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from fitslint.config.settings import Limits, Settings
from fitslint.model.errors import FitslintError
from fitslint.model.records import dataclass, replace
from fitslint.text import LANGUAGES, say, suggest

OptionKind = Literal["choice", "strings", "levels", "lists", "count", "seconds", "switch", "path"]
OptionValue = (
    bool
    | str
    | int
    | float
    | tuple[str, ...]
    | tuple[tuple[str, str | tuple[str, ...]], ...]
    | None
)
"""What an option may hold once it is parsed."""
_T = TypeVar("_T")
SEVERITY_NAMES = ("error", "warning", "info")
PROFILE_NAMES = ("standard", "strict", "lenient", "archive")
AUTO_AUTHORITY = "auto"
"""The authority that every file tells itself, which is the default."""


class SettingsError(FitslintError, ValueError):
    """A setting that cannot be used; the message says where it stands and what to write."""


ConfigError = SettingsError
"""The name until 0.1."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name in files and on the command line, what it takes, where it goes."""

    name: str
    kind: OptionKind
    field: str
    """Attribute of :class:`Settings`, or ``limits.`` and one of :class:`Limits`."""
    help: str
    metavar: str = ""
    """What stands for its value in the help of a command."""
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int | None = None
    """What no machine or patience has; None where more costs nothing."""
    flags: tuple[str, ...] = ()
    """As a command line has it, where that is not ``--name`` alone."""


_TABLE = (
    Option(
        "profile", "choice", "profile",
        "standard (default), strict, lenient or archive; and/or an authority: subaru, "
        "subaru/focas, norh, products, none (default: what the file tells).",
        "NAME", PROFILE_NAMES,
    ),
    Option(
        "dictionary", "strings", "dictionary", "Keyword dictionaries that hold; with commas.",
        "ID|FILE",
    ),
    Option(
        "dictionary-path", "strings", "dictionary_path",
        "Your own dictionaries, which files tell like ours.", "FILE|FOLDER",
    ),
    Option(
        "select", "strings", "select", "Rules to run: codes, prefixes, names; with commas.",
        "RULES",
    ),
    Option("ignore", "strings", "ignore", "Rules to leave out.", "RULES"),
    Option(
        "extend-select", "strings", "extend_select", "Rules to run besides those selected.",
        "RULES",
    ),
    Option(
        "severity", "levels", "severity", "Severity: error, warning or info.", "RULES=LEVEL",
        SEVERITY_NAMES,
    ),
    Option(
        "per-file-ignores", "lists", "per_file_ignores", "Rules to leave out in some files.",
        "GLOB=RULES",
    ),
    Option("exclude", "strings", "exclude", "Files and folders to pass over.", "GLOB"),
    Option(
        "fail-on", "choice", "fail_on", "Exit 1 from here: error (default), warning or info.",
        "LEVEL", SEVERITY_NAMES,
    ),
    Option("data", "switch", "data", "Read the data units as well."),
    Option("waivers", "path", "waivers", "Findings that are accepted, and why (TOML).", "FILE"),
    Option("baseline", "path", "baseline", "Tell only findings that are not in it.", "FILE"),
    Option("cache", "switch", "cache", "Remember the answers on files that stay as they are."),
    Option(
        "cache-dir", "path", "cache_folder",
        "Remember them there (default: fitslint in $XDG_CACHE_HOME).", "FOLDER",
    ),
    Option("every", "switch", "every", "Every place of what is told once a file."),
    Option(
        "lang", "choice", "lang", "Language: en or ja (default: by the locale).", "LANG", LANGUAGES,
    ),
    Option(
        "jobs", "count", "jobs", "Worker processes (default: the cores).", "N",
        minimum=1, maximum=256, flags=("--jobs", "-j"),
    ),
    Option(
        "max-findings", "count", "limits.findings_per_rule",
        "Findings kept of one rule in one file (default: 100).", "N", minimum=1,
    ),
    Option(
        "timeout", "seconds", "limits.seconds", "Time for one file (default: 30).", "SECONDS",
        maximum=86_400,
    ),
    Option(
        "max-header-bytes", "count", "limits.header_bytes",
        "Bytes of one header (default: 64 MiB).", "N", minimum=2880,
    ),
    Option("max-hdus", "count", "limits.hdus", "HDUs of one file that are read.", "N", minimum=1),
    Option(
        "max-inflated-bytes", "count", "limits.inflated_bytes",
        "Bytes that a compressed file may unfold to.", "N", minimum=2880,
    ),
    Option(
        "max-scan-bytes", "count", "limits.scan_bytes",
        "Bytes searched for the next header after a structural fault.", "N",
    ),
)  # fmt: skip
OPTIONS: dict[str, Option] = {option.name: option for option in _TABLE}


def parse_option(option: Option, value: object, *, dashes: str = "") -> OptionValue:
    """``value`` in the form that :class:`Settings` keeps; ``dashes`` stand before its name.

    Raises
    ------
    SettingsError
        when it is not what the option takes.
    """
    where = dashes + option.name
    if option.kind == "choice":
        return _parse_choice(option, value, where)
    if option.kind == "strings":
        return _parse_strings(value, where)
    if option.kind in ("levels", "lists"):
        if not isinstance(value, Mapping):
            raise SettingsError(
                say("{where!r} takes a table, not {value}", where=where, value=_format_value(value))
            )
        between = " " if dashes else "."
        return tuple(
            (key, _parse_entry(option, f"{where}{between}{key}", item))
            for key, item in value.items()
        )
    if option.kind == "switch":
        if not isinstance(value, bool):
            raise SettingsError(
                say(
                    "{where!r} is true or false, not {value}",
                    where=where,
                    value=_format_value(value),
                )
            )
        return value
    if option.kind == "path":
        if not isinstance(value, str) or not value:
            raise SettingsError(f"{where!r} takes the name of a file, not {_format_value(value)}")
        return value
    return _parse_number(option, value, where)


def _parse_entry(option: Option, where: str, item: object) -> str | tuple[str, ...]:
    return (
        _parse_choice(option, item, where)
        if option.kind == "levels"
        else _parse_strings(item, where)
    )


def _parse_choice(option: Option, value: object, where: str) -> str:
    if isinstance(value, str) and value in option.choices:
        return value
    hint = suggest(value, option.choices) if isinstance(value, str) else ""
    raise SettingsError(
        say(
            "{where!r} is one of {choices}, not {value}{hint}",
            where=where,
            choices=", ".join(option.choices),
            value=_format_value(value),
            hint=hint,
        )
    )


def parse_profile(text: str, where: str = "profile") -> dict[str, OptionValue]:
    """The options that ``strict``, ``subaru`` or both with a comma stand for.

    Raises
    ------
    SettingsError
        when a word is neither a severity profile nor an authority.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    options: dict[str, OptionValue] = {}
    for word in words:
        if word in PROFILE_NAMES:
            options["profile"] = word
        elif word in _list_authorities():
            options["dictionary"] = () if word == AUTO_AUTHORITY else (word,)
        else:
            names = (*PROFILE_NAMES, *_list_authorities())
            listed = ", ".join(name for name in names if "/" not in name)
            hint = suggest(word, names)
            raise SettingsError(
                say(
                    "{where!r} is one of {listed}, not {value}{hint}",
                    where=where,
                    listed=listed,
                    value=_format_value(word),
                    hint=hint,
                )
            )
    if len(options) != len(words) or not words:
        raise SettingsError(
            say(
                "{where!r} takes one of {profile_names}, one authority, or both with a comma, "
                "not {value}",
                where=where,
                profile_names=", ".join(PROFILE_NAMES),
                value=_format_value(text),
            )
        )
    return options


def _list_authorities() -> tuple[str, ...]:
    from fitslint.dictionary.files.load import load_heads
    from fitslint.dictionary.recognition.recognise import list_families

    return (AUTO_AUTHORITY, "none", *list_families(), *load_heads())


def _parse_strings(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise SettingsError(
            say(
                "{where!r} takes a list of strings, not {value}",
                where=where,
                value=_format_value(value),
            )
        )
    return tuple(value)


def _parse_number(option: Option, value: object, where: str) -> int | float:
    if option.kind == "count":
        if type(value) is not int or value < option.minimum:
            raise SettingsError(
                say(
                    "{where!r} takes a whole number from {minimum}, not {value}",
                    where=where,
                    minimum=option.minimum,
                    value=_format_value(value),
                )
            )
        _check_maximum(option, value, where)
        return value
    # NaN fails the comparison and infinity means that nothing ends a hanging file.
    if type(value) not in (int, float) or not 0 < value < float("inf"):  # type: ignore[operator]
        raise SettingsError(
            say(
                "{where!r} takes a positive number of seconds, not {value}",
                where=where,
                value=_format_value(value),
            )
        )
    _check_maximum(option, value, where)  # type: ignore[arg-type]
    return float(value)  # type: ignore[arg-type]


def _check_maximum(option: Option, value: float, where: str) -> None:
    if option.maximum is not None and value > option.maximum:
        raise SettingsError(
            say(
                "{where!r} takes at most {maximum:,}, not {value}",
                where=where,
                maximum=option.maximum,
                value=_format_value(value),
            )
        )


def _format_value(value: object) -> str:
    return f"{str(value).lower() if isinstance(value, bool) else repr(value)[:60]}"


def apply_options(settings: Settings, values: Mapping[str, OptionValue]) -> Settings:
    """``settings`` with the options of ``values`` (already parsed) in place.

    Tables (severity, per-file-ignores) are added to what is there, and their later entries win.
    """
    plain: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for name, value in values.items():
        option = OPTIONS[name]
        group, _, limit = option.field.rpartition(".")
        if group:
            limits[limit] = value
        elif option.kind in ("levels", "lists"):
            pairs = cast(tuple[tuple[str, Any], ...], value)
            plain[option.field] = _merge_pairs(getattr(settings, option.field), pairs)
        else:
            plain[option.field] = value
    if limits:
        plain["limits"] = replace(settings.limits, **limits)
    return replace(settings, **plain)


def _merge_pairs(
    old: tuple[tuple[str, _T], ...], new: tuple[tuple[str, _T], ...]
) -> tuple[tuple[str, _T], ...]:
    later = {key for key, _ in new}
    return (*(pair for pair in old if pair[0] not in later), *new)


def get_option_value(settings: Settings, option: Option) -> OptionValue:
    """What ``settings`` says for ``option``."""
    group, _, name = option.field.rpartition(".")
    return cast(OptionValue, getattr(settings.limits if group else settings, name))


def describe_unknown_option(name: str) -> str:
    """The sentence about an option that does not exist."""
    return f"unknown option {name!r}{suggest(name, OPTIONS)}"


def list_settable_fields() -> set[str]:
    """Every attribute that an option can set, as ``Option.field`` spells it."""
    from dataclasses import fields

    names = {field.name for field in fields(Settings)} - {"limits"}
    return names | {f"limits.{field.name}" for field in fields(Limits)}
