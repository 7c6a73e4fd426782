"""Accumulative smoothing: around every pixel, rings are added until the signal is significant."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.contbin.inputs import BinningInputs
from fitslint.pipeline.xray.contbin.loops import DISCS

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def accumulate_signal(
    inputs: BinningInputs, sn: float, progress: Progress | None = None
) -> NDArray[np.float32]:
    """The mean signal of a pixel and its surroundings, as large as ``sn`` needs them.

    Parameters
    ----------
    inputs : BinningInputs
        the images; masked pixels take no part.
    sn : float
        signal to noise at which a disc is large enough; where the whole image does not reach it,
        the mean of the image.
    progress : callable, optional
        is told how many of all pixels are done.

    Returns
    -------
    ndarray of float32
        signal a pixel; 0 where the mask is.
    """
    sums = _DiscSums(inputs)
    rows, columns = np.nonzero(inputs.mask >= 1)
    smoothed = np.zeros(inputs.shape, np.float32)
    total = len(rows)
    if DISCS is not None:
        found = np.empty(total, np.float32)
        places = np.column_stack([rows, columns]).astype(np.int64)
        running, kinds = sums.stack()
        DISCS.smooth(running, kinds, places, found, *inputs.shape, sn, sums.grows, progress)
        smoothed[rows, columns] = found
        return smoothed
    largest = int(math.hypot(*inputs.shape))
    for radius in range(largest + 1):
        asked = np.flatnonzero(
            (radius == largest) | ~(sums.bound_sn_squared(rows, columns, radius) < sn * sn)
        )
        disc = sums.measure(rows[asked], columns[asked], radius)
        with np.errstate(invalid="ignore", divide="ignore"):
            done = ~(disc.measure_sn_squared() < sn * sn) | (radius == largest)
        signal = disc.signal[done] / disc.pixels[done]
        ready = asked[done]
        smoothed[rows[ready], columns[ready]] = signal.astype(np.float32)
        rows, columns = np.delete(rows, ready), np.delete(columns, ready)
        if progress is not None:
            progress(total - len(rows), total)
        if not len(rows):
            break
    return smoothed


@dataclass(frozen=True, slots=True)
class _Disc:
    """What discs around pixels hold, an entry a pixel; None for what there is no image of."""

    pixels: Floats
    counts: Floats
    background: Floats | None
    scaled: Floats | None
    ratio_squares: Floats | None
    variance: Floats | None

    @property
    def signal(self) -> Floats:
        return self.counts if self.scaled is None else self.counts - self.scaled

    def measure_noise(self) -> Floats:
        """Its square."""
        if self.variance is not None:
            return self.variance
        noise: Floats = (1.0 + np.sqrt(self.counts + 0.75)) ** 2
        if self.background is not None and self.ratio_squares is not None:
            mean = self.ratio_squares / self.pixels
            noise = noise + mean * (1.0 + np.sqrt(self.background + 0.75)) ** 2
        return noise

    def measure_sn_squared(self) -> Floats:
        found: Floats = np.square(self.signal) / self.measure_noise()
        return found


class _DiscSums:
    """Sums over discs of one radius after the other, around the pixels that are asked for.

    They are made of running sums along the rows, two for each row of a disc, in the order of the
    compiled loop, so that both have the same digits. Where many pixels are left, a convolution of
    the whole image tells sooner which of them are far from significant.
    """

    def __init__(self, inputs: BinningInputs) -> None:
        inside = inputs.mask >= 1
        images: list[Floats | None] = [inside.astype(np.float64), inputs.counts.astype(np.float64)]
        if inputs.background is not None:
            background, ratio = inputs.background.astype(np.float64), inputs.ratio
            images += [background, background * ratio, ratio * ratio]
        else:
            images += [None, None, None]
        images.append(None if inputs.noise is None else np.square(inputs.noise).astype(np.float64))
        self._sums = [None if image is None else _ImageSums(image, inside) for image in images]
        self._size = inside.size
        self.grows = all(sums is None or sums.grows for sums in self._sums)
        """Whether no pixel is negative, so that larger discs have larger sums."""

    def measure(self, rows: Indices, columns: Indices, radius: int) -> _Disc:
        """The sums of pixels whose distance is less than ``radius`` + 1."""
        pixels, counts, *others = (
            None if sums is None else sums.measure(rows, columns, radius) for sums in self._sums
        )
        assert pixels is not None
        assert counts is not None
        return _Disc(pixels, counts, *others)

    def bound_sn_squared(self, rows: Indices, columns: Indices, radius: int) -> Floats:
        """What the square of signal to noise is not above; infinite where nothing is known."""
        if not self.grows or len(rows) * (2 * radius + 1) * _LOOK_UPS < self._size:
            return np.full(len(rows), np.inf)
        kernel: list[NDArray[np.complex128]] = []
        bounds = [
            None if sums is None else sums.bound(rows, columns, radius, kernel)
            for sums in self._sums
        ]
        least, most = (
            [None if one is None else one[which] for one in bounds] for which in (0, 1)
        )  # fmt: skip
        assert least[1] is not None and most[0] is not None and most[1] is not None
        signal = most[1]
        if most[3] is not None and least[3] is not None:
            signal = np.maximum(most[1] - least[3], most[3] - least[1])
        noise = _Disc(most[0], least[1], least[2], None, least[4], least[5]).measure_noise()
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = np.square(signal) / noise
        return found

    def stack(self) -> tuple[Floats, bytes]:
        """The running sums, planes last, and the place of each in a `_Disc`, or that plus 8."""
        planes, kinds = [], b""
        for kind, sums in enumerate(self._sums):
            for part, beyond in ((sums, 0), (sums and sums.rest, _REST)):
                if part is not None:
                    planes.append(part.running)
                    kinds += bytes([kind + beyond])
        return np.stack(planes, axis=-1), kinds


class _ImageSums:
    """The sums over discs of one image.

    Values far above all others, as those where a background has no exposure, have sums of their
    own (``rest``): in common ones they would take the digits of all the others.
    """

    def __init__(self, image: Floats, inside: NDArray[np.bool_], *, is_rest: bool = False) -> None:
        self._image = np.where(inside, image, 0.0)
        self._height, self._width = image.shape
        self.grows = bool((self._image >= 0).all())
        self.rest: _ImageSums | None = None
        size = np.abs(self._image)
        usual = float(np.median(size[size > 0])) if size.any() else 0.0
        huge = size > _HUGE * usual
        if huge.any() and not is_rest:
            self.rest = _ImageSums(np.where(huge, self._image, 0.0), inside, is_rest=True)
            self._image[huge] = 0.0
        self._largest = float(self._image.max(initial=0.0))
        self.running = np.zeros((self._height, self._width + 1))
        np.cumsum(self._image, axis=1, out=self.running[:, 1:])
        self._spectrum: tuple[tuple[int, ...], NDArray[np.complex128]] | None = None

    def measure(self, rows: Indices, columns: Indices, radius: int) -> Floats:
        """The sums."""
        running, stride = self.running.ravel(), self._width + 1
        total = np.zeros(len(rows))
        for step, half in _list_spans(radius):
            at = rows + step
            inside = (at >= 0) & (at < self._height)
            base = np.clip(at, 0, self._height - 1) * stride
            stop = np.minimum(columns + half + 1, self._width)
            start = np.maximum(columns - half, 0)
            total += (running[base + stop] - running[base + start]) * inside
        return total if self.rest is None else total + self.rest.measure(rows, columns, radius)

    def bound(
        self, rows: Indices, columns: Indices, radius: int, kernel: list[NDArray[np.complex128]]
    ) -> tuple[Floats, Floats]:
        """What sums of an image that is nowhere negative lie between, by a convolution.

        ``kernel`` keeps the spectrum of the disc for the next image.
        """
        rough = self._convolve(radius, kernel)[rows, columns]
        slack = _ROUGH * (np.abs(rough) + self._largest)
        huge = 0.0 if self.rest is None else self.rest.measure(rows, columns, radius)
        return np.maximum(rough - slack, 0.0) + huge, rough + slack + huge

    def _convolve(self, radius: int, kernel: list[NDArray[np.complex128]]) -> Floats:
        from scipy import fft

        # Wide enough that nothing comes around from the other side.
        shape = tuple(
            fft.next_fast_len(size + min(radius, size), real=True)
            for size in (self._height, self._width)
        )
        if not kernel:
            kernel.append(fft.rfft2(_draw_disc(radius, shape)))
        # An even and an odd length have spectra of one shape, which are not the same.
        if self._spectrum is None or self._spectrum[0] != shape:
            self._spectrum = shape, fft.rfft2(self._image, shape)
        found: Floats = np.asarray(fft.irfft2(self._spectrum[1] * kernel[0], shape))
        return found[: self._height, : self._width]


_HUGE = 1e6
"""Times the median of an image, from which on a value has sums of its own."""
_ROUGH = 1e-9
"""Of a sum by a convolution and of the largest pixel, by which it may be off."""
_REST = 8
"""More than there are images: added to the place of one for its sums of huge values."""
_LOOK_UPS = 0.3
"""A convolution of an image costs as much as so many look-ups a pixel of it."""


def _draw_disc(radius: int, shape: tuple[int, ...]) -> Floats:
    """A disc around the first pixel, the half in front of it at the far ends of the image."""
    away = [np.minimum(np.arange(size), size - np.arange(size)) for size in shape]
    squared = away[0][:, None] ** 2 + away[1][None, :] ** 2
    disc: Floats = (squared < (radius + 1) ** 2).astype(np.float64)
    return disc


def _list_spans(radius: int) -> list[tuple[int, int]]:
    """Rows of a disc from the middle on, and how many columns each reaches to both sides."""
    largest = (radius + 1) ** 2 - 1
    steps = [0, *(sign * step for step in range(1, radius + 1) for sign in (-1, 1))]
    return [(step, math.isqrt(largest - step * step)) for step in steps]
