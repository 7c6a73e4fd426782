"""Smoothing, maxima and centroids of images that may have pixels without a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from fitslint.wcs.map_frame import Floats

_FWHM_PER_SIGMA = 2.3548200450309493
"""Full width at half maximum of a Gaussian by its sigma."""
_MIN_WEIGHT = 0.1
"""Weight of the pixels with a value under which a smoothed pixel has none."""


@dataclass(frozen=True, slots=True)
class Maximum:
    """A maximum of an image."""

    column: float
    row: float
    value: float


def smooth_image(data: Floats, fwhm: float) -> Floats:
    """``data`` convolved with a Gaussian of ``fwhm`` pixels; NaN pixels take no part."""
    sigma = min(fwhm / _FWHM_PER_SIGMA, float(max(data.shape)))
    known = np.isfinite(data)
    if sigma < 0.1:
        return data
    if known.all():
        return np.asarray(ndimage.gaussian_filter(data, sigma, mode="nearest"))
    total = ndimage.gaussian_filter(np.where(known, data, 0.0), sigma, mode="constant")
    weight = ndimage.gaussian_filter(known.astype(np.float64), sigma, mode="constant")
    return np.where(weight > _MIN_WEIGHT, total / np.maximum(weight, _MIN_WEIGHT), np.nan)


def clip_spikes(data: Floats) -> Floats:
    """``data`` with every pixel at most three times the median of the 5 times 5 around it."""
    known = np.isfinite(data)
    filled = data if known.all() else np.where(known, data, np.nanmedian(data))
    around = ndimage.median_filter(filled, size=5, mode="nearest")
    return np.where(around > 0, np.minimum(data, 3 * around), data)


def find_highest(data: Floats) -> Maximum:
    """The highest pixel, and the vertex of the parabolas through it and its neighbours."""
    row, column = np.unravel_index(int(np.nanargmax(data)), data.shape)
    return _refine_maximum(data, int(row), int(column))


def _refine_maximum(data: Floats, row: int, column: int) -> Maximum:
    value = float(data[row, column])
    shifts = []
    for line, place in ((data[row], column), (data[:, column], row)):
        shifts.append(_find_vertex(line, place))
    return Maximum(column + shifts[0], row + shifts[1], value)


def _find_vertex(line: Floats, place: int) -> float:
    if not 0 < place < line.size - 1:
        return 0.0
    left, middle, right = (float(value) for value in line[place - 1 : place + 2])
    bend = left - 2 * middle + right
    if not np.isfinite(bend) or bend >= 0:
        return 0.0
    return float(np.clip((left - right) / (2 * bend), -0.5, 0.5))


def find_maxima(data: Floats, *, min_distance: float, min_height: float) -> list[Maximum]:
    """Local maxima ``min_height`` high, ``min_distance`` pixels off a higher one, highest first."""
    filled = np.where(np.isfinite(data), data, -np.inf)
    neighbours = ndimage.maximum_filter(filled, size=3, mode="constant", cval=-np.inf)
    rows, columns = np.nonzero((filled == neighbours) & (filled >= min_height))
    order = np.argsort(-filled[rows, columns], kind="stable")[:10_000]
    found: list[Maximum] = []
    for place in order:
        row, column = int(rows[place]), int(columns[place])
        if all(
            np.hypot(maximum.column - column, maximum.row - row) >= min_distance
            for maximum in found
        ):
            found.append(_refine_maximum(data, row, column))
        if len(found) == 16:
            break
    return found


def select_disc(
    shape: tuple[int, ...], column: float, row: float, radius: float
) -> NDArray[np.bool_]:
    """The pixels within ``radius`` pixels of a position."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((columns - column) ** 2 + (rows - row) ** 2 <= radius**2)


def compute_centroid(data: Floats, column: float, row: float, radius: float) -> tuple[float, float]:
    """Column and row of the mean position by weight in a circle that follows it.

    Negative weights and pixels without a value count nothing; where nothing is left the position
    stays.
    """
    rows, columns = np.mgrid[: data.shape[0], : data.shape[1]]
    weights = np.where(np.isfinite(data) & (data > 0), data, 0.0)
    for _ in range(20):
        inside = np.where(select_disc(data.shape, column, row, radius), weights, 0.0)
        total = float(inside.sum())
        if total <= 0:
            return column, row
        new = float((inside * columns).sum() / total), float((inside * rows).sum() / total)
        moved = np.hypot(new[0] - column, new[1] - row)
        column, row = new
        if moved < 1e-3:
            break
    return column, row


def average_blocks(data: Floats, factor: int) -> Floats:
    """Means of ``factor`` times ``factor`` pixels; what does not fill a block is left out."""
    if factor == 1:
        return data
    rows, columns = data.shape[0] // factor, data.shape[1] // factor
    cut = data[: rows * factor, : columns * factor]
    blocks = cut.reshape(rows, factor, columns, factor)
    return np.asarray(blocks.mean(axis=(1, 3)))
