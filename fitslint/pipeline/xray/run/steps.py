"""What the steps of a run do with the files of the configuration."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from fitslint.pipeline.run.task import TaskContext, TaskOutcome
from fitslint.pipeline.xray.contbin.binning import BinningOptions
from fitslint.pipeline.xray.contbin.run import ContbinRequest, run_binning
from fitslint.pipeline.xray.crop.crop import CropRequest, crop_image
from fitslint.pipeline.xray.crop.defaults import find_regions
from fitslint.pipeline.xray.crop.detect import detect_in_mosaic
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import (
    SUFFIXES,
    convert_region_file,
    read_regions,
    write_bin_regions,
)
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products, judge_step
from fitslint.pipeline.xray.steps.deflare import DeflareRequest, deflare_observation
from fitslint.pipeline.xray.steps.merge import MergeRequest, merge_observations
from fitslint.pipeline.xray.steps.observation import find_observation
from fitslint.pipeline.xray.steps.reprocess import ReprocessRequest, reprocess_observation
from fitslint.pipeline.xray.steps.scale import ScaleRequest, scale_flux
from fitslint.products.result import ConformResult
from fitslint.text import count_noun

CLUSTER_NAME, FIELD_NAME, CORNER_NAME = "src_0.5-7-nps-noem.reg", "square.reg", "min_xy.reg"
"""Region files that a person draws, or that are found here."""
COORDINATES_FORM = "sexagesimal"


def _run_reprocess(config: XrayConfig, obs_id: str, context: TaskContext) -> TaskOutcome:
    """Step 2: the good events of an observation."""
    files = find_observation(config.directory / obs_id)
    result = reprocess_observation(ReprocessRequest(files, context.folder), context.progress)
    return judge_step("reprocess", result, context)


def _run_deflare(config: XrayConfig, obs_id: str, context: TaskContext) -> TaskOutcome:
    """Step 3: flares out of an observation, and its point sources."""
    # The events without flares of an earlier run stand there as well.
    files = replace(
        find_observation(paths.find_reprocessed(config, obs_id)),
        events=paths.list_reprocessed(config, obs_id)[0],
    )
    request = DeflareRequest(
        files, context.folder, config.detection_band, config.deflare, config.bin_size, config.facts
    )
    return judge_step("deflare", deflare_observation(request, context.progress), context)


def _run_merge(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    """Step 4: all observations on one tangent plane."""
    observations = tuple(
        find_observation(paths.find_reprocessed(config, obs_id)) for obs_id in config.obs_ids
    )
    request = MergeRequest(
        observations, context.folder, config.band, config.bin_size, facts=config.facts
    )
    result = merge_observations(request, context.progress)
    maps = list(result.maps)
    for band in config.further_bands:
        further = replace(request, band=band, has_events=False)
        maps += merge_observations(further, context.progress).maps
    return judge_step("merge", replace(result, maps=tuple(maps)), context)


def _run_flux(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    """Step 5: the flux scaled to counts, for the bins."""
    counts, flux = paths.list_mosaic(config)
    output = context.folder / paths.build_scaled_name(config)
    return judge_step("flux", scale_flux(ScaleRequest(flux, counts, output)), context)


def _run_crop(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    """Step 6: point sources out of the flux, and the flux cut to the field."""
    counts, exposure, _ = map(str, paths.list_merged(config))
    folder = context.folder / paths.build_merge_folder(config)
    folder.mkdir()
    cluster, field = place_regions(config, folder)
    noem = folder / paths.build_merged_name(config, "thresh_noem.img")
    images = [*crop_image(CropRequest(counts, noem, (str(cluster),), product="xray-counts")).images]
    sources = folder / paths.find_sources(config).name
    if config.source_region is not None:
        shutil.copyfile(config.source_region, sources)
    else:
        detect_in_mosaic(noem, Path(exposure), sources.with_suffix(".fits"))
    images += _crop_images(config, folder, str(sources), str(field))
    copy_final_map(config, context.folder)
    many = count_noun(len(read_regions(sources)), "point source")
    return judge_products(images, [f"{many} taken out by {sources.name}"])


def place_regions(config: XrayConfig, folder: Path) -> tuple[Path, Path]:
    """Region files of the cluster and of the field: those of a person, or what is found.

    Beside them the field in the coordinates of the detector, as contbin's tools ask for its corner.
    """
    _, exposure, flux = map(str, paths.list_merged(config))
    grid, cluster, box = find_regions(exposure, flux)
    region = _place_region(folder / CLUSTER_NAME, config.cluster_region, cluster)
    field = _place_region(folder / FIELD_NAME, config.field_region, box)
    corner = [grid.convert(shape, "physical") for shape in read_regions(field)]
    (folder / CORNER_NAME).write_text(format_regions(corner), encoding="utf-8")
    return region, field


def _place_region(path: Path, given: Path | None, found: Shape) -> Path:
    if given is not None:
        shutil.copyfile(given, path)
    else:
        path.write_text(format_regions([found]), encoding="utf-8")
    return path


def copy_final_map(config: XrayConfig, folder: Path) -> None:
    """Copy the image that is binned to where the seed has it."""
    final = paths.build_scaled_name(config, "final")
    (folder / paths.MAPS_FOLDER).mkdir()
    source = folder / paths.build_merge_folder(config) / final
    shutil.copyfile(source, folder / paths.MAPS_FOLDER / final)


def _crop_images(
    config: XrayConfig, folder: Path, sources: str, field: str
) -> Iterator[ConformResult]:
    counts, exposure, flux = map(str, paths.list_merged(config))
    final, mask, cut = (folder / path.name for path in paths.list_cropped(config))
    cropped, outside = folder / paths.build_scaled_name(config, "cropped"), (sources,)
    for request in (
        CropRequest(flux, cropped, outside),
        CropRequest(flux, final, outside, field, exposure, mask),
        CropRequest(counts, cut, outside, field, exposure, product="xray-counts"),
    ):
        yield from crop_image(request).images


def _run_contbin(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    """Step 7: bins along the contours of the flux, and a region file for each."""
    image, mask, counts = map(str, paths.list_cropped(config))
    how = BinningOptions(config.sn, config.constrainval)
    request = ContbinRequest(image, how, config.smooth_sn, context.folder, mask=mask, counts=counts)
    result = run_binning(request, lambda _name: context.progress)
    binmap = read_pixels(str(context.folder / paths.BINMAP_NAME))
    write_bin_regions(binmap, context.folder / paths.REGIONS_FOLDER)
    true_sn = result.true_sn
    said = f"{count_noun(len(true_sn), 'bin')}; signal to noise of the photons {true_sn.min():.1f}"
    notes = [f"{said} to {true_sn.max():.1f}"]
    if result.binning.stuck:
        notes.append(f"{count_noun(result.binning.stuck, 'bin')} below it without neighbours")
    return judge_products(result.maps, notes)


def _run_coordinates(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    """Step 8: the regions of the bins on the sky."""
    grid = ImageGrid(read_pixels(str(paths.find_binmap(config))).header)
    regions = paths.list_regions(config)
    for done, path in enumerate(regions, 1):
        target = context.folder / f"{path.stem}{SUFFIXES[COORDINATES_FORM]}{path.suffix}"
        convert_region_file(path, grid, target, COORDINATES_FORM)
        context.progress(done, len(regions))
    return TaskOutcome()


def _run_qc(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    """The report on what all steps have made."""
    # matplotlib takes a second to load, and a report is made once.
    from fitslint.pipeline.xray.qc.page import write_xray_report

    failures = write_xray_report(config, context.folder)
    notes = tuple(f"{line.title}: {line.reason}" for line in failures)
    return TaskOutcome(notes, has_bad_products=bool(failures))


RUNS: dict[str, Callable[..., TaskOutcome]] = {
    "reprocess": _run_reprocess, "deflare": _run_deflare, "merge": _run_merge, "flux": _run_flux,
    "crop": _run_crop, "contbin": _run_contbin, "coordinates": _run_coordinates, "qc": _run_qc,
}  # fmt: skip
