"""Step 5: the flux scaled to counts, for the bins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.pipeline.xray.steps.scale import ScaleRequest, scale_flux

_MODULES = (
    "fitslint.pipeline.xray.image_file",
    "fitslint.pipeline.xray.run.steps.flux",
    "fitslint.pipeline.xray.steps.scale",
)


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One."""
    yield RunTask(
        name="flux",
        step="flux",
        folder=paths.build_merge_folder(config),
        modules=_MODULES,
        parameters={"name": config.band_name, "folder": str(paths.build_merge_folder(config))},
        list_inputs=lambda: paths.list_mosaic(config),
        run=partial(_run, config),
        prerequisites=("merge",),
    )


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    counts, flux = paths.list_mosaic(config)
    result = scale_flux(
        ScaleRequest(flux, counts, context.folder / paths.build_scaled_name(config))
    )
    return judge_products(result.maps, result.notes, result.numbers, context.folder, "flux")
