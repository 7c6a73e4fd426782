"""What maps cost in memory, before any of it is taken."""

from __future__ import annotations

import os

from fitslint.pipeline.errors import PipelineError

MAX_PIXELS = 1 << 27
"""More pixels than these (11585 by 11585) are made only when somebody says so."""
_IMPOSSIBLE_BYTES = 2**46
"""Bytes that no machine has; agreeing to them does not help."""
_MEMORY_SHARE = 0.7
"""Part of the memory of the machine that maps may take."""


def check_memory(
    shape: tuple[int, int],
    pixel_bytes: int,
    *,
    allow_large: bool,
    path: str = "",
    line: int | None = None,
) -> None:
    """End a step whose maps would take more than anybody meant to give.

    Parameters
    ----------
    shape : (int, int)
        rows and columns.
    pixel_bytes : int
        bytes that a pixel takes in all arrays that are held at once.
    allow_large : bool
        whether somebody has agreed to a large field.
    path : str
        the model.
    line : int, optional
        its line that asks for the map.

    Raises
    ------
    PipelineError
        with the size of the field and the memory that it needs.
    """
    rows, columns = shape
    pixels = rows * columns
    needed, there = pixels * pixel_bytes, _measure_memory()
    if needed <= _IMPOSSIBLE_BYTES and (
        allow_large or (pixels <= MAX_PIXELS and needed <= _MEMORY_SHARE * there)
    ):
        return
    way = "take larger pixels or a smaller field" + (
        ", or say --yes" if needed <= _IMPOSSIBLE_BYTES else ""
    )
    raise PipelineError(
        f"the field has {columns} by {rows} pixels ({pixels:.3g}) and needs "
        f"{_format_size(needed)} of memory, where the machine has {_format_size(there)}; {way}",
        path=path or None,
        line=line,
    )


def _measure_memory() -> float:
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return float("inf")


def _format_size(size: float) -> str:
    return f"{size / 2**30:.1f} GiB" if size < 2**50 else f"{size / 2**30:.2g} GiB"
