"""The inverse of a map of a plane, by a bounded number of damped Newton steps."""

from __future__ import annotations

from typing import Protocol

from fitslint.wcs.distortions.surface import Matrix
from fitslint.wcs.maths import NAN, Maths, T

STEPS_MAX = 60
"""Evaluations after which a point is given up; near-identity maps take three to six."""
STEP_TOLERANCE = 1e-13
"""Length of a step, relative to the size of the coordinates, that is the last to be taken."""
RESIDUAL_TOLERANCE = 1e-11
"""Relative distance from the target beyond which what was found is no answer."""


class InvertibleMap(Protocol):
    """A map of a plane that has a Jacobian matrix."""

    def correct(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Where a point goes."""

    def differentiate(self, maths: Maths[T], x: T, y: T) -> Matrix[T]:
        """The Jacobian matrix."""


def invert_map(
    maths: Maths[T], mapping: InvertibleMap, target: tuple[T, T], start: tuple[T, T]
) -> tuple[T, T]:
    """The points that a map brings to the targets; NaN where no step leads to one.

    A step that does not bring a point closer is halved, one that does is doubled up to the whole.
    Where the map folds, there are several answers, of which this is one near the start.

    Parameters
    ----------
    maths : Maths
    mapping : InvertibleMap
    target, start : (value, value)
        where to, and from where to search.
    """
    x, y = start
    size = sum_absolute(maths, target) + sum_absolute(maths, start) + 1e-300
    miss_x, miss_y, miss = _measure_miss(maths, mapping, (x, y), target)
    step_x, step_y = _solve_step(maths, mapping, (x, y), (miss_x, miss_y))
    part = maths.fill(x, 1.0)
    for _ in range(STEPS_MAX):
        small = (sum_absolute(maths, (step_x, step_y)) <= size * STEP_TOLERANCE) | (miss == 0)
        if maths.all(small | maths.isnan(miss + step_x + step_y)):
            break
        new_x, new_y = x - step_x * part, y - step_y * part
        new_miss_x, new_miss_y, new_miss = _measure_miss(maths, mapping, (new_x, new_y), target)
        closer = new_miss < miss
        x, y = maths.select(closer, new_x, x), maths.select(closer, new_y, y)
        miss = maths.select(closer, new_miss, miss)
        miss_x = maths.select(closer, new_miss_x, miss_x)
        miss_y = maths.select(closer, new_miss_y, miss_y)
        part = maths.select(closer, maths.minimum(part * 2, 1.0), part * 0.5)
        step_x, step_y = _solve_step(maths, mapping, (x, y), (miss_x, miss_y))
    found = miss <= size * RESIDUAL_TOLERANCE
    last = found & (sum_absolute(maths, (step_x, step_y)) <= size * STEP_TOLERANCE)
    x, y = x - maths.select(last, step_x, 0.0), y - maths.select(last, step_y, 0.0)
    return maths.select(found, x, NAN), maths.select(found, y, NAN)


def sum_absolute(maths: Maths[T], point: tuple[T, T]) -> T:
    """|x| + |y|, which unlike the root of the squares neither overflows early nor underflows."""
    return maths.absolute(point[0]) + maths.absolute(point[1])


def _measure_miss(
    maths: Maths[T], mapping: InvertibleMap, point: tuple[T, T], target: tuple[T, T]
) -> tuple[T, T, T]:
    x, y = mapping.correct(maths, *point)
    miss_x, miss_y = x - target[0], y - target[1]
    return miss_x, miss_y, sum_absolute(maths, (miss_x, miss_y))


def _solve_step(
    maths: Maths[T], mapping: InvertibleMap, point: tuple[T, T], miss: tuple[T, T]
) -> tuple[T, T]:
    one, two, three, four = mapping.differentiate(maths, *point)
    determinant = one * four - two * three
    return (
        maths.divide(four * miss[0] - two * miss[1], determinant),
        maths.divide(one * miss[1] - three * miss[0], determinant),
    )
