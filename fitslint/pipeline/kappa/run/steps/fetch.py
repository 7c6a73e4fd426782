"""Published models, fetched from where their authors put them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fitslint.pipeline.kappa.run import paths
from fitslint.pipeline.kappa.run.config import RunConfig
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome

_MODULES = (
    "fitslint.pipeline.fetch",
    "fitslint.pipeline.kappa.clusters",
    "fitslint.pipeline.kappa.published_models",
)


def plan_tasks(config: RunConfig) -> Iterator[RunTask]:
    """One for each model that is to be fetched."""
    for model in config.models:
        if model.fetch_target is not None:
            yield RunTask(
                name=paths.build_task_name("fetch", model),
                step="fetch",
                folder=config.build_product_folder(model) / paths.MODEL_FOLDER,
                modules=_MODULES,
                parameters={"fetch": model.fetch_target},
                list_inputs=tuple,
                run=partial(_run_fetch, model.fetch_target),
                is_resumable=True,
            )


def _run_fetch(target: str, context: TaskContext) -> TaskOutcome:
    from fitslint.pipeline.kappa.published_models import fetch_model

    fetch_model(target, context.folder)
    return TaskOutcome()
