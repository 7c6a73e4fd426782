"""The maps of every model, at every source redshift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.engine import process
from fitslint.pipeline.kappa.engine.run import by_lenstool
from fitslint.pipeline.kappa.maps import Made, carry_out
from fitslint.pipeline.kappa.maps import grid as maps_grid
from fitslint.pipeline.kappa.maps.orders import Orders, lenstool_grid, ordered
from fitslint.pipeline.kappa.maps.wanted import Wanted, of_products, redshift_name
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.reading.load import load_model, source_of
from fitslint.pipeline.kappa.run import places
from fitslint.pipeline.kappa.run.config import Config, ModelChoice
from fitslint.pipeline.kappa.run.unit import Outcome, Unit, Work
from fitslint.wcs.grid import Grid

_SURFACE = ("surface-density",)
_LIMIT = 3600.0
"""Seconds that Lenstool may take for the maps of a unit."""


def units(config: Config) -> Iterator[Unit]:
    """One for each model and normalisation."""
    for model in config.models:
        for z_source in places.redshifts(config):
            if maps := wanted(config, z_source):
                yield _unit(config, model, z_source, maps)


def wanted(config: Config, z_source: float | None) -> list[Wanted]:
    """The maps of one normalisation; a surface density has none and comes with the first."""
    names = [name for name in config.products if name != "surface-density"]
    found = of_products(names, z_source)
    if len(names) < len(config.products) and z_source == config.sources[0]:
        found += [one for unit in config.units for one in of_products(_SURFACE, None, unit=unit)]
    return found


def _unit(
    config: Config, model: ModelChoice, z_source: float | None, maps: Sequence[Wanted]
) -> Unit:
    grid = config.grid
    return Unit(
        name=places.unit_name("maps", model, redshift_name(z_source)),
        step="maps",
        folder=config.folder(model),
        parameters={
            "object": config.cluster.name,
            "engine": config.engine,
            "grid": [grid.kind, grid.pixel, grid.size, grid.extent],
            "maps": [one.name for one in maps],
            "zsource": z_source,
            "cosmology": config.cosmology,
        },
        inputs=partial(_inputs, config, model),
        carry_out=partial(_carry_out, config, model, z_source, maps),
        needs=(places.unit_name("fetch", model),) if model.fetch else (),
    )


def _inputs(config: Config, model: ModelChoice) -> Sequence[Path]:
    """The parameter file with its catalogues, the image whose pixels are taken, and the engine."""
    path = places.parameter_file(config, model)
    found = [Path(one.path) for one in source_of(path).inputs]
    if config.grid.like:
        found.append(config.grid.like)
    if config.engine == "lenstool":
        found.append(Path(process.program()))
    return found


def _carry_out(
    config: Config,
    model: ModelChoice,
    z_source: float | None,
    maps: Sequence[Wanted],
    work: Work,
) -> Outcome:
    path = places.parameter_file(config, model)
    resolved = load_model(
        path, z_source=z_source, cosmology=config.cosmology, parity=config.grid.kind == "lenstool"
    )  # fmt: skip
    orders = ordered(
        resolved, maps, lambda one: _grid(config, resolved, one), work.folder,
        config.cluster.name,
    )  # fmt: skip
    problems = list(_made(config, orders, work))
    return Outcome((*resolved.notes, *orders.notes, *problems), failed=bool(problems))


def _made(config: Config, orders: Orders, work: Work) -> Iterator[str]:
    """Make the maps; what is wrong with them."""
    if config.engine == "lenstool":
        made, compared = by_lenstool(
            orders, limit=_LIMIT, workers=work.workers, progress=work.progress
        )
        yield from (one.sentence for one in compared if not one.ok)
    else:
        made = carry_out(
            orders, parity=config.grid.kind == "lenstool", workers=work.workers,
            progress=work.progress,
        )  # fmt: skip
    yield from _problems(made)


def _problems(made: Sequence[Made]) -> Iterator[str]:
    """What is wrong with maps that were written.

    Raises
    ------
    PipelineError
        when one could not be written at all.
    """
    for one in made:
        if one.conformed is None:
            raise PipelineError("; ".join(one.problems))
        yield from (f"{Path(one.path).name}: {problem}" for problem in one.problems)


def _grid(config: Config, model: LensModel, wanted: Wanted) -> Grid:
    choice = config.grid
    if choice.kind == "lenstool":
        return lenstool_grid(model, wanted)
    if choice.like is not None:
        return maps_grid.like(model, choice.like)
    size = None if choice.size is None else (choice.size, choice.size)
    extent = None if choice.extent is None else (choice.extent, choice.extent)
    return maps_grid.gnomonic(model, pixel=choice.pixel, size=size, extent=extent)
