"""The units of a run, each behind what it needs."""

from __future__ import annotations

from itertools import chain

from fitslint.pipeline.kappa.run.config import RunConfig
from fitslint.pipeline.kappa.run.steps import fetch, maps, qc, rescale
from fitslint.pipeline.run.task import RunTask


def plan_run(config: RunConfig) -> list[RunTask]:
    """Everything that a configuration makes."""
    steps = (fetch, maps, rescale, qc)
    return list(chain.from_iterable(step.plan_tasks(config) for step in steps))
