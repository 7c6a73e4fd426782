"""The published JSON Schemas as they lie in the package."""

from __future__ import annotations

from fitslint.schema_reader import read_schema

CONFIG = "config-1.0.0.json"
REPORT = "report-1.0.0.json"


def text(name: str) -> str:
    """The text of the schema file ``name``."""
    return read_schema(name)
