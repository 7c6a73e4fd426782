"""The version of everything that makes the numbers of a product."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fitslint._version import __version__
from fitslint.dictionary.load import find_data_folder as dictionaries

_PACKAGE = Path(__file__).resolve().parents[2]
_HASHED_PACKAGES = ("cosmology", "lenstool", "pipeline", "products", "wcs")
_HASHED_LIBRARIES = ("astropy", "numpy", "scipy")


@cache
def compute_code_version() -> str:
    """Digest of our modules, of the dictionaries of products, and of libraries that calculate.

    The number of a release alone would not tell apart two states of a source tree.
    """
    digest = hashlib.sha256(__version__.encode())
    for folder in (*(_PACKAGE / name for name in _HASHED_PACKAGES), dictionaries() / "products"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml", ".j2"):
                digest.update(f"{path.relative_to(folder)}\n".encode())
                digest.update(path.read_bytes())
    digest.update(" ".join(map(_find_version, _HASHED_LIBRARIES)).encode())
    return digest.hexdigest()


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def compute_task_key(parameters: Mapping[str, object]) -> str:
    """Digest of parameters and code; it is the same while a unit would do the same."""
    text = json.dumps([compute_code_version(), dict(parameters)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
