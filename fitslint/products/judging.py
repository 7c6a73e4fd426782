"""The judge of products: the engine of ``fitslint check`` with their dictionaries."""

from __future__ import annotations

from functools import lru_cache

from fitslint.api import judging, settings_of
from fitslint.config.settings import Settings
from fitslint.engine.judge import Judge
from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Those of ``--profile products``."""
    return settings_of(profile="products")


@lru_cache(maxsize=1)
def judge() -> Judge:
    """A judge that stays warm; :data:`fitslint.api.judging` locks it."""
    return Judge(settings())


def judged(file: FitsFile) -> FileReport:
    """What the engine says of a file."""
    with judging.lock:
        return judge().judge(file)
