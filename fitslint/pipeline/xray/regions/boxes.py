"""Pixels of a bin as boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PixelBox = tuple[int, int, int, int]
"""First column and row, counted from 0, and how many of them."""


def cover_pixels(inside: NDArray[np.bool_]) -> list[PixelBox]:
    """Boxes that cover pixels once each, as ``make_region_files`` of contbin finds them.

    From the first pixel on that no box has yet, row by row, a box grows to the right and upwards
    by whole columns and rows of pixels that are to be covered; where it could do both, and the
    pixel at its corner is not one of them, to the right.
    """
    rows, columns = np.nonzero(inside)
    if not len(rows):
        return []
    top, left = int(rows.min()), int(columns.min())
    free = np.zeros((int(rows.max()) - top + 2, int(columns.max()) - left + 2), np.bool_)
    free[rows - top, columns - left] = True
    found = []
    for row, column in zip((rows - top).tolist(), (columns - left).tolist(), strict=True):
        if free[row, column]:
            width, height = _grow_box(free, row, column)
            free[row : row + height, column : column + width] = False
            found.append((column + left, row + top, width, height))
    return found


def _grow_box(free: NDArray[np.bool_], row: int, column: int) -> tuple[int, int]:
    width = height = 1
    while True:
        up = bool(free[row + height, column : column + width].all())
        right = bool(free[row : row + height, column + width].all())
        if not up and not right:
            return width, height
        if up and right and not free[row + height, column + width]:
            up = False
        width += right
        height += up
