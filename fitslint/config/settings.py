"""What can be set, with its defaults."""

from __future__ import annotations

import os
from typing import Literal

from fitslint.model.finding import Severity
from fitslint.model.records import dataclass

Profile = Literal["standard", "strict", "lenient", "archive"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one input may cost; sizes in bytes, times in seconds."""

    header_bytes: int = 64 * 1024 * 1024
    hdus: int = 10_000
    inflated_bytes: int = 2 * 1024**3
    scan_bytes: int = 256 * 1024 * 1024
    """How far the reader looks for the next header after a structural fault."""
    seconds: float = 30.0
    findings_per_rule: int = 100
    """Findings of one rule in one file that are kept; all are counted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides which rules run and how their findings count.

    Selectors are codes (``VF110``), prefixes (``VF``) or names (``lowercase-exponent``); an empty
    ``select`` means all rules.
    """

    profile: Profile = "standard"
    dictionary: tuple[str, ...] = ()
    """Dictionaries that hold: ids, paths of TOML files, one family (``subaru``) that lets the file
    tell which, or ``none``; empty lets the file tell everything."""
    dictionary_path: tuple[str, ...] = ()
    """Files and folders with dictionaries of the user that take part in recognition."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(glob on the path, selectors) pairs."""
    exclude: tuple[str, ...] = ()
    fail_on: Severity = "error"
    jobs: int | None = None
    """Worker processes; None means as many as there are cores, 1 means in this process."""
    data: bool = False
    """Read data units as well."""
    waivers: str | None = None
    """Path of the waivers, which take findings out of reports."""
    baseline: str | None = None
    """Path of the baseline, whose findings are known."""
    cache: bool = False
    """Whether answers are remembered from one run to the next."""
    cache_folder: str | None = None
    """Where they are remembered; a folder that is named is used."""
    every: bool = False
    """Keep every place of what is otherwise told once a file."""
    lang: str | None = None
    """The language of messages; None leaves it to the environment."""
    limits: Limits = Limits()

    @property
    def has_own_dictionaries(self) -> bool:
        """Whether dictionaries are files of the user, which may be edited between two checks."""
        return bool(self.dictionary_path) or any(name.endswith(".toml") for name in self.dictionary)


def count_cores() -> int:
    """Cores that this process may use: as many workers as there are jobs where none are given."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
