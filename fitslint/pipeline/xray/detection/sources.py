"""Sources: islands of significant pixels, joined over scales, and measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.response import compute_enclosed
from fitslint.pipeline.xray.detection.wavelets import ScaleMaps, WaveletStack

Map = NDArray[np.floating[Any]]
ELLIPSE_SIGMA = 5.0
_APERTURE = 3.0
"""Radius in sigma within which a source is measured."""
_ROUNDS = 8
_SMALLEST = 0.6
"""Sigma in pixels under which no source is."""


@dataclass(frozen=True, slots=True)
class DetectedSource:
    """A source; places in pixels of the image from 0, sizes in pixels.

    Attributes
    ----------
    column, row : float
        centre.
    error : float
        of the centre along an axis.
    net, net_error, background : float
        counts of the source, their error, and counts of background within the aperture.
    significance : float
        net counts by the Gehrels error of the background.
    scale, psf : float
        scale of the wavelet that found it, and sigma of the PSF there.
    axes : (float, float)
        standard deviations of its photons, the larger first.
    angle : float
        of the larger axis, in degrees from the columns to the rows.
    aperture : float
        radius within which it was measured.
    """

    column: float
    row: float
    error: float
    net: float
    net_error: float
    background: float
    significance: float
    scale: float
    psf: float
    axes: tuple[float, float]
    angle: float
    aperture: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    scale: float
    row: int
    column: int
    excess: float


@dataclass(frozen=True)
class Detection:
    """Sources, and the background that they were found over, in counts of a pixel."""

    sources: tuple[DetectedSource, ...]
    background: Map


def detect_sources(
    counts: Map, exposure: Map, psf_sigma: Map, scales: Sequence[float], chance: float
) -> Detection:
    """Find and measure the sources of an image of counts.

    Parameters
    ----------
    counts, exposure : ndarray
        rows by columns.
    psf_sigma : ndarray
        sigma of the PSF in pixels.
    scales : sequence of float
        pixels, ascending.
    chance : float
        probability of a pixel to pass by chance on a scale.
    """
    found: list[_Candidate] = []
    stack = WaveletStack(counts, exposure, scales, chance)
    background = stack.background
    for maps in stack.iterate():
        for candidate in _list_candidates(maps, counts.shape):
            sigma = float(psf_sigma[candidate.row, candidate.column])
            if candidate.scale >= sigma / 2 and not _is_known(candidate, found, sigma):
                found.append(candidate)
    measured = (_measure(one, counts, background, psf_sigma) for one in found)
    sources = [one for one in measured if one is not None]
    return Detection(tuple(_drop_doubles(sources)), background)


def _list_candidates(maps: ScaleMaps, shape: tuple[int, ...]) -> Iterator[_Candidate]:
    """The highest pixel of every island, the highest first, in pixels of the image."""
    from scipy.ndimage import label, maximum_position

    factor = maps.factor
    islands, count = label(maps.passed, np.ones((3, 3), int))
    places = maximum_position(maps.excess, islands, range(1, count + 1)) if count else []
    candidates = (
        _Candidate(
            maps.scale,
            min(int(row) * factor + factor // 2, shape[0] - 1),
            min(int(column) * factor + factor // 2, shape[1] - 1),
            float(maps.excess[row, column]),
        )
        for row, column in places
    )
    yield from sorted(candidates, key=lambda one: -one.excess)


def _is_known(candidate: _Candidate, found: Sequence[_Candidate], sigma: float) -> bool:
    """Whether a source of a smaller scale, or a higher one, is where this one is."""
    reach = max(2 * candidate.scale, 2.5 * sigma, 3.0)
    return any(
        math.hypot(one.row - candidate.row, one.column - candidate.column) < reach for one in found
    )


def _drop_doubles(sources: Sequence[DetectedSource]) -> Iterator[DetectedSource]:
    """Sources of which the measurement has led to the same place are one."""
    kept: list[DetectedSource] = []
    for source in sorted(sources, key=lambda one: -one.significance):
        if all(
            math.hypot(one.row - source.row, one.column - source.column) > 2 * source.psf + 1
            for one in kept
        ):
            kept.append(source)
            yield source


def _measure(
    candidate: _Candidate, counts: Map, background: Map, psf_sigma: Map
) -> DetectedSource | None:
    """The centroid in an aperture that follows it, and what is in the aperture."""
    row, column = float(candidate.row), float(candidate.column)
    psf = max(float(psf_sigma[candidate.row, candidate.column]), _SMALLEST)
    sigma = psf if candidate.scale <= 2 * psf else candidate.scale
    radius = _APERTURE * sigma
    for _ in range(_ROUNDS):
        cut = _Cutout(counts, background, row, column, radius)
        if cut.net <= 0:
            return None
        step_row, step_column = cut.find_centroid()
        row, column = row + step_row, column + step_column
        if math.hypot(step_row, step_column) < 1e-3:
            break
    if math.hypot(row - candidate.row, column - candidate.column) > 2 * radius:
        return None
    cut = _Cutout(counts, background, row, column, radius)
    if cut.net <= 0:
        return None
    total, under = cut.total, cut.background
    axes, angle = cut.find_axes(_SMALLEST)
    enclosed = compute_enclosed(_APERTURE)
    return DetectedSource(
        column, row, sigma / math.sqrt(cut.net) * math.sqrt(total / cut.net), cut.net / enclosed,
        (1 + math.sqrt(total + 0.75)) / enclosed, under, cut.net / (1 + math.sqrt(under + 0.75)),
        candidate.scale, psf, axes, angle, radius,
    )  # fmt: skip


class _Cutout:
    """The pixels within a radius of a place."""

    def __init__(
        self, counts: Map, background: Map, row: float, column: float, radius: float
    ) -> None:
        rows = _cut_axis(row, radius, counts.shape[0])
        columns = _cut_axis(column, radius, counts.shape[1])
        self._dy = np.arange(rows.start, rows.stop)[:, None] - row
        self._dx = np.arange(columns.start, columns.stop)[None, :] - column
        inside = np.hypot(self._dy, self._dx) <= radius
        self._under = np.where(inside, background[rows, columns], 0).astype(float)
        self._net = np.where(inside, counts[rows, columns], 0) - self._under
        self.background = float(self._under.sum())
        self.net = float(self._net.sum())
        self.total = max(self.net + self.background, 0.0)

    def find_centroid(self) -> tuple[float, float]:
        """Rows and columns from the middle to the centroid of what is over the background."""
        return (
            float((self._net * self._dy).sum() / self.net),
            float((self._net * self._dx).sum() / self.net),
        )

    def find_axes(self, least: float) -> tuple[tuple[float, float], float]:
        """Standard deviations along the principal axes, the larger first, and its angle."""
        square = [
            float((self._net * product).sum() / self.net)
            for product in (self._dx**2 + 0 * self._dy, self._dy**2 + 0 * self._dx,
                            self._dx * self._dy)
        ]  # fmt: skip
        middle, half = (square[0] + square[1]) / 2, (square[0] - square[1]) / 2
        reach = math.hypot(half, square[2])
        large, small = (math.sqrt(max(middle + sign * reach, least**2)) for sign in (1, -1))
        return (large, small), math.degrees(math.atan2(square[2], half) / 2) % 180


def _cut_axis(middle: float, radius: float, length: int) -> slice:
    first, behind = math.floor(middle - radius), math.ceil(middle + radius) + 1
    return slice(min(max(first, 0), length), min(max(behind, 0), length))
