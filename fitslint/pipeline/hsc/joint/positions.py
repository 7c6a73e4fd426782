"""What a fit of positions has found: where pixels are on the sky, and where the optical axis is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.associate import VisitModel
from fitslint.pipeline.hsc.joint.camera import CHIP_SHAPE, ChipPlaces
from fitslint.pipeline.hsc.joint.plane import TangentPlane
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, evaluate_slopes

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_FIELD, _FILLED = 0.4, 0.7
"""Of the scale: half the field in which it is looked for; how much of it chips have to fill."""
_PEAK_MAX = 1500.0
"""Focal-plane pixels from the middle within which the optical axis is looked for."""


@dataclass(frozen=True)
class AstrometrySolution:
    """Positions of all pixels of all visits.

    Attributes
    ----------
    models : tuple of VisitModel
        of every visit, whose origin is ``origins``: the tangent point is seen there.
    chips : ChipPlaces
    scale : float
        of the polynomials.
    residuals, reference_residuals : array, (n, 2) and (stars, 2)
        degrees, on the common plane: measurement or catalogue less the star.
    good, reference_good : bool arrays
        what was not thrown out.
    carried : tuple of int
        the degree of the polynomial of every visit that its stars tie down.
    places : array, (stars, 2)
        of stars on the common plane.
    chi2 : float
        per degree of freedom.
    errors : array, (visits, chips)
        degrees along an axis that are expected at the worst pixel of a CCD; nan without stars.
    """

    order: int
    models: tuple[VisitModel, ...]
    origins: Array
    chips: ChipPlaces
    scale: float
    common: TangentPlane
    places: Array
    residuals: Array
    reference_residuals: Array
    good: Flags
    reference_good: Flags
    chi2: float
    carried: tuple[int, ...]
    errors: Array

    def place(self, visit: int, chip: NDArray[np.int64], x: Array, y: Array) -> Array:
        """Plane coordinates, (n, 2) in degrees on the plane of a visit, of pixels from 0."""
        u, v = self.chips.project(chip, x, y)
        basis = evaluate_basis(u / self.scale, v / self.scale, self.order)
        return np.asarray(basis @ self.models[visit].coefficients)

    def locate(self, visit: int, chip: NDArray[np.int64], x: Array, y: Array) -> Array:
        """Unit vectors (n, 3) of pixels from 0."""
        return self.models[visit].plane.unproject(self.place(visit, chip, x, y))

    def find_area(self, visit: int, u: Array, v: Array) -> Array:
        """The area of focal-plane pixels as part of that at the origin of the visit (J)."""
        here = np.concatenate([u, self.origins[visit, :1]])
        there = np.concatenate([v, self.origins[visit, 1:]])
        area = find_area(self.models[visit].coefficients, here, there, self.order, self.scale)
        return np.asarray(area[:-1] / area[-1])


def find_area(coefficients: Array, u: Array, v: Array, order: int, scale: float) -> Array:
    """Square degrees of focal-plane pixels, but for the scale: only ratios mean something."""
    by_u, by_v = evaluate_slopes(u / scale, v / scale, coefficients, order)
    return np.abs(by_u[:, 0] * by_v[:, 1] - by_u[:, 1] * by_v[:, 0])


def find_axis(model: VisitModel, chips: ChipPlaces, order: int, scale: float) -> Array:
    """Where the area of pixels peaks: a parabola through the field about the middle.

    Where chips do not fill that field it is the middle itself, or what is nearest to it on a chip.
    """
    middle = chips.find_nearest(np.zeros(2))
    u, v = chips.list_points()
    inside = (np.abs(u) < _FIELD * scale) & (np.abs(v) < _FIELD * scale)
    filled = np.mean(inside) * len(chips.numbers) * np.prod(CHIP_SHAPE) / (2 * _FIELD * scale) ** 2
    if order < 3 or filled < _FILLED:
        return middle
    u, v = u[inside], v[inside]
    area = find_area(model.coefficients, u, v, order, scale)
    a, b = u / scale, v / scale
    terms = np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], axis=1)
    _, da, db, aa, ab, bb = np.linalg.lstsq(terms, area / area.max(), rcond=None)[0]
    bend = np.array([[2 * aa, ab], [ab, 2 * bb]])
    if not (np.linalg.eigvalsh(bend) < 0).all():
        return middle
    peak = -np.linalg.solve(bend, [da, db]) * scale
    is_there = np.hypot(*peak) < _PEAK_MAX and (chips.find_nearest(peak) == peak).all()
    return peak if is_there else middle
