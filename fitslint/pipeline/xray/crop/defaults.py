"""Regions that nobody drew: the emission of the cluster, and the field that is well exposed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.page.peaks import average_blocks, clip_spikes, smooth_image
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.image_file import read_pixels
from fitslint.pipeline.xray.regions.frames import ImageGrid
from fitslint.pipeline.xray.regions.shapes import Shape

_FWHM = 24.0
"""Pixels: full width of the Gaussian in which the peak of a cluster is looked for."""
_PER_BLOCK = 4.0
"""Photons that a block of pixels has on average, where clusters are told from point sources."""
_ABOVE = 1.5
"""Times the background, down to which the emission of the cluster goes."""
_EXPOSED = 0.5
"""Of the largest exposure, that the field has."""
_REACH_MAX = 512
"""Pixels of half a field: with the wide faint outskirts, bins would take minutes."""


def find_emission(flux: NDArray[np.float64], exposed: NDArray[np.bool_]) -> Shape:
    """The circle around the peak in which the mean flux is above the background.

    Parameters
    ----------
    flux : ndarray
        rows by columns.
    exposed : ndarray of bool
        where it is known.

    Returns
    -------
    Shape
        in the frame of the image.
    """
    column, row = find_peak(flux, exposed)
    y, x = np.nonzero(exposed)
    rings = np.hypot(x - column, y - row).astype(np.int64)
    sums = np.bincount(rings, flux[exposed])
    counts = np.maximum(np.bincount(rings), 1)
    profile = np.array([part.sum() for part in np.array_split(sums, max(len(sums) // 8, 1))])
    profile /= [part.sum() for part in np.array_split(counts, max(len(sums) // 8, 1))]
    background = float(np.median(profile[len(profile) // 2 :]))
    # Where few events make the background 0, a ring without any ends the emission.
    faint = int(np.argmax(profile <= _ABOVE * background))
    radius = len(sums) / len(profile) * faint
    return Shape("circle", (column + 1.0, row + 1.0, max(radius, 8.0)), "image")


def find_peak(flux: NDArray[np.float64], exposed: NDArray[np.bool_]) -> tuple[int, int]:
    """Column and row, from 0, of the highest pixel of the smoothed image without point sources.

    It is looked for near the brightest block of pixels. Blocks hold some photons each, so that the
    median of those around tells a bright source, however wide its PSF is, from a cluster.
    """
    values = np.where(exposed, flux, 0.0)
    photons = max(int(np.count_nonzero(values)), 1) / values.size
    step = max(1, min(round((_PER_BLOCK / photons) ** 0.5), min(flux.shape) // 8))
    blocks = smooth_image(clip_spikes(average_blocks(values, step)), max(_FWHM / step, 2.0))
    place = np.unravel_index(int(np.argmax(blocks)), blocks.shape)
    near = np.zeros(flux.shape, np.bool_)
    near[tuple(slice(max((int(at) - 1) * step, 0), (int(at) + 2) * step) for at in place)] = True
    smoothed = smooth_image(clip_spikes(smooth_image(values, 2.0)), _FWHM)
    known = np.where(exposed & near, smoothed, -1.0)
    row, column = np.unravel_index(int(np.argmax(known)), flux.shape)
    return int(column), int(row)


def find_field(exposure: NDArray[np.float64], peak: tuple[int, int], reach_max: float) -> Shape:
    """The largest square around the peak in which most pixels are well exposed.

    Parameters
    ----------
    exposure : ndarray
        rows by columns.
    peak : (int, int)
        column and row from 0.
    reach_max : float
        half of its side at most, in pixels.

    Raises
    ------
    XrayError
        when nothing is exposed.
    """
    largest = float(np.nanmax(exposure, initial=0.0))
    if not largest > 0:
        raise XrayError("nothing is exposed: the exposure map is zero")
    good = np.nan_to_num(exposure) >= _EXPOSED * largest
    column, row = peak
    low, high = 1, max(int(min(reach_max, _REACH_MAX, *good.shape)), 1)
    while low < high:
        middle = (low + high + 1) // 2
        if _is_exposed(good, column, row, middle):
            low = middle
        else:
            high = middle - 1
    left, bottom = max(column - low, 0), max(row - low, 0)
    right, top = min(column + low + 1, good.shape[1]), min(row + low + 1, good.shape[0])
    numbers = ((left + right + 1) / 2, (bottom + top + 1) / 2, right - left, top - bottom, 0.0)
    return Shape("box", tuple(map(float, numbers)), "image")


_MOST = 0.8


def _is_exposed(good: NDArray[np.bool_], column: int, row: int, reach: int) -> bool:
    part = good[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]
    return float(part.sum()) >= _MOST * (2 * reach + 1) ** 2


def find_regions(exposure: str, flux: str) -> tuple[ImageGrid, Shape, Shape]:
    """The grid of a flux image, the circle of its cluster, and its field; both on the sky.

    Raises
    ------
    XrayError
        when an image cannot be read, or nothing is exposed.
    """
    image = read_pixels(flux)
    weights = read_pixels(exposure).values
    exposed = np.isfinite(image.values) & (weights > 0)
    if not exposed.any():
        raise XrayError(f"{exposure}: nothing is exposed")
    values = np.nan_to_num(image.values)
    grid = ImageGrid(image.header)
    cluster = find_emission(values, exposed)
    field = find_field(weights, find_peak(values, exposed), 1.5 * cluster.numbers[2])
    return grid, grid.convert(cluster, grid.written_frame), grid.convert(field, grid.written_frame)
