"""Pixels whose correlation with a wavelet is more than background makes by chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.transform import ImageTransform

Map = NDArray[np.floating[Any]]
SCALES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
SIGNIFICANCE = 5e-6
"""Probability of a pixel to pass by chance."""
_ROUNDS = 2
_REACH = 5
"""A wavelet is cut at so many scales."""
_RING_SCALE = 8.0
"""Scale of the smallest ring for a background; smaller ones hold too few counts."""
_BLOCK = 4
_REACH_SCALE = {1: _RING_SCALE, _BLOCK: 32.0}
"""The largest scale that is looked at in pixels of a size."""
_TRIED = 3.0
"""Standard deviations under which no pixel passes, whatever its background."""
_SYMMETRIC = 1e-3
"""Skewness under which a Gaussian stands for the gamma distribution."""


@dataclass(frozen=True)
class ScaleMaps:
    """What one scale shows.

    Attributes
    ----------
    scale : float
        pixels of the image.
    factor : int
        pixels of the image along a side of a pixel of these maps.
    excess : ndarray
        correlation over that of the background, in its standard deviations.
    passed : ndarray of bool
        pixels that background does not explain.
    """

    scale: float
    factor: int
    excess: Map
    passed: NDArray[np.bool_]


def build_wavelet(scale: float) -> NDArray[np.float32]:
    """The Mexican hat of a scale in pixels; its sum is zero."""
    reach = int(np.ceil(_REACH * scale))
    offset = np.arange(-reach, reach + 1) / scale
    square = offset[:, None] ** 2 + offset**2
    hat = (2 - square) * np.exp(-square / 2)
    return np.asarray(hat - hat.mean(), np.float32)


class WaveletStack:
    """An image of counts at all scales, and its background.

    The background of a pixel is the mean rate in the negative part of the wavelet around it, of
    one of 8 pixels at least and with one count added at the mean rate of all, times its exposure,
    from what is left when pixels that passed are
    taken to be background. The correlation of background alone has a gamma distribution with the
    mean, variance and skewness of a Poisson process. Large scales are looked at in blocks of four
    by four pixels.

    Parameters
    ----------
    counts : ndarray
        rows by columns.
    exposure : ndarray
        of the same shape; pixels without exposure never pass.
    scales : sequence of float
        pixels.
    chance : float
        probability of a pixel to pass by chance.
    """

    def __init__(
        self, counts: Map, exposure: Map, scales: Sequence[float] = SCALES,
        chance: float = SIGNIFICANCE,
    ) -> None:  # fmt: skip
        depth = (exposure / max(float(exposure.max()), 1e-30)).astype(np.float32)
        self._chance = chance
        self._small = sorted(scale for scale in scales if scale < _RING_SCALE)
        self._fine = _Level(counts.astype(np.float32), depth, 1)
        coarse = _Level(_sum_blocks(counts), _sum_blocks(depth), _BLOCK)
        large = sorted(scale for scale in scales if scale > _RING_SCALE)
        first = coarse.clean(_RING_SCALE, chance)
        rate = coarse.estimate_rate(_RING_SCALE)
        self._large = [first] if _RING_SCALE in scales else []
        self._large += [coarse.clean(scale, chance) for scale in large]
        spread = np.repeat(np.repeat(rate, _BLOCK, 0), _BLOCK, 1)
        self.background: Map = spread[: counts.shape[0], : counts.shape[1]] * depth
        """Expected counts of every pixel without its sources."""

    def iterate(self) -> Iterator[ScaleMaps]:
        """The maps of every scale, the smallest first."""
        for scale in self._small:
            yield self._fine.judge(scale, self.background, self._chance)
        yield from self._large


class _Level:
    """The image in pixels of one size."""

    def __init__(self, counts: Map, depth: Map, factor: int) -> None:
        self._rest = counts
        self._depth = depth
        self._factor = factor
        reach = len(build_wavelet(_REACH_SCALE[factor] / factor)) // 2
        self._transform = ImageTransform(counts.shape, reach)
        self._counts_transform = self._transform.transform(counts)

    def judge(self, scale: float, background: Map, chance: float) -> ScaleMaps:
        """Which pixels the background does not explain at a scale."""
        wavelet = build_wavelet(scale / self._factor)
        hat = self._transform.transform_kernel(wavelet)
        response = self._transform.convolve(self._counts_transform, hat)
        expected = self._transform.convolve(self._transform.transform(background), hat)
        spread = _Spread(wavelet, background)
        excess = np.where(self._depth > 0, (response - expected) / spread.sigma, 0)
        passed = spread.select_improbable(excess, chance)
        return ScaleMaps(scale, self._factor, excess, passed)

    def clean(self, scale: float, chance: float) -> ScaleMaps:
        """The same with the background of the scale itself; what passed becomes background."""
        for _ in range(_ROUNDS):
            background = self.estimate_rate(scale) * self._depth
            maps = self.judge(scale, background, chance)
            self._rest = np.where(maps.passed, background, self._rest)
        return maps

    def estimate_rate(self, scale: float) -> Map:
        """Counts of background by exposure, around every pixel.

        To each ring one count at the mean rate of the image is added: a ring of a short exposure
        often holds none, and without background every photon would be a source.
        """
        wavelet = build_wavelet(scale / self._factor)
        negative = np.maximum(-wavelet, 0)
        ring = self._transform.transform_kernel(negative)
        around, depth = (
            self._transform.convolve(self._transform.transform(image), ring)
            for image in (self._rest, self._depth)
        )
        mean = float(self._rest.sum() / max(self._depth.sum(), 1e-6))
        one = float((negative.astype(float) ** 2).sum() / negative.sum())
        rate = (np.maximum(around, 0) + one) / (np.maximum(depth, 0) + one / max(mean, 1e-9))
        return np.asarray(rate, np.float32)


def _sum_blocks(image: Map) -> Map:
    """Sums of blocks of pixels; beyond the edges there is nothing."""
    padded = np.pad(image, [(0, -length % _BLOCK) for length in image.shape])
    rows, columns = (length // _BLOCK for length in padded.shape)
    blocks = padded.reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(blocks.sum(axis=(1, 3)), np.float32)


class _Spread:
    """How the correlation of background alone is spread."""

    def __init__(self, wavelet: Map, background: Map) -> None:
        powers = [float((wavelet.astype(float) ** power).sum()) for power in (2, 3)]
        floor = np.float32(1e-7)
        self.sigma = np.sqrt(np.maximum(background, floor) * np.float32(powers[0]))
        self._background = background
        self._skew = powers[1] / powers[0] ** 1.5

    def select_improbable(self, excess: Map, chance: float) -> NDArray[np.bool_]:
        """Pixels whose excess has less than a chance."""
        from scipy.special import gammaincc, ndtr

        passed = np.zeros(excess.shape, bool)
        tried = np.nonzero(excess > _TRIED)
        value = excess[tried].astype(float)
        skew = self._skew / np.sqrt(np.maximum(self._background[tried].astype(float), 1e-7))
        shape = 4 / np.maximum(skew, _SYMMETRIC) ** 2
        odds = np.where(
            skew > _SYMMETRIC, gammaincc(shape, shape + value * np.sqrt(shape)), ndtr(-value)
        )
        passed[tried] = odds < chance
        return passed
