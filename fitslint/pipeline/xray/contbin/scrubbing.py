"""What becomes of bins that stayed below the threshold: their pixels go to their neighbours."""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.contbin.bin import Bin, PixelField

_Candidate = tuple[float, int, int, int]
"""Difference of the smoothed values, when and where it was met, pixel, and its neighbour."""


def scrub_bins(field: PixelField, bins: list[Bin], threshold: float) -> list[int]:
    """Dissolve bins below the threshold, the faintest of them first.

    Returns
    -------
    list of int
        numbers of the bins that could not be dissolved whole, since they have no neighbours.
    """
    enough = threshold * threshold
    ratios = {found.number: found.measure_sn_squared() for found in bins}
    faint = {number: ratio for number, ratio in ratios.items() if ratio < enough}
    stuck = []
    while faint:
        lowest = min(faint, key=faint.__getitem__)
        del faint[lowest]
        whole, targets = dissolve_bin(field, bins, bins[lowest])
        if not whole:
            stuck.append(lowest)
        for number in faint.keys() & targets:
            ratio = bins[number].measure_sn_squared()
            if ratio < enough:
                faint[number] = ratio
            else:
                # It is bright enough now, and never dissolved even if it becomes fainter again.
                del faint[number]
    return stuck


def dissolve_bin(field: PixelField, bins: list[Bin], dissolved: Bin) -> tuple[bool, set[int]]:
    """Give every pixel to the neighbouring bin whose pixel beside it is nearest in smoothed value.

    Bins whose constraint forbids a pixel are asked when no other is left. Returns whether all
    pixels found a new bin, and the numbers of the bins that were given some.
    """
    border = _Border(field, bins, dissolved)
    targets: set[int] = set()
    while dissolved.pixels:
        pair = border.pop_nearest()
        if pair is None:
            return False, targets
        pixel, neighbour = pair
        target = bins[field.owner[neighbour]]
        dissolved.remove(pixel)
        target.add(pixel)
        targets.add(target.number)
        border.release(pixel, target.number)
    return True, targets


class _Border:
    """Pairs of a pixel of the bin and a pixel of another one beside it.

    Whether a bin may have a pixel changes only when it is given one: pairs that its constraint
    forbids wait for that. Pixels of a pair count from when they came to the border: one that had no
    neighbour of another bin, and now has one, comes last.
    """

    def __init__(self, field: PixelField, bins: list[Bin], dissolved: Bin) -> None:
        self._field = field
        self._bins = bins
        self._bin = dissolved
        self._places: dict[int, int] = {}
        self._count = 0
        self._ready: list[_Candidate] = []
        self._every: list[_Candidate] = []
        self._waiting: defaultdict[int, list[_Candidate]] = defaultdict(list)
        for pixel in dissolved.pixels:
            for position in range(len(field.steps)):
                self._meet(pixel, position)

    def _meet(self, pixel: int, position: int) -> None:
        """Take the pair of a pixel and its neighbour on one side, where that has another bin."""
        field = self._field
        neighbour = pixel + field.steps[position]
        if not 0 <= field.owner[neighbour] != self._bin.number:
            return
        if pixel not in self._places:
            self._places[pixel] = self._count
            self._count += 1
        delta = abs(field.smoothed[pixel] - field.smoothed[neighbour])
        order = self._places[pixel] * len(field.steps) + position
        candidate = (delta, order, pixel, neighbour)
        heappush(self._ready, candidate)
        heappush(self._every, candidate)

    def pop_nearest(self) -> tuple[int, int] | None:
        """The next pair: of those within constraints, or of all when there are none."""
        owner, number = self._field.owner, self._bin.number
        while self._ready:
            candidate = heappop(self._ready)
            _, _, pixel, neighbour = candidate
            if owner[pixel] != number:
                continue
            if self._bins[owner[neighbour]].may_reach(neighbour):
                return pixel, neighbour
            self._waiting[owner[neighbour]].append(candidate)
        while self._every:
            _, _, pixel, neighbour = heappop(self._every)
            if owner[pixel] == number:
                return pixel, neighbour
        return None

    def release(self, pixel: int, target: int) -> None:
        """A pixel has gone to another bin: its neighbours are beside that, which may reach more."""
        for candidate in self._waiting.pop(target, ()):
            heappush(self._ready, candidate)
        steps = self._field.steps
        for position, step in enumerate(steps):
            neighbour = pixel + step
            if self._field.owner[neighbour] == self._bin.number:
                self._meet(neighbour, len(steps) - 1 - position)


def drop_large_bins(pixels: NDArray[np.int64], fraction: float) -> NDArray[np.int64]:
    """The pixels of every bin; none of those that have at least a fraction of all."""
    kept: NDArray[np.int64] = np.where(pixels / max(int(pixels.sum()), 1) >= fraction, 0, pixels)
    return kept


def list_filled_bins(pixels: NDArray[np.int64]) -> list[int]:
    """The bins that have pixels, in the order of their new numbers.

    The places of empty ones are taken by bins from the end, as contbin does it, so that numbers
    are the same.
    """
    kept, many = list(range(len(pixels))), pixels.tolist()
    first, last = 0, len(kept)
    while True:
        while first < last and many[kept[first]]:
            first += 1
        last -= 1
        while first < last and not many[kept[last]]:
            last -= 1
        if first >= last:
            return kept[:first]
        kept[first] = kept[last]
        first += 1
