"""From a parameter file to a resolved lens model, with every assumption told."""

from __future__ import annotations

from fitslint.pipeline.kappa.reading.load import load_model
from fitslint.pipeline.kappa.reading.sampling import sample_models

__all__ = ["load_model", "sample_models"]
