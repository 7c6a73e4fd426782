"""All rules: importing a module of this package registers what it holds."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import fitslint.rules
from fitslint.model.rule import Rule
from fitslint.rules.api import REGISTRY

_PREFIX = fitslint.rules.__name__ + "."
_NOT_RULES = frozenset(("api", "registry", "docs", "coverage"))
_MODELS = "lens"
"""The package of the rules on lens models, which a check of FITS files is spared."""


@cache
def load() -> dict[str, Rule]:
    """Every rule by code, in order."""
    for_fits()
    package = importlib.import_module(_PREFIX + _MODELS)
    for module in pkgutil.iter_modules(package.__path__, f"{_PREFIX}{_MODELS}."):
        importlib.import_module(module.name)
    return dict(sorted(REGISTRY.items()))


@cache
def for_fits() -> dict[str, Rule]:
    """The rules on FITS files by code, in order."""
    for package in pkgutil.iter_modules(fitslint.rules.__path__, _PREFIX):
        name = package.name.removeprefix(_PREFIX)
        if name not in _NOT_RULES and name != _MODELS:
            _load_all(package)
    rules = ((code, rule) for code, rule in REGISTRY.items() if rule.scope != "model")
    return dict(sorted(rules))


def _load_all(package: pkgutil.ModuleInfo) -> None:
    loaded = importlib.import_module(package.name)
    if package.ispkg:
        for module in pkgutil.walk_packages(loaded.__path__, f"{package.name}."):
            importlib.import_module(module.name)
