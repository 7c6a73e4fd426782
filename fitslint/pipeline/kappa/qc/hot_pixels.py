"""Single pixels that stand out of their surroundings as no mass does.

The convergence of a galaxy that is smaller than a pixel falls as 1/r, so that the ring of pixels
around its own is higher than the next one by two fifths of what one pixel away from it has. A
pixel that stands hundreds of times as high above a ring that does not rise belongs to no galaxy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from fitslint.wcs.map_frame import Floats

RESOLVED_FLOOR, UNRESOLVED_FLOOR = 0.25, 5.0
"""Parts of the range of values (0.5 to 99.5 %) that a pixel stands out by at least, where pixels
resolve the cut radii of galaxies (some arcsec) and where a galaxy may lie in one pixel."""
_NOISE_FLOOR = 20.0
"""The same in units of the median difference between a pixel and its neighbours."""
_MEDIAN_ERROR = 0.3
"""How well medians of rings are known, in the same unit."""
_MAX_CANDIDATES = 2000
"""Pixels that are looked at closely."""
_REACH = 3


@dataclass(frozen=True, slots=True)
class HotPixel:
    """A pixel, counted from 0, and by how much it is above (or below) its eight neighbours."""

    column: int
    row: int
    value: float
    excess: float


def find_hot_pixels(data: Floats, least: float, floor: float = RESOLVED_FLOOR) -> list[HotPixel]:
    """Find the single pixels that stand out, the farthest first.

    Parameters
    ----------
    data : ndarray, shape (rows, columns)
        with NaN where there is no value.
    least : float
        how often the excess of a pixel exceeds that of the ring around it.
    floor : float
        part of the range of values by which a pixel stands out at least; a pit counts from
        :data:`RESOLVED_FLOOR` on, for no mass makes one.
    """
    known = np.isfinite(data)
    if np.count_nonzero(known) < 2 * (2 * _REACH + 1) ** 2 or min(data.shape) <= 2 * _REACH:
        return []
    low, middle, high = np.percentile(data[known], [0.5, 50, 99.5])
    filled = np.where(known, data, middle)
    around = np.ones((3, 3), bool)
    around[1, 1] = False
    # The second highest and lowest neighbours, so that a pair is found as well.
    above = filled - ndimage.rank_filter(filled, -2, footprint=around, mode="nearest")
    below = ndimage.rank_filter(filled, 1, footprint=around, mode="nearest") - filled
    apart = np.maximum(above, below)
    roughness = float(np.median(np.abs(filled - ndimage.median_filter(filled, 3, mode="nearest"))))
    noise, span = _NOISE_FLOOR * roughness, float(high - low)
    heights = above > max(floor * span, noise)
    pits = below > max(RESOLVED_FLOOR * span, noise)
    rows, columns = np.nonzero(known & (heights | pits))
    order = np.argsort(-apart[rows, columns], kind="stable")[:_MAX_CANDIDATES]
    found = (
        _inspect_pixel(data, int(rows[at]), int(columns[at]), least, _MEDIAN_ERROR * roughness)
        for at in order
    )
    return [pixel for pixel in found if pixel is not None]


def _inspect_pixel(
    data: Floats, row: int, column: int, least: float, noise: float
) -> HotPixel | None:
    """The pixel, unless what is around it rises towards it."""
    top, left = max(row - _REACH, 0), max(column - _REACH, 0)
    part = data[top : row + _REACH + 1, left : column + _REACH + 1]
    rows, columns = np.ogrid[: part.shape[0], : part.shape[1]]
    away = np.maximum(np.abs(rows - (row - top)), np.abs(columns - (column - left)))
    rings = [part[(away == step) & np.isfinite(part)] for step in (1, 2, 3)]
    if min(ring.size for ring in rings) < 3:
        return None
    first, second, third = (float(np.median(ring)) for ring in rings)
    value = float(data[row, column])
    # A paraboloid rises by 0.6 as much from the second to the first ring as from third to second.
    rise = abs((first - second) - 0.6 * (second - third)) + noise
    excess = value - first
    if excess > 0 and excess < least * rise:
        return None
    return HotPixel(column, row, value, excess)
