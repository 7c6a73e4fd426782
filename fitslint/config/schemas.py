"""The published JSON Schemas as they lie in the package."""

from __future__ import annotations

from fitslint.schema_reader import read_schema as text

__all__ = ["CONFIG", "REPORT", "text"]

CONFIG = "config-1.0.0.json"
REPORT = "report-1.0.0.json"
