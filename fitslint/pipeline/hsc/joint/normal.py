"""Least squares over stars, visits and chips: the stars are eliminated, what is left is dense.

Every measurement says: sum over the terms of its visit, plus what its chip adds, is the value of
its star. A star has no coefficient but 1, so that it leaves the normal equations as a weighted
mean (Schur's complement with a diagonal block). On both axes the terms of visits are the same; the
largest part of the matrix is computed once for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri

from fitslint.pipeline.hsc.errors import HscError

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
_BLOCK = 3000
"""Stars whose rows are dense at a time."""
_PRIOR = 1e-9
"""Of the diagonal, added to it: a chip that hardly any star ties down stays where it was."""


class SingularError(HscError):
    """The stars do not tie all unknowns down."""


@dataclass(frozen=True)
class StarSystem:
    """The design of a joint fit, linear about where it stands.

    Attributes
    ----------
    visit, chip, star : int arrays, (n,)
        of every measurement, sorted by visit and chip.
    basis : array, (n, terms)
        terms of the visit.
    slopes : array, (n, axes, parameters)
        by the parameters of the chip.
    visits, chips, stars : int
        how many there are.
    """

    visit: Integers
    chip: Integers
    star: Integers
    basis: Array
    slopes: Array
    visits: int
    chips: int
    stars: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Axes, unknowns of all visits along one of them, unknowns of all chips."""
        return (
            self.slopes.shape[1],
            self.visits * self.basis.shape[1],
            self.chips * self.slopes.shape[2],
        )

    def list_ccds(self) -> Iterator[tuple[int, int, slice]]:
        """Visit, chip and rows of every CCD."""
        key = self.visit * self.chips + self.chip
        starts = np.flatnonzero(np.diff(key, prepend=-1))
        for start, stop in zip(starts, [*starts[1:], len(key)], strict=True):
            yield int(self.visit[start]), int(self.chip[start]), slice(int(start), int(stop))

    def average(
        self, values: Array, weight: Array, good: Flags, prior: Array, prior_weight: Array
    ) -> Array:
        """The values of stars, (stars, axes): means of measurements and what was known before.

        A star of which nothing is good is where all its measurements have it.
        """
        known = np.bincount(self.star, good, self.stars) + (prior_weight > 0) > 0
        weight = np.where(good | ~known[self.star], weight, 0.0)
        total = np.bincount(self.star, weight, self.stars) + prior_weight
        sums = [
            np.bincount(self.star, weight * values[:, axis], self.stars)
            + prior_weight * prior[:, axis]
            for axis in range(values.shape[1])
        ]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.stack(sums, axis=1) / total[:, None]

    def apply(self, step: JointStep) -> Array:
        """By how much the sums of measurements change, (n, axes)."""
        found = np.einsum("nap,np->na", self.slopes, step.chips[self.chip])
        for number in range(self.visits):
            rows = self._find_visit(number)
            found[rows] += self.basis[rows] @ step.visits[number]
        return np.asarray(found)

    def _find_visit(self, number: int) -> slice:
        first, last = np.searchsorted(self.visit, [number, number + 1])
        return slice(int(first), int(last))

    def project(self, weighted: Array) -> JointStep:
        """The gradient: weighted residuals (n, axes) against all unknowns."""
        visits = np.stack(
            [
                self.basis[rows].T @ weighted[rows]
                for rows in map(self._find_visit, range(self.visits))
            ]
        )
        parts = np.einsum("nap,na->np", self.slopes, weighted)
        chips = np.stack([np.bincount(self.chip, part, self.chips) for part in parts.T], axis=1)
        return JointStep(visits, chips.astype(np.float64))


@dataclass(frozen=True)
class JointStep:
    """A value for every unknown but the stars.

    Attributes
    ----------
    visits : array, (visits, terms, axes)
    chips : array, (chips, parameters)
    """

    visits: Array
    chips: Array


class NormalFactor:
    """The normal equations of a system, factored: right-hand sides are solved at once.

    Parameters
    ----------
    system : StarSystem
    weight : array, (n,)
        of measurements; 0 leaves one out.
    prior_weight : array, (stars,)
        of what was known of stars before; inf where they do not move.
    chip_weight : array, (parameters,)
        of what was known of parameters of chips before.

    Raises
    ------
    SingularError
        when the stars do not tie the unknowns down.
    """

    def __init__(
        self, system: StarSystem, weight: Array, prior_weight: Array, chip_weight: Array
    ) -> None:
        self._system, self._chip_weight = system, chip_weight
        axes, visits, chips = system.sizes
        poly = np.zeros((visits, visits))
        cross = np.zeros((axes, visits, chips))
        shift = np.zeros((chips, chips))
        self._add_measurements(weight, poly, cross, shift)
        self._eliminate_stars(weight, prior_weight, poly, cross, shift)
        matrix = np.zeros((axes * visits + chips,) * 2)
        for axis in range(axes):
            part = slice(axis * visits, (axis + 1) * visits)
            matrix[part, part] = poly
            matrix[part, axes * visits :] = cross[axis]
            matrix[axes * visits :, part] = cross[axis].T
        shift[np.diag_indices_from(shift)] += np.tile(chip_weight, system.chips)
        matrix[axes * visits :, axes * visits :] = shift
        self._gauge = self._hold_gauge(matrix[axes * visits :, axes * visits :])
        self._scale = 1 / np.sqrt(np.maximum(np.diag(matrix), np.finfo(float).tiny))
        matrix *= self._scale[:, None]
        matrix *= self._scale[None, :]
        matrix[np.diag_indices_from(matrix)] += _PRIOR
        try:
            self._factor = cho_factor(matrix, overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError as error:
            raise SingularError(self._explain(str(error))) from None

    def _explain(self, reason: str) -> str:
        axes, visits, _ = self._system.sizes
        at = int("".join(filter(str.isdigit, reason)) or 1) - 1
        terms, parameters = self._system.basis.shape[1], self._system.slopes.shape[2]
        if at < axes * visits:
            what = f"term {at % terms} of visit number {at % visits // terms + 1}"
        else:
            what = f"chip number {(at - axes * visits) // parameters + 1}"
        return f"the stars do not tie down {what}: take a lower order, or more stars"

    def _add_measurements(self, weight: Array, poly: Array, cross: Array, shift: Array) -> None:
        system = self._system
        terms, parameters = system.basis.shape[1], system.slopes.shape[2]
        for visit, chip, rows in system.list_ccds():
            basis, slopes = system.basis[rows], system.slopes[rows]
            weighted = basis * weight[rows, None]
            at = slice(visit * terms, (visit + 1) * terms)
            of = slice(chip * parameters, (chip + 1) * parameters)
            poly[at, at] += basis.T @ weighted
            cross[:, at, of] += np.einsum("nk,nap->akp", weighted, slopes)
            shift[of, of] += np.einsum("nap,naq,n->pq", slopes, slopes, weight[rows])

    def _eliminate_stars(
        self, weight: Array, prior_weight: Array, poly: Array, cross: Array, shift: Array
    ) -> None:
        system = self._system
        axes, terms = system.slopes.shape[1], system.basis.shape[1]
        parameters = system.slopes.shape[2]
        total = np.bincount(system.star, weight, system.stars) + prior_weight
        with np.errstate(divide="ignore"):
            root = np.where(total > 0, 1 / np.sqrt(total), 0.0)
        order = np.argsort(system.star, kind="stable")
        ends = np.searchsorted(system.star[order], np.arange(0, system.stars + _BLOCK, _BLOCK))
        for number, (first, last) in enumerate(pairwise(ends)):
            rows = order[first:last]
            star = system.star[rows] - number * _BLOCK
            count = min(_BLOCK, system.stars - number * _BLOCK)
            scale = weight[rows] * root[system.star[rows]]
            terms_of = np.zeros((count, system.visits, terms))
            terms_of[star, system.visit[rows]] = system.basis[rows] * scale[:, None]
            dense = terms_of.reshape(count, -1)
            poly -= dense.T @ dense
            slopes = system.slopes[rows] * scale[:, None, None]
            for axis in range(axes):
                shifts_of = np.zeros((count, system.chips, parameters))
                np.add.at(shifts_of, (star, system.chip[rows]), slopes[:, axis])
                part = shifts_of.reshape(count, -1)
                cross[axis] -= dense.T @ part
                shift -= part.T @ part

    def _hold_gauge(self, shift: Array) -> Array:
        """Hold the mean of every parameter of chips, which visits can take over; how strongly."""
        parameters = self._system.slopes.shape[2]
        found = np.empty(parameters)
        for at in range(parameters):
            part = shift[at::parameters, at::parameters]
            found[at] = max(np.trace(part) / len(part), np.finfo(float).tiny)
            part += found[at]
        return found

    def pull(self, away: Array) -> Array:
        """The gradient, (chips, parameters), of chips that are away from where they were known."""
        return np.asarray(self._chip_weight * away + self._gauge * away.sum(axis=0))

    @cached_property
    def _inverse(self) -> Array:
        """That of the scaled matrix; its upper half."""
        return np.asarray(dpotri(*self._factor)[0])

    def find_variance(self, visit: int, chip: int, basis: Array, slopes: Array) -> Array:
        """How uncertain sums on a CCD are, (n, axes), where what was not known before is free.

        Parameters
        ----------
        basis : array, (n, terms)
        slopes : array, (n, axes, parameters)
        """
        axes, visits, _ = self._system.sizes
        terms, parameters = basis.shape[1], slopes.shape[2]
        found = np.empty((len(basis), axes))
        for axis in range(axes):
            at = np.concatenate([
                axis * visits + visit * terms + np.arange(terms),
                axes * visits + chip * parameters + np.arange(parameters),
            ])  # fmt: skip
            block = self._inverse[np.ix_(at, at)]
            block = np.triu(block) + np.triu(block, 1).T
            rows = np.concatenate([basis, slopes[:, axis]], axis=1) * self._scale[at]
            found[:, axis] = np.einsum("np,np->n", rows @ block, rows)
        return found

    def solve(self, gradient: JointStep) -> JointStep:
        """The step whose gradient is this one."""
        axes, visits, _ = self._system.sizes
        flat = [*np.moveaxis(gradient.visits, 2, 0).reshape(axes, -1), gradient.chips.ravel()]
        found = cho_solve(self._factor, np.concatenate(flat) * self._scale, check_finite=False)
        found *= self._scale
        head = found[: axes * visits].reshape(axes, self._system.visits, -1)
        return JointStep(
            np.moveaxis(head, 0, 2), found[axes * visits :].reshape(gradient.chips.shape)
        )
