"""The tasks of a run, each behind what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from fitslint.pipeline.kappa.run.config import RunConfig
from fitslint.pipeline.kappa.run.steps import fetch, maps, qc, rescale
from fitslint.pipeline.run.state import RunState
from fitslint.pipeline.run.task import RunTask

_PLANNERS: dict[str, Callable[[RunConfig], Iterator[RunTask]]] = {
    "fetch": fetch.plan_tasks,
    "maps": maps.plan_tasks,
    "rescale": rescale.plan_tasks,
    "qc": qc.plan_tasks,
}
STEPS = tuple(_PLANNERS)
"""The steps in their order."""
STATE_FORMAT = "fitslint-kappa-run-1"


def plan_run(config: RunConfig) -> list[RunTask]:
    """Everything that a configuration makes."""
    return list(chain.from_iterable(plan_tasks(config) for plan_tasks in _PLANNERS.values()))


def open_run_state(output: Path) -> RunState:
    """What earlier runs of this pipeline made in an output folder."""
    return RunState(output, STATE_FORMAT)
