"""A joint solution from beginning to end, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import Associations, associate
from fitslint.pipeline.hsc.joint.astrometry import AstrometrySolution, solve_astrometry
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars
from fitslint.pipeline.hsc.joint.photometry import PhotometrySolution, solve_photometry
from fitslint.pipeline.hsc.joint.settings import JointSettings

_CELL_STARS, _CELLS = 8, 20
_EXCESS_MAX = 1.3
_PIXEL = 0.168767
"""Arcsec."""
_CHI2_MAX = 4.0
_FEW_STARS, _FEW_REFERENCES = 100, 30


@dataclass(frozen=True)
class JointSolution:
    """Positions and flux scales, and of what.

    Attributes
    ----------
    links : Associations
        which rows of ``exposures.stars`` the residuals belong to.
    problems : tuple of str
        sentences on what is not as it should be.
    """

    exposures: Exposures
    reference: ReferenceStars
    links: Associations
    positions: AstrometrySolution
    fluxes: PhotometrySolution | None
    problems: tuple[str, ...]

    def list_ccds(self) -> Iterator[tuple[int, int]]:
        """Places of visits and chips that have stars in the solution."""
        stars = self.exposures.stars.take(self.links.rows)
        chips = len(self.exposures.chips.numbers)
        used = stars.visit * chips + stars.chip
        for key in np.unique(used[self.positions.good]):
            yield divmod(int(key), chips)


def solve_jointly(
    exposures: Exposures, reference: ReferenceStars, settings: JointSettings
) -> JointSolution:
    """Match, fit positions, fit flux scales.

    Raises
    ------
    HscError
        when the catalogue is of another field, a fit does not end, or the stars are too few.
    """
    order = settings.positions.order
    problems: tuple[str, ...] = ()
    while True:
        links = associate(exposures, reference, order, settings.radius)
        problems += tuple(note for note in links.notes if note not in problems)
        if not links.lost:
            break
        if len(links.lost) == len(exposures.visits):
            raise HscError(f"no visit is left to fit: {problems[0]}")
        exposures = leave_visits_out(exposures, links.lost)
    positions = solve_astrometry(exposures, reference, links, settings.positions)
    fluxes = None
    if settings.has_fluxes:
        fluxes = solve_photometry(exposures, reference, links, positions, settings.fluxes)
    found = JointSolution(exposures, reference, links, positions, fluxes, problems)
    said = (*problems, *_judge_order(found), *_judge_chi2(positions))
    return replace(found, problems=said)


def leave_visits_out(exposures: Exposures, numbers: tuple[int, ...]) -> Exposures:
    """Exposures without some visits."""
    kept = tuple(visit for visit in exposures.visits if visit not in numbers)
    place = np.array([kept.index(v) if v in kept else -1 for v in exposures.visits])
    stars = exposures.stars.take(place[exposures.stars.visit] >= 0)
    grid = exposures.grid.take(place[exposures.grid.visit] >= 0)
    return Exposures(
        kept, exposures.filter, exposures.chips,
        replace(stars, visit=place[stars.visit]), replace(grid, visit=place[grid.visit]),
    )  # fmt: skip


def _judge_order(found: JointSolution) -> Iterator[str]:
    """Whether polynomials have enough terms: else means of neighbours are not zero.

    Single residuals hardly grow, since stars of the edge are thrown out; what many of them have in
    common in a quarter of a CCD tells.
    """
    stars = found.exposures.stars.take(found.links.rows)
    good, order = found.positions.good, found.positions.order
    half = [part > middle for part, middle in zip((stars.x, stars.y), CHIP_CENTRE, strict=True)]
    chips = len(found.exposures.chips.numbers)
    cell = ((stars.visit * chips + stars.chip) * 2 + half[0]) * 2 + half[1]
    weight = good / stars.sigma**2
    total = np.bincount(cell, weight)
    enough = np.bincount(cell, good) >= _CELL_STARS
    if enough.sum() < _CELLS:
        return
    pixels = found.positions.residuals * 3600 / _PIXEL
    sums = [np.bincount(cell, weight * part)[enough] for part in pixels.T]
    excess = float(np.sqrt(np.mean((sums[0] ** 2 + sums[1] ** 2) / (2 * total[enough]))))
    if excess > _EXCESS_MAX:
        needed = min(order + 2, 9)
        hint = f"try order {needed}" if needed > order else "check the coordinates of the headers"
        yield (
            f"residuals of neighbouring stars have means of {excess:.1f} times their errors: order "
            f"{order} is too low for the distortion; {hint}"
        )


def _judge_chi2(positions: AstrometrySolution) -> Iterator[str]:
    if positions.chi2 >= _CHI2_MAX:
        yield (
            f"chi-square per degree of freedom of positions is {positions.chi2:.2f}: errors are "
            "larger than the catalogues say, or the model does not fit"
        )


def list_low_orders(found: JointSolution) -> Iterator[str]:
    """Visits with too few stars for the degree that was asked for."""
    for name, part, rest in (
        ("positions", found.positions, "is as the camera has it"),
        ("flux scales", found.fluxes, "is left out"),
    ):
        if part is None or min(part.carried) == part.order:
            continue
        low = [at for at, order in enumerate(part.carried) if order < part.order]
        yield (
            f"visits with too few stars for degree {part.order} of {name}: {len(low)}, visit "
            f"{found.exposures.visits[low[0]]} first; what is beyond degree {min(part.carried)} "
            f"{rest}"
        )


def list_thin_ccds(found: JointSolution) -> Iterator[str]:
    """CCDs with few stars, of which jointcal warns, too."""
    stars = found.exposures.stars.take(found.links.rows)
    chips = len(found.exposures.chips.numbers)
    key = stars.visit * chips + stars.chip
    size = len(found.exposures.visits) * chips
    measured = np.bincount(key, minlength=size)
    cataloged = np.bincount(key, found.links.reference[found.links.star] >= 0, size)
    thin = (measured > 0) & ((measured < _FEW_STARS) | (cataloged < _FEW_REFERENCES))
    if thin.any():
        first = divmod(int(np.flatnonzero(thin)[0]), chips)
        visit, ccd = found.exposures.visits[first[0]], found.exposures.chips.numbers[first[1]]
        yield (
            f"{int(thin.sum())} CCDs have fewer than {_FEW_STARS} stars or {_FEW_REFERENCES} of "
            f"the catalogue, visit {visit} ccd {ccd} first"
        )
