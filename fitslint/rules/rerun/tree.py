"""What rules on reruns ask: products by names and folders, and what is measured of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from fitslint.model.finding import Level
from fitslint.model.records import dataclass
from fitslint.model.rule import Flag

Ccd = tuple[int, int]
"""Visit and CCD."""
Place = tuple[str | None, int | None]
"""Filter and tract."""


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A product; None where its name and folders, or its header, do not tell.

    Attributes
    ----------
    kind : str
        one of those of hscPipe, ``tract`` for one of fitslint, ``other`` for what shows another
        layout.
    told : mapping of str to object
        what its header tells.
    damage : str
        why it cannot be used; empty where it can.
    time : float
        when it was written, seconds.
    """

    path: str
    kind: str
    visit: int
    ccd: int
    filter: str | None
    tract: int | None
    told: Mapping[str, object]
    damage: str
    time: float

    @property
    def ccd_key(self) -> Ccd:
        """Visit and CCD."""
        return self.visit, self.ccd

    @property
    def band(self) -> str | None:
        """The filter, by its folder or else by its header."""
        told = self.told.get("filter")
        return self.filter or (told if isinstance(told, str) else None)


class CcdMeasure(NamedTuple):
    """What a solution says of the middle of its CCD.

    ``place`` are standard coordinates in pixels from the optical axis, ``area`` that of a pixel as
    part of the one on the axis.
    """

    place: tuple[float, float]
    area: float


class Fault(NamedTuple):
    """A message by its id, and its parameters."""

    message: str
    params: dict[str, Any]


class RerunTree(Protocol):
    """The products of a rerun; what is measured is None where files do not tell it."""

    @property
    def root(self) -> str:
        """The folder."""

    def list_kind(self, *kinds: str) -> Sequence[TreeFile]:
        """The files of some kinds, by path."""

    def group(self, kind: str) -> Mapping[Place, Mapping[Ccd, TreeFile]]:
        """The files of a kind by filter and tract, then by visit and CCD."""

    def measure_offset(self, one: TreeFile, other: TreeFile) -> float | None:
        """Milliarcseconds between where two files have the pixels of their CCD, at most."""

    def measure_flux_ratio(self, one: TreeFile, other: TreeFile) -> float | None:
        """Magnitudes between what a count is worth in the middle of a CCD."""

    def measure_ccd(self, file: TreeFile) -> CcdMeasure | None:
        """The middle of the CCD of a solution."""

    def is_inside(self, tract: TreeFile, file: TreeFile) -> bool | None:
        """Whether a corner of a CCD lies in a tract."""

    def is_made_of(self, file: TreeFile, kind: str, other: TreeFile) -> bool | None:
        """Whether a calibrated file was made of a solution, by the digest that it names."""

    def list_table_faults(self) -> Iterator[tuple[str, Fault]]:
        """Path and fault of tables of diagnostics."""

    def list_data_faults(self, file: TreeFile, code: str) -> Iterator[Fault]:
        """What is wrong with the data of a file, for the rule of this code."""


def flag_path(path: str, message: str = "", *, level: Level | None = None, **params: Any) -> Flag:
    """A flag on a file or folder of a rerun."""
    return Flag(path=path, message=message, params=dict(params), level=level)


def format_ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as words of ``--id``: ``9, 33..35``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in runs)
