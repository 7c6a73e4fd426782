"""Step 3: flares out of every observation, and its point sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.pipeline.xray.run.steps.reprocess import EVENT_MODULES
from fitslint.pipeline.xray.steps.deflare import DeflareRequest, deflare_observation
from fitslint.pipeline.xray.steps.observation import find_observation

IMAGE_MODULES = (
    *EVENT_MODULES,
    "fitslint.pipeline.xray.detection",
    "fitslint.pipeline.xray.exposure",
    "fitslint.pipeline.xray.images",
    "fitslint.pipeline.xray.regions",
)
"""What makes images, exposure maps and lists of sources of events."""
_MODULES = (
    *IMAGE_MODULES,
    "fitslint.pipeline.xray.lightcurve",
    "fitslint.pipeline.xray.run.steps.deflare",
    "fitslint.pipeline.xray.steps.deflare",
)


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One for each observation."""
    band = config.detection_band
    for obs_id in config.obs_ids:
        yield RunTask(
            name=f"deflare {obs_id}",
            step="deflare",
            folder=paths.build_reprocessed_folder(obs_id),
            modules=_MODULES,
            parameters={
                "band": [band.low, band.high, band.effective], "method": config.deflare,
                "bin_size": config.bin_size, **config.facts,
            },
            list_inputs=partial(list_reprocessed, config, obs_id),
            run=partial(_run, config, obs_id),
            prerequisites=(f"reprocess {obs_id}",),
        )  # fmt: skip


def list_reprocessed(config: XrayConfig, obs_id: str) -> Sequence[Path]:
    """What step 2 left of an observation."""
    folder = config.output / paths.build_reprocessed_folder(obs_id)
    events = folder / f"acisf{obs_id}_repro_evt2.fits"
    further = (path for path in folder.glob("*1.fits*") if path.is_file())
    return [events, *sorted(further)]


def _run(config: XrayConfig, obs_id: str, context: TaskContext) -> TaskOutcome:
    folder = config.output / paths.build_reprocessed_folder(obs_id)
    # The events without flares of an earlier run stand there as well.
    files = replace(find_observation(folder), events=list_reprocessed(config, obs_id)[0])
    request = DeflareRequest(
        files, context.folder, config.detection_band, config.deflare, config.bin_size,
        config.facts,
    )  # fmt: skip
    result = deflare_observation(request, context.progress)
    return judge_products(result.maps, result.notes, result.numbers, context.folder, "deflare")
