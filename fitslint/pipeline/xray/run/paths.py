"""Where the files of a run are, by the names that the seed of the project gave them.

What a step builds is relative to its output folder; what is found or listed is a file of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.pipeline.xray.steps.observation import find_observation

MAPS_FOLDER = Path("map_files")
BINMAP_NAME = "contbin_binmap.fits"
REGIONS_FOLDER = "outreg"


def build_reprocessed_folder(obs_id: str) -> Path:
    """Of steps 2 and 3."""
    return Path("reprocessed_data", obs_id)


def build_merge_folder(config: XrayConfig) -> Path:
    """Of steps 4 to 6."""
    return Path(f"merge_{config.name}_{config.smooth_sn:g}_{config.sn:g}")


def build_bins_folder(config: XrayConfig) -> Path:
    """Of step 7."""
    return Path("spec_files", f"contbin_sn{config.sn:g}_smooth{config.smooth_sn:g}")


def build_merged_name(config: XrayConfig, what: str) -> str:
    """Of an image of step 4: ``broad_thresh.img``."""
    return f"{config.band_name}_{what}"


def build_scaled_name(config: XrayConfig, what: str = "") -> str:
    """Of steps 5 and 6: ``scaled_broad_flux_final.fits``."""
    return f"scaled_{config.band_name}_flux{what and '_'}{what}.fits"


def list_archived(config: XrayConfig, obs_id: str) -> Sequence[Path]:
    """What the archive has of an observation."""
    files = find_observation(config.directory / obs_id)
    further = (files.bad_pixels, files.window, files.blank_sky)
    return [files.events, *files.aspect, *filter(None, further)]


def find_reprocessed(config: XrayConfig, obs_id: str) -> Path:
    """The folder of steps 2 and 3."""
    return config.output / build_reprocessed_folder(obs_id)


def list_reprocessed(config: XrayConfig, obs_id: str) -> Sequence[Path]:
    """What step 2 left of an observation, its events first."""
    folder = find_reprocessed(config, obs_id)
    further = (path for path in folder.glob("*1.fits*") if path.is_file())
    return [folder / f"acisf{obs_id}_repro_evt2.fits", *sorted(further)]


def list_clean(config: XrayConfig) -> Sequence[Path]:
    """What step 4 is made of: the events of step 3, and what goes with them."""
    files: list[Path] = []
    for obs_id in config.obs_ids:
        events, *further = list_reprocessed(config, obs_id)
        files += [events.with_name(f"acisf{obs_id}_clean_evt.fits"), *further]
    return files


def list_mosaic(config: XrayConfig) -> tuple[Path, Path]:
    """What step 4 leaves: counts and flux."""
    counts, _, _ = list_merged(config)
    return counts, counts.with_name(build_merged_name(config, "flux.img"))


def list_merged(config: XrayConfig) -> tuple[Path, Path, Path]:
    """What steps 4 and 5 leave: counts, exposure, and the scaled flux."""
    folder = config.output / build_merge_folder(config)
    return (
        folder / build_merged_name(config, "thresh.img"),
        folder / build_merged_name(config, "thresh.expmap"),
        folder / build_scaled_name(config),
    )


def list_cropped(config: XrayConfig) -> tuple[Path, Path, Path]:
    """What step 6 leaves: the flux, the mask, and the counts."""
    folder = config.output / build_merge_folder(config)
    return (
        folder / build_scaled_name(config, "final"),
        folder / build_merged_name(config, "mask.fits"),
        folder / build_merged_name(config, "thresh_final.img"),
    )


def find_sources(config: XrayConfig) -> Path:
    """The region file of the point sources that were taken out."""
    name = f"{config.band_name}_src_{config.band.label}"
    suffix = ".reg" if config.source_region is None else "-pointsources.reg"
    return config.output / build_merge_folder(config) / f"{name}{suffix}"


def find_binmap(config: XrayConfig) -> Path:
    """The map of bins of step 7."""
    return config.output / build_bins_folder(config) / BINMAP_NAME


def list_regions(config: XrayConfig) -> Sequence[Path]:
    """The region files of the bins."""
    return sorted((find_binmap(config).parent / REGIONS_FOLDER).glob("xaf_*.reg"))
