"""How the files that a writer leaves beside a file are named."""

# ruff: noqa: PTH118, PTH120, PTH119
# Names of any bytes.

from __future__ import annotations

import os
import re

from fitslint.source.journals import stem_of


def folder_of(path: str) -> str:
    """The folder of a file, ``.`` when none is named."""
    return os.path.dirname(path) or os.curdir


def name_of(path: str) -> str:
    """The name of a file in its folder."""
    return os.path.basename(path)


def inside(folder: str, name: str) -> str:
    """The path of a name in a folder."""
    return os.path.join(folder, name)


def temporary_name(name: str, token: str) -> str:
    """The name of a temporary file that stands in for ``name``."""
    return f".{stem_of(name)}.fitslint-{token}.tmp"


def is_temporary(name: str, of: str) -> bool:
    """Whether ``name`` is a temporary file that stood in for ``of``."""
    pattern = re.escape(f".{stem_of(of)}.fitslint-") + r"[0-9a-f]{8}\.tmp"
    return re.fullmatch(pattern, name) is not None
