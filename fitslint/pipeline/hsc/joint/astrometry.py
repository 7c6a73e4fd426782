"""Positions: a polynomial of every visit, the place of every chip, and all stars at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import Associations, VisitModel, fit_terms
from fitslint.pipeline.hsc.joint.camera import ChipPlaces, list_chip_pixels
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars, StarMeasurements
from fitslint.pipeline.hsc.joint.normal import JointStep, NormalFactor, StarSystem
from fitslint.pipeline.hsc.joint.plane import to_directions
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, evaluate_slopes
from fitslint.pipeline.hsc.joint.positions import AstrometrySolution, find_area, find_axis
from fitslint.pipeline.hsc.joint.reject import find_outliers
from fitslint.pipeline.hsc.joint.terms import ChipTerms, VisitTerms, choose_terms

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_ARM = 2000.0
"""Pixels: chips turn in units that move their edges by about one pixel."""
_PLACE_ERROR = np.array([2.0, 2.0, 0.6])
"""Pixels by which chips may be elsewhere than the camera has them, and their edges by a turn: what
holds those that few stars or polynomials tie down."""
_DONE = 3e-10
"""Degrees, a micro-arcsec: no star moves by more in the last step."""
_LOOSE = 3.0
"""By so much more it may move when everything is computed anew."""
_SLOW = 3e-9
"""Where stars move by more when everything is computed anew, the equations are set up anew, too."""
_ROUNDS_MAX, _PASSES_MAX = 8, 25
_STALE = 1e-3
"""Of the measurements: when more have gone since, errors are computed of what is left."""
_SAMPLES = 5
"""Pixels squared of a CCD at which errors are computed."""
_GROWTH_MAX = 10.0


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
        u, v = self.chips.list_points()
        size = np.median([
            np.sqrt(np.median(find_area(model.coefficients, u, v, options.order, links.scale)))
            for model in self.models
        ]) / links.scale  # fmt: skip
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
        self._terms = self._choose_terms()
        self.good = np.ones(len(error), dtype=np.bool_)
        self._known, self.reference_good = known, known.copy()
        self.step_size, self._chi2, self._cut = np.inf, np.inf, np.inf

    def _choose_terms(self) -> VisitTerms:
        stars, scale, order = self._stars, self._links.scale, self._options.order
        u, v = self.chips.project(stars.chip, stars.x, stars.y)
        return choose_terms(
            stars.visit, stars.chip, evaluate_basis(u / scale, v / scale, order), self.chips,
            visits=len(self.models), order=order, scale=scale,
        )  # fmt: skip

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
            slopes[rows] = self._find_slopes(number, stars.chip[rows], u[rows], v[rows])
            flat = basis[rows] @ model.coefficients
            placed = model.plane.differentiate(links.common, flat)
            self._place[rows], self._turn[rows] = placed
        counts = len(self.models), len(self.chips.numbers), len(links.reference)
        combined = self._terms.combine(stars.visit, basis)
        self.system = StarSystem(stars.visit, stars.chip, links.star, combined, slopes, *counts)

    def _find_slopes(self, visit: int, chip: NDArray[np.int64], u: Array, v: Array) -> Array:
        """By how much pixels move with the parameters of their chips, (n, 2, 3)."""
        scale, model = self._links.scale, self.models[visit]
        by_u, by_v = evaluate_slopes(
            u / scale, v / scale, model.coefficients / scale, self._options.order
        )
        arm = np.stack([u, v], axis=1) - self.chips.centre[chip]
        turned = (by_v * arm[:, :1] - by_u * arm[:, 1:]) / _ARM
        return np.stack([by_u, by_v, turned], axis=2)

    def factor(self) -> None:
        """Set up the normal equations with what is good now."""
        self._factored = self.good.copy()
        self._factor = NormalFactor(
            self.system, self._weight * self.good, self._prior_weight * self.reference_good,
            _PLACE_ERROR**-2,
        )  # fmt: skip

    def _find_errors(self) -> Array:
        """How uncertain positions are at the worst pixel of CCDs, (visits, chips), degrees.

        By the errors of measurements; where those are too small, by their scatter.
        """
        if np.mean(self._factored != self.good) > _STALE:
            self.factor()
        scale, (x, y) = self._links.scale, list_chip_pixels(_SAMPLES)
        found = np.full((len(self.models), len(self.chips.numbers)), np.nan)
        for visit, chip, _ in self.system.list_ccds():
            places = np.full(len(x), chip)
            u, v = self.chips.project(places, x, y)
            basis = evaluate_basis(u / scale, v / scale, self._options.order)
            combined = basis @ self._terms.matrices[visit]
            slopes = self._find_slopes(visit, places, u, v)
            found[visit, chip] = self._factor.find_variance(visit, chip, combined, slopes).max()
        return np.sqrt(found * max(self._chi2, 1.0))

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
        gradient = self.system.project(weighted)
        away = [*(self.chips.centre - self._nominal.centre).T, self.chips.yaw - self._nominal.yaw]
        away[2] = away[2] * _ARM
        pull = self._factor.pull(np.stack(away, axis=1))
        found = self._factor.solve(replace(gradient, chips=gradient.chips + pull))
        moved = JointStep(-found.visits, -found.chips)
        change = np.einsum("nba,na->nb", self._turn, self.system.apply(moved))
        self._place += change
        self.models = [
            replace(model, coefficients=model.coefficients + change)
            for model, change in zip(self.models, self._terms.expand(moved.visits), strict=True)
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
                f"after {self._chi2:.3g}; try a lower order, and look at the headers' coordinates"
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
        terms = 2 * self._terms.count + 3 * len(self.chips.numbers)
        return float(total / max(free - terms, 1))

    def reject(self, cut: float | None = None) -> int:
        """Throw out what is wrong, the worst of every star; how many."""
        residuals, off = self.measure()
        wrong, wrong_reference, self._cut = find_outliers(
            self._links.star, residuals, self._weight, self.good,
            reference=off, reference_weight=self._prior_weight,
            reference_good=self.reference_good, sigmas=self._options.sigmas, cut=cut,
        )  # fmt: skip
        self.good &= ~wrong
        self.reference_good &= ~wrong_reference
        return int(wrong.sum() + wrong_reference.sum())

    def judge_anew(self) -> None:
        """Take back what is not wrong now: what a wrong one took along before it went itself."""
        self.good[:], self.reference_good[:] = True, self._known
        while self.reject(self._cut):
            pass

    def move_axes(self) -> None:
        """Put every tangent point where the area of pixels is largest: the optical axis."""
        for number, model in enumerate(self.models):
            self.origins[number] = find_axis(
                model, self.chips, self._options.order, self._links.scale
            )
            self.models[number] = self._move_plane(model, self.origins[number])
        self._chi2 = np.inf

    def _move_plane(self, model: VisitModel, origin: Array) -> VisitModel:
        """The polynomial on the plane that touches the sky where ``origin`` is seen."""
        scale, order = self._links.scale, self._options.order
        here = evaluate_basis(origin[:1] / scale, origin[1:] / scale, order) @ model.coefficients
        plane = model.plane.carry_to(model.plane.unproject(here)[0])
        u, v = self.chips.list_points()
        basis = evaluate_basis(u / scale, v / scale, order)
        flat = model.plane.differentiate(plane, basis @ model.coefficients)[0]
        matrix = ChipTerms.from_points(basis, order).matrix
        coefficients = matrix @ fit_terms(basis @ matrix, flat, np.ones(len(u)))
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
        links, errors = self._links, self._find_errors()
        return AstrometrySolution(
            self._options.order, tuple(self.models), self.origins, self.chips, links.scale,
            links.common, self.average(), residuals, off, self.good, self.reference_good,
            self.find_chi2(residuals, off), self._terms.orders, errors,
        )  # fmt: skip


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
    first = 0.0
    for number in range(_ROUNDS_MAX):
        fit.linearise()
        if number == 1:
            fit.judge_anew()
        if number < 2 or first > _SLOW:
            fit.factor()
        rejected, first = _descend(fit)
        if number and not rejected and first < _LOOSE * _DONE:
            return fit.finish()
    raise ConvergenceError(
        f"the fit of positions has not ended after {_ROUNDS_MAX} rounds: the last one moved stars "
        f"by {first * 3.6e6:.3g} mas; try a lower order"
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
