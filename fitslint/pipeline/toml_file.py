"""TOML tables that a person may write: thresholds, clusters, addresses."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from fitslint.pipeline.errors import PipelineError

_MAX_BYTES = 1_000_000
"""Bytes of a table."""


def read_toml(path: str | Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    PipelineError
        when there is none, or it is too long, or not TOML.
    """
    place = Path(path)
    try:
        with place.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise PipelineError("longer than a megabyte; it is no table", path=str(path))
        return tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", path=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PipelineError(f"not valid TOML: {error}", path=str(path)) from None
