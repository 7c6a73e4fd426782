"""All rules: importing every module of this package registers what it holds."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import fitslint.rules
from fitslint.model.rule import Rule
from fitslint.rules.api import REGISTRY

_NOT_RULES = frozenset(("api", "registry", "docs", "coverage"))


@cache
def load() -> dict[str, Rule]:
    """Every rule by code, in order."""
    prefix = fitslint.rules.__name__ + "."
    for module in pkgutil.walk_packages(fitslint.rules.__path__, prefix):
        if module.name.removeprefix(prefix) not in _NOT_RULES:
            importlib.import_module(module.name)
    return dict(sorted(REGISTRY.items()))
