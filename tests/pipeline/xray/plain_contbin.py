"""Contour binning in its plainest form, written from the description of the method.

Sanders 2006 and what contbin adds to it: where pixels are equal, the one met first wins, and those
met first are the neighbours of pixels that have belonged to the bin for longest. Nothing is kept
from step to step but who owns each pixel and since when: sums, rims and centroids are made anew of
all pixels each time, and the best pixel is the least of all that may be taken.
"""

from __future__ import annotations

import math

import numpy as np

BESIDE = ((-1, 0), (0, -1), (0, 1), (1, 0))
"""Steps in row and column to the neighbours, in the order in which they are met."""
NOBODY = -1


class PlainImages:
    """The images, and the signal of every pixel."""

    def __init__(self, counts, mask, background=None, ratio=None):
        self.counts, self.mask, self.background, self.ratio = counts, mask, background, ratio
        self.signal = counts if background is None else counts - background * ratio.astype(float)
        rows, columns = counts.shape
        down, across = np.ogrid[1 - rows : rows, 1 - columns : columns]
        radii = np.floor(np.sqrt(down**2 + across**2)).astype(int)
        self.disc_areas = np.cumsum(np.bincount(radii.ravel()))

    def square_sn(self, places):
        """Of the sums over pixels: signal squared by Gehrels' variance."""
        at = tuple(np.array(places).T)

        def vary(image):
            return (1 + math.sqrt(image[at].sum() + 0.75)) ** 2

        variance = vary(self.counts)
        if self.background is not None:
            mean_square = (self.ratio[at].astype(float) ** 2).mean()
            variance += mean_square * vary(self.background)
        return self.signal[at].sum() ** 2 / variance

    def list_beside(self, place):
        """Neighbours within the image."""
        for step in BESIDE:
            row, column = place[0] + step[0], place[1] + step[1]
            if 0 <= row < self.counts.shape[0] and 0 <= column < self.counts.shape[1]:
                yield row, column


class PlainBinning:
    """Who owns each pixel: ``members`` of a bin in the order in which they came, ``ever`` all that
    came, among them those that it gave away, which still weigh in its centroid."""

    def __init__(self, images, smoothed, sn, reach):
        self.images, self.smoothed = images, smoothed.astype(float)
        self.enough, self.reach = sn * sn, reach
        self.owner = np.full(images.counts.shape, NOBODY)
        self.members, self.ever = [], []

    def give(self, place, number):
        self.owner[place] = number
        self.members[number].append(place)
        self.ever[number].append(place)

    def reaches(self, number, place):
        """Whether a pixel is within the constraint of a bin as it is now."""
        if self.reach is None:
            return True
        places = np.array(self.ever[number])
        weights = np.maximum(self.images.signal[tuple(places.T)], 1e-7)
        away = (places * weights[:, None]).sum(axis=0) / weights.sum() - place
        areas = self.images.disc_areas
        radius = int(np.searchsorted(areas, len(self.members[number]), side="right"))
        return math.hypot(*away) < self.reach * (radius + 1)

    def is_faint(self, number):
        places = self.members[number]
        return bool(places) and self.images.square_sn(places) < self.enough

    def grow_from(self, seed):
        number = len(self.members)
        self.members.append([])
        self.ever.append([])
        self.give(seed, number)
        while self.is_faint(number):
            free = [
                place
                for member in self.members[number]
                for place in self.images.list_beside(member)
                if self.owner[place] == NOBODY and self.images.mask[place]
                if self.reaches(number, place)
            ]
            if not free:
                return
            aim = self.smoothed[seed]
            self.give(min(free, key=lambda place: abs(self.smoothed[place] - aim)), number)

    def dissolve(self, number):
        """Give the pixels of a bin away one by one; those that nobody is beside stay.

        A pixel is met first when it has been on the rim for longest.
        """
        rim = dict.fromkeys(self.members[number])
        while self.members[number]:
            pairs = [
                (place, other)
                for place in rim
                for other in self.images.list_beside(place)
                if self.owner[other] not in (NOBODY, number)
            ]
            within = [pair for pair in pairs if self.reaches(self.owner[pair[1]], pair[1])]
            if not pairs:
                return
            place, other = min(
                within or pairs,
                key=lambda pair: abs(self.smoothed[pair[0]] - self.smoothed[pair[1]]),
            )
            rim = dict.fromkeys(one for one in rim if any(one == pair[0] for pair in pairs))
            del rim[place]
            self.members[number].remove(place)
            self.give(place, int(self.owner[other]))
            mine = [one for one in self.images.list_beside(place) if self.owner[one] == number]
            rim |= {one: None for one in mine if one not in rim}

    def scrub(self):
        waiting = [number for number in range(len(self.members)) if self.is_faint(number)]
        while waiting:
            faintest = min(waiting, key=lambda n: self.images.square_sn(self.members[n]))
            waiting.remove(faintest)
            self.dissolve(faintest)
            # One that has become bright is never asked again.
            waiting = [number for number in waiting if self.is_faint(number)]


def bin_plainly(images, smoothed, sn, reach=None, *, scrub=True, up=False):
    """The number of the bin of every pixel, -1 outside."""
    made = PlainBinning(images, smoothed, sn, reach)
    places = [(int(row), int(column)) for row, column in np.argwhere(images.mask)]
    for place in sorted(places, key=lambda one: made.smoothed[one] * (1 if up else -1)):
        if made.owner[place] == NOBODY:
            made.grow_from(place)
    order = list(range(len(made.members)))
    if scrub:
        made.scrub()
        order = close_gaps([bool(places) for places in made.members])
    numbers = np.full(len(made.members) + 1, NOBODY)
    numbers[order] = np.arange(len(order))
    return numbers[made.owner]


def close_gaps(filled):
    """Which bin has each number: the last filled one comes into the first gap, and so on."""
    many = sum(filled)
    moved = [number for number in range(len(filled) - 1, many - 1, -1) if filled[number]]
    return [number if filled[number] else moved.pop(0) for number in range(many)]


def smooth_plainly(images, sn):
    """Around every pixel the smallest disc that is significant, or all of the image."""
    rows, columns = np.indices(images.counts.shape)
    smoothed = np.zeros(images.counts.shape, np.float32)
    for place in np.argwhere(images.mask):
        distance = np.hypot(rows - place[0], columns - place[1]).astype(int)
        for radius in range(int(math.hypot(*images.counts.shape)) + 1):
            disc = np.argwhere((distance <= radius) & (images.mask > 0))
            if images.square_sn(disc) >= sn * sn:
                break
        smoothed[tuple(place)] = images.signal[tuple(disc.T)].mean()
    return smoothed
