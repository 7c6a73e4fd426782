"""The tasks of a run, each behind what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module

from fitslint.pipeline.run.state import RunState
from fitslint.pipeline.run.task import RunTask
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.flags import FLAGS

STEPS = (*FLAGS, "qc")
"""The steps in their order."""
STATE_FORMAT = "fitslint-xray-run-1"


def plan_run(config: XrayConfig) -> list[RunTask]:
    """Everything that a configuration makes."""
    return list(_plan_steps(config))


def _plan_steps(config: XrayConfig) -> Iterator[RunTask]:
    package = "ciao" if config.engine == "ciao" else "steps"
    for step in STEPS:
        yield from import_module(f"fitslint.pipeline.xray.run.{package}.{step}").plan_tasks(config)


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
