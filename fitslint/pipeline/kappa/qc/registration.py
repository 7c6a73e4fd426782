"""How a map lies on the convergence of its model: orientation, shift and scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from fitslint.pipeline.kappa.qc.evidence import Evidence
from fitslint.pipeline.kappa.qc.frame import Floats
from fitslint.pipeline.kappa.qc.image import smooth
from fitslint.pipeline.kappa.qc.modelled import convergence, stride_for

_SAMPLES = 512
"""Samples of the model on the longer side."""
_FINE, _COARSE = 2.0, 12.0
"""Widths in samples between which structure is correlated: neither noise nor the mass sheet."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The map in one orientation, at the shift where it fits the model best."""

    shift: tuple[float, float]
    """Pixels along columns and rows that the map lies too far."""
    scale: float
    """Map by model, least squares over the overlap."""
    residual: float
    """Root mean square of map - scale * model, by that of the map."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A map against its model."""

    upright: Placed
    mirrored: Placed
    """The map with its columns in reverse order."""
    z_source: float | None
    """Source redshift that the model was evaluated for; None for D_ls/D_s = 1."""

    @property
    def is_mirrored(self) -> bool:
        """Whether only the mirror image fits the model."""
        return self.mirrored.residual < 0.5 * self.upright.residual and not self.is_symmetric

    @property
    def is_symmetric(self) -> bool:
        """Whether orientation makes no difference."""
        return max(self.upright.residual, self.mirrored.residual) < 1e-3

    @property
    def best(self) -> Placed:
        """The orientation that fits."""
        return self.mirrored if self.is_mirrored else self.upright


def register(evidence: Evidence) -> Registration | None:
    """Lay the map on its model; None without a model, a place on the sky or pixels that vary.

    The source redshift is the recorded one. Where the normalisation is not recorded the model is
    evaluated at its own source redshift.

    Raises
    ------
    PipelineError
        when the engine does not support a profile of the model.
    """
    model, kappa = evidence.model, evidence.kappa
    if model is None or evidence.fault or (kappa.frame.on_sky and model.reference is None):
        return None
    z_source = None
    if kappa.normalisation != "unity":
        z_source = kappa.redshift("ZSRC") if kappa.normalisation else None
        z_source = z_source or model.z_source
    stride = stride_for(kappa.frame, _SAMPLES)
    made = convergence(model, kappa.frame, z_source=z_source, stride=stride)
    if not np.any(made):
        return None
    data = kappa.data[::stride, ::stride]
    return Registration(_placed(data, made, stride), _placed(data[:, ::-1], made, stride), z_source)


def _placed(data: Floats, made: Floats, stride: int) -> Placed:
    data = np.where(np.isfinite(data), data, np.nanmedian(data))
    columns, rows = _shift(data, made)
    one, other = _overlap(smooth(data, _FINE), smooth(made, _FINE), columns, rows)
    scale = float((one * other).sum() / (other**2).sum())
    left = one - scale * other
    residual = float(np.sqrt((left**2).sum() / (one**2).sum()))
    return Placed((float(columns * stride), float(rows * stride)), scale, residual)


def _shift(data: Floats, made: Floats) -> tuple[int, int]:
    """Samples along columns and rows from the model to the map: the highest cross-correlation."""
    shape = [fft.next_fast_len(2 * size, real=True) for size in data.shape]
    first, second = (
        fft.rfft2(smooth(one, _FINE) - smooth(one, _COARSE), shape) for one in (data, made)
    )
    correlation = fft.irfft2(first * np.conj(second), shape)
    row, column = np.unravel_index(int(np.argmax(correlation)), correlation.shape)
    rows = int(row) - (shape[0] if row > shape[0] // 2 else 0)
    columns = int(column) - (shape[1] if column > shape[1] // 2 else 0)
    half_rows, half_columns = data.shape[0] // 2, data.shape[1] // 2
    return max(-half_columns, min(half_columns, columns)), max(-half_rows, min(half_rows, rows))


def _overlap(data: Floats, made: Floats, columns: int, rows: int) -> tuple[Floats, Floats]:
    """The pixels that both have when the model is moved by ``columns`` and ``rows``."""
    height, width = data.shape
    mine = data[max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)]
    its = made[max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)]
    return mine, its
