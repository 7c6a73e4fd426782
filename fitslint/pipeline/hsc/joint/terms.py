"""Combinations of terms that the CCDs of a visit and its stars can tell apart.

Over a part of the focal plane the terms of a polynomial are all but the same function. Combined so
that each is one in the mean square over the CCDs and has nothing of those before it, they are
independent again. What the CCDs do not see of a term is left out, and so are the degrees that the
stars do not tie down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from fitslint.pipeline.hsc.joint.camera import ChipPlaces
from fitslint.pipeline.hsc.joint.polynomial import evaluate_basis, list_terms

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
_UNSEEN = 1e-7
"""Of a term, beside those before it: less is not seen by the CCDs."""
_VARIANCE_MAX = 2.0
"""Of a polynomial anywhere on the CCDs, in units of that of one star."""


@dataclass(frozen=True)
class VisitTerms:
    """What is fitted of the polynomials of visits.

    Attributes
    ----------
    matrices : array, (visits, terms, terms)
        Chebyshev's terms (rows) of every combination (columns); 0 in columns that are not fitted.
    orders : tuple of int
        the degree that the stars of a visit carry.
    wanted : int
        the degree that was asked for.
    """

    matrices: Array
    orders: tuple[int, ...]
    wanted: int

    def combine(self, visit: Integers, basis: Array) -> Array:
        """Combinations (n, terms) of Chebyshev's terms (n, terms); ``visit`` ascends."""
        found = np.empty_like(basis)
        ends = np.searchsorted(visit, np.arange(len(self.orders) + 1))
        for matrix, first, last in zip(self.matrices, ends[:-1], ends[1:], strict=True):
            found[first:last] = basis[first:last] @ matrix
        return found

    @property
    def count(self) -> int:
        """How many combinations are fitted, along one axis."""
        return int(np.count_nonzero(self.matrices.any(axis=1)))

    def expand(self, coefficients: Array) -> Array:
        """Coefficients of Chebyshev's terms from those of combinations, (visits, terms, axes)."""
        return np.asarray(self.matrices @ coefficients)


@dataclass(frozen=True)
class ChipTerms:
    """Combinations of terms that are independent on some chips.

    Attributes
    ----------
    matrix : array, (terms, terms)
        Chebyshev's terms (rows) of every combination (columns); 0 in columns that are not seen.
    there : array, (n, terms)
        combinations all over the chips.
    degrees : int array, (terms,)
    """

    matrix: Array
    there: Array
    degrees: Integers

    @classmethod
    def from_points(cls, basis: Array, order: int) -> ChipTerms:
        """Of Chebyshev's terms all over the chips, (n, terms)."""
        degrees = np.array([i + j for i, j in list_terms(order)])
        size = np.linalg.norm(basis, axis=0)
        matrix = np.zeros((basis.shape[1],) * 2)
        kept = np.abs(np.diag(_find_upper(basis))) > _UNSEEN * size
        independent = _find_upper(basis[:, kept]) / np.sqrt(len(basis))
        matrix[np.ix_(kept, kept)] = solve_triangular(independent, np.eye(len(independent)))
        return cls(matrix, basis @ matrix, degrees)

    def find_order(self, basis: Array) -> int:
        """The degree that stars tie down, all over the chips about as well as one star is.

        Parameters
        ----------
        basis : array, (n, terms)
            Chebyshev's terms of the stars.
        """
        stars = basis @ self.matrix
        fitted = np.flatnonzero(stars.any(axis=0))[: len(stars)]
        upper = _find_upper(stars[:, fitted])
        upper[np.diag_indices_from(upper)] += np.where(np.abs(np.diag(upper)) < 1e-9, 1e-9, 0.0)
        found = solve_triangular(upper.T, self.there[:, fitted].T, lower=True)
        variance = np.cumsum(found**2, axis=0).max(axis=1)
        left_out = np.setdiff1d(np.flatnonzero(self.matrix.any(axis=0)), fitted)
        beyond = [*fitted[variance > _VARIANCE_MAX], *left_out]
        return max(int(min(self.degrees[beyond], default=self.degrees[-1] + 1)) - 1, 0)


def _find_upper(basis: Array) -> Array:
    """The triangle R of basis = Q R."""
    return np.asarray(np.linalg.qr(basis, mode="r"))


def choose_terms(
    visit: Integers,
    chip: Integers,
    basis: Array,
    chips: ChipPlaces,
    *,
    visits: int,
    order: int,
    scale: float,
    without: slice = slice(0),
) -> VisitTerms:
    """What the stars of every visit can carry on the chips on which they are.

    Parameters
    ----------
    visit, chip : int arrays, (n,)
        of the stars; visits ascend.
    basis : array, (n, terms)
        Chebyshev's terms at them.
    order : int
        the degree that is wanted.
    scale : float
        focal-plane pixels that are 1 in polynomials.
    without : slice
        terms that are not fitted.
    """
    made: dict[bytes, ChipTerms] = {}
    matrices, orders = np.zeros((visits, *basis.shape[1:] * 2)), [0] * visits
    ends = np.searchsorted(visit, np.arange(visits + 1))
    for number in range(visits):
        rows = slice(ends[number], ends[number + 1])
        seen = np.unique(chip[rows])
        if not len(seen):
            continue
        key = seen.tobytes()
        if key not in made:
            u, v = chips.list_points(seen)
            there = evaluate_basis(u / scale, v / scale, order)
            there[:, without] = 0.0
            made[key] = ChipTerms.from_points(there, order)
        orders[number] = made[key].find_order(basis[rows])
        matrices[number] = made[key].matrix * (made[key].degrees <= orders[number])
    return VisitTerms(matrices, tuple(orders), order)
