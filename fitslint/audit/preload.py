"""Imported by the process that workers are forked from: what all of them need is there then.

Rules, grammars and dictionaries are loaded once, while files are being listed, instead of once in
every worker. They are the same for all settings; the linter that loads them is let go.
"""

from __future__ import annotations

import io

import fitslint.audit.shard
import fitslint.audit.worker  # noqa: F401 -- loaded for those who are forked
from fitslint.config.settings import Settings
from fitslint.engine.checker import FileChecker
from fitslint.engine.garbage import pause_collector
from fitslint.source.files import read_stream
from fitslint.text import ENGLISH, choose_language, get_language

_CARDS = (
    "SIMPLE  =                    T / conforms to FITS standard",
    "BITPIX  =                    8 / array data type",
    "NAXIS   =                    0 / number of array dimensions", "END",
)  # fmt: skip
"""Of shapes that are known without the grammar, which most archives never need."""


def load_linter() -> None:
    """Judge a smallest header, so that everything is loaded that judging takes."""
    header = "".join(card.ljust(80) for card in _CARDS).ljust(2880).encode("ascii")
    settings, language = Settings(), get_language()
    choose_language(ENGLISH)  # as in the workers
    file = read_stream(io.BytesIO(header), "preload", settings.limits, None)
    FileChecker(settings).get_linter().lint(file)
    choose_language(language)


with pause_collector():
    load_linter()
