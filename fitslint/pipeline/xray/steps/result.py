"""What a step made, and what it has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fitslint.products.result import ConformResult


@dataclass(frozen=True, slots=True)
class StepResult:
    """Outcome of a step.

    Attributes
    ----------
    paths : tuple of Path
        the products.
    maps : tuple of ConformResult
        what was made of the headers of the images among them.
    notes : tuple of str
        what somebody should know, a sentence each.
    numbers : mapping of str to float
        what was measured.
    companions : tuple of Path
        copies of files of the archive, tables and texts, which are no products.
    """

    paths: tuple[Path, ...]
    maps: tuple[ConformResult, ...] = ()
    notes: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    companions: tuple[Path, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every image conforms."""
        return all(one.ok for one in self.maps)
