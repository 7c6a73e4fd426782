"""The tasks of a run, each behind what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from fitslint.pipeline.run.state import RunState
from fitslint.pipeline.run.task import RunTask
from fitslint.pipeline.xray.run.ciao.tasks import replace_engine
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.flags import FLAGS
from fitslint.pipeline.xray.run.steps import (
    contbin,
    coordinates,
    crop,
    deflare,
    flux,
    merge,
    qc,
    reprocess,
)

_PLANNERS: dict[str, Callable[[XrayConfig], Iterator[RunTask]]] = {
    "reprocess": reprocess.plan_tasks,
    "deflare": deflare.plan_tasks,
    "merge": merge.plan_tasks,
    "flux": flux.plan_tasks,
    "crop": crop.plan_tasks,
    "contbin": contbin.plan_tasks,
    "coordinates": coordinates.plan_tasks,
    "qc": qc.plan_tasks,
}
STEPS = tuple(_PLANNERS)
"""The steps in their order."""
STATE_FORMAT = "fitslint-xray-run-1"


def plan_xray_run(config: XrayConfig) -> list[RunTask]:
    """Everything that a configuration makes."""
    tasks = chain.from_iterable(plan_tasks(config) for plan_tasks in _PLANNERS.values())
    return list(tasks if config.engine == "embedded" else replace_engine(tasks, config))


def open_xray_state(config: XrayConfig) -> RunState:
    """What earlier runs of this pipeline made in an output folder."""
    return RunState(config.output, STATE_FORMAT)


def ask_again(tasks: list[RunTask], state: RunState, flags: Mapping[str, bool]) -> list[RunTask]:
    """The tasks, those of a step asked for whose flag was set to false after all were done.

    A step that was left in the middle has that flag too, and goes on from where it was.
    """
    wanted = {
        step
        for step, flag in FLAGS.items()
        if flags.get(flag) is False
        and all(state[task.name].done for task in tasks if task.step == step)
    }
    return [replace(task, is_asked_for=task.step in wanted) for task in tasks]
