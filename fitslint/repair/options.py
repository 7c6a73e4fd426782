"""What a repair may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fitslint.model.finding import Safety
from fitslint.repair.model import Repair

ROUNDS = 10
"""Rounds after which rules are held to chase each other; sound headers need three."""


@dataclass(frozen=True, slots=True)
class FixOptions:
    """Which fixes are applied.

    Without anything set, those are the safe ones of all rules that the settings select.
    """

    unsafe: bool = False
    """Apply unsafe fixes too."""
    only: tuple[str, ...] = ()
    """Selectors (codes, prefixes, names) of the rules whose fixes are applied; empty means all."""
    data: bool = False
    """Whether bytes of a data unit (fill, junk behind NUL, padding) may change."""
    rounds: int = ROUNDS
    accept: Callable[[Repair], bool] | None = None
    """Asked of every fix before it is tried."""

    @property
    def safeties(self) -> tuple[Safety, ...]:
        """The safeties of the fixes that are applied."""
        return ("safe", "unsafe") if self.unsafe else ("safe",)
