"""The published JSON Schemas as they lie in the package."""

from __future__ import annotations

from fitslint.schema_reader import read_schema

CONFIG_SCHEMA = "config-1.0.0.json"
REPORT_SCHEMA = "report-1.0.0.json"


def read_schema_text(name: str) -> str:
    """The text of the schema file ``name``."""
    return read_schema(name)
