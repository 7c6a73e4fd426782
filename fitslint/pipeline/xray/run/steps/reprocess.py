"""Step 2: the good events of every observation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.pipeline.xray.steps.observation import ObservationFiles, find_observation
from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation

EVENT_MODULES = (
    "fitslint.pipeline.xray.acis",
    "fitslint.pipeline.xray.aspect",
    "fitslint.pipeline.xray.events",
    "fitslint.pipeline.xray.sky",
)
"""What reads events."""
_MODULES = (
    *EVENT_MODULES,
    "fitslint.pipeline.xray.run.steps.reprocess",
    "fitslint.pipeline.xray.steps.reprocess",
)


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One for each observation."""
    for obs_id in config.obs_ids:
        yield RunTask(
            name=f"reprocess {obs_id}",
            step="reprocess",
            folder=paths.build_reprocessed_folder(obs_id),
            modules=_MODULES,
            parameters={"obs_id": obs_id},
            list_inputs=partial(_list_inputs, config, obs_id),
            run=partial(_run, config, obs_id),
        )


def _find_files(config: XrayConfig, obs_id: str) -> ObservationFiles:
    return find_observation(config.directory / obs_id)


def _list_inputs(config: XrayConfig, obs_id: str) -> Sequence[Path]:
    files = _find_files(config, obs_id)
    further = (files.bad_pixels, files.window, files.blank_sky)
    return [files.events, *files.aspect, *(path for path in further if path is not None)]


def _run(config: XrayConfig, obs_id: str, context: TaskContext) -> TaskOutcome:
    request = ReprocessRequest(_find_files(config, obs_id), context.folder)
    result = reprocess_observation(request, context.progress)
    return judge_products(result.maps, result.notes, result.numbers, context.folder, "reprocess")
