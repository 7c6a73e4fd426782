"""A joint solution from beginning to end, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.associate import Associations, associate
from fitslint.pipeline.hsc.joint.astrometry import solve_astrometry
from fitslint.pipeline.hsc.joint.camera import CHIP_CENTRE
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars
from fitslint.pipeline.hsc.joint.photometry import PhotometrySolution, solve_photometry
from fitslint.pipeline.hsc.joint.positions import AstrometrySolution
from fitslint.pipeline.hsc.joint.settings import JointSettings
from fitslint.text import count_noun

_CELL_STARS, _CELLS = 8, 20
_EXCESS_MAX = 1.3
_PIXEL = 0.168767
"""Arcsec."""
_CHI2_MAX = 4.0
_LOST_MAX, _LOST_MIN = 0.2, 4
"""Part of the stars of a CCD, and how many of them, that are not thrown out by chance."""
ERROR_MAX = 30.0
"""Mas along an axis, of the expected error at the worst pixel of a CCD."""
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
    said = (
        *problems, *_describe_misfit(found), *_describe_losses(found),
        *_describe_chi2(positions), *_describe_errors(found),
    )  # fmt: skip
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


def _describe_misfit(found: JointSolution) -> Iterator[str]:
    """Whether polynomials have enough terms: else means of neighbours are not zero.

    Single residuals hardly grow, since stars of the edge are thrown out; what many of them have in
    common in a quarter of a CCD tells. Where single ones are larger than their errors, means are.
    """
    stars = found.exposures.stars.take(found.links.rows)
    good, order = found.positions.good, min(found.positions.carried)
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
    excess /= max(np.sqrt(found.positions.chi2), 1.0)
    if excess > _EXCESS_MAX:
        remedy = _describe_remedy(order, found.positions.order)
        yield (
            f"residuals of neighbouring stars have means of {excess:.1f} times their errors: order "
            f"{order} is too low for the distortion; {remedy}"
        )


def _describe_losses(found: JointSolution) -> Iterator[str]:
    """CCDs whose stars were thrown out in numbers: it is the polynomial that is wrong there."""
    stars = found.exposures.stars.take(found.links.rows)
    chips = len(found.exposures.chips.numbers)
    ccd = stars.visit * chips + stars.chip
    lost = np.bincount(ccd, ~found.positions.good)
    part = np.where(lost >= _LOST_MIN, lost / np.maximum(np.bincount(ccd), 1), 0.0)
    if (part > _LOST_MAX).any():
        visit, chip = divmod(int(np.argmax(part)), chips)
        name, number = found.exposures.visits[visit], found.exposures.chips.numbers[chip]
        remedy = _describe_remedy(min(found.positions.carried), found.positions.order)
        yield (
            f"more than {_LOST_MAX:.0%} of the stars were thrown out on "
            f"{count_noun(int((part > _LOST_MAX).sum()), 'CCD')}, {part.max():.0%} on visit {name} "
            f"ccd {number}: the polynomial does not follow them there; {remedy}"
        )


def _describe_remedy(order: int, wanted: int) -> str:
    needed = min(order + 2, 9)
    if order < wanted:
        return "a higher one takes more stars"
    return f"try order {needed}" if needed > order else "check the coordinates of the headers"


def _describe_chi2(positions: AstrometrySolution) -> Iterator[str]:
    if positions.chi2 >= _CHI2_MAX:
        yield (
            f"chi-square per degree of freedom of positions is {positions.chi2:.2f}: errors are "
            "larger than the catalogues say, or the model does not fit"
        )


def _describe_errors(found: JointSolution) -> Iterator[str]:
    """CCDs on which positions are less certain than stars are seen."""
    errors = np.nan_to_num(found.positions.errors) * 3.6e6
    poor = errors > ERROR_MAX
    if poor.any():
        visit, chip = divmod(int(np.argmax(errors)), errors.shape[1])
        name, ccd = found.exposures.visits[visit], found.exposures.chips.numbers[chip]
        yield (
            f"positions of {count_noun(int(poor.sum()), 'CCD')} are uncertain by more than "
            f"{ERROR_MAX:.0f} mas along an axis, by {errors[visit, chip]:.0f} at the worst pixel "
            f"of visit {name} ccd {ccd}: take more stars or a lower order, or leave them out "
            "(ASTRERR in their headers)"
        )


def describe_low_orders(found: JointSolution) -> Iterator[str]:
    """Visits with too few stars for the degree that was asked for."""
    for part in (found.positions, found.fluxes):
        if part is None or min(part.carried) == part.order:
            continue
        low = [at for at, order in enumerate(part.carried) if order < part.order]
        first, least = found.exposures.visits[low[0]], min(part.carried)
        yield (
            f"{len(low)} of {len(part.carried)} visits have too few stars for positions of degree "
            f"{part.order}, visit {first} first; what is beyond degree {least} is as the camera "
            "has it"
            if part is found.positions
            else f"{len(low)} of {len(part.carried)} visits have too few stars for flux scales of "
            f"degree {part.order}, visit {first} first; what is beyond degree {least} is left out"
        )


def describe_links(found: JointSolution) -> Iterator[str]:
    """Visits that nothing but the catalogue ties to others."""
    visits, good = found.exposures.visits, found.positions.good
    if len(visits) == 1:
        yield f"visit {visits[0]} is alone: it is fitted to the catalogue, and nothing else tells"
        return
    at = found.exposures.stars.visit[found.links.rows][good]
    star = found.links.star[good] + len(visits)
    size = len(visits) + len(found.positions.places)
    graph = coo_array((np.ones(len(at)), (at, star)), shape=(size, size))
    group = connected_components(graph, directed=False)[1][: len(visits)]
    first = np.unique(group, return_index=True)[1]
    if len(first) > 1:
        names = ", ".join(str(visits[place]) for place in np.sort(first))
        yield (
            f"{len(first)} groups of visits have no star in common: those of visits {names}; only "
            "the catalogue ties them to each other"
        )


def describe_thin_ccds(found: JointSolution) -> Iterator[str]:
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
            f"fewer than {_FEW_STARS} stars or {_FEW_REFERENCES} of the catalogue are on "
            f"{count_noun(int(thin.sum()), 'CCD')}, visit {visit} ccd {ccd} first"
        )
