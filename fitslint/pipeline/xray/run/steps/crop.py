"""Step 6: point sources out of the flux, and the flux cut to the field."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.crop.crop import CropRequest, crop_image
from fitslint.pipeline.xray.crop.defaults import find_cluster, find_field
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.text import count_noun

_MODULES = (
    "fitslint.pipeline.xray.crop",
    "fitslint.pipeline.xray.detection",
    "fitslint.pipeline.xray.image_file",
    "fitslint.pipeline.xray.regions",
    "fitslint.pipeline.xray.run.steps.crop",
)
CLUSTER_NAME, FIELD_NAME, CORNER_NAME = "src_0.5-7-nps-noem.reg", "square.reg", "min_xy.reg"
"""Region files that the person who runs it draws, or that are found here."""


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One."""
    yield RunTask(
        name="crop",
        step="crop",
        folder=Path(),
        modules=_MODULES,
        parameters={"band": config.band_name, "name": config.name},
        list_inputs=lambda: _list_inputs(config),
        run=partial(_run, config),
        prerequisites=("merge", "flux"),
    )


def _list_inputs(config: XrayConfig) -> Sequence[Path]:
    given = (config.cluster_region, config.source_region, config.field_region)
    return [*paths.list_merged(config), *(path for path in given if path is not None)]


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    counts, exposure, flux = map(str, paths.list_merged(config))
    merge = paths.build_merge_folder(config)
    folder = context.folder / merge
    folder.mkdir()
    grid = ImageGrid(read_pixels(counts).header)
    sources, found = _find_sources(config, folder, counts, exposure, grid)
    field = _store_region(folder / FIELD_NAME, config.field_region, grid,
                          lambda: find_field(exposure, flux))  # fmt: skip
    corner = [grid.convert(shape, "physical") for shape in read_regions(field)]
    (folder / CORNER_NAME).write_text(format_regions(corner), encoding="utf-8")
    final, mask, cut = (folder / path.name for path in paths.list_cropped(config))
    cropped = folder / paths.build_scaled_name(config, "cropped")
    outside = (str(sources),)
    images = [
        *crop_image(CropRequest(flux, cropped, outside)).images,
        *crop_image(CropRequest(flux, final, outside, str(field), exposure, mask)).images,
        *crop_image(
            CropRequest(counts, cut, outside, str(field), exposure, product="xray-counts")
        ).images,
    ]
    copies = context.folder / paths.MAPS_FOLDER
    copies.mkdir()
    shutil.copyfile(final, copies / final.name)
    return judge_products((*found, *images), [_describe(sources, field)])
