"""Flux scales: a zero point and a smooth surface of every visit, a factor of every chip."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.hsc.joint.associate import Associations
from fitslint.pipeline.hsc.joint.astrometry import ConvergenceError
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars
from fitslint.pipeline.hsc.joint.normal import JointStep, NormalFactor, StarSystem
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis
from fitslint.pipeline.hsc.joint.positions import AstrometrySolution
from fitslint.pipeline.hsc.joint.reject import find_outliers
from fitslint.pipeline.hsc.joint.terms import VisitTerms, choose_terms

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_PASSES_MAX = 40
_DONE = 1e-6
"""Magnitudes."""
_CHIP_ERROR = 0.5
"""Magnitudes by which chips may differ: what holds those that surfaces can make the same."""
_GRADIENT = slice(1, 3)
"""Terms of degree one: without a catalogue visits do not tell them from a gradient of the sky."""
_CLIP = 2.1
"""Standard deviations beyond which a star does not count for the error of a zero point."""


@dataclass(frozen=True)
class PhotometryOptions:
    """How flux scales are fitted.

    Attributes
    ----------
    order : int
        degree of the surface of a visit.
    has_chips : bool
        whether chips have factors of their own.
    is_absolute : bool
        whether magnitudes of the catalogue count.
    floor : float
        magnitudes that are added to every error in quadrature.
    sigmas : float
        of chi-square above its mean, from where on a measurement is wrong.
    """

    order: int = 7
    has_chips: bool = True
    is_absolute: bool = True
    floor: float = 0.0
    sigmas: float = 5.0


@dataclass(frozen=True)
class PhotometrySolution:
    """Flux scales of all pixels of all visits.

    Attributes
    ----------
    zero : array, (visits,)
        magnitudes that are added to −2.5 log10 of counts: −2.5 log10 f_e.
    chip_zero : array, (chips,)
        −2.5 log10 f_c.
    surfaces : array, (visits, terms)
        F in magnitudes, of Chebyshev's terms in focal-plane pixels over ``scale``; 0 in the middle.
    mags, catalogue : array, (stars,)
        of stars, fitted and in the catalogue (nan).
    residuals : array, (n,)
        magnitudes of measurements less that of the star; ``corrected`` are they themselves.
    good, reference_good : bool array
    carried : tuple of int
        the degree of the surface of every visit that its stars tie down.
    rms, reference_rms : float
        magnitudes, of what is good; of the zero point, clipped once.
    """

    order: int
    scale: float
    zero: Array
    chip_zero: Array
    surfaces: Array
    mags: Array
    catalogue: Array
    corrected: Array
    residuals: Array
    good: Flags
    reference_good: Flags
    rms: float
    reference_rms: float
    carried: tuple[int, ...]

    def evaluate(self, visit: int, u: Array, v: Array) -> Array:
        """F in magnitudes at focal-plane pixels."""
        return np.asarray(
            evaluate_basis(u / self.scale, v / self.scale, self.order) @ self.surfaces[visit]
        )

    def find_zero(
        self, positions: AstrometrySolution, visit: int, chip: NDArray[np.int64], x: Array, y: Array
    ) -> Array:
        """What is added to −2.5 log10 of counts at pixels from 0, all corrections included."""
        u, v = positions.chips.project(chip, x, y)
        area = positions.find_area(visit, u, v)
        zero = self.zero[visit] + self.chip_zero[chip]
        return np.asarray(zero + self.evaluate(visit, u, v) - 2.5 * np.log10(area))


def solve_photometry(
    exposures: Exposures,
    reference: ReferenceStars,
    links: Associations,
    positions: AstrometrySolution,
    options: PhotometryOptions,
) -> PhotometrySolution:
    """Fit zero points, surfaces and factors of chips together, and throw out what is wrong.

    What was thrown out of the fit of positions does not count here either.

    Raises
    ------
    ConvergenceError
        when the fit does not come to an end.
    SingularError
        when the stars do not tie down what is unknown.
    """
    stars = exposures.stars.take(links.rows)
    u, v = positions.chips.project(stars.chip, stars.x, stars.y)
    scale = float(np.ceil(max(np.abs(u).max(), np.abs(v).max()) / 10) * 10)
    basis = evaluate_basis(u / scale, v / scale, options.order)
    prior, prior_error = _read_catalogue(reference, links, options)
    known = np.isfinite(prior_error)
    slopes = np.full((len(u), 1, 1), 1.0 if options.has_chips else 0.0)
    counts = len(positions.models), len(positions.chips.numbers), len(links.reference)
    value = stars.mag.copy()
    for number in range(len(positions.models)):
        rows = stars.visit == number
        value[rows] -= 2.5 * np.log10(positions.find_area(number, u[rows], v[rows]))
    good = positions.good & np.isfinite(value) & (stars.mag_sigma > 0)
    terms = choose_terms(
        stars.visit[good], stars.chip[good], basis[good], positions.chips,
        visits=len(positions.models), order=options.order, scale=scale,
        without=slice(0) if known.any() else _GRADIENT,
    )  # fmt: skip
    basis = terms.combine(stars.visit, basis)
    system = StarSystem(stars.visit, stars.chip, links.star, basis, slopes, *counts)
    error = np.hypot(np.where(good, stars.mag_sigma, 1.0), options.floor)
    first = _guess_zero(system, np.where(good, value, np.nan), prior, known)
    fit = _ZeroFit(
        system, np.where(good, value, 0.0) + first[stars.visit], np.where(good, 1 / error**2, 0.0),
        prior[:, None], 1 / prior_error**2, good=good.copy(), known=known,
    )  # fmt: skip
    fit.run(options.sigmas)
    return fit.finish(first, terms, scale, positions.chips.find_nearest(np.zeros(2)))


def _read_catalogue(
    reference: ReferenceStars, links: Associations, options: PhotometryOptions
) -> tuple[Array, Array]:
    """Magnitudes of stars in the catalogue and their errors, inf where there is none."""
    prior, error = np.zeros(len(links.reference)), np.full(len(links.reference), np.inf)
    known = (links.reference >= 0) & options.is_absolute
    prior[known] = reference.mag[links.reference[known]]
    error[known] = np.hypot(reference.mag_sigma[links.reference[known]], options.floor)
    known &= np.isfinite(prior) & np.isfinite(error) & (error > 0)
    return np.where(known, prior, 0.0), np.where(known, error, np.inf)


def _guess_zero(system: StarSystem, value: Array, prior: Array, known: Flags) -> Array:
    """Medians of the catalogue less what was measured; without a catalogue all visits alike."""
    found = np.zeros(system.visits)
    for number in range(system.visits):
        rows = (system.visit == number) & known[system.star] & np.isfinite(value)
        if rows.any():
            found[number] = np.median(prior[system.star[rows]] - value[rows])
    return found


class _ZeroFit:
    """The linear fit of magnitudes."""

    def __init__(
        self,
        system: StarSystem,
        value: Array,
        weight: Array,
        prior: Array,
        prior_weight: Array,
        *,
        good: Flags,
        known: Flags,
    ) -> None:
        self._system, self._value = system, value[:, None]
        self._weight, self._prior, self._prior_weight = weight, prior, prior_weight
        self._usable, self._cataloged = good.copy(), known.copy()
        self._good, self._known = good, known
        self._relative, self._cut = not known.any(), np.inf
        self._visits = np.zeros((system.visits, system.basis.shape[1], 1))
        self._chips = np.zeros((system.chips, 1))

    def _average(self) -> Array:
        return self._system.average(
            self._value, self._weight, self._good, self._prior, self._prior_weight * self._known
        )

    def run(self, sigmas: float) -> None:
        """Solve, throw out what is wrong, and solve again until nothing is."""
        last = np.inf
        for exact in range(2):
            if exact:
                self._judge_anew(sigmas)
            weight = self._weight * self._good
            factor = NormalFactor(
                self._system, weight, self._prior_weight * self._known, np.array([_CHIP_ERROR**-2])
            )
            for number in range(_PASSES_MAX):
                mags = self._average()
                residuals = np.where(
                    self._good[:, None], self._value - mags[self._system.star], 0.0
                )
                weighted = residuals * (self._weight * self._good)[:, None]
                gradient = self._system.project(weighted)
                pull = factor.pull(self._chips)
                found = factor.solve(replace(gradient, chips=gradient.chips + pull))
                step = JointStep(-found.visits, -found.chips)
                self._value = self._value + self._system.apply(step)
                self._visits, self._chips = self._visits + step.visits, self._chips + step.chips
                rejected = self._reject(sigmas) if number or exact else 0
                last = float(np.abs(step.visits).max())
                if number and not rejected and last < _DONE:
                    break
        if not last < _DONE:
            raise ConvergenceError(
                f"the fit of flux scales has not ended after {_PASSES_MAX} passes: the last one "
                f"changed them by {last:.3g} mag"
            )

    def _judge_anew(self, sigmas: float) -> None:
        """Take back what is not wrong now: what a wrong one took along before it went itself."""
        self._good, self._known = self._usable.copy(), self._cataloged.copy()
        while self._reject(sigmas, self._cut):
            pass

    def _reject(self, sigmas: float, cut: float | None = None) -> int:
        mags = np.nan_to_num(self._average())
        wrong, wrong_reference, self._cut = find_outliers(
            self._system.star, self._value - mags[self._system.star], self._weight, self._good,
            reference=self._prior - mags, reference_weight=self._prior_weight,
            reference_good=self._known, sigmas=sigmas, cut=cut,
        )  # fmt: skip
        self._good &= ~wrong
        self._known &= ~wrong_reference
        return int(wrong.sum() + wrong_reference.sum())

    def finish(
        self, first: Array, terms: VisitTerms, scale: float, middle: Array
    ) -> PhotometrySolution:
        """What was found, with F zero in the middle and factors of chips one in the mean."""
        surfaces, order = terms.expand(self._visits)[:, :, 0], terms.wanted
        zero = surfaces @ evaluate_basis(middle[:1] / scale, middle[1:] / scale, order)[0]
        surfaces[:, 0] -= zero
        chip_zero = self._chips[:, 0] - self._chips[:, 0].mean()
        zero = zero + first + self._chips[:, 0].mean()
        if self._relative:
            zero = zero - zero[0]
        mags, star = self._average()[:, 0], self._system.star
        corrected = self._value[:, 0]
        residuals = corrected - mags[star]
        catalogue = np.where(self._prior_weight > 0, self._prior[:, 0], np.nan)
        used = self._good & self._known[star]
        off = (corrected - catalogue[star])[used]
        if len(off):
            off = off[np.abs(off - off.mean()) <= _CLIP * off.std() + 1e-12]
        return PhotometrySolution(
            order, scale, zero, chip_zero, surfaces, mags, catalogue, corrected, residuals,
            self._good, self._known, float(np.sqrt(np.mean(residuals[self._good] ** 2))),
            float(np.sqrt(np.mean(off**2))) if len(off) else float("nan"), terms.orders,
        )  # fmt: skip
