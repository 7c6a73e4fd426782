"""How a map lies on the convergence of its model: orientation, shift and scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import fft

from fitslint.pipeline.kappa.qc.inputs import QcInputs
from fitslint.pipeline.kappa.qc.model_convergence import choose_stride, evaluate_convergence
from fitslint.pipeline.page.peaks import smooth_image
from fitslint.wcs.map_frame import Floats

_SAMPLES = 512
"""Samples of the model on the longer side."""
_FINE, _COARSE = 2.0, 12.0
"""Widths in samples between which structure is correlated: neither noise nor the mass sheet."""
_SYMMETRY_LIMIT = 1e-3
"""Residual under which a map is its model."""
_NEAR = 0.02
"""Samples of a shift that changes nothing else."""
_PART = 0.75
"""Samples that the highest cross-correlation may be off."""
_ORIENTATIONS: tuple[tuple[str, bool, bool, Callable[[Floats], Floats]], ...] = (
    ("", False, False, lambda data: data),
    ("turned by 180 degrees", False, False, lambda data: data[::-1, ::-1]),
    ("turned by 90 degrees", False, True, np.rot90),
    ("turned by 270 degrees", False, True, lambda data: np.rot90(data, 3)),
    ("with its columns in reverse order", True, False, lambda data: data[:, ::-1]),
    ("with its rows in reverse order", True, False, lambda data: data[::-1]),
    ("with columns and rows exchanged", True, True, np.transpose),
    ("mirrored on its other diagonal", True, True, lambda data: data[::-1, ::-1].T),
)
"""What to do to a map, in words; whether that mirrors it, and whether it exchanges the axes."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The map in one orientation, at the shift where it fits the model best."""

    orientation: str
    """What was done to the map, in words; empty where nothing was."""
    shift: tuple[float, float]
    """Pixels along columns and rows that the map lies too far."""
    scale: float
    """Map by model, least squares over the overlap."""
    residual: float
    """Root mean square of map - scale * model, by that of the map."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A map against its model."""

    upright: Alignment
    turned: Alignment
    """The map turned by 90, 180 or 270 degrees, as it fits best."""
    mirrored: Alignment
    """The mirror image of the map, in columns, rows or along a diagonal, as it fits best."""
    z_source: float | None
    """Source redshift that the model was evaluated for; None for D_ls/D_s = 1."""

    @property
    def is_mirrored(self) -> bool:
        """Whether only a mirror image fits the model."""
        return self.best is self.mirrored

    @property
    def is_turned(self) -> bool:
        """Whether the map fits the model only when it is turned."""
        return self.best is self.turned

    @property
    def is_symmetric(self) -> bool:
        """Whether the mirror image makes no difference."""
        return max(self.upright.residual, self.mirrored.residual) < _SYMMETRY_LIMIT

    @property
    def best(self) -> Alignment:
        """The orientation that fits; the map as it is unless another fits clearly better."""
        other = min(self.turned, self.mirrored, key=lambda alignment: alignment.residual)
        clear = max(self.upright.residual, _SYMMETRY_LIMIT) > 2 * other.residual
        return other if clear and self.upright.residual >= _SYMMETRY_LIMIT else self.upright


def align_with_model(evidence: QcInputs) -> Registration | None:
    """Lay the map on its model; None without a model, a place on the sky or pixels that vary.

    The source redshift is the recorded one. Where the normalisation is not recorded the model is
    evaluated at its own source redshift.

    Raises
    ------
    PipelineError
        when the engine does not support a profile of the model.
    """
    model, kappa = evidence.model, evidence.kappa
    if (
        model is None
        or evidence.unusable_reason
        or (kappa.frame.is_on_sky and model.reference is None)
    ):
        return None
    z_source = None
    if kappa.normalisation != "unity":
        z_source = kappa.get_redshift("ZSRC") if kappa.normalisation else None
        z_source = z_source or model.z_source
    stride = choose_stride(kappa.frame, _SAMPLES)
    made = evaluate_convergence(model, kappa.frame, z_source=z_source, stride=stride)
    if not np.any(made):
        return None
    data = kappa.data[::stride, ::stride]
    data = np.where(np.isfinite(data), data, np.nanmedian(data))
    found = Registration(*_try_orientations(data, _Template(made, stride)), z_source)
    shift = found.upright.shift
    if found.best is not found.upright or np.hypot(*shift) < _NEAR * stride:
        return found
    # Galaxies are smaller than a pixel: only the model at the shifted positions tells the scale.
    moved = replace(kappa.frame, reference_pixel=tuple(np.add(kappa.frame.reference_pixel, shift)))
    made = evaluate_convergence(model, moved, z_source=z_source, stride=stride)
    return replace(found, upright=_refit_alignment(data, made, shift, stride))


def _refit_alignment(
    data: Floats, made: Floats, shift: tuple[float, float], stride: int
) -> Alignment:
    """The map on the model at shifted positions, where it held the model before the shift."""
    columns, rows = (round(step / stride) for step in shift)
    data, _ = _cut_overlap(data, data, columns, rows)
    made, _ = _cut_overlap(made, made, columns, rows)
    more = _Template(made, stride).align("", smooth_image(data, _FINE), smooth_image(data, _COARSE))
    return replace(more, shift=(shift[0] + more.shift[0], shift[1] + more.shift[1]))


def _try_orientations(data: Floats, template: _Template) -> tuple[Alignment, Alignment, Alignment]:
    """The map upright, turned and mirrored; quarter turns only where it is square."""
    seen = smooth_image(data, _FINE), smooth_image(data, _COARSE)
    square = data.shape[0] == data.shape[1]
    found: dict[bool, list[Alignment]] = {True: [], False: []}
    for words, mirror, quarter, change in _ORIENTATIONS:
        if square or not quarter:
            placed = template.align(words, change(seen[0]), change(seen[1]))
            found[mirror].append(placed)
    upright, *turned = found[False]
    least = [min(some, key=lambda alignment: alignment.residual) for some in (turned, found[True])]
    return upright, least[0], least[1]


class _Template:
    """The convergence of a model, ready for maps to be laid on it."""

    def __init__(self, made: Floats, stride: int) -> None:
        self._model_map = smooth_image(made, _FINE)
        self._stride = stride
        self._shape = [fft.next_fast_len(2 * size, real=True) for size in made.shape]
        structure = self._model_map - smooth_image(made, _COARSE)
        self._transform = np.conj(fft.rfft2(structure, self._shape))

    def align(self, words: str, fine: Floats, coarse: Floats) -> Alignment:
        """A map, smoothed twice, where it fits best."""
        columns, rows = self._find_shift(fine - coarse)
        one, other = _cut_overlap(fine, self._model_map, columns, rows)
        # A shift by a part of a sample is linear in the slopes of the model.
        up, along = np.gradient(other)
        slopes = np.stack([other.ravel(), -along.ravel(), -up.ravel()], axis=1)
        normal = slopes.T @ slopes
        fitted = np.linalg.lstsq(normal, slopes.T @ one.ravel(), rcond=1e-12)[0]
        scale = float(fitted[0])
        left = one.ravel() - slopes @ fitted
        residual = float(np.sqrt((left**2).sum() / (one**2).sum()))
        part = np.clip(fitted[1:] / scale, -_PART, _PART) if scale else (0.0, 0.0)
        moved = (columns + float(part[0])) * self._stride, (rows + float(part[1])) * self._stride
        return Alignment(words, moved, scale, residual)

    def _find_shift(self, structure: Floats) -> tuple[int, int]:
        """Samples along columns and rows from model to map: the highest cross-correlation."""
        correlation = fft.irfft2(fft.rfft2(structure, self._shape) * self._transform, self._shape)
        row, column = np.unravel_index(int(np.argmax(correlation)), correlation.shape)
        rows = int(row) - (self._shape[0] if row > self._shape[0] // 2 else 0)
        columns = int(column) - (self._shape[1] if column > self._shape[1] // 2 else 0)
        height, width = structure.shape[0] // 2, structure.shape[1] // 2
        return max(-width, min(width, columns)), max(-height, min(height, rows))


def _cut_overlap(data: Floats, made: Floats, columns: int, rows: int) -> tuple[Floats, Floats]:
    """The pixels that both have when the model is moved by ``columns`` and ``rows``."""
    height, width = data.shape
    mine = data[max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)]
    its = made[max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)]
    return mine, its
