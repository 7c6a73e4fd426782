"""The maps of every model, at every source redshift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.lenstool_engine import process
from fitslint.pipeline.kappa.lenstool_engine.run import make_lenstool_maps
from fitslint.pipeline.kappa.maps import MapResult, run_map_plan
from fitslint.pipeline.kappa.maps import grid as maps_grid
from fitslint.pipeline.kappa.maps.plan import MapPlan, build_lenstool_grid, plan_maps
from fitslint.pipeline.kappa.maps.spec import MapSpec, build_product_specs, format_redshift
from fitslint.pipeline.kappa.model import LensModel
from fitslint.pipeline.kappa.reading.load import load_model, read_documents
from fitslint.pipeline.kappa.run import paths
from fitslint.pipeline.kappa.run.config import ModelChoice, RunConfig
from fitslint.pipeline.run.task import RunTask, TaskContext, TaskOutcome
from fitslint.wcs.grid import Grid

MODEL_MODULES = (
    "fitslint.lenstool",
    "fitslint.pipeline.kappa.clusters",
    "fitslint.pipeline.kappa.constants",
    "fitslint.pipeline.kappa.evaluate",
    "fitslint.pipeline.kappa.model",
    "fitslint.pipeline.kappa.profiles",
    "fitslint.pipeline.kappa.reading",
)
"""What reads a model and evaluates it."""
_MODULES = (
    *MODEL_MODULES,
    "fitslint.pipeline.kappa.derive",
    "fitslint.pipeline.kappa.lenstool_engine",
    "fitslint.pipeline.kappa.maps",
    "fitslint.pipeline.kappa.run.steps.maps",
)
_SURFACE = ("surface-density",)
_LENSTOOL_SECONDS = 3600.0
"""Seconds that Lenstool may take for the maps of a task."""


def plan_tasks(config: RunConfig) -> Iterator[RunTask]:
    """One for each model and normalisation."""
    for model in config.models:
        for z_source in paths.list_redshifts(config):
            if maps := list_map_specs(config, z_source):
                yield _build_task(config, model, z_source, maps)


def list_map_specs(config: RunConfig, z_source: float | None) -> list[MapSpec]:
    """The maps of one normalisation; a surface density has none and comes with the first."""
    names = [name for name in config.products if name != "surface-density"]
    specs = build_product_specs(names, z_source)
    if len(names) < len(config.products) and z_source == config.source_redshifts[0]:
        specs += [
            spec
            for unit in config.density_units
            for spec in build_product_specs(_SURFACE, None, unit=unit)
        ]
    return specs


def _build_task(
    config: RunConfig, model: ModelChoice, z_source: float | None, maps: Sequence[MapSpec]
) -> RunTask:
    grid = config.grid
    return RunTask(
        name=paths.build_task_name("maps", model, format_redshift(z_source)),
        step="maps",
        folder=config.build_product_folder(model),
        modules=_MODULES,
        parameters={
            "object": config.cluster.name,
            "engine": config.engine,
            "grid": [grid.kind, grid.pixel_size, grid.size, grid.extent],
            "maps": [spec.file_name for spec in maps],
            "zsource": z_source,
            "cosmology": config.cosmology,
        },
        list_inputs=partial(_list_inputs, config, model),
        run=partial(_run_maps, config, model, z_source, maps),
        prerequisites=(paths.build_task_name("fetch", model),) if model.fetch_target else (),
    )


def _list_inputs(config: RunConfig, model: ModelChoice) -> Sequence[Path]:
    """The parameter file with its catalogues, the image whose pixels are taken, and the engine."""
    path = paths.find_parameter_file(config, model)
    inputs = [Path(file.path) for file in read_documents(path).inputs]
    if config.grid.like_path:
        inputs.append(config.grid.like_path)
    if config.engine == "lenstool":
        inputs.append(Path(process.find_program()))
    return inputs


def _run_maps(
    config: RunConfig,
    model: ModelChoice,
    z_source: float | None,
    maps: Sequence[MapSpec],
    context: TaskContext,
) -> TaskOutcome:
    path = paths.find_parameter_file(config, model)
    resolved = load_model(
        path, z_source=z_source, cosmology=config.cosmology, parity=config.grid.kind == "lenstool"
    )  # fmt: skip
    plan = plan_maps(
        resolved, maps, lambda spec: _build_grid(config, resolved, spec), context.folder,
        config.cluster.name,
    )  # fmt: skip
    problems = list(_make_maps(config, plan, context))
    return TaskOutcome((*resolved.notes, *plan.notes, *problems), has_bad_products=bool(problems))


def _make_maps(config: RunConfig, plan: MapPlan, context: TaskContext) -> Iterator[str]:
    """Make the maps; what is wrong with them."""
    if config.engine == "lenstool":
        results, comparisons = make_lenstool_maps(
            plan, limit=_LENSTOOL_SECONDS, workers=context.workers, progress=context.progress
        )
        yield from (comparison.sentence for comparison in comparisons if not comparison.ok)
    else:
        results = run_map_plan(
            plan, parity=config.grid.kind == "lenstool", workers=context.workers,
            progress=context.progress,
        )  # fmt: skip
    yield from _list_problems(results)


def _list_problems(results: Sequence[MapResult]) -> Iterator[str]:
    """What is wrong with maps that were written.

    Raises
    ------
    PipelineError
        when one could not be written at all.
    """
    for result in results:
        if result.conformed is None:
            raise PipelineError("; ".join(result.problems))
        yield from (f"{Path(result.path).name}: {problem}" for problem in result.problems)


def _build_grid(config: RunConfig, model: LensModel, spec: MapSpec) -> Grid:
    choice = config.grid
    if choice.kind == "lenstool":
        return build_lenstool_grid(model, spec)
    if choice.like_path is not None:
        return maps_grid.build_grid_like(model, choice.like_path)
    size = None if choice.size is None else (choice.size, choice.size)
    extent = None if choice.extent is None else (choice.extent, choice.extent)
    return maps_grid.build_gnomonic_grid(model, pixel=choice.pixel_size, size=size, extent=extent)
