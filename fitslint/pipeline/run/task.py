"""A piece of a run, whose products are made, kept or repeated as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fitslint.pipeline.progress import Progress

STEPS = ("fetch", "maps", "rescale", "qc")
"""The steps in their order."""


@dataclass(frozen=True, slots=True)
class TaskContext:
    """Where and how a unit is carried out."""

    folder: Path
    """An own folder, whose files become the products."""
    workers: int | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """What a unit says of its products."""

    notes: tuple[str, ...] = ()
    has_bad_products: bool = False
    """Whether the products were judged and found bad."""


@dataclass(frozen=True, slots=True)
class RunTask:
    """A piece of a run."""

    name: str
    """As it is told: ``maps zs1p0``."""
    step: str
    """One of :data:`STEPS`."""
    folder: Path
    """Where its products go, relative to the output folder."""
    parameters: Mapping[str, object]
    """Everything but the content of files that the products depend on, as plain data."""
    list_inputs: Callable[[], Sequence[Path]]
    """The files that the products depend on; it may end with a PipelineError."""
    run: Callable[[TaskContext], TaskOutcome]
    prerequisites: tuple[str, ...] = ()
    """Names of the units that have to be done before."""
    is_resumable: bool = False
    """Whether what an interrupted attempt left in its folder is of use to the next one."""
