"""Where the files of a run are, by the names that the seed of the project gave them."""

from __future__ import annotations

from pathlib import Path

from fitslint.pipeline.xray.run.config import XrayConfig

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


def list_mosaic(config: XrayConfig) -> tuple[Path, Path]:
    """What step 4 leaves: counts and flux."""
    folder = config.output / build_merge_folder(config)
    return (
        folder / build_merged_name(config, "thresh.img"),
        folder / build_merged_name(config, "flux.img"),
    )


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
    folder = config.output / build_merge_folder(config)
    name = f"{config.band_name}_src_{config.band.label}"
    given = folder / f"{name}-pointsources.reg"
    return given if config.source_region is not None else folder / f"{name}.reg"
