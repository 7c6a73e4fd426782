"""Finding the configuration file that holds here, reading it, and saying where a value is from."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from fitslint.config.options import (
    OPTIONS,
    OptionValue,
    SettingsError,
    apply_options,
    describe_unknown_option,
    parse_option,
)
from fitslint.config.settings import Settings
from fitslint.model.records import dataclass, field
from fitslint.source.nearby import suggest_file
from fitslint.text import phrase, say

OWN_FILE = "fitslint.toml"
SHARED_FILE = "pyproject.toml"
COMMAND_LINE = "command line"
DEFAULT = "default"
_REPOSITORY = (".git", ".hg", ".svn")
_SIZE_MAX = 1 << 20
"""Bytes of a configuration file."""


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """Settings, and for every option the place that decided it."""

    settings: Settings
    origins: Mapping[str, str] = field(default_factory=dict)
    config_file: Path | None = None
    searched_folders: tuple[Path, ...] = ()
    """The folders in which a file was looked for, the current one first."""
    owner: str | None = None
    """Who owns the file that was found, when it is another user."""

    def find_origin(self, name: str) -> str:
        """Where the value of option ``name`` is from."""
        return self.origins.get(name, DEFAULT)


def find_config_file(folder: Path) -> Path | None:
    """The nearest configuration file in the folders of :func:`list_search_folders`."""
    return _search_folders(list_search_folders(folder))


def list_search_folders(folder: Path) -> tuple[Path, ...]:
    """The folders in which a configuration file is looked for.

    Upwards to the root of the repository or of the home folder that ``folder`` is in; where it is
    in neither, as far as the folders belong to the user and not everybody may write into them.
    """
    folders = (folder, *folder.parents)
    home = _find_home()
    for number, parent in enumerate(folders, 1):
        if parent == home or any((parent / mark).exists() for mark in _REPOSITORY):
            return folders[:number]
    return (folder, *takewhile(_is_own, folder.parents))


def _search_folders(folders: Iterable[Path]) -> Path | None:
    for folder in folders:
        own = folder / OWN_FILE
        if own.is_file():
            return own
        shared = folder / SHARED_FILE
        if shared.is_file() and _has_our_table(shared):
            return shared
    return None


def _find_home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):
        return None


def _is_own(folder: Path) -> bool:
    try:
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & stat.S_IWOTH


def _find_owner(path: Path) -> str | None:
    """The name of the user that a file belongs to, None when that is the one who asks."""
    try:
        number = path.stat().st_uid
        if number == os.geteuid():
            return None
        return path.owner()
    except (KeyError, OSError):  # a number without a name
        return f"user {number}"


def _has_our_table(path: Path) -> bool:
    """Whether a pyproject.toml has our table; one without it is not worth a TOML parser."""
    try:
        if b"fitslint" not in path.read_bytes():
            return False
        return _read_table(path) is not None
    except OSError:
        return False


def read_toml_document(path: Path, what: str = "configuration") -> tuple[dict[str, Any], str]:
    """The content of a TOML file, and its text; ``what`` names what it should be.

    Raises
    ------
    SettingsError
        naming the file, when it cannot be read, is too long or no TOML.
    """
    import tomllib

    try:
        with path.open("rb") as stream:
            raw = stream.read(_SIZE_MAX + 1)
        if len(raw) > _SIZE_MAX:
            raise SettingsError(
                say(
                    "{path}: more than {size_max:,} bytes are no {what}",
                    path=path,
                    size_max=_SIZE_MAX,
                    what=phrase(what),
                )
            )
        text = raw.decode("utf-8")
        return tomllib.loads(text), text
    except OSError as error:
        hint = suggest_file(str(path)) if error.errno == errno.ENOENT else ""
        raise SettingsError(
            say(
                "{path}: cannot be read: {strerror}{hint}",
                path=path,
                strerror=error.strerror,
                hint=hint,
            )
        ) from None
    except RecursionError:
        raise SettingsError(
            say("{path}: not valid TOML: too many brackets in one another", path=path)
        ) from None
    except ValueError as error:  # also of bytes that are no text, and of numbers without end
        if isinstance(error, SettingsError):
            raise
        raise SettingsError(
            say("{path}: not valid TOML: {error}", path=path, error=error)
        ) from None


def _read_table(path: Path) -> Mapping[str, object] | None:
    """The table of options in a file; None when a pyproject.toml has none."""
    content, _ = read_toml_document(path)
    if path.name != SHARED_FILE:
        return content
    tool = content.get("tool", {})
    table = tool.get("fitslint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(say("{path}: 'tool.fitslint' takes a table of options", path=path))
    return table


def read_config(path: Path) -> dict[str, OptionValue]:
    """The options of a configuration file, parsed.

    Raises
    ------
    SettingsError
        naming file and option, when the file or one of its options cannot be used.
    """
    table = _read_table(path)
    if table is None:
        raise SettingsError(say("{path}: there is no table [tool.fitslint]", path=path))
    values: dict[str, OptionValue] = {}
    for name, value in table.items():
        option = OPTIONS.get(name)
        if option is None and name == "tool":
            raise SettingsError(
                say(
                    "{path}: [tool.fitslint] is for {shared_file}; here its options stand alone",
                    path=path,
                    shared_file=SHARED_FILE,
                )
            )
        if option is None:
            raise SettingsError(
                say(
                    "{path}: {unknown_option}",
                    path=path,
                    unknown_option=describe_unknown_option(name),
                )
            )
        try:
            values[name] = _resolve_paths(path, name, parse_option(option, value))
        except SettingsError as error:
            raise SettingsError(say("{path}: {error}", path=path, error=error)) from None
    return values


def _resolve_paths(path: Path, name: str, value: OptionValue) -> OptionValue:
    """Files that a configuration names stand beside it, wherever fitslint is called."""
    if OPTIONS[name].kind == "path" and isinstance(value, str):
        return str(path.parent / value)
    if name not in ("dictionary", "dictionary-path") or not isinstance(value, tuple):
        return value
    words = [str(word) for word in value]
    if name == "dictionary-path":
        return tuple(str(path.parent / word) for word in words)
    return tuple(str(path.parent / word) if word.endswith(".toml") else word for word in words)


def _list_current_folders() -> tuple[Path, ...]:
    try:
        return list_search_folders(Path.cwd())
    except FileNotFoundError:  # the current folder was removed
        return ()


def resolve_settings(
    options: Mapping[str, OptionValue] | None = None,
    *,
    file: Path | None = None,
    search: bool = True,
) -> ResolvedSettings:
    """Defaults, then the configuration file, then ``options`` (parsed) over it.

    Parameters
    ----------
    options
        those of the command line, parsed.
    file
        the configuration file to read; otherwise the nearest one from the current folder upwards.
    search
        look for that nearest file.
    """
    searched = _list_current_folders() if search and file is None else ()
    path = file or _search_folders(searched)
    owner = _find_owner(path) if path is not None and file is None else None
    settings, origins = Settings(), {}
    if path is not None:
        values = read_config(path)
        settings = apply_options(settings, values)
        origins = dict.fromkeys(values, str(path))
    for name in options or {}:
        both = OPTIONS[name].kind in ("levels", "lists") and name in origins
        origins[name] = f"{origins[name]}, {COMMAND_LINE}" if both else COMMAND_LINE
    return ResolvedSettings(apply_options(settings, options or {}), origins, path, searched, owner)
