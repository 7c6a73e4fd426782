"""The data that come with the package: dictionaries, and tables beside them."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

STORED_SUFFIX = ".marshal"
"""Of what the build stores beside a text."""
_MARSHAL_VERSION = 4
"""What every Python reads; pickle and JSON take a millisecond to import."""
_DAMAGED = (OSError, EOFError, ValueError, TypeError)


def write_stored(path: Path, content: Any) -> Path:
    """Store plain data (numbers, texts, lists, tables), as the build does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(marshal.dumps(content, _MARSHAL_VERSION))
    return path


def read_stored(path: Path) -> Any:
    """What the build stored; None where it stored nothing, as in a checkout."""
    try:
        return marshal.loads(path.read_bytes())
    except _DAMAGED:
        return None


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text."""
    # The wheel carries the data parsed and seldom needs the parser.
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
    found: dict[str, Any] | None = read_stored(path.with_suffix(STORED_SUFFIX))
    return parse_toml(path.read_text(encoding="utf-8")) if found is None else found
