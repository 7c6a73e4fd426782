"""The pixels of several maps: those of one grid, source and plane are evaluated together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.cost import bounded
from fitslint.pipeline.kappa.maps.orders import Order, Orders
from fitslint.pipeline.kappa.maps.pixels import (
    Engine,
    pixels,
    precision,
    quantities,
    surface_density,
)
from fitslint.pipeline.kappa.maps.wanted import Wanted
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.progress import Progress

Map = NDArray[Any]


def evaluated(
    orders: Orders,
    *,
    parity: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
    agreed: bool = False,
) -> Iterator[tuple[Order, Map]]:
    """The pixels of maps, those of one grid, source and plane together, in any order.

    Raises
    ------
    ProductError
        when a file is in the way, the field is too large, or the model makes no map.
    """
    _free(orders, overwrite=overwrite)
    for batch in _batches(orders.maps):
        output = batch[0].wanted.output
        bounded(
            batch[0].grid.shape, _bytes(batch), agreed=agreed, path=orders.model.path,
            line=output.line if output else None,
        )  # fmt: skip
    engine = Engine(orders.model, parity, workers)
    for batch, tell in _told(orders, progress):
        try:
            yield from _evaluated(engine, batch, tell)
        except MemoryError:
            rows, columns = batch[0].grid.shape
            raise PipelineError(
                f"a field of {columns} by {rows} pixels is more than the memory of the machine"
            ) from None


def _free(orders: Orders, *, overwrite: bool) -> None:
    """Find a file that is in the way before anything is evaluated."""
    for order in orders.maps:
        if not overwrite and os.path.lexists(order.path):
            raise PipelineError(
                "there is such a file already; say --overwrite", path=str(order.path)
            )


def _batches(maps: Sequence[Order]) -> Iterator[list[Order]]:
    """Maps of one grid, source and plane; each surface density by itself."""

    def key(order: Order) -> tuple[object, ...]:
        wanted, grid = order.wanted, order.grid
        own = id(order) if wanted.product == "surface-density" else 0
        place = (grid.shape, str(grid.cards()))
        redshifts = (wanted.z_source, wanted.through, wanted.z_lens)
        return (own, place, *(redshift or -1.0 for redshift in redshifts))

    for _, batch in groupby(sorted(maps, key=key), key):
        yield list(batch)


def _bytes(batch: Sequence[Order]) -> int:
    """Bytes by pixel: the quantities, one map that follows from them, and the file's copy."""
    names = {name for order in batch for name in order.wanted.quantities}
    size = np.dtype(precision(order.wanted for order in batch)).itemsize
    derived = 4 if size == 8 else 0
    return len(names) * size + derived + 4


def _told(
    orders: Orders, progress: Progress | None
) -> Iterator[tuple[list[Order], Progress | None]]:
    """The batches, each with a progress that counts the rows of all."""
    batches = list(_batches(orders.maps))
    rows = [batch[0].grid.shape[0] * _passes(orders.model, batch[0].wanted) for batch in batches]
    before = 0
    for batch, own in zip(batches, rows, strict=True):
        yield batch, progress and _Counted(progress, before, sum(rows))
        before += own


def _passes(model: LensModel, wanted: Wanted) -> int:
    """How often the rows are gone through: a surface density sums its planes one by one."""
    single = wanted.product != "surface-density" or wanted.through is not None
    return 1 if single else len(model.planes)


class _Counted:
    """The progress of all batches, told by that of one."""

    def __init__(self, progress: Progress, before: int, rows: int) -> None:
        self._progress = progress
        self._before = before
        self._rows = rows

    def __call__(self, done: int, rows: int) -> None:
        self._progress(self._before + done, self._rows)
        if done == rows:
            self._before += rows


def _evaluated(
    engine: Engine, batch: Sequence[Order], progress: Progress | None
) -> Iterator[tuple[Order, Map]]:
    grid = batch[0].grid
    if batch[0].wanted.product == "surface-density":
        for order in batch:
            yield order, surface_density(engine, order.wanted, grid, progress)
        return
    maps = quantities(engine, (order.wanted for order in batch), grid, progress)
    for order in batch:
        yield order, pixels(order.wanted, maps)
