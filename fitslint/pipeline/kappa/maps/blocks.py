"""Rows of a map, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator

_BLOCK_PIXELS = 1 << 18
"""Pixels of a block: what is worked on beside the maps stays below a few megabytes."""


def iterate_blocks(shape: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """First row of each block, and the one behind its last, of a map of rows and columns."""
    rows, columns = shape
    step = max(1, _BLOCK_PIXELS // columns)
    return ((start, min(start + step, rows)) for start in range(0, rows, step))
