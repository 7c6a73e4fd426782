"""The published JSON Schemas as they lie in the package."""

from __future__ import annotations

from pathlib import Path

CONFIG = "config-1.0.0.json"
REPORT = "report-1.0.0.json"
_PACKAGE = Path(__file__).resolve().parent.parent


def text(name: str) -> str:
    """The text of the schema file ``name``; in a source tree it lies beside the package."""
    installed = _PACKAGE / "_data" / "schemas" / name
    path = installed if installed.is_file() else _PACKAGE.parent / "schemas" / name
    return path.read_text(encoding="utf-8")
