"""Step 8: the regions of the bins on the sky."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import SUFFIXES, convert_region_file
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig

_MODULES = (
    "fitslint.pipeline.xray.image_file",
    "fitslint.pipeline.xray.regions",
    "fitslint.pipeline.xray.run.steps.coordinates",
)
_FORM = "sexagesimal"


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One."""
    yield RunTask(
        name="coordinates",
        step="coordinates",
        folder=paths.build_bins_folder(config) / paths.REGIONS_FOLDER / "sex",
        modules=_MODULES,
        parameters={"form": _FORM, "folder": str(paths.build_bins_folder(config))},
        list_inputs=lambda: [_find_binmap(config), *_list_regions(config)],
        run=partial(_run, config),
        prerequisites=("contbin",),
    )


def _find_binmap(config: XrayConfig) -> Path:
    return config.output / paths.build_bins_folder(config) / paths.BINMAP_NAME


def _list_regions(config: XrayConfig) -> Sequence[Path]:
    folder = config.output / paths.build_bins_folder(config) / paths.REGIONS_FOLDER
    return sorted(folder.glob("xaf_*.reg"))


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    grid = ImageGrid(read_pixels(str(_find_binmap(config))).header)
    regions = _list_regions(config)
    for done, path in enumerate(regions, 1):
        target = context.folder / f"{path.stem}{SUFFIXES[_FORM]}{path.suffix}"
        convert_region_file(path, grid, target, _FORM)
        context.progress(done, len(regions))
    return TaskOutcome()
