"""The thresholds of the rules across files: those of this distribution, and what an audit changes.

A file ``thresholds.toml`` in the folder of an audit holds for everything that is done there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from fitslint.config.load import read_toml_document
from fitslint.config.options import SettingsError
from fitslint.data_files import load_data_file
from fitslint.text import say, suggest

THRESHOLDS_FILE = "thresholds.toml"
_VERSION = "version"
Thresholds = Mapping[str, Mapping[str, float]]
"""Code of a rule → its thresholds by name."""


def load_across_thresholds() -> Thresholds:
    """Those of ``dictionaries/across.toml``."""
    return {code: one for code, one in load_data_file("across").items() if code != _VERSION}


def read_thresholds(folder: Path) -> Thresholds:
    """Those that hold in the folder of an audit.

    Raises
    ------
    SettingsError
        when its ``thresholds.toml`` cannot be used.
    """
    path, found = folder / THRESHOLDS_FILE, load_across_thresholds()
    if not path.exists():
        return found
    document, _ = read_toml_document(path, "list of thresholds")
    own = {code: table for code, table in document.items() if code != _VERSION}
    _require_known(path, own, found)
    changed = {code: dict(table) for code, table in found.items()}
    for code, table in own.items():
        if not isinstance(table, dict):
            raise SettingsError(say("{path}: {code} is a table", path=path, code=code))
        _require_known(path, table, found[code])
        for name, value in table.items():
            is_number = type(value) in (int, float) and math.isfinite(value)
            if not is_number or value < 0:
                raise SettingsError(
                    say("{path}: {code}, {name}: a number from 0 on is wanted, not {value!r}",
                        path=path, code=code, name=name, value=value)
                )  # fmt: skip
            changed[code][name] = value
    return changed


def _require_known(path: Path, table: Mapping[str, object], known: Mapping[str, object]) -> None:
    for name in table:
        if name not in known:
            raise SettingsError(
                say("{path}: there is no threshold {name!r}{hint}", path=path, name=name,
                    hint=suggest(name, list(known)))
            )  # fmt: skip
