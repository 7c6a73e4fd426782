"""Which maps are made of a model: what, on which pixels, and where to."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.facts import find_object_name, list_reader_notes
from fitslint.pipeline.kappa.maps.paths import build_output_paths
from fitslint.pipeline.kappa.maps.spec import MapSpec, build_runmode_specs
from fitslint.pipeline.kappa.model import LensModel
from fitslint.wcs.errors import GridError
from fitslint.wcs.grid import Grid
from fitslint.wcs.lenstool_grid import LenstoolGrid
from fitslint.wcs.linear import measure_linear_error

Folder = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class MapJob:
    """A map that is to be made: what, on which pixels, and where to."""

    spec: MapSpec
    grid: Grid
    path: Path


@dataclass(frozen=True, slots=True)
class MapPlan:
    """Maps of one model, and what is to be said of them."""

    model: LensModel
    object_name: str
    jobs: tuple[MapJob, ...]
    notes: tuple[str, ...] = ()


def plan_runmode_maps(
    model: LensModel,
    folder: Folder,
    *,
    name: str = "",
    size: int | None = None,
    z_source: float | None = None,
    unity: bool = False,
) -> MapPlan:
    """The maps that the lines of ``runmode`` name, on Lenstool's grid, normalised as it does.

    Parameters
    ----------
    size : int, optional
        columns in place of those of the lines.
    z_source : float, optional
        redshift of the source in place of that of each line that has one.
    unity : bool
        D_ls/D_s = 1 for all of them.

    Raises
    ------
    PipelineError
        for a mode that is not supported or a name that cannot be.
    """
    wanted = build_runmode_specs(model, z_source)
    if unity:
        wanted = [replace(spec, z_source=None, summed_for_source=None) for spec in wanted]
    return plan_maps(
        model, wanted, lambda spec: build_lenstool_grid(model, spec, size), folder, name
    )


def build_lenstool_grid(model: LensModel, wanted: MapSpec, size: int | None = None) -> LenstoolGrid:
    """The grid that Lenstool has for a map.

    Raises
    ------
    PipelineError
        when its field or size makes none.
    """
    output = wanted.output
    columns = size or (output.size if output else _choose_columns(model))
    rows = 0 if output is None or output.kind == "mass" else columns
    try:
        return LenstoolGrid(model.field, columns, model.reference, rows)
    except GridError as error:
        line = output.line if output else None
        raise PipelineError(str(error), path=model.path, line=line) from None


def _choose_columns(model: LensModel) -> int:
    """Columns of the first map of the model, or 512."""
    return model.outputs[0].size if model.outputs else 512


def _describe_projection(maps: Sequence[MapJob]) -> str:
    """What it costs to read the linear positions of Lenstool's grids as the header's TAN."""
    grids = [order.grid for order in maps if isinstance(order.grid, LenstoolGrid)]
    place = next((grid.reference for grid in grids if grid.reference is not None), None)
    if place is None:
        return ""
    error = measure_linear_error(place, grids[0].field) / 1000
    return (
        "Positions are linear as Lenstool has them (GRIDCONV); read as TAN they are up to "
        f"{error:.2g} arcsec off at the edge."
    )


def plan_maps(
    model: LensModel,
    wanted: Sequence[MapSpec],
    grid_of: Callable[[MapSpec], Grid],
    folder: Folder,
    name: str = "",
) -> MapPlan:
    """Maps with their files and grids.

    Raises
    ------
    PipelineError
        when a name or a grid cannot be.
    """
    paths, said = build_output_paths(wanted, folder, model)
    called, note = (name, None) if name else find_object_name(model)
    maps = tuple(
        MapJob(spec, grid_of(spec), path) for spec, path in zip(wanted, paths, strict=True)
    )
    said += [sentence for sentence in (note, _describe_projection(maps)) if sentence]
    return MapPlan(model, called, maps, (*said, *list_reader_notes(model, wanted)))
