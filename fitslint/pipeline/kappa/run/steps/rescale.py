"""Convergence at further source redshifts, from a map that is there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fitslint.pipeline.kappa.maps.spec import format_redshift
from fitslint.pipeline.kappa.run import paths
from fitslint.pipeline.kappa.run.config import ModelChoice, RunConfig
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome

_MODULES = (
    "fitslint.pipeline.kappa.maps.spec",
    "fitslint.pipeline.kappa.model",
    "fitslint.pipeline.kappa.rescale",
)


def plan_tasks(config: RunConfig) -> Iterator[RunTask]:
    """One for each model and redshift."""
    for model in config.models:
        for z_source in config.rescale_redshifts:
            yield _build_task(config, model, z_source)


def _build_task(config: RunConfig, model: ModelChoice, z_source: float) -> RunTask:
    # A map of D_ls/D_s = 1 needs one multiplication; of any other the ratio has to come off first.
    first = None if config.include_unity else config.source_redshifts[0]
    origin = paths.build_map_path(config, model, "kappa", first)
    return RunTask(
        name=paths.build_task_name("rescale", model, format_redshift(z_source)),
        step="rescale",
        folder=config.build_product_folder(model),
        modules=_MODULES,
        parameters={"zsource": z_source},
        list_inputs=lambda: (origin,),
        run=partial(_run_rescale, origin, z_source),
        prerequisites=(paths.build_task_name("maps", model, format_redshift(first)),),
    )


def _run_rescale(origin: Path, z_source: float, context: TaskContext) -> TaskOutcome:
    from fitslint.pipeline.kappa.rescale.rescale import rescale_map

    rescale_map(
        str(origin),
        zsource=z_source,
        output=context.folder / paths.build_map_name("kappa", z_source),
    )
    return TaskOutcome()
