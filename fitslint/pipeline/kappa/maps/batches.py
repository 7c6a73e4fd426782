"""The pixels of several maps: those of one grid, source and plane are evaluated together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.memory import check_memory
from fitslint.pipeline.kappa.maps.pixels import (
    Evaluator,
    choose_precision,
    compute_product,
    compute_surface_density,
    evaluate_quantities,
)
from fitslint.pipeline.kappa.maps.plan import MapJob, MapPlan
from fitslint.pipeline.kappa.maps.spec import MapSpec
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.progress import Progress

Map = NDArray[Any]


def evaluate_batches(
    plan: MapPlan,
    *,
    parity: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
    allow_large: bool = False,
) -> Iterator[tuple[MapJob, Map]]:
    """The pixels of maps, those of one grid, source and plane together, in any job.

    Raises
    ------
    ProductError
        when a file is in the way, the field is too large, or the model makes no map.
    """
    _refuse_existing(plan, overwrite=overwrite)
    for batch in _group_batches(plan.jobs):
        output = batch[0].spec.output
        check_memory(
            batch[0].grid.shape, _count_pixel_bytes(batch), allow_large=allow_large,
            path=plan.model.path, line=output.line if output else None,
        )  # fmt: skip
    evaluator = Evaluator(plan.model, parity, workers)
    for batch, tell in _track_progress(plan, progress):
        try:
            yield from _evaluate_batch(evaluator, batch, tell)
        except MemoryError:
            rows, columns = batch[0].grid.shape
            raise PipelineError(
                f"a field of {columns} by {rows} pixels is more than the memory of the machine"
            ) from None


def _refuse_existing(plan: MapPlan, *, overwrite: bool) -> None:
    """Find a file that is in the way before anything is evaluated."""
    for job in plan.jobs:
        if not overwrite and os.path.lexists(job.path):
            raise PipelineError("there is such a file already; say --overwrite", path=str(job.path))


def _group_batches(jobs: Sequence[MapJob]) -> Iterator[list[MapJob]]:
    """Maps of one grid, source and plane; each surface density by itself."""

    def build_key(job: MapJob) -> tuple[object, ...]:
        spec, grid = job.spec, job.grid
        own = id(job) if spec.product == "surface-density" else 0
        place = (grid.shape, str(grid.cards()))
        redshifts = (spec.z_source, spec.summed_for_source, spec.z_lens)
        return (own, place, *(redshift or -1.0 for redshift in redshifts))

    for _, batch in groupby(sorted(jobs, key=build_key), build_key):
        yield list(batch)


def _count_pixel_bytes(batch: Sequence[MapJob]) -> int:
    """Bytes by pixel: the quantities, one map that follows from them, and the file's copy."""
    names = {name for job in batch for name in job.spec.quantities}
    size = np.dtype(choose_precision(job.spec for job in batch)).itemsize
    derived = 4 if size == 8 else 0
    return len(names) * size + derived + 4


def _track_progress(
    plan: MapPlan, progress: Progress | None
) -> Iterator[tuple[list[MapJob], Progress | None]]:
    """The batches, each with a progress that counts the rows of all."""
    batches = list(_group_batches(plan.jobs))
    rows = [batch[0].grid.shape[0] * _count_passes(plan.model, batch[0].spec) for batch in batches]
    before = 0
    for batch, own in zip(batches, rows, strict=True):
        yield batch, progress and _BatchProgress(progress, before, sum(rows))
        before += own


def _count_passes(model: LensModel, spec: MapSpec) -> int:
    """How often the rows are gone through: a surface density sums its planes one by one."""
    single = spec.product != "surface-density" or spec.summed_for_source is not None
    return 1 if single else len(model.planes)


class _BatchProgress:
    """The progress of all batches, told by that of one."""

    def __init__(self, progress: Progress, before: int, rows: int) -> None:
        self._progress = progress
        self._rows_done = before
        self._rows_total = rows

    def __call__(self, done: int, rows: int) -> None:
        self._progress(self._rows_done + done, self._rows_total)
        if done == rows:
            self._rows_done += rows


def _evaluate_batch(
    evaluator: Evaluator, batch: Sequence[MapJob], progress: Progress | None
) -> Iterator[tuple[MapJob, Map]]:
    grid = batch[0].grid
    if batch[0].spec.product == "surface-density":
        for job in batch:
            yield job, compute_surface_density(evaluator, job.spec, grid, progress)
        return
    maps = evaluate_quantities(evaluator, (job.spec for job in batch), grid, progress)
    for job in batch:
        yield job, compute_product(job.spec, maps)
