"""Contour binning in its plainest form: every pixel of the rim is looked at for every step.

It takes its sums from a bin anew each time, so that it shares nothing with the program but the
description of the method (Sanders 2006; the order of neighbours and of equals is that of contbin).
"""

from __future__ import annotations

import math

import numpy as np

STEPS = ((0, -1), (-1, 0), (1, 0), (0, 1))


def error_squared(counts):
    return (1 + math.sqrt(counts + 0.75)) ** 2


class PlainBin:
    def __init__(self, images, number):
        self.images, self.number, self.members = images, number, []
        self.centroid = [0.0, 0.0, 0.0]

    def add(self, x, y, owner):
        self.members.append((x, y))
        owner[y, x] = self.number
        weight = max(self.images.signal(x, y), 1e-7)
        self.centroid[0] += x * weight
        self.centroid[1] += y * weight
        self.centroid[2] += weight

    def sn_squared(self):
        images = self.images
        counts = sum(float(images.counts[y, x]) for x, y in self.members)
        signal = sum(images.signal(x, y) for x, y in self.members)
        noise = error_squared(counts)
        if images.background is not None:
            background = sum(float(images.background[y, x]) for x, y in self.members)
            squares = sum(float(images.ratio[y, x]) ** 2 for x, y in self.members)
            noise += squares / len(self.members) * error_squared(background)
        return signal * signal / noise if noise >= 1e-7 else 1e-7

    def may_have(self, x, y, reach):
        if reach is None:
            return True
        dx = self.centroid[0] / self.centroid[2] - x
        dy = self.centroid[1] / self.centroid[2] - y
        radius, rows, columns = 0, *self.images.counts.shape
        while radius < int(math.hypot(rows, columns)) + 1:
            if self.images.disc_area(radius) > len(self.members):
                break
            radius += 1
        return (dx * dx + dy * dy) / (radius + 1) ** 2 < reach * reach


class PlainImages:
    def __init__(self, counts, mask, background=None, ratio=None):
        self.counts, self.mask, self.background, self.ratio = counts, mask, background, ratio
        self._areas = {}

    def signal(self, x, y):
        value = float(self.counts[y, x])
        if self.background is None:
            return value
        return value - float(self.background[y, x]) * float(self.ratio[y, x])

    def disc_area(self, radius):
        if radius not in self._areas:
            rows, columns = self.counts.shape
            y, x = np.mgrid[1 - rows : rows, 1 - columns : columns]
            self._areas[radius] = int((np.sqrt(x * x + y * y).astype(int) <= radius).sum())
        return self._areas[radius]


def neighbours(images, x, y):
    rows, columns = images.counts.shape
    for dx, dy in STEPS:
        if 0 <= x + dx < columns and 0 <= y + dy < rows:
            yield x + dx, y + dy


def bin_plainly(images, smoothed, sn, reach=None, *, scrub=True, up=False):
    """The number of the bin of every pixel, -1 outside."""
    return PlainBinning(images, smoothed, sn, reach).bin(scrub=scrub, up=up)


class PlainBinning:
    def __init__(self, images, smoothed, sn, reach):
        self.images, self.smoothed, self.reach = images, smoothed, reach
        self.enough = sn * sn
        self.owner = np.full(images.counts.shape, -1)
        self.bins = []

    def bin(self, *, scrub, up):
        seeds = [(x, y) for y, x in zip(*np.nonzero(self.images.mask), strict=True)]
        seeds.sort(key=lambda place: float(self.smoothed[place[1], place[0]]) * (1 if up else -1))
        for x, y in seeds:
            if self.owner[y, x] < 0:
                self.grow((x, y))
        if scrub:
            self.dissolve_faint()
            self.owner[:] = -1
            for number, found in enumerate(fill_gaps(self.bins)):
                for x, y in found.members:
                    self.owner[y, x] = number
        return self.owner

    def grow(self, seed):
        found = PlainBin(self.images, len(self.bins))
        self.bins.append(found)
        found.add(*seed, self.owner)
        while found.sn_squared() < self.enough:
            best = self.find_nearest(found, float(self.smoothed[seed[1], seed[0]]))
            if best is None:
                break
            found.add(best[1], best[2], self.owner)

    def find_nearest(self, found, aim):
        best = None
        for x, y in found.members:
            for nx, ny in neighbours(self.images, x, y):
                is_free = self.owner[ny, nx] < 0 and self.images.mask[ny, nx]
                if is_free and found.may_have(nx, ny, self.reach):
                    delta = abs(float(self.smoothed[ny, nx]) - aim)
                    if best is None or delta < best[0]:
                        best = delta, nx, ny
        return best

    def dissolve_faint(self):
        faint = list(self.bins)
        while True:
            faint = [found for found in faint if found.sn_squared() < self.enough]
            if not faint:
                return
            lowest = min(faint, key=PlainBin.sn_squared)
            faint.remove(lowest)
            self.dissolve(lowest)

    def dissolve(self, lowest):
        edge = list(lowest.members)
        while lowest.members:
            best = self.find_pair(lowest, edge, self.reach) or self.find_pair(lowest, edge, None)
            if best is None:
                return
            _, x, y, target = best
            lowest.members.remove((x, y))
            edge.remove((x, y))
            self.owner[y, x] = -1
            for place in neighbours(self.images, x, y):
                if self.owner[place[1], place[0]] == lowest.number and place not in edge:
                    edge.append(place)
            self.bins[target].add(x, y, self.owner)

    def find_pair(self, lowest, edge, reach):
        best = None
        for x, y in list(edge):
            others = [
                (nx, ny)
                for nx, ny in neighbours(self.images, x, y)
                if self.owner[ny, nx] not in (-1, lowest.number)
            ]
            if not others:
                edge.remove((x, y))
            for nx, ny in others:
                target = int(self.owner[ny, nx])
                delta = abs(float(self.smoothed[y, x]) - float(self.smoothed[ny, nx]))
                may_have = self.bins[target].may_have(nx, ny, reach)
                if may_have and (best is None or delta < best[0]):
                    best = delta, x, y, target
        return best


def fill_gaps(bins):
    """Bins with pixels; those from the end take the places of empty ones."""
    kept = list(bins)
    first = 0
    while first < len(kept):
        if kept[first].members:
            first += 1
            continue
        while len(kept) > first and not kept[-1].members:
            kept.pop()
        if len(kept) > first:
            kept[first] = kept.pop()
    return kept


def smooth_plainly(images, sn):
    rows, columns = images.counts.shape
    smoothed = np.zeros((rows, columns), np.float32)
    for y, x in zip(*np.nonzero(images.mask), strict=True):
        for radius in range(int(math.hypot(rows, columns)) + 1):
            inside = [
                (i, j)
                for j in range(rows)
                for i in range(columns)
                if images.mask[j, i] and int(math.hypot(i - x, j - y)) <= radius
            ]
            disc = PlainBin(images, 0)
            disc.members = inside
            if not disc.sn_squared() < sn * sn:
                break
        signal = sum(images.signal(i, j) for i, j in inside)
        smoothed[y, x] = signal / len(inside)
    return smoothed
