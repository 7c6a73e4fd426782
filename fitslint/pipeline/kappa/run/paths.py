"""Where the files of a run are, by the names that the seed of the project gave them."""

from __future__ import annotations

from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.spec import DENSITY_UNITS, MapSpec
from fitslint.pipeline.kappa.run.config import ModelChoice, RunConfig

MODEL_FOLDER = "model"
"""Where a fetched model goes, in the folder of its products."""


def build_map_name(product: str, z_source: float | None) -> str:
    """File name of a map; None is D_ls/D_s = 1."""
    return MapSpec(product, z_source).file_name


def build_task_name(step: str, model: ModelChoice, *words: str) -> str:
    """The name of a task: ``maps zs1p0``, or ``maps limousin2007 zs1p0`` among several models."""
    return " ".join(word for word in (step, model.name, *words) if word)


def build_map_path(
    config: RunConfig, model: ModelChoice, product: str, z_source: float | None
) -> Path:
    """A map in its place."""
    return config.output / config.build_product_folder(model) / build_map_name(product, z_source)


def build_surface_path(config: RunConfig, model: ModelChoice, unit: str) -> Path:
    """A surface density in its place; it does not depend on a source."""
    name = MapSpec("surface-density", unit=DENSITY_UNITS[unit]).file_name
    return config.output / config.build_product_folder(model) / name


def list_redshifts(config: RunConfig) -> tuple[float | None, ...]:
    """The normalisations of the maps: the source redshifts, and None where unity is wanted."""
    return (*config.source_redshifts, *((None,) if config.include_unity else ()))


def build_model_folder(config: RunConfig, model: ModelChoice) -> Path:
    """The folder of a fetched model."""
    return config.output / config.build_product_folder(model) / MODEL_FOLDER


def find_parameter_file(config: RunConfig, model: ModelChoice) -> Path:
    """The parameter file of a model.

    Raises
    ------
    PipelineError
        when a fetched model holds none, or several and none is chosen.
    """
    if model.fetch_target is None:
        assert model.path is not None  # the schema asks for one of both
        return model.path
    root = build_model_folder(config, model)
    if model.path is not None:
        return root / model.path
    found = sorted(root.rglob("*.par"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise PipelineError("no parameter file is here; run the step fetch", path=str(root))
    names = ", ".join(str(path.relative_to(root)) for path in found[:5])
    raise PipelineError(
        f"there are {len(found)} parameter files ({names}); choose one with path", path=str(root)
    )


def find_samples_file(config: RunConfig, model: ModelChoice) -> Path | None:
    """The samples of a model, where there are any."""
    if model.samples_path is None or model.fetch_target is None:
        return model.samples_path
    return build_model_folder(config, model) / model.samples_path
