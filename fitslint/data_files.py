"""The data that come with the package: dictionaries, and tables beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text."""
    # The wheel carries the data as JSON and seldom needs the parser.
    import tomllib

    return tomllib.loads(text)


def find_data_folder() -> Path:
    """Where the dictionaries are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "_data" / "dictionaries"
    return installed if installed.is_dir() else package.parent / "dictionaries"


@cache
def load_data_file(name: str) -> Mapping[str, Any]:
    """A data file beside the dictionaries, such as ``conflicts``."""
    path = find_data_folder() / f"{name}.toml"
    stored = path.with_suffix(".json")
    found: dict[str, Any]
    if stored.exists():
        found = json.loads(stored.read_bytes())
    else:
        found = parse_toml(path.read_text(encoding="utf-8"))
    return found
