"""Convergence of a lens model on the pixels of a map, by the embedded engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.kappa.model import LensModel
from fitslint.wcs.linear import convert_sky_to_linear
from fitslint.wcs.map_frame import Floats, MapFrame


@dataclass(frozen=True, slots=True)
class MapGrid:
    """Every ``stride``-th pixel of a map, as offsets from the reference of a model."""

    frame: MapFrame
    reference: tuple[float, float]
    stride: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.frame.shape
        return -(-rows // self.stride), -(-columns // self.stride)

    @property
    def pixel(self) -> tuple[float, float]:
        """Arcsec between neighbours along x and y."""
        return self.frame.pixel_scale * self.stride, self.frame.pixel_scale * self.stride

    def block(self, start: int, stop: int) -> tuple[Floats, Floats]:
        """x to the west and y to the north in arcsec, of the rows ``start`` to ``stop``."""
        columns = np.arange(self.shape[1])[None, :] * float(self.stride)
        rows = np.arange(start, stop)[:, None] * float(self.stride)
        if not self.frame.is_on_sky:
            east, north = self.frame.compute_offsets(columns, rows)
            return -east, north
        return convert_sky_to_linear(*self.frame.to_sky(columns, rows), self.reference)

    def cards(self) -> dict[str, str | float]:
        """No header is written of it."""
        return {}


def evaluate_convergence(
    model: LensModel, frame: MapFrame, *, z_source: float | None, stride: int = 1
) -> Floats:
    """Convergence of ``model`` on every ``stride``-th pixel of ``frame``.

    Parameters
    ----------
    model : LensModel
        its reference lies on the sky when the frame does.
    frame : Frame
        the pixels.
    z_source : float or None
        redshift of the source; None for D_ls/D_s = 1.
    stride : int
        pixels from one sample to the next.

    Returns
    -------
    ndarray of float64, shape (rows, columns) of the samples

    Raises
    ------
    PipelineError
        when the engine does not support one of its profiles.
    """
    from fitslint.pipeline.kappa.evaluate import evaluate_lenses

    grid = MapGrid(frame, model.reference or (0.0, 0.0), stride)
    made = evaluate_lenses(model.lenses, model.cosmology, grid, {"kappa"}, z_source=z_source)
    return np.asarray(made["kappa"], np.float64)


def choose_stride(frame: MapFrame, pixels: int) -> int:
    """The stride that leaves at most ``pixels`` samples on the longer side."""
    return max(1, -(-max(frame.shape) // pixels))
