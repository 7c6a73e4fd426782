"""The quality report, on what all steps have made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig

_MODULES = (
    "fitslint.pipeline.page",
    "fitslint.pipeline.xray.image_file",
    "fitslint.pipeline.xray.qc",
    "fitslint.pipeline.xray.regions",
    "fitslint.pipeline.xray.run.steps.qc",
)


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One, where a report is wanted."""
    if config.has_report:
        yield RunTask(
            name="qc",
            step="qc",
            folder=Path("qc"),
            modules=_MODULES,
            parameters={"name": config.name, "sn": config.sn, "smooth_sn": config.smooth_sn},
            list_inputs=lambda: _list_inputs(config),
            run=partial(_run, config),
            prerequisites=("coordinates",),
        )


def _list_inputs(config: XrayConfig) -> Sequence[Path]:
    binmap = config.output / paths.build_bins_folder(config) / paths.BINMAP_NAME
    regions = (binmap.parent / paths.REGIONS_FOLDER / "sex").glob("*.reg")
    files = [*paths.list_merged(config), *paths.list_cropped(config), binmap, *sorted(regions)]
    for obs_id in config.obs_ids:
        folder = config.output / paths.build_reprocessed_folder(obs_id)
        files += sorted((*folder.glob("*.lc"), *folder.glob("*.json")))
    given = (config.kappa, config.catalogue, paths.find_sources(config))
    return [*files, *(path for path in given if path is not None)]


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    # matplotlib takes a second to load, and a report is made once.
    from fitslint.pipeline.xray.qc.page import write_xray_report

    failures = write_xray_report(config, context.folder)
    notes = tuple(f"{line.title}: {line.reason}" for line in failures)
    return TaskOutcome(notes, has_bad_products=bool(failures))
