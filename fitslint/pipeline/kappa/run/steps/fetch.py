"""Published models, fetched from where their authors put them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fitslint.pipeline.kappa.run import places
from fitslint.pipeline.kappa.run.config import Config
from fitslint.pipeline.kappa.run.unit import Outcome, Unit, Work


def units(config: Config) -> Iterator[Unit]:
    """One for each model that is to be fetched."""
    for model in config.models:
        if model.fetch is not None:
            yield Unit(
                name=places.unit_name("fetch", model),
                step="fetch",
                folder=config.folder(model) / places.MODEL_FOLDER,
                parameters={"fetch": model.fetch},
                inputs=tuple,
                carry_out=partial(_carry_out, model.fetch),
                resumable=True,
            )


def _carry_out(target: str, work: Work) -> Outcome:
    from fitslint.pipeline.kappa.fetching import fetch

    fetch(target, work.folder)
    return Outcome()
