"""The options of the library as settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from fitslint.api.arguments import (
    require_paths,
    require_switches,
    require_text,
    take_integer,
    take_words,
)
from fitslint.config.settings import Settings
from fitslint.model.finding import Severity

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def build_settings(
    *,
    profile: str = "",
    dictionary: Paths = (),
    dictionary_path: Paths = (),
    select: str | Sequence[str] = (),
    ignore: str | Sequence[str] = (),
    extend_select: str | Sequence[str] = (),
    severity: Mapping[str, Severity] | None = None,
    max_findings: int | None = None,
    data: bool = False,
    config: str | os.PathLike[str] | None = None,
    waivers: str | os.PathLike[str] | None = None,
    baseline: str | os.PathLike[str] | None = None,
) -> Settings:
    """The settings that the options of :func:`check` stand for.

    Raises
    ------
    SettingsError
        when one has no meaning, or the configuration file cannot be used.
    TypeError
        when one is of another type than it says.
    """
    require_text(profile=profile)
    require_paths(config=config, waivers=waivers, baseline=baseline)
    require_switches(data=data)
    from fitslint.config.load import resolve_settings
    from fitslint.config.options import OPTIONS, parse_option, parse_profile

    wanted = {
        "dictionary": take_words("dictionary", dictionary) or None,
        "dictionary-path": take_words("dictionary_path", dictionary_path) or None,
        "select": take_words("select", select), "ignore": take_words("ignore", ignore),
        "extend-select": take_words("extend_select", extend_select), "severity": severity,
        "max-findings": take_integer(max_findings), "data": bool(data) or None,
        "waivers": _spell_path(waivers), "baseline": _spell_path(baseline),
    }  # fmt: skip
    given = {
        name: parse_option(OPTIONS[name], value)
        for name, value in wanted.items()
        if value is not None and not (isinstance(value, list) and not value)
    }
    words = parse_profile(profile) if profile else {}
    file = Path(config) if config is not None else None
    return resolve_settings({**words, **given}, file=file, search=False).settings


def _spell_path(path: str | os.PathLike[str] | None) -> str | None:
    return None if path is None else os.fspath(path)
