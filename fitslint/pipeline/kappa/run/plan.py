"""The units of a run, each behind what it needs."""

from __future__ import annotations

from itertools import chain

from fitslint.pipeline.kappa.run.config import Config
from fitslint.pipeline.kappa.run.steps import fetch, maps, qc, rescale
from fitslint.pipeline.kappa.run.unit import Unit


def plan(config: Config) -> list[Unit]:
    """Everything that a configuration makes."""
    steps = (fetch, maps, rescale, qc)
    return list(chain.from_iterable(step.units(config) for step in steps))
