"""Gains of the antennas from redundant pairs.

Pairs of one arm with the same baseline see the same visibility, so that the gains of its antennas
follow from the data alone, but for the amplitude of the arm, its phase and a gradient of phase
along it (Noordam & de Bruyn 1982, Nature 299, 597). North and east-west arm have no baseline in
common: what is left open is found from the disk (``pointing.py``).
"""

from __future__ import annotations

import numpy as np

from fitslint.pipeline.norh.antennas import ANTENNAS
from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.synthesis.array import (
    ARMS,
    FIRST,
    PLACES,
    SECOND,
    Complexes,
    Floats,
    Mask,
)

_MAX_ROUNDS = 3000
_PRECISION = 1e-7
"""Change of a gain in a round, below which there are no more."""
_MIN_GOOD = 8
"""Good antennas of an arm, below which no image is made."""


def solve_gains(correlations: Complexes, good: Mask, used: Mask) -> Complexes:
    """Gains of the antennas, each arm with a mean logarithm of amplitude of 0.

    Parameters
    ----------
    correlations : array of complex, shape (3486,)
        g_i conj(g_j) V of every pair.
    good : array of bool, shape (84,)
        antennas that are used; the others get a gain of 0.
    used : array of bool, shape (3486,)
        pairs of them that are looked at.

    Raises
    ------
    NorhError
        when an arm has fewer than 8 good antennas, or an antenna no redundant pair.
    """
    size = len(ANTENNAS)
    matrix = np.zeros((size, size), complex)
    matrix[FIRST, SECOND] = correlations
    matrix[SECOND, FIRST] = correlations.conj()
    known = np.zeros((size, size), bool)
    known[FIRST, SECOND] = known[SECOND, FIRST] = used
    gains: Complexes = np.zeros(size, complex)
    for name, arm in ARMS.items():
        at = np.arange(size)[arm][good[arm]]
        if len(at) < _MIN_GOOD:
            raise NorhError(
                f"the {name} arm has {len(at)} good antennas; an image needs {_MIN_GOOD}"
            )
        groups = _Groups(PLACES[at].sum(axis=1), known[np.ix_(at, at)])
        if groups.count_open():
            names = [ANTENNAS[one] for one in at[groups.find_isolated()]]
            raise NorhError(
                f"the gain of {', '.join(names[:5]) or 'some antennas'} in the {name} arm is "
                "unknown: no other pair has their baselines; name them among the bad ones"
            )
        gains[at] = _alternate(matrix[np.ix_(at, at)], groups)
    return gains


class _Groups:
    """The pairs of an arm that have the same baseline, of those that are ``known``."""

    def __init__(self, places: Floats, known: Mask) -> None:
        self.places, self.known = places, known
        step = places[None, :] - places[:, None]
        self.first, self.second = np.nonzero(known & (step > 0))
        steps = step[self.first, self.second]
        self.steps, self.group = np.unique(steps, return_inverse=True)

    def count_open(self) -> int:
        """Combinations of phases that are free, besides an offset and a gradient."""
        size = len(self.places)
        rows = np.zeros((len(self.first), size))
        at = np.arange(len(self.first))
        rows[at, self.first], rows[at, self.second] = 1, -1
        mean = np.zeros((len(self.steps), size))
        np.add.at(mean, self.group, rows)
        rows -= (mean / np.bincount(self.group)[:, None])[self.group]
        values = np.linalg.eigvalsh(rows.T @ rows)
        return int((values < 1e-9 * values[-1]).sum()) - 2

    def find_isolated(self) -> list[int]:
        """Antennas without which less is free."""
        known = self.count_open()
        everyone = np.arange(len(self.places))
        others = ((at, np.delete(everyone, at)) for at in everyone)
        return [
            int(at) for at, some in others
            if _Groups(self.places[some], self.known[np.ix_(some, some)]).count_open() < known
        ]  # fmt: skip


def _alternate(matrix: Complexes, groups: _Groups) -> Complexes:
    """Least squares for gains and visibilities by turns."""
    first, second = groups.first, groups.second
    data = matrix[first, second]
    gains = np.ones(len(matrix), complex)
    model = np.zeros_like(matrix)
    for _ in range(_MAX_ROUNDS):
        before = gains
        product = gains[first] * gains[second].conj()
        value = _sum(groups.group, data * product.conj()) / _sum(groups.group, abs(product) ** 2)
        model[first, second] = value[groups.group]
        model[second, first] = model[first, second].conj()
        seen = model * gains.conj()
        found = (matrix * seen.conj()).sum(axis=1) / (abs(seen) ** 2).sum(axis=1)
        gains = (gains + found) / 2
        gains = gains / np.exp(np.log(abs(gains)).mean())
        if abs(gains - before).max() < _PRECISION:
            break
    return gains


def _sum(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    real = np.bincount(group, values.real)
    return real + 1j * np.bincount(group, values.imag) if np.iscomplexobj(values) else real
