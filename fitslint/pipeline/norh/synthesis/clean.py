"""CLEAN: a dirty map is taken apart into points.

Hogbom (1974, A&AS 15, 417) takes the highest point by turns, which suits flares; Steer, Dewdney &
Ito (1984, A&A 137, 159) take all that stands above a contour, which suits what is extended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fitslint.pipeline.norh.errors import NorhError
from fitslint.pipeline.norh.synthesis.array import Floats, Mask
from fitslint.pipeline.norh.synthesis.dirty import SIZE, UvGrid

MAX_STEPS = 20_000
"""Steps of Hogbom's algorithm, after which an image is as it is and says so."""
_MAX_ROUNDS = 500
"""Rounds of Steer's."""
_DIVERGED = 3.0
"""Times the first maximum, at which CLEAN is running away."""


class DivergenceError(NorhError):
    """CLEAN runs away from what it is to find."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What CLEAN has found.

    Parameters
    ----------
    components : array, shape (512, 512)
        K arcsec2 of every pixel of the dirty map.
    steps : int
        how often a component was taken.
    converged : bool
        whether the criterion was reached.
    """

    components: Floats
    steps: int
    converged: bool


def clean_points(
    dirty: Floats, grid: UvGrid, inside: Mask, criterion: float, *, gain: float = 0.1,
    max_steps: int = MAX_STEPS,
) -> Cleaned:  # fmt: skip
    """Hogbom's CLEAN.

    Parameters
    ----------
    dirty : array, shape (512, 512)
        the map, in K arcsec2 of a point.
    grid : UvGrid
        of which it was made.
    inside : array of bool
        where components may be.
    criterion : float
        K arcsec2; it ends where no pixel inside is farther from 0.
    gain : float
        part of a maximum that is taken.
    max_steps : int
        it ends there in any case.

    Raises
    ------
    DivergenceError
        when it diverges.
    """
    # In single precision and twice side by side: subtracting a shifted beam is one slice.
    twice = np.tile(grid.beam.astype(np.float32), (2, 2))
    rest = np.where(inside, dirty, 0).astype(np.float32)
    mask = inside.astype(np.float32)
    components = np.zeros((SIZE, SIZE))
    work = np.empty_like(rest)
    first = float(abs(rest).max(initial=0))
    for step in range(max_steps):
        np.abs(rest, out=work)
        at = int(work.argmax())
        row, column = divmod(at, SIZE)
        peak = float(rest[row, column])
        if abs(peak) <= criterion:
            return Cleaned(components, step, True)
        _stop_divergence(abs(peak), first)
        components[row, column] += gain * peak
        top, left = SIZE - row, SIZE - column
        np.multiply(twice[top : top + SIZE, left : left + SIZE], gain * peak, out=work)
        work *= mask
        rest -= work
    return Cleaned(components, max_steps, False)


def clean_contours(
    dirty: Floats, grid: UvGrid, inside: Mask, criterion: float, *, gain: float = 0.2,
    trim: float = 0.8,
) -> Cleaned:  # fmt: skip
    """Steer's CLEAN, with negative components; ``trim`` is the contour by the maximum.

    Raises
    ------
    DivergenceError
        when it diverges.
    """
    components = np.zeros((SIZE, SIZE))
    rest = np.where(inside, dirty, 0.0)
    first = float(abs(rest).max(initial=0))
    for step in range(_MAX_ROUNDS):
        at = np.unravel_index(abs(rest).argmax(), rest.shape)
        peak = float(abs(rest[at]))
        if peak <= criterion:
            return Cleaned(components, step, True)
        _stop_divergence(peak, first)
        taken = np.where(abs(rest) >= trim * peak, rest, 0.0)
        smeared = grid.make_map(grid.see_map(taken))
        factor = gain * peak / float(abs(smeared[at]))
        components += factor * taken
        rest -= factor * np.where(inside, smeared, 0.0)
    return Cleaned(components, _MAX_ROUNDS, False)


def _stop_divergence(peak: float, first: float) -> None:
    if not peak <= _DIVERGED * first:
        raise DivergenceError(
            "CLEAN diverges: its residual grows. Raise the criterion, or look at the calibration"
        )
