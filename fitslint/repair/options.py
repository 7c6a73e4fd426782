"""What a repair may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fitslint.config.settings import Settings
from fitslint.engine.ruleset import expand_selectors, list_exact_codes
from fitslint.model.finding import Finding, Safety
from fitslint.repair.model import Repair

if TYPE_CHECKING:
    from fitslint.engine.waivers import WaiverFilter

ROUNDS_MAX = 10
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
    rounds: int = ROUNDS_MAX
    accept: Callable[[Repair], bool] | None = None
    """Asked of every fix before it is tried."""
    style: bool = False
    """Apply the fixes of conforming cards too."""
    waivers: WaiverFilter | None = None
    """What is accepted as it is, and left as it is."""

    @property
    def safeties(self) -> tuple[Safety, ...]:
        """The safeties of the fixes that are applied."""
        style: tuple[Safety, ...] = ("style",) if self.style else ()
        unsafe: tuple[Safety, ...] = ("unsafe",) if self.unsafe else ()
        return ("safe", *style, *unsafe)


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose fixes are applied."""

    codes: frozenset[str]
    safeties: tuple[Safety, ...]
    chosen_rules: frozenset[str]
    """Rules that were chosen one by one: their fixes of conforming cards are applied too."""

    @classmethod
    def from_options(
        cls, codes: frozenset[str], settings: Settings, options: FixOptions
    ) -> Selection:
        """The fixes of the rules ``codes``, which the settings select, as the options allow.

        Raises
        ------
        UnknownSelectorError
            when a selector names no rule.
        """
        if options.only:
            codes &= frozenset(expand_selectors(options.only))
        named = list_exact_codes((*settings.select, *settings.extend_select, *options.only))
        return cls(codes, options.safeties, named)

    def includes(self, finding: Finding) -> bool:
        """Whether the fix of a finding is to be applied."""
        fix = finding.fix
        if fix is None or finding.code not in self.codes:
            return False
        return fix.safety in self.safeties or (
            fix.safety == "style" and finding.code in self.chosen_rules
        )
