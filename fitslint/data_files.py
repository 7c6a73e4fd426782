"""The data that come with the package: dictionaries, and tables beside them."""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

STORED_SUFFIX = ".marshal"
"""Of what the build stores beside a text."""
_MARSHAL_VERSION = 4
"""What every Python reads; pickle and JSON take a millisecond to import."""
_SUM_BYTES = 4
_DAMAGED = (OSError, EOFError, ValueError, TypeError)


def write_stored(path: Path, content: Any) -> Path:
    """Store plain data (numbers, texts, lists, tables), as the build does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = marshal.dumps(content, _MARSHAL_VERSION)
    path.write_bytes(_compute_sum(stored) + stored)
    return path


def read_stored(path: Path) -> Any:
    """What the build stored; None where it stored nothing, as in a checkout, or it is damaged."""
    try:
        content = path.read_bytes()
        stored = content[_SUM_BYTES:]
        # marshal believes what it reads; the sum says that it is what was written.
        return marshal.loads(stored) if content.startswith(_compute_sum(stored)) else None
    except _DAMAGED:
        return None


def _compute_sum(stored: bytes) -> bytes:
    return zlib.crc32(stored).to_bytes(_SUM_BYTES, "big")


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
