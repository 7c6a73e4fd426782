"""Steps of a run done by scripts, in place of those of the embedded engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fitslint.model.header import Header
from fitslint.pipeline.run.task import TaskContext, TaskOutcome
from fitslint.pipeline.xray.acis.bands import Band
from fitslint.pipeline.xray.crop.crop import CropRequest, crop_image
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import find_origin
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.ciao import commands
from fitslint.pipeline.xray.run.ciao.script import require_files, run_script
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.run.outcome import judge_products
from fitslint.pipeline.xray.run.steps import copy_final_map, place_regions
from fitslint.pipeline.xray.steps.observation import find_observation
from fitslint.products.conform import conform
from fitslint.products.result import ConformResult
from fitslint.source.image import ImageError, open_fits


def _read_events_header(config: XrayConfig, obs_id: str) -> Header:
    """The header of the events of an observation."""
    path = find_observation(config.directory / obs_id).events
    try:
        with open_fits(str(path)) as (_, file):
            for hdu in file.hdus:
                if (hdu.header.string("EXTNAME") or "").strip() == "EVENTS":
                    return hdu.header
    except ImageError as error:
        raise XrayError(f"{path}: {error}") from None
    raise XrayError(f"{path}: there is no HDU EVENTS in it")


def _find_copies(config: XrayConfig, obs_id: str = "") -> Path:
    """Where scripts are to be read: those of an observation in a folder of its own."""
    return config.output / "scripts" / obs_id


def _is_vfaint(config: XrayConfig, obs_id: str) -> bool:
    header = _read_events_header(config, obs_id)
    return (header.string("DATAMODE") or "").strip() == "VFAINT"


def _reprocess(config: XrayConfig, obs_id: str, context: TaskContext) -> TaskOutcome:
    folder = (config.directory / obs_id).resolve()
    script = commands.write_reprocessing(str(folder), is_vfaint=_is_vfaint(config, obs_id))
    run_script(script, context.folder, {}, _find_copies(config, obs_id))
    require_files(context.folder, [f"acisf{obs_id}_repro_evt2.fits"])
    return TaskOutcome()


def _deflare(config: XrayConfig, obs_id: str, context: TaskContext) -> TaskOutcome:
    band = config.detection_band
    made = paths.find_reprocessed(config, obs_id)
    links = {path.name: path for path in made.glob("*_repro_*") if path.is_file()}
    links |= {path.name: path for path in made.glob("*1.fits*") if path.is_file()}
    script = commands.write_deflaring(
        obs_id, band, config.deflare, is_vfaint=_is_vfaint(config, obs_id)
    )
    run_script(script, context.folder, links, _find_copies(config, obs_id))
    root = f"{obs_id}_{band.label}"
    require_files(context.folder, [f"acisf{obs_id}_clean_evt.fits", f"{root}.gti"])
    return judge_products(_conform_images(context.folder, _list_maps(root), config, band))


def _merge(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    events = tuple(
        str(paths.find_reprocessed(config, obs_id).resolve() / f"acisf{obs_id}_clean_evt.fits")
        for obs_id in config.obs_ids
    )  # fmt: skip
    chips = _find_chips(_read_events_header(config, config.obs_ids[0]))
    bands = (config.band, *config.further_bands)
    script = commands.write_merging(events, chips, ",".join(map(_name_band, bands)))
    run_script(script, context.folder, {}, _find_copies(config))
    written: list[ConformResult] = []
    for band in bands:
        images = _list_maps(band.name)
        require_files(context.folder, images)
        written += _conform_images(context.folder, images, config, band)
    return judge_products(written)


def _name_band(band: Band) -> str:
    """A band as merge_obs takes it."""
    is_named = band.name.isalpha()
    return band.name if is_named else f"{band.low:g}:{band.high:g}:{band.effective:g}"


def _list_maps(root: str) -> dict[str, str]:
    """The images that fluximage and merge_obs leave, and their kinds."""
    return {
        f"{root}_thresh.img": "xray-counts", f"{root}_thresh.expmap": "xray-exposure",
        f"{root}_flux.img": "xray-flux",
    }  # fmt: skip


def _find_chips(header: Header) -> str:
    """The filter of the array that DETNAM names: 0 to 3 of ACIS-I, 4 to 9 of ACIS-S."""
    chips = (header.string("DETNAM") or "").strip().removeprefix("ACIS-")
    imaging = sum(chip in "0123" for chip in chips)
    return "0:3" if imaging * 2 > len(chips) else "4:9"


def _crop(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    folder = context.folder / paths.build_merge_folder(config)
    folder.mkdir()
    merged = paths.list_merged(config)
    region, field = place_regions(config, folder)
    name, sources = config.band_name, paths.find_sources(config).name
    if config.source_region is not None:
        shutil.copyfile(config.source_region, folder / sources)
    script = commands.write_cropping(name, config.band, region.name, sources, field.name)
    run_script(script, folder, {path.name: path for path in merged}, _find_copies(config))
    images = {
        f"{name}_thresh_noem.img": "xray-counts",
        paths.build_scaled_name(config, "cropped"): "xray-flux",
        paths.build_scaled_name(config, "final"): "xray-flux",
    }
    require_files(folder, images)
    _, mask, cut = (folder / path.name for path in paths.list_cropped(config))
    # What contbin does not ask for, and the report does.
    counts, exposure = map(str, merged[:2])
    outside = (str(folder / sources),)
    photons = crop_image(
        CropRequest(counts, cut, outside, str(field), exposure, mask, "xray-counts")
    ).images
    copy_final_map(config, context.folder)
    return judge_products((*_conform_images(folder, images, config, config.band), *photons))


def _bin(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    final = paths.list_cropped(config)[0]
    origin = find_origin(read_pixels(str(final)).header)
    script = commands.write_binning(
        final.name, config.sn, config.smooth_sn, config.constrainval, origin
    )
    run_script(script, context.folder, {final.name: final}, _find_copies(config))
    require_files(context.folder, [paths.BINMAP_NAME, f"{paths.REGIONS_FOLDER}/xaf_0.reg"])
    return TaskOutcome()


def _convert(config: XrayConfig, context: TaskContext) -> TaskOutcome:
    bins = paths.find_binmap(config).parent
    script = commands.write_conversion(paths.BINMAP_NAME, paths.REGIONS_FOLDER)
    run_script(
        script, context.folder,
        {paths.BINMAP_NAME: bins / paths.BINMAP_NAME,
         paths.REGIONS_FOLDER: bins / paths.REGIONS_FOLDER},
        _find_copies(config),
    )  # fmt: skip
    require_files(context.folder, ["xaf_0_sex.reg"])
    return TaskOutcome()


def _conform_images(
    folder: Path, images: Mapping[str, str], config: XrayConfig, band: Band
) -> Iterator[ConformResult]:
    """Give the images of CIAO what their headers lack: unit, band, kind, scale."""
    units = {"xray-counts": "count", "xray-exposure": "cm**2 s"}
    for name, kind in images.items():
        unit = units.get(kind) or ("count" if name.startswith("scaled") else "photon/cm**2/s")
        told: dict[str, Any] = {"unit": unit, "ENERGYLO": band.low, "ENERGYHI": band.high}
        told |= config.facts
        yield conform(folder / name, kind, overwrite=("BUNIT",), **told)


CIAO_RUNS: dict[str, Callable[..., TaskOutcome]] = {
    "reprocess": _reprocess, "deflare": _deflare, "merge": _merge, "crop": _crop,
    "contbin": _bin, "coordinates": _convert,
}  # fmt: skip
"""The steps that others do; the scaling of step 5 and the report stay as they are."""
