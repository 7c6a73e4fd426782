"""Step 6: point sources out of the flux, and the flux cut to the field."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.pipeline.xray.crop.crop import CropRequest, crop_image
from fitslint.pipeline.xray.crop.defaults import find_regions
from fitslint.pipeline.xray.crop.detect import detect_in_mosaic
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.products.result import ConformResult
from fitslint.text import count_noun

_MODULES = (
    "fitslint.pipeline.xray.crop",
    "fitslint.pipeline.xray.detection",
    "fitslint.pipeline.xray.image_file",
    "fitslint.pipeline.xray.regions",
    "fitslint.pipeline.xray.run.steps.crop",
)
CLUSTER_NAME, FIELD_NAME, CORNER_NAME = "src_0.5-7-nps-noem.reg", "square.reg", "min_xy.reg"
"""Region files that a person draws, or that are found here."""


def plan_tasks(config: XrayConfig) -> Iterator[RunTask]:
    """One."""
    yield RunTask(
        name="crop",
        step="crop",
        folder=Path(),
        modules=_MODULES,
        parameters={"band": config.band_name, "folder": str(paths.build_merge_folder(config))},
        list_inputs=lambda: _list_inputs(config),
        run=partial(_run, config),
        prerequisites=("merge", "flux"),
    )


def _list_inputs(config: XrayConfig) -> Sequence[Path]:
    given = (config.cluster_region, config.source_region, config.field_region)
    return [*paths.list_merged(config), *(path for path in given if path is not None)]


def _run(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    counts, exposure, flux = map(str, paths.list_merged(config))
    folder = context.folder / paths.build_merge_folder(config)
    folder.mkdir()
    grid, cluster, box = find_regions(exposure, flux)
    noem = folder / paths.build_merged_name(config, "thresh_noem.img")
    region = place_region(folder / CLUSTER_NAME, config.cluster_region, cluster)
    images = [*crop_image(CropRequest(counts, noem, (str(region),), product="xray-counts")).images]
    sources = _find_sources(config, folder, noem, Path(exposure))
    field = place_region(folder / FIELD_NAME, config.field_region, box)
    corner = [grid.convert(shape, "physical") for shape in read_regions(field)]
    (folder / CORNER_NAME).write_text(format_regions(corner), encoding="utf-8")
    images += _crop_images(config, folder, str(sources), str(field))
    final = folder / paths.build_scaled_name(config, "final")
    copies = context.folder / paths.MAPS_FOLDER
    copies.mkdir()
    shutil.copyfile(final, copies / final.name)
    many = count_noun(len(read_regions(sources)), "point source")
    return judge_products(images, [f"{many} taken out by {sources.name}"])


def place_region(path: Path, given: Path | None, found: Shape) -> Path:
    """The region file that a person gave, or one of what was found."""
    if given is not None:
        shutil.copyfile(given, path)
    else:
        path.write_text(format_regions([found]), encoding="utf-8")
    return path


def _crop_images(
    config: XrayConfig, folder: Path, sources: str, field: str
) -> Iterator[ConformResult]:
    counts, exposure, flux = map(str, paths.list_merged(config))
    final, mask, cut = (folder / path.name for path in paths.list_cropped(config))
    cropped, outside = folder / paths.build_scaled_name(config, "cropped"), (sources,)
    yield from crop_image(CropRequest(flux, cropped, outside)).images
    yield from crop_image(CropRequest(flux, final, outside, field, exposure, mask)).images
    yield from crop_image(
        CropRequest(counts, cut, outside, field, exposure, product="xray-counts")
    ).images


def _find_sources(config: XrayConfig, folder: Path, counts: Path, exposure: Path) -> Path:
    """The region file of what is taken out: as it was given, or of the sources that are found."""
    path = folder / paths.find_sources(config).name
    if config.source_region is not None:
        shutil.copyfile(config.source_region, path)
    else:
        detect_in_mosaic(counts, exposure, path.with_suffix(".fits"))
    return path
