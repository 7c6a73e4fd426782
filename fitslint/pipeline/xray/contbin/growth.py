"""How a bin grows: by the neighbour whose smoothed value is nearest to that of its first pixel."""

from __future__ import annotations

import math
from heapq import heappop, heappush

from fitslint.pipeline.xray.contbin.bin import FREE, Bin, PixelField

_SLACK = 1e-9
"""By how much a pixel is looked at too early rather than too late, for rounding."""
_Candidate = tuple[float, int, int]
"""Distance from the value aimed at, when and where it was met, and the pixel."""


def grow_bin(field: PixelField, number: int, seed: int, threshold: float) -> Bin:
    """A new bin from a pixel on, until its signal to noise is that of the threshold.

    Of the free neighbours within the constraint, the one nearest in smoothed value is added; among
    equals the one beside the pixel that came first, in the order of `PixelField.steps`.
    """
    found = Bin(field, number)
    rim = _Rim(found, seed)
    found.add(seed)
    rim.extend(seed)
    enough = threshold * threshold
    while found.measure_sn_squared() < enough:
        pixel = rim.pop_nearest()
        if pixel is None:
            break
        found.add(pixel)
        rim.extend(pixel)
    return found


class _Rim:
    """The free neighbours of a growing bin.

    One that is out of reach of the constraint sleeps until the centroid may have moved, and the
    radius grown, by as much as it was too far away: ``_travel`` is the length of the way of the
    centroid, and never decreases; nor does the radius.
    """

    def __init__(self, owner: Bin, seed: int) -> None:
        field = owner.field
        self._bin = owner
        self._field = field
        self._aim = field.smoothed[seed]
        self._order = 0
        self._met: set[int] = {seed}
        self._awake: list[_Candidate] = []
        self._asleep: list[tuple[float, _Candidate]] = []
        self._travel = 0.0
        self._centre = field.find_place(seed)
        self._centroid: tuple[float, float] = self._centre

    def extend(self, pixel: int) -> None:
        """Meet the neighbours of a pixel that was added."""
        field, order = self._field, self._order
        owner, smoothed, met = field.owner, field.smoothed, self._met
        for step in field.steps:
            neighbour = pixel + step
            if owner[neighbour] == FREE and neighbour not in met:
                met.add(neighbour)
                delta = abs(smoothed[neighbour] - self._aim)
                heappush(self._awake, (delta, order, neighbour))
            order += 1
        self._order = order

    def pop_nearest(self) -> int | None:
        """The pixel to be added next; None where there is none within reach."""
        if self._field.reach is None:
            return heappop(self._awake)[2] if self._awake else None
        x, y, limit = self._follow_centroid(self._field.reach)
        width, limit_squared = self._field.width, self._field.reach_squared or 0.0
        radius = self._bin.find_radius()
        while self._awake:
            candidate = heappop(self._awake)
            row, column = divmod(candidate[2], width)
            dx, dy = x - (column - 1), y - (row - 1)
            squared = dx * dx + dy * dy
            if squared / (radius * radius) < limit_squared:
                return candidate[2]
            wake = self._travel + max(math.sqrt(squared), limit)
            heappush(self._asleep, (wake, candidate))
        return None

    def _follow_centroid(self, reach: float) -> tuple[float, float, float]:
        """Centroid and limit as they are now; who may have come within reach is woken."""
        x, y = self._bin.find_centroid()
        self._travel += math.hypot(x - self._centroid[0], y - self._centroid[1])
        self._centroid = x, y
        limit = reach * self._bin.find_radius()
        due = (self._travel + limit) * (1 + _SLACK) + _SLACK
        while self._asleep and self._asleep[0][0] <= due:
            heappush(self._awake, heappop(self._asleep)[1])
        return x, y, limit
