"""Good time intervals: sorted, apart from each other, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Intervals:
    """Intervals of time in seconds: shape (n, 2), sorted, none empty, none touching the next."""

    edges: NDArray[np.float64]

    @classmethod
    def from_pairs(cls, pairs: ArrayLike) -> Intervals:
        """The union of intervals in any order; empty and undefined ones are left out.

        Examples
        --------
        >>> Intervals.from_pairs([(5, 9), (0, 2), (1, 3), (4, 4)]).edges.tolist()
        [[0.0, 3.0], [5.0, 9.0]]
        """
        found = np.asarray(pairs, np.float64).reshape(-1, 2)
        found = found[np.isfinite(found).all(axis=1) & (found[:, 1] > found[:, 0])]
        found = found[np.argsort(found[:, 0], kind="stable")]
        if not len(found):
            return cls(found)
        reach = np.maximum.accumulate(found[:, 1])
        first = np.concatenate([[True], found[1:, 0] > reach[:-1]])
        last = np.concatenate([np.flatnonzero(first)[1:] - 1, [len(found) - 1]])
        return cls(np.column_stack([found[first, 0], reach[last]]))

    @property
    def total(self) -> float:
        """Seconds of all."""
        return float(np.sum(self.edges[:, 1] - self.edges[:, 0]))

    @property
    def span(self) -> tuple[float, float]:
        """Begin of the first and end of the last."""
        return float(self.edges[0, 0]), float(self.edges[-1, 1])

    def intersect(self, other: Intervals) -> Intervals:
        """What lies in both.

        Examples
        --------
        >>> one = Intervals.from_pairs([(0, 10), (20, 30)])
        >>> one.intersect(Intervals.from_pairs([(5, 22)])).edges.tolist()
        [[5.0, 10.0], [20.0, 22.0]]
        """
        bounds = np.unique(np.concatenate([self.edges.ravel(), other.edges.ravel()]))
        if len(bounds) < 2:
            return Intervals(np.empty((0, 2)))
        middles = (bounds[:-1] + bounds[1:]) / 2
        inside = self.select(middles) & other.select(middles)
        return Intervals.from_pairs(np.column_stack([bounds[:-1], bounds[1:]])[inside])

    def select(self, times: Numbers) -> NDArray[np.bool_]:
        """Which times are in an interval, its begin included and its end not."""
        if not len(self.edges):
            return np.zeros(np.shape(times), bool)
        at = np.searchsorted(self.edges[:, 0], times, side="right") - 1
        inside = (at >= 0) & (np.asarray(times) < self.edges[np.maximum(at, 0), 1])
        return np.asarray(inside, bool)

    def measure_overlap(self, edges: Numbers) -> NDArray[np.float64]:
        """Good seconds between every edge and the next."""
        starts = np.append(self.edges[:, 0], np.inf)
        before = np.concatenate([[0.0], np.cumsum(self.edges[:, 1] - self.edges[:, 0])])
        at = np.searchsorted(starts, edges, side="right") - 1
        inside = np.minimum(edges, self.edges[np.maximum(at, 0), 1]) - starts[np.maximum(at, 0)]
        reached = np.where(at < 0, 0.0, before[np.maximum(at, 0)] + inside)
        return np.diff(reached)


def intersect_all(several: Iterable[Intervals]) -> Intervals:
    """What lies in each of several, at least one."""
    first, *rest = several
    for other in rest:
        first = first.intersect(other)
    return first
