"""Where the gas is brightest, its centroid, and where the mass is densest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitslint.pipeline.page.peaks import (
    compute_centroid,
    find_highest,
    select_disc,
    smooth_image,
)
from fitslint.pipeline.xray.crop.defaults import find_peak
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.qc.products import Products
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.wcs.sphere import measure_separation

SMOOTHING = 6.0
"""Arcsec: full width of the Gaussian in which peaks are looked for."""
_WIDE = 30.0
"""Arcsec from the peak of the cluster within which the peak of the gas is."""
_CENTROID = 60.0
"""Arcsec: radius of the disc of which the centroid is."""
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Positions in degrees, offsets in arcsec."""

    peak: Place
    centroid: Place
    offset: float
    kappa: Place | None = None
    kappa_offset: float = math.nan
    kappa_centroid_offset: float = math.nan
    kpc: float | None = None
    """Of an arcsec."""
    reason: str = "no convergence map was given"
    """Why there is no peak of the mass."""


def find_peaks(products: Products) -> Peaks:
    """The peak and centroid of the flux, and the peak of the convergence where there is a map."""
    image, grid = products.flux, products.bin_grid
    scale = measure_scale(grid)
    data = np.where(products.mask > 0, image.values, np.nan)
    narrow = smooth_image(data, SMOOTHING / scale)
    around = find_peak(np.nan_to_num(data), np.isfinite(data))
    near = select_disc(data.shape, *around, _WIDE / scale)
    top = find_highest(np.where(near, narrow, np.nan))
    background = float(np.nanpercentile(data, 10))
    filled = np.where(np.isfinite(data), data - background, 0.0)
    middle = compute_centroid(filled, top.column, top.row, _CENTROID / scale)
    peak = grid.find_position(top.column + 1, top.row + 1, grid.frame)
    centroid = grid.find_position(middle[0] + 1, middle[1] + 1, grid.frame)
    offset = 3600 * measure_separation(*peak, *centroid)
    if products.config.kappa is None:
        return Peaks(peak, centroid, offset)
    try:
        kappa, kpc = _find_mass(products.config.kappa)
    except XrayError as error:
        return Peaks(peak, centroid, offset, reason=str(error))
    return Peaks(
        peak, centroid, offset, kappa, 3600 * measure_separation(*kappa, *peak),
        3600 * measure_separation(*kappa, *centroid), kpc,
    )  # fmt: skip


def _find_mass(path: Path) -> tuple[Place, float | None]:
    image = read_pixels(str(path))
    grid = ImageGrid(image.header)
    scale = measure_scale(grid)
    top = find_highest(smooth_image(image.values, SMOOTHING / scale))
    pixel = image.header.number("PIXKPC")
    place = grid.find_position(top.column + 1, top.row + 1, grid.frame)
    return place, float(pixel) / scale if pixel else None


def measure_scale(grid: ImageGrid) -> float:
    """Arcsec of a pixel.

    Raises
    ------
    XrayError
        when the image does not tell it.
    """
    scales = grid.sky.pixel_scale((1.0, 1.0))
    if scales is None or not scales[0] * scales[1] > 0:
        raise XrayError("the image has no scale")
    return float(3600 * (scales[0] * scales[1]) ** 0.5)
