"""All rules: importing a module of this package registers what it holds."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import fitslint.rules
from fitslint.model.rule import Rule
from fitslint.rules.api import REGISTRY
from fitslint.rules.stored import load_stored_rules

_PREFIX = fitslint.rules.__name__ + "."
_HELPER_MODULES = frozenset(("api", "registry", "docs", "coverage", "foreign_messages", "stored"))
_DATA_PACKAGE = "data"
_OTHER_PACKAGES = ("archive", _DATA_PACKAGE, "lens", "rerun")
"""Packages of the rules on other things, which a check of headers is spared."""
_OTHER_SCOPES = ("model", "waivers", "archive", "tree")


@cache
def load_rules() -> dict[str, Rule]:
    """Every rule by code, in order."""
    return _load_stored() or import_rules()


def import_rules() -> dict[str, Rule]:
    """The same, every module of them imported, as the build's table is made."""
    _import_fits_rules()
    for name in _OTHER_PACKAGES:
        _import_package(_PREFIX + name)
    return _list_scopes(REGISTRY)


@cache
def load_fits_rules() -> dict[str, Rule]:
    """The rules on headers and the structure of FITS files by code, in order."""
    if not _load_stored():
        _import_fits_rules()
    return _list_scopes(_load_stored() or REGISTRY, (*_OTHER_SCOPES, "data"))


@cache
def load_data_rules() -> dict[str, Rule]:
    """The rules on FITS files by code, in order, those on their data among them."""
    if not _load_stored():
        _import_fits_rules()
        _import_package(_PREFIX + _DATA_PACKAGE)
    return _list_scopes(_load_stored() or REGISTRY, _OTHER_SCOPES)


@cache
def load_archive_rules() -> dict[str, Rule]:
    """The rules across the files of an archive by code, in order."""
    if not _load_stored():
        _import_package(_PREFIX + "archive")
    rules = _load_stored() or REGISTRY
    return _list_scopes(rules, {rule.scope for rule in rules.values()} - {"archive"})


@cache
def _load_stored() -> dict[str, Rule]:
    return load_stored_rules()


def _import_fits_rules() -> None:
    for name in _list_modules(fitslint.rules.__path__):
        if name not in _HELPER_MODULES and name not in _OTHER_PACKAGES:
            _import_package(_PREFIX + name)


def _list_scopes(rules: Mapping[str, Rule], left_out: Collection[str] = ()) -> dict[str, Rule]:
    return dict(sorted((code, rule) for code, rule in rules.items() if rule.scope not in left_out))


def _import_package(name: str) -> None:
    loaded = importlib.import_module(name)
    for below in _list_modules(getattr(loaded, "__path__", ())):
        _import_package(f"{name}.{below}")


def _list_modules(folders: Sequence[str]) -> Iterator[str]:
    """The modules of a package, in order."""
    for folder in map(Path, folders):
        if folder.is_dir():
            files = {file.name for file in folder.iterdir()}
            names = {name.removesuffix(".py") for name in files if name.endswith(".py")}
            packages = {name for name in files if (folder / name / "__init__.py").is_file()}
            yield from sorted(names - {"__init__"} | packages)
        else:  # in a bundle of programs
            import pkgutil  # brings the inspection of source along

            yield from (module.name for module in pkgutil.iter_modules([str(folder)]))
