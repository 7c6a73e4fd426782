"""Positions: a polynomial of every visit, the place of every chip, and all stars at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import Associations, VisitModel, fit_terms
from fitslint.pipeline.hsc.joint.camera import ChipPlaces
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars, StarMeasurements
from fitslint.pipeline.hsc.joint.normal import JointStep, NormalFactor, StarSystem
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, evaluate_slopes
from fitslint.pipeline.hsc.joint.reject import find_outliers

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_ARM = 2000.0
"""Pixels: chips turn in units that move their edges by about one pixel."""
_DONE = 3e-10
"""Degrees, a micro-arcsec: no star moves by more in the last step."""
_LOOSE = 3.0
"""By so much more it may move when everything is computed anew."""
_ROUNDS_MAX, _PASSES_MAX = 8, 25
_GROWTH_MAX = 10.0
_PEAK_MAX = 1500.0
"""Focal-plane pixels from the middle within which the optical axis is looked for."""


class ConvergenceError(HscError):
    """A fit does not come to an end."""


@dataclass(frozen=True)
class AstrometryOptions:
    """How positions are fitted.

    Attributes
    ----------
    order : int
        degree of the polynomial of a visit.
    floor : float
        pixels that are added to every error in quadrature.
    reference_floor : float
        degrees that are added to every error of the catalogue.
    is_fixed : bool
        whether stars of the catalogue stay where it has them.
    sigmas : float
        of chi-square above its mean, from where on a measurement is wrong.
    """

    order: int = 9
    floor: float = 0.0
    reference_floor: float = 0.0
    is_fixed: bool = False
    sigmas: float = 5.0


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
    places : array, (stars, 2)
        of stars on the common plane.
    chi2 : float
        per degree of freedom.
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
        area = _find_area(self.models[visit].coefficients, here, there, self.order, self.scale)
        return np.asarray(area[:-1] / area[-1])


def _find_area(coefficients: Array, u: Array, v: Array, order: int, scale: float) -> Array:
    by_u, by_v = evaluate_slopes(u / scale, v / scale, coefficients, order)
    return np.abs(by_u[:, 0] * by_v[:, 1] - by_u[:, 1] * by_v[:, 0])


class AstrometryFit:
    """One joint fit; :func:`solve_astrometry` carries it out."""

    def __init__(
        self,
        exposures: Exposures,
        reference: ReferenceStars,
        links: Associations,
        options: AstrometryOptions,
    ) -> None:
        self._options, self._links = options, links
        self._stars: StarMeasurements = exposures.stars.take(links.rows)
        self._nominal = exposures.chips
        self.chips = exposures.chips
        self.models = list(links.models)
        self.origins = np.zeros((len(self.models), 2))
        size = np.median([_find_pixel(model, links.scale) for model in self.models])
        error = np.hypot(self._stars.sigma, options.floor) * size
        self._prior = np.zeros((len(links.reference), 2))
        known = links.reference >= 0
        chosen = reference.take(links.reference[known])
        self._prior[known] = links.common.project(to_directions(chosen.ra, chosen.dec))
        prior_error = np.full(len(links.reference), np.inf)
        prior_error[known] = np.hypot(chosen.sigma, options.reference_floor)
        if options.is_fixed:
            error = np.where(known[links.star], np.hypot(error, prior_error[links.star]), error)
            prior_error = np.where(known, 1e-12, np.inf)
        self._weight, self._prior_weight = 1 / error**2, 1 / prior_error**2
        self.good = np.ones(len(error), dtype=np.bool_)
        self.reference_good = known.copy()
        self.step_size, self._chi2 = np.inf, np.inf

    def linearise(self) -> None:
        """Terms, slopes and positions where the fit stands now."""
        links, stars, order = self._links, self._stars, self._options.order
        u, v = self.chips.project(stars.chip, stars.x, stars.y)
        basis = evaluate_basis(u / links.scale, v / links.scale, order)
        slopes, self._turn = np.empty((len(u), 2, 3)), np.empty((len(u), 2, 2))
        self._place = np.empty((len(u), 2))
        ends = np.searchsorted(stars.visit, np.arange(len(self.models) + 1))
        for number, model in enumerate(self.models):
            rows = slice(ends[number], ends[number + 1])
            by_u, by_v = evaluate_slopes(
                u[rows] / links.scale,
                v[rows] / links.scale,
                model.coefficients / links.scale,
                order,
            )
            arm = np.stack([u[rows], v[rows]], axis=1) - self.chips.centre[stars.chip[rows]]
            turned = (by_v * arm[:, :1] - by_u * arm[:, 1:]) / _ARM
            slopes[rows] = np.stack([by_u, by_v, turned], axis=2)
            flat = basis[rows] @ model.coefficients
            placed = model.plane.differentiate(links.common, flat)
            self._place[rows], self._turn[rows] = placed
        counts = len(self.models), len(self.chips.numbers), len(links.reference)
        self.system = StarSystem(stars.visit, stars.chip, links.star, basis, slopes, *counts)

    def factor(self) -> None:
        """Set up the normal equations with what is good now."""
        self._factor = NormalFactor(
            self.system, self._weight * self.good, self._prior_weight * self.reference_good
        )

    def average(self) -> Array:
        """The places of stars."""
        return self.system.average(
            self._place,
            self._weight,
            self.good,
            self._prior,
            self._prior_weight * self.reference_good,
        )

    def measure(self) -> tuple[Array, Array]:
        """Residuals of measurements and of the catalogue, degrees on the common plane."""
        places = self.average()
        return self._place - places[self._links.star], self._prior - places

    def step(self) -> None:
        """One step down, by the equations that are factored."""
        residuals, off = self.measure()
        self._guard(residuals, off)
        weight = self._weight * self.good
        weighted = np.einsum("nba,nb->na", self._turn, residuals * weight[:, None])
        weighted[~self.good] = 0.0
        found = self._factor.solve(self.system.project(weighted))
        moved = JointStep(-found.visits, -found.chips)
        change = np.einsum("nba,na->nb", self._turn, self.system.apply(moved))
        self._place += change
        self.models = [
            replace(model, coefficients=model.coefficients + change)
            for model, change in zip(self.models, moved.visits, strict=True)
        ]
        places = self.chips
        self.chips = ChipPlaces(
            places.numbers,
            places.centre + moved.chips[:, :2],
            places.yaw + moved.chips[:, 2] / _ARM,
        )
        self.step_size = float(np.abs(change).max())

    def _guard(self, residuals: Array, off: Array) -> None:
        chi2 = self.find_chi2(residuals, off)
        if not np.isfinite(chi2) or chi2 > _GROWTH_MAX * self._chi2:
            raise ConvergenceError(
                f"the fit of positions runs away: chi-square per degree of freedom {chi2:.3g} "
                f"after {self._chi2:.3g}; are the coordinates of the headers right?"
            )
        self._chi2 = chi2

    def find_chi2(self, residuals: Array, off: Array) -> float:
        """Chi-square per degree of freedom."""
        is_fixed = self._prior_weight >= 1e20
        used = self.reference_good & ~is_fixed
        total = np.sum(residuals[self.good] ** 2 * self._weight[self.good, None])
        total += np.sum(off[used] ** 2 * self._prior_weight[used, None])
        stars = used | (np.bincount(self._links.star[self.good], minlength=len(off)) > 0)
        free = 2 * (self.good.sum() + used.sum() - (stars & ~is_fixed).sum())
        terms = sum(model.coefficients.size for model in self.models) + 3 * len(self.chips.numbers)
        return float(total / max(free - terms, 1))

    def reject(self) -> int:
        """Throw out what is wrong, the worst of every star; how many."""
        residuals, off = self.measure()
        wrong, wrong_reference = find_outliers(
            self._links.star, residuals, self._weight, self.good,
            reference=off, reference_weight=self._prior_weight,
            reference_good=self.reference_good, sigmas=self._options.sigmas,
        )  # fmt: skip
        self.good &= ~wrong
        self.reference_good &= ~wrong_reference
        return int(wrong.sum() + wrong_reference.sum())

    def move_axes(self) -> None:
        """Put every tangent point where the area of pixels is largest: the optical axis."""
        for number, model in enumerate(self.models):
            self.origins[number] = _find_axis(model, self._options.order, self._links.scale)
            self.models[number] = self._move_plane(model, self.origins[number])

    def _move_plane(self, model: VisitModel, origin: Array) -> VisitModel:
        """The polynomial on the plane that touches the sky where ``origin`` is seen."""
        scale, order = self._links.scale, self._options.order
        here = evaluate_basis(origin[:1] / scale, origin[1:] / scale, order) @ model.coefficients
        plane = model.plane.carry_to(model.plane.unproject(here)[0])
        u, v = (
            part.ravel() for part in np.meshgrid(*[np.cos(np.pi * (np.arange(24) + 0.5) / 24)] * 2)
        )
        basis = evaluate_basis(u, v, order)
        flat = model.plane.differentiate(plane, basis @ model.coefficients)[0]
        coefficients = fit_terms(basis, flat, np.ones(len(u)))
        at = evaluate_basis(origin[:1] / scale, origin[1:] / scale, order)
        coefficients[0] -= (at @ coefficients)[0]
        return VisitModel(plane, coefficients)

    def settle(self) -> None:
        """Let the tangent point be exactly where the origin of the polynomial is seen."""
        self.models = [
            self._move_plane(model, origin)
            for model, origin in zip(self.models, self.origins, strict=True)
        ]

    def finish(self) -> AstrometrySolution:
        """What was found."""
        self.settle()
        self.linearise()
        residuals, off = self.measure()
        links = self._links
        return AstrometrySolution(
            self._options.order, tuple(self.models), self.origins, self.chips, links.scale,
            links.common, self.average(), residuals, off, self.good, self.reference_good,
            self.find_chi2(residuals, off),
        )  # fmt: skip


def _find_pixel(model: VisitModel, scale: float) -> float:
    """Degrees of a pixel in the middle, from the terms of degree one."""
    return float(np.sqrt(abs(np.linalg.det(model.coefficients[1:3]))) / scale)


def _find_axis(model: VisitModel, order: int, scale: float) -> Array:
    """Where the area of pixels peaks: a parabola through the field about the middle."""
    if order < 3:
        return np.zeros(2)
    u, v = (part.ravel() for part in np.meshgrid(*[np.linspace(-0.4, 0.4, 15) * scale] * 2))
    area = _find_area(model.coefficients, u, v, order, scale)
    a, b = u / scale, v / scale
    terms = np.stack([np.ones_like(a), a, b, a * a, a * b, b * b], axis=1)
    _, da, db, aa, ab, bb = np.linalg.lstsq(terms, area / area.max(), rcond=None)[0]
    bend = np.array([[2 * aa, ab], [ab, 2 * bb]])
    if not (np.linalg.eigvalsh(bend) < 0).all():
        return np.zeros(2)
    peak = -np.linalg.solve(bend, [da, db]) * scale
    return peak if np.hypot(*peak) < _PEAK_MAX else np.zeros(2)


def solve_astrometry(
    exposures: Exposures,
    reference: ReferenceStars,
    links: Associations,
    options: AstrometryOptions,
) -> AstrometrySolution:
    """Fit visits, chips and stars together, and throw out what is wrong.

    Raises
    ------
    ConvergenceError
        when the fit runs away or does not come to an end.
    SingularError
        when the stars do not tie down what is unknown.
    """
    fit = AstrometryFit(exposures, reference, links, options)
    fit.linearise()
    fit.factor()
    fit.step()
    fit.step()
    fit.move_axes()
    for number in range(_ROUNDS_MAX):
        fit.linearise()
        if number == 1:
            fit.factor()
        rejected, first = _descend(fit)
        if number and not rejected and first < _LOOSE * _DONE:
            return fit.finish()
    raise ConvergenceError(
        f"the fit of positions has not ended after {_ROUNDS_MAX} rounds: the last one moved stars "
        f"by {first * 3.6e6:.3g} mas"
    )


def _descend(fit: AstrometryFit) -> tuple[int, float]:
    """Steps, and rejections between them: how much was rejected, how long the first step was."""
    total, first = 0, 0.0
    for _ in range(_PASSES_MAX):
        fit.step()
        first = first or fit.step_size
        rejected = fit.reject()
        total += rejected
        if not rejected and fit.step_size < _DONE:
            break
    return total, first
