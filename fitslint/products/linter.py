"""The linter of products: the engine of ``fitslint check`` with their dictionaries."""

from __future__ import annotations

from functools import lru_cache

from fitslint.api.settings import build_settings
from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.engine.shared_linter import linter_lock
from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport


@lru_cache(maxsize=1)
def load_product_settings() -> Settings:
    """Those of ``--profile products``."""
    return build_settings(profile="products")


@lru_cache(maxsize=1)
def get_product_linter() -> Linter:
    """A linter that stays warm; :data:`fitslint.api.linter_lock` locks it."""
    return Linter(load_product_settings())


def lint_product(file: FitsFile) -> FileReport:
    """What the engine says of a file."""
    with linter_lock.lock:
        return get_product_linter().lint(file)
