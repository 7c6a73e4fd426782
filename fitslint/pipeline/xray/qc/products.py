"""The files of a run as a report needs them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.contbin.binning import measure_true_sn
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.files import read_regions
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.run import paths
from fitslint.pipeline.xray.run.config import XrayConfig
from fitslint.source.image import Image

Values = NDArray[np.float64]
_JSON_MAX = 1 << 24


@dataclass(frozen=True, slots=True)
class ObservationNumbers:
    """What steps 2 and 3 tell of an observation.

    Attributes
    ----------
    numbers : mapping
        of the steps, by name.
    curve : mapping of str to ndarray
        columns of the light curve; empty where there is none.
    """

    obs_id: str
    numbers: Mapping[str, float]
    curve: Mapping[str, Values]

    @property
    def is_quiet(self) -> NDArray[np.bool_]:
        """The bins of the light curve that are kept."""
        return self.curve["QUIET"] > 0


@dataclass(frozen=True)
class Products:
    """The files of a run."""

    config: XrayConfig
    observations: tuple[ObservationNumbers, ...]
    counts: Image
    exposure: Values
    flux: Image
    """As it is binned."""
    mask: Values
    cut_counts: Values
    """The photons in the pixels of the bins."""
    binmap: Image
    sources: tuple[Shape, ...]

    @property
    def grid(self) -> ImageGrid:
        """Of the mosaic."""
        return ImageGrid(self.counts.header)

    @property
    def bin_grid(self) -> ImageGrid:
        """Of the bins."""
        return ImageGrid(self.binmap.header)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The bin of every pixel, -1 outside."""
        found: NDArray[np.int64] = np.nan_to_num(self.binmap.values, nan=-1.0).astype(np.int64)
        return found

    def measure_true_sn(self) -> Values:
        """Signal to noise of the photons of every bin."""
        return measure_true_sn(self.numbers, self.cut_counts)


def read_products(config: XrayConfig) -> Products:
    """Read the files of a run.

    Raises
    ------
    XrayError
        when one is missing or cannot be read.
    """
    counts, exposure, _ = map(str, paths.list_merged(config))
    flux, mask, cut = map(str, paths.list_cropped(config))
    return Products(
        config,
        tuple(_read_observation(config, obs_id) for obs_id in config.obs_ids),
        read_pixels(counts), read_pixels(exposure).values, read_pixels(flux),
        read_pixels(mask).values, read_pixels(cut).values,
        read_pixels(str(paths.find_binmap(config))),
        tuple(read_regions(paths.find_sources(config))),
    )  # fmt: skip


def _read_observation(config: XrayConfig, obs_id: str) -> ObservationNumbers:
    folder = paths.find_reprocessed(config, obs_id)
    numbers: dict[str, float] = {}
    for step in ("reprocess", "deflare"):
        path = folder / f"{step}.json"
        if path.is_file():
            numbers |= dict(_list_numbers(read_json(path)))
    curve = folder / f"{obs_id}_{config.detection_band.label}.lc"
    return ObservationNumbers(obs_id, numbers, _read_curve(curve) if curve.is_file() else {})


def read_json(path: Path) -> Any:
    """What a small JSON file holds.

    Raises
    ------
    XrayError
        when it is none.
    """
    try:
        with path.open("rb") as file:
            return json.loads(file.read(_JSON_MAX))
    except (OSError, ValueError, RecursionError):
        raise XrayError(f"{path}: this is no JSON file that can be read") from None


def _list_numbers(table: Any) -> Iterator[tuple[str, float]]:
    if isinstance(table, dict):
        for name, value in table.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield str(name), float(value)


_CURVE = ("TIME", "COUNT_RATE", "COUNT_RATE_ERR")


def _read_curve(path: Path) -> dict[str, Values]:
    """Columns of a light curve; QUIET is 1 throughout where the table does not tell."""
    from astropy.io import fits

    try:
        with fits.open(path) as file:
            table = next(hdu for hdu in file if isinstance(hdu, fits.BinTableHDU))
            found = {name: np.asarray(table.data[name], np.float64) for name in _CURVE}
            quiet = table.data["QUIET"] if "QUIET" in table.columns.names else found["TIME"] * 0 + 1
            return found | {"QUIET": np.asarray(quiet, np.float64)}
    except (OSError, KeyError, StopIteration, TypeError, ValueError) as error:
        raise XrayError(f"{path}: this is no light curve: {error}") from None
