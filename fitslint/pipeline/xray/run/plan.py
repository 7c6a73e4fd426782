"""The tasks of a run: what each makes, of what, by which part of the program, and behind which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.state import RunState
from fitslint.pipeline.run.task import RunTask
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.ciao.tasks import CIAO_RUNS
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.flags import FLAGS
from fitslint.pipeline.xray.run.steps import COORDINATES_FORM, RUNS

STATE_FORMAT = "fitslint-xray-run-1"
STEPS = (*FLAGS, "qc")
"""The steps in their order."""
_EVENTS = "acis aspect events sky"
_IMAGES = f"{_EVENTS} detection exposure images regions"
_PARTS = {
    "reprocess": f"{_EVENTS} steps.reprocess",
    "deflare": f"{_IMAGES} blank_sky lightcurve steps.deflare",
    "merge": f"{_IMAGES} merge_keywords steps.merge",
    "flux": "image_file steps.scale",
    "crop": "crop detection image_file regions",
    "contbin": "contbin image_file regions",
    "coordinates": "image_file regions",
    "qc": "crop image_file qc regions",
}
"""The modules below this pipeline's package that the steps rest on."""


def plan_xray_run(config: XrayConfig) -> list[RunTask]:
    """Everything that a configuration makes."""
    return [*_plan_observations(config), *_plan_mosaic(config), *_plan_bins(config)]


def _build_task(
    config: XrayConfig,
    name: str,
    folder: Path,
    list_inputs: Callable[..., Sequence[Path]],
    parameters: Mapping[str, object],
    *prerequisites: str,
) -> RunTask:
    """A task by its name: that of its step, and behind it that of an observation."""
    step, _, obs_id = name.partition(" ")
    arguments = (config, obs_id) if obs_id else (config,)
    parts = [*_PARTS[step].split(), "run.steps"]
    run = RUNS[step]
    if config.engine == "ciao" and step in CIAO_RUNS:
        parts, run, parameters = ["run.ciao"], CIAO_RUNS[step], {**parameters, "engine": "ciao"}
    modules = [f"fitslint.pipeline.xray.{part}" for part in parts]
    return RunTask(
        name, step, folder, (*modules, "fitslint.pipeline.page") if step == "qc" else (*modules,),
        parameters, partial(list_inputs, *arguments), partial(run, *arguments), prerequisites,
    )  # fmt: skip


def _plan_observations(config: XrayConfig) -> Iterator[RunTask]:
    """Steps 2 and 3, a task each for every observation."""
    for obs_id in config.obs_ids:
        folder = paths.build_reprocessed_folder(obs_id)
        name = f"reprocess {obs_id}"
        yield _build_task(config, name, folder, paths.list_archived, {"obs_id": obs_id})
    parameters = {
        "band": config.detection_band.numbers, "method": config.deflare,
        "bin_size": config.bin_size, **config.facts,
    }  # fmt: skip
    for obs_id in config.obs_ids:
        yield _build_task(
            config, f"deflare {obs_id}", paths.build_reprocessed_folder(obs_id),
            paths.list_reprocessed, parameters, f"reprocess {obs_id}",
        )  # fmt: skip


def _plan_mosaic(config: XrayConfig) -> Iterator[RunTask]:
    """Steps 4 to 6."""
    folder = paths.build_merge_folder(config)
    yield _build_task(
        config, "merge", folder, paths.list_clean,
        {"band": config.band.numbers, "bin_size": config.bin_size, "folder": str(folder),
         "further": [one.numbers for one in config.further_bands], **config.facts},
        *(f"deflare {obs_id}" for obs_id in config.obs_ids),
    )  # fmt: skip
    named = {"band": config.band_name, "folder": str(folder)}
    yield _build_task(config, "flux", folder, paths.list_mosaic, named, "merge")
    yield _build_task(config, "crop", Path(), _list_crop_inputs, named, "merge", "flux")


def _list_crop_inputs(config: XrayConfig) -> Sequence[Path]:
    given = (config.cluster_region, config.source_region, config.field_region)
    return [*paths.list_merged(config), *filter(None, given)]


def _plan_bins(config: XrayConfig) -> Iterator[RunTask]:
    """Steps 7 and 8, and the report where one is wanted."""
    folder = paths.build_bins_folder(config)
    aims = {"sn": config.sn, "smooth_sn": config.smooth_sn}
    how = {**aims, "constrainval": config.constrainval}
    yield _build_task(config, "contbin", folder, paths.list_cropped, how, "crop")
    yield _build_task(
        config, "coordinates", folder / paths.REGIONS_FOLDER / "sex", _list_binned,
        {"form": COORDINATES_FORM, "folder": str(folder)}, "contbin",
    )  # fmt: skip
    if config.has_report:
        named = {"name": config.name, **aims}
        yield _build_task(config, "qc", Path("qc"), _list_reported, named, "coordinates")


def _list_binned(config: XrayConfig) -> Sequence[Path]:
    return [paths.find_binmap(config), *paths.list_regions(config)]


def _list_reported(config: XrayConfig) -> Sequence[Path]:
    binmap = paths.find_binmap(config)
    regions = sorted((binmap.parent / paths.REGIONS_FOLDER / "sex").glob("*.reg"))
    files = [*paths.list_merged(config), *paths.list_cropped(config), binmap, *regions]
    for obs_id in config.obs_ids:
        folder = paths.find_reprocessed(config, obs_id)
        files += sorted((*folder.glob("*.lc"), *folder.glob("*.json")))
    given = (config.kappa, config.catalogue, paths.find_sources(config))
    return [*files, *filter(None, given)]


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
