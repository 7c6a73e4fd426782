"""The version of what makes the numbers and headers of a product."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fitslint._version import __version__
from fitslint.data_files import find_data_folder

_PACKAGE = Path(__file__).resolve().parents[2]
HEADER_MODULES = (
    "fitslint.cosmology",
    "fitslint.dictionary",
    "fitslint.products",
    "fitslint.repair",
    "fitslint.syntax",
    "fitslint.wcs",
)
"""What writes the products of every pipeline, so that each task rests on it."""
_HASHED_LIBRARIES = ("astropy", "numpy", "scipy")
_HASHED_SUFFIXES = (".j2", ".lark", ".py", ".sh", ".toml")


@cache
def compute_code_version(modules: tuple[str, ...]) -> str:
    """Digest of modules, of what writes headers, and of the libraries that calculate.

    The number of a release alone would not tell apart two states of a source tree.

    Parameters
    ----------
    modules : tuple of str
        dotted names of modules and packages of fitslint; a package stands for all below it.

    Raises
    ------
    ValueError
        when there is no such module.
    """
    digest = hashlib.sha256(__version__.encode())
    for name in sorted({*modules, *HEADER_MODULES}):
        for path in list_module_files(name):
            digest.update(f"{path.relative_to(_PACKAGE)}\n".encode())
            digest.update(path.read_bytes())
    folder = find_data_folder() / "products"
    for path in sorted(folder.rglob("*.toml")):
        digest.update(f"{path.relative_to(folder)}\n".encode())
        digest.update(path.read_bytes())
    digest.update(" ".join(map(_find_version, _HASHED_LIBRARIES)).encode())
    return digest.hexdigest()


def list_module_files(name: str) -> list[Path]:
    """The files of a module, or of everything in a package.

    Raises
    ------
    ValueError
        when there is no such module.
    """
    path = _PACKAGE.joinpath(*name.split(".")[1:])
    files = sorted(_list_hashed_files(path))
    if not files:
        raise ValueError(f"there is no module {name}")
    return files


def _list_hashed_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.suffix in _HASHED_SUFFIXES)
    elif path.with_suffix(".py").is_file():
        yield path.with_suffix(".py")


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def compute_task_key(parameters: Mapping[str, object], modules: tuple[str, ...]) -> str:
    """Digest of parameters and code; it is the same while a task would do the same."""
    text = json.dumps([compute_code_version(modules), dict(parameters)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
