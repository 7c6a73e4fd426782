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
_CYCLE = 0.3
"""Part of a maximum down to which components are taken before the whole map is looked at."""
_ACTIVE = 1000
"""Pixels of which components are taken before the whole map is looked at again."""
_MINOR_STEPS = 2000
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
    max_steps: int = MAX_STEPS, start: Floats | None = None,
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
    start : array, optional
        components that an earlier one has found.

    Raises
    ------
    DivergenceError
        when it diverges.
    """
    rest = np.where(inside, dirty, 0.0)
    components = np.zeros((SIZE, SIZE))
    first = float(abs(rest).max(initial=0))
    if start is not None:
        components += start
        rest = np.where(inside, dirty - grid.make_map(grid.see_map(components)), 0.0)
    steps = 0
    while steps < max_steps:
        peak = float(abs(rest).max(initial=0))
        if peak <= criterion:
            return Cleaned(components, steps, True)
        _stop_divergence(peak, first)
        steps += _take_highest(rest, grid.beam, components, criterion, gain)
        rest = np.where(inside, dirty - grid.make_map(grid.see_map(components)), 0.0)
    return Cleaned(components, steps, False)


def _take_highest(
    rest: Floats, beam: Floats, components: Floats, criterion: float, gain: float
) -> int:
    """Take components of the highest pixels until one of the others may be higher; how often.

    The pixels are few and the beam is a whole one (Clark 1980, A&A 89, 377, takes a part).
    """
    heights = abs(rest).ravel()
    highest = np.argpartition(heights, -_ACTIVE)[-_ACTIVE:]
    # Of those that stay out none is higher than the lowest of them.
    limit = max(criterion, _CYCLE * float(heights.max()), float(heights[highest].min()))
    rows, columns = np.divmod(highest, SIZE)
    values, taken = rest[rows, columns], np.zeros(_ACTIVE)
    steps = 0
    while steps < _MINOR_STEPS:
        at = int(abs(values).argmax())
        value = gain * float(values[at])
        if abs(value) <= gain * limit:
            break
        taken[at] += value
        values -= value * beam[rows - rows[at], columns - columns[at]]
        steps += 1
    components[rows, columns] += taken
    return steps


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
        peak = float(abs(rest).max(initial=0))
        if peak <= criterion:
            return Cleaned(components, step, True)
        _stop_divergence(peak, first)
        taken = np.where(abs(rest) >= trim * peak, rest, 0.0)
        smeared = grid.make_map(grid.see_map(taken))
        factor = gain * peak / float(abs(smeared).max())
        components += factor * taken
        rest -= factor * np.where(inside, smeared, 0.0)
    return Cleaned(components, _MAX_ROUNDS, False)


def _stop_divergence(peak: float, first: float) -> None:
    if not peak <= _DIVERGED * first:
        raise DivergenceError(
            "CLEAN diverges: its residual grows. Raise the criterion, or look at the calibration"
        )
