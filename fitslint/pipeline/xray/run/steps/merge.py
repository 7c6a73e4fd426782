"""Step 4: all observations on one tangent plane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.pipeline.xray.run.steps.deflare import IMAGE_MODULES, list_reprocessed
from fitslint.pipeline.xray.steps.merge import MergeRequest, merge_observations
from fitslint.pipeline.xray.steps.observation import find_observation

_MODULES = (
    *IMAGE_MODULES,
    "fitslint.pipeline.xray.merge_keywords",
    "fitslint.pipeline.xray.run.steps.merge",
    "fitslint.pipeline.xray.steps.merge",
)


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One."""
    band = config.band
    yield RunTask(
        name="merge",
        step="merge",
        folder=paths.build_merge_folder(config),
        modules=_MODULES,
        parameters={
            "band": [band.low, band.high, band.effective], "bin_size": config.bin_size,
            "folder": str(paths.build_merge_folder(config)), **config.facts,
            "further": [[one.low, one.high, one.effective] for one in config.further_bands],
        },
        list_inputs=lambda: _list_inputs(config),
        run=partial(_run, config),
        prerequisites=tuple(f"deflare {obs_id}" for obs_id in config.obs_ids),
    )  # fmt: skip


def _list_inputs(config: XrayConfig) -> Sequence[Path]:
    inputs: list[Path] = []
    for obs_id in config.obs_ids:
        folder = config.output / paths.build_reprocessed_folder(obs_id)
        inputs += [folder / f"acisf{obs_id}_clean_evt.fits", *list_reprocessed(config, obs_id)[1:]]
    return inputs


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    observations = tuple(
        find_observation(config.output / paths.build_reprocessed_folder(obs_id))
        for obs_id in config.obs_ids
    )
    request = MergeRequest(
        observations, context.folder, config.band, config.bin_size, facts=config.facts
    )
    result = merge_observations(request, context.progress)
    maps = list(result.maps)
    for band in config.further_bands:
        further = replace(request, band=band, has_events=False)
        maps += merge_observations(further, context.progress).maps
    return judge_products(maps, result.notes, result.numbers, context.folder, "merge")
