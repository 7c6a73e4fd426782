"""Which measurements are one star, and which star of the catalogue that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from fitslint.pipeline.hsc.errors import HscError
from fitslint.pipeline.hsc.joint.camera import distort
from fitslint.pipeline.hsc.joint.measurements import Exposures, ReferenceStars
from fitslint.pipeline.hsc.joint.plane import TangentPlane, to_directions, to_positions
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, list_terms
from fitslint.pipeline.hsc.joint.terms import ChipTerms

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
_CHANCE = 3.0
"""So many times more matches than chance brings make a visit one of this field."""
_COMMON_MIN, _FIELD_STARS = 10, 100
"""The least that a visit has in common with others; with so many stars no field has less."""
_CCD_STARS_MIN = 3
_TIED = 1e-9
"""Of the largest singular value: a combination of terms with less is not tied down."""
_CCDS_PER_TERM, _MATCHES_MIN = 3, 9
"""What a term of a first polynomial takes; the least that says anything of a visit."""
_TURNS = 3
"""After so many the plane touches the sky where the axis is."""
_NOWHERE = 1e6
_ROUNDS, _SIGMAS = 3, 3.0


@dataclass(frozen=True)
class VisitModel:
    """A visit's polynomial on its own plane.

    Attributes
    ----------
    plane : TangentPlane
    coefficients : array, (terms, 2)
        degrees, of Chebyshev's terms in focal-plane pixels over ``scale``.
    """

    plane: TangentPlane
    coefficients: Array


@dataclass(frozen=True)
class Associations:
    """Stars of which more than one thing is known.

    Attributes
    ----------
    rows : int array, (n,)
        which measurements are used, ascending.
    star : int array, (n,)
        the star of each.
    reference : int array, (stars,)
        row of the catalogue, -1 for stars that it does not have.
    models : tuple of VisitModel
        a first polynomial of every visit.
    common : TangentPlane
        on which the stars of all visits are compared.
    scale : float
        focal-plane pixels that are 1 in polynomials.
    notes : tuple of str
        what was left out, and why.
    lost : tuple of int
        numbers of visits that could not be matched.
    """

    rows: Integers
    star: Integers
    reference: Integers
    models: tuple[VisitModel, ...]
    common: TangentPlane
    scale: float
    notes: tuple[str, ...]
    lost: tuple[int, ...]


def associate(
    exposures: Exposures, reference: ReferenceStars, order: int, radius: float = 1.0
) -> Associations:
    """Match visits with the catalogue and with each other.

    Parameters
    ----------
    order : int
        degree of the polynomials of visits.
    radius : float
        arcsec within which two measurements are of one star.

    Raises
    ------
    HscError
        when no visit has a star of the catalogue.
    """
    reach = radius / 3600
    common = _find_plane(exposures.grid.ra, exposures.grid.dec)
    scale = _find_scale(exposures)
    stars = exposures.stars
    u, v = exposures.chips.project(stars.chip, stars.x, stars.y)
    basis = evaluate_basis(u / scale, v / scale, order)
    catalogue = _Catalogue.from_reference(reference, common, reach)
    place, matched = np.empty((len(u), 2)), np.zeros(len(exposures.visits), dtype=np.int64)
    models = []
    for number in range(len(exposures.visits)):
        rows = _find_rows(stars.visit, number)
        model, terms = _fit_header(exposures, number, order, scale, common)
        for _ in range(2):
            model, matched[number] = _fit_catalogue(
                model, basis[rows], terms, stars.sigma[rows], catalogue
            )
        models.append(model)
        place[rows] = model.plane.differentiate(common, basis[rows] @ model.coefficients)[0]
    if not matched.any():
        raise HscError(_describe_footprints(exposures, reference))
    star, known = _link_visits(stars.visit, place, catalogue.places, reach)
    count = len(catalogue.places)
    kept, notes, lost = _leave_out(exposures, star, count, known, reach)
    # What is left of a star may be too little.
    seen = np.bincount(star[kept], minlength=len(known)) + (np.arange(len(known)) < count)
    used_rows = np.flatnonzero(kept & (seen[star] >= 2))
    used, numbered = np.unique(star[used_rows], return_inverse=True)
    found = np.where(used < count, used, -1)
    return Associations(used_rows, numbered, found, tuple(models), common, scale, notes, lost)


@dataclass(frozen=True)
class _Catalogue:
    """Places of reference stars on the common plane, and how near a star of theirs has to be."""

    plane: TangentPlane
    places: Array
    tree: cKDTree
    reach: float

    @classmethod
    def from_reference(
        cls, reference: ReferenceStars, common: TangentPlane, reach: float
    ) -> _Catalogue:
        """Those on the near side of the sky."""
        places = common.project(to_directions(reference.ra, reference.dec))
        places[~np.isfinite(places).all(axis=1)] = _NOWHERE
        return cls(common, places, cKDTree(places), reach)


def _find_plane(ra: Array, dec: Array) -> TangentPlane:
    middle = np.sum(to_directions(ra, dec), axis=0)
    where = to_positions(middle)
    return TangentPlane.touch(float(where[0]), float(where[1]))


def _find_scale(exposures: Exposures) -> float:
    """What holds the corners of all chips, in thousands of pixels."""
    grid = exposures.grid
    u, v = exposures.chips.project(grid.chip, grid.x, grid.y)
    return float(np.ceil((max(np.abs(u).max(), np.abs(v).max()) + 60) / 1000) * 1000)


def _find_rows(visit: Integers, number: int) -> slice:
    first, last = np.searchsorted(visit, [number, number + 1])
    return slice(int(first), int(last))


def _fit_header(
    exposures: Exposures, number: int, order: int, scale: float, common: TangentPlane
) -> tuple[VisitModel, ChipTerms]:
    """The polynomial of a visit as its headers have it, and combinations of terms for its chips.

    Headers of single CCDs are a little off, each in its own way: together they say as much as a
    few points do. What is beyond that is the distortion of the camera, about the axis.
    """
    grid = exposures.grid.take(exposures.grid.visit == number)
    chips, seen = exposures.chips, np.unique(grid.chip)
    u, v = chips.list_points(seen)
    basis = evaluate_basis(u / scale, v / scale, order)
    terms = ChipTerms.from_points(basis, order)
    matrix = terms.matrix
    camera = matrix @ fit_terms(basis @ matrix, np.stack(distort(u, v), axis=1), np.ones(len(u)))
    u, v = chips.project(grid.chip, grid.x, grid.y)
    basis, directions = (
        evaluate_basis(u / scale, v / scale, order),
        to_directions(grid.ra, grid.dec),
    )
    linear = np.concatenate([np.ones((len(u), 1)), basis @ camera], axis=1)
    plane = common.carry_to(np.median(directions, axis=0))
    for turn in range(_TURNS):
        flat = plane.project(directions)
        good = np.isfinite(flat).all(axis=1)
        weight = np.where(good, 1.0, 0.0)
        flat[~good] = 0.0
        affine = fit_terms(linear, flat, weight)
        if turn + 1 < _TURNS:
            plane = plane.carry_to(plane.unproject(affine[:1])[0])
    coefficients = camera @ affine[1:]
    coefficients[0] += affine[0]
    use = max(
        len(list_terms(n)) for n in range(10)
        if n == 1 or len(list_terms(n)) * _CCDS_PER_TERM <= len(seen)
    )  # fmt: skip
    combined = (basis @ matrix)[:, :use]
    change = fit_terms(combined, flat - basis @ coefficients, weight)
    return VisitModel(plane, coefficients + matrix[:, :use] @ change), terms


def fit_terms(basis: Array, values: Array, weight: Array) -> Array:
    """Coefficients (terms, axes) by least squares; what the points do not tie down stays small."""
    root = np.sqrt(weight)[:, None]
    return np.asarray(np.linalg.lstsq(basis * root, values * root, rcond=_TIED)[0])


def _fit_catalogue(
    model: VisitModel,
    basis: Array,
    terms: ChipTerms,
    sigma: Array,
    catalogue: _Catalogue,
) -> tuple[VisitModel, int]:
    """The polynomial of a visit by its stars in the catalogue, and how many there are."""
    common = catalogue.plane
    place = model.plane.differentiate(common, basis @ model.coefficients)[0]
    at, to = _match(place, catalogue.tree, catalogue.reach)
    if len(at) < _MATCHES_MIN:
        return model, len(at)
    use = np.count_nonzero(terms.degrees <= terms.find_order(basis[at]))
    wanted = (
        common.differentiate(model.plane, catalogue.places[to])[0] - basis[at] @ model.coefficients
    )
    matrix = terms.matrix[:, :use]
    combined = basis[at] @ matrix
    good = np.ones(len(at), dtype=np.bool_)
    for _ in range(_ROUNDS):
        change = fit_terms(combined[good], wanted[good], 1 / sigma[at[good]] ** 2)
        off = np.sum((wanted - combined @ change) ** 2, axis=1)
        good = off <= _SIGMAS**2 * max(float(np.mean(off[good])), 1e-18)
    coefficients = model.coefficients + matrix @ change
    return VisitModel(model.plane, coefficients), len(at)


def _match(place: Array, tree: cKDTree, reach: float) -> tuple[Integers, Integers]:
    """Pairs that are each other's nearest within ``reach``."""
    away, to = tree.query(place, distance_upper_bound=reach)
    at = np.flatnonzero(np.isfinite(away))
    at = at[np.lexsort((at, away[at], to[at]))]
    first = np.flatnonzero(np.diff(to[at], prepend=-1))
    chosen = np.sort(at[first])
    return chosen, to[chosen]


def _link_visits(
    visit: Integers, place: Array, catalogue: Array, reach: float
) -> tuple[Integers, Array]:
    """The star of every measurement, and where stars are: the catalogue first, then new ones."""
    known, star = catalogue, np.empty(len(visit), dtype=np.int64)
    for number in range(int(visit.max()) + 1 if len(visit) else 0):
        rows = _find_rows(visit, number)
        here = place[rows]
        found = np.full(len(here), -1)
        if len(known) and len(here):
            at, to = _match(here, cKDTree(known), reach)
            found[at] = to
        new = found < 0
        found[new] = len(known) + np.arange(int(new.sum()))
        known = np.concatenate([known, here[new]])
        star[rows] = found
    return star, known


def _leave_out(
    exposures: Exposures, star: Integers, cataloged: int, known: Array, reach: float
) -> tuple[NDArray[np.bool_], tuple[str, ...], tuple[int, ...]]:
    """Which measurements are used, what was left out, and visits that have nothing in common."""
    stars = exposures.stars
    seen = np.bincount(star, minlength=len(known)) + (np.arange(len(known)) < cataloged)
    kept = seen[star] >= 2
    notes, lost = [], []
    for number, name in enumerate(exposures.visits):
        rows = _find_rows(stars.visit, number)
        common = int(kept[rows].sum())
        chance = _expect_by_chance(known[star[rows]], known, reach)
        if common < max(_CHANCE * chance, _COMMON_MIN):
            lost.append(name)
            is_elsewhere = common < _CHANCE * chance or len(kept[rows]) >= _FIELD_STARS
            notes.append(_describe_lost(name, common, len(kept[rows]), is_elsewhere=is_elsewhere))
            kept[rows] = False
    chips = len(exposures.chips.numbers)
    ccd = stars.visit * chips + stars.chip
    counts = np.bincount(ccd[kept], minlength=len(exposures.visits) * chips)
    for at in np.unique(exposures.grid.visit * chips + exposures.grid.chip):
        number, chip = divmod(int(at), chips)
        if counts[at] < _CCD_STARS_MIN and exposures.visits[number] not in lost:
            ccd_name = int(exposures.chips.numbers[chip])
            notes.append(_describe_thin(exposures.visits[number], ccd_name, int(counts[at])))
    kept &= counts[ccd] >= _CCD_STARS_MIN
    return kept, tuple(notes), tuple(lost)


def _describe_lost(visit: int, common: int, count: int, *, is_elsewhere: bool) -> str:
    return (
        f"visit {visit}: {common} of {count} stars are in the catalogue or another visit: its "
        "coordinates are wrong, or it is another field; left out"
        if is_elsewhere
        else f"visit {visit}: {common} of {count} stars are in the catalogue or another visit: "
        f"{_COMMON_MIN} are needed: take more stars, or a larger catalogue; left out"
    )


def _describe_thin(visit: int, ccd: int, common: int) -> str:
    return f"visit {visit} ccd {ccd}: {common} stars in common with others; left out"


def _expect_by_chance(here: Array, known: Array, reach: float) -> float:
    """Stars of a visit that would have a neighbour within reach if nothing belonged together."""
    if not len(here):
        return 0.0
    low, high = here.min(axis=0), here.max(axis=0)
    near = np.all((known >= low) & (known <= high), axis=1).sum()
    area = float(np.prod(high - low)) or 1.0
    return float(len(here) * min(1.0, near / area * np.pi * reach**2))


def _describe_footprints(exposures: Exposures, reference: ReferenceStars) -> str:
    grid = exposures.grid
    ours = describe_region(grid.ra, grid.dec)
    if not len(reference.ra):
        return f"the catalogue has no stars; the visits are at {ours}"
    theirs = describe_region(reference.ra, reference.dec)
    return (
        f"no star of any visit is in the catalogue: the visits are at {ours}, the catalogue at "
        f"{theirs}"
    )


def describe_region(ra: Array, dec: Array) -> str:
    """The middle of positions, and how far they reach."""
    middle = _find_plane(ra, dec)
    away = np.degrees(np.arccos(np.clip(to_directions(ra, dec) @ middle.axes[2], -1, 1)))
    where = middle.centre
    return f"RA {where[0]:.3f}, Dec {where[1]:.3f} deg, radius {away.max():.2f} deg"
