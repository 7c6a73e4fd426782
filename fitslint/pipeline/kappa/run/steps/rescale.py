"""Convergence at further source redshifts, from a map that is there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fitslint.pipeline.kappa.maps.wanted import redshift_name
from fitslint.pipeline.kappa.run import places
from fitslint.pipeline.kappa.run.config import Config, ModelChoice
from fitslint.pipeline.kappa.run.unit import Outcome, Unit, Work


def units(config: Config) -> Iterator[Unit]:
    """One for each model and redshift."""
    for model in config.models:
        for z_source in config.rescale:
            yield _unit(config, model, z_source)


def _unit(config: Config, model: ModelChoice, z_source: float) -> Unit:
    # A map of D_ls/D_s = 1 needs one multiplication; of any other the ratio has to come off first.
    first = None if config.unity else config.sources[0]
    origin = places.map_path(config, model, "kappa", first)
    return Unit(
        name=places.unit_name("rescale", model, redshift_name(z_source)),
        step="rescale",
        folder=config.folder(model),
        parameters={"zsource": z_source},
        inputs=lambda: (origin,),
        carry_out=partial(_carry_out, origin, z_source),
        needs=(places.unit_name("maps", model, redshift_name(first)),),
    )


def _carry_out(origin: Path, z_source: float, work: Work) -> Outcome:
    from fitslint.pipeline.kappa.rescale import rescale

    rescale(str(origin), zsource=z_source, output=work.folder / places.map_name("kappa", z_source))
    return Outcome()
