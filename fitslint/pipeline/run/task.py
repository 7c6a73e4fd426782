"""A piece of a run, whose products are made, kept or repeated as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fitslint.pipeline.progress import Progress


@dataclass(frozen=True, slots=True)
class TaskContext:
    """Where and how a task is carried out."""

    folder: Path
    """An own folder, whose files become the products."""
    workers: int | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """What a task says of its products."""

    notes: tuple[str, ...] = ()
    has_bad_products: bool = False
    """Whether the products were judged and found bad."""


@dataclass(frozen=True, slots=True)
class RunTask:
    """A piece of a run."""

    name: str
    """As it is reported: ``maps zs1p0``."""
    step: str
    """The step of its pipeline that it belongs to."""
    folder: Path
    """Where its products go, relative to the output folder."""
    modules: tuple[str, ...]
    """The modules and packages that it rests on, beside those that write headers: when one of them
    changes, the task is run again."""
    parameters: Mapping[str, object]
    """Everything but the content of files that the products depend on, as plain data."""
    list_inputs: Callable[[], Sequence[Path]]
    """The files that the products depend on; it may end with a PipelineError."""
    run: Callable[[TaskContext], TaskOutcome]
    prerequisites: tuple[str, ...] = ()
    """Names of the tasks that have to be done before."""
    is_resumable: bool = False
    """Whether what an interrupted attempt left in its folder is of use to the next one."""
    is_asked_for: bool = False
    """Whether it is run even when nothing changed."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256, by path, of parts of further files that the products depend on: of headers."""
