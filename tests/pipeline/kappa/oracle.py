"""Maps that Lenstool made, and grids that tests evaluate models on."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.io import fits

from fitslint.cosmology.model import build_cosmology
from fitslint.pipeline.kappa.evaluate import evaluate_lenses
from fitslint.pipeline.kappa.profiles.base import QUANTITIES

COSMOLOGY = build_cosmology(70, 0.3, 0.7)


class Square:
    """Pixel centres on the edges of a square field, as Lenstool has them."""

    def __init__(self, size: int, half: float) -> None:
        self.along = np.linspace(-half, half, size)
        self.shape = (size, size)
        self.pixel = (2 * half / (size - 1),) * 2

    def block(self, start, stop):
        return self.along[None, :], self.along[start:stop, None]

    def cards(self):
        return {}


@dataclass(frozen=True)
class Positions:
    """Offsets of any shape (rows, columns), neither of which depends on one index alone."""

    x: np.ndarray
    y: np.ndarray
    pixel = (1.0, 1.0)

    @property
    def shape(self):
        return self.x.shape

    def block(self, start, stop):
        return self.x[start:stop], self.y[start:stop]

    def cards(self):
        return {}


def lensing(lens, x, y, **options):
    """All five quantities of one lens, or of several, at points, as arrays of their shape."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    grid = Positions(x.reshape(1, -1), y.reshape(1, -1))
    lenses = lens if isinstance(lens, list | tuple) else [lens]
    options.setdefault("z_source", None)
    made = evaluate_lenses(lenses, COSMOLOGY, grid, QUANTITIES, workers=1, **options)
    return {quantity: values.reshape(x.shape) for quantity, values in made.items()}


def published(path: Path) -> np.ndarray:
    """A map of the oracle as float64."""
    with gzip.open(path) as stream, fits.open(stream) as hdus:
        return np.asarray(hdus[0].data, dtype=np.float64)


def departure(made: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Differences by the larger of the value and 1e-3 of the map's maximum."""
    scale = np.maximum(np.abs(wanted), 1e-3 * np.abs(wanted).max())
    return np.abs(made - wanted) / scale
