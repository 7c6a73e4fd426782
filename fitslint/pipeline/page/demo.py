"""What pages of demonstrations show: commands, and numbers that were put in and found again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoStep:
    """A command and what it printed."""

    command: str
    said: tuple[str, ...]
    code: int = 0
    """The exit code."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number that was simulated, and the same as it was measured.

    Parameters
    ----------
    name, unit : str
        what it is.
    truth, found, tolerance : float
        in the unit.
    """

    name: str
    unit: str
    truth: float
    found: float
    tolerance: float

    @property
    def is_met(self) -> bool:
        """Whether they agree."""
        return abs(self.found - self.truth) <= self.tolerance
