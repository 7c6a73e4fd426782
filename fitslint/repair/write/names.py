"""How the files that a writer leaves beside a file are named."""

# ruff: noqa: PTH118, PTH120, PTH119
# Names of any bytes.

from __future__ import annotations

import os
import re

from fitslint.source.journals import shorten_stem


def get_folder(path: str) -> str:
    """The folder of a file, ``.`` when none is named."""
    return os.path.dirname(path) or os.curdir


def get_base_name(path: str) -> str:
    """The name of a file in its folder."""
    return os.path.basename(path)


def join_path(folder: str, name: str) -> str:
    """The path of a name in a folder."""
    return os.path.join(folder, name)


def make_temporary_name(name: str, token: str) -> str:
    """The name of a temporary file that stands in for ``name``."""
    return f".{shorten_stem(name)}.fitslint-{token}.tmp"


def is_temporary_for(name: str, original: str) -> bool:
    """Whether ``name`` is a temporary file that stood in for ``original``."""
    pattern = re.escape(f".{shorten_stem(original)}.fitslint-") + r"[0-9a-f]{8}\.tmp"
    return re.fullmatch(pattern, name) is not None
