"""Where the files of a run are, by the names that the seed of the project gave them."""

from __future__ import annotations

from pathlib import Path

from fitslint.pipeline.errors import PipelineError
from fitslint.pipeline.kappa.maps.wanted import UNITS, Wanted
from fitslint.pipeline.kappa.run.config import Config, ModelChoice

MODEL_FOLDER = "model"
"""Where a fetched model goes, in the folder of its products."""


def map_name(product: str, z_source: float | None) -> str:
    """File name of a map; None is D_ls/D_s = 1."""
    return Wanted(product, z_source).name


def unit_name(step: str, model: ModelChoice, *words: str) -> str:
    """The name of a unit: ``maps zs1p0``, or ``maps limousin2007 zs1p0`` among several models."""
    return " ".join(word for word in (step, model.name, *words) if word)


def map_path(config: Config, model: ModelChoice, product: str, z_source: float | None) -> Path:
    """A map in its place."""
    return config.output / config.folder(model) / map_name(product, z_source)


def surface_path(config: Config, model: ModelChoice, unit: str) -> Path:
    """A surface density in its place; it does not depend on a source."""
    name = Wanted("surface-density", unit=UNITS[unit]).name
    return config.output / config.folder(model) / name


def redshifts(config: Config) -> tuple[float | None, ...]:
    """The normalisations of the maps: the source redshifts, and None where unity is wanted."""
    return (*config.sources, *((None,) if config.unity else ()))


def fetched(config: Config, model: ModelChoice) -> Path:
    """The folder of a fetched model."""
    return config.output / config.folder(model) / MODEL_FOLDER


def parameter_file(config: Config, model: ModelChoice) -> Path:
    """The parameter file of a model.

    Raises
    ------
    PipelineError
        when a fetched model holds none, or several and none is chosen.
    """
    if model.fetch is None:
        assert model.path is not None  # the schema asks for one of both
        return model.path
    root = fetched(config, model)
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


def samples_file(config: Config, model: ModelChoice) -> Path | None:
    """The samples of a model, where there are any."""
    if model.samples is None or model.fetch is None:
        return model.samples
    return fetched(config, model) / model.samples
