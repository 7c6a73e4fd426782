"""From a parameter file to a resolved lens model, with every assumption told.

- ``load.py`` does it: ``cosmology.py``, ``frame.py`` (reference point and field), then lens by lens
  ``lenses.py``, with ``halo.py`` for what NFW haloes leave open and ``members.py`` for galaxies of
  a catalogue; ``values.py`` reads the numbers;
- ``outputs.py`` reads which maps the file asks for, ``notes.py`` tells what Lenstool would do
  without a word;
- ``sampling.py`` makes models of the samples of a Bayesian run.
"""

from __future__ import annotations

from fitslint.pipeline.kappa.reading.load import load_model
from fitslint.pipeline.kappa.reading.sampling import sample_models

__all__ = ["load_model", "sample_models"]
