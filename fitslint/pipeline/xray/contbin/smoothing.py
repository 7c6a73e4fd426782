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
        running, kinds, grows = sums.stack()
        DISCS.smooth(running, kinds, places, found, *inputs.shape, sn, grows, progress)
        smoothed[rows, columns] = found
        return smoothed
    largest = int(math.hypot(*inputs.shape))
    for radius in range(largest + 1):
        disc = sums.measure(rows, columns, radius)
        with np.errstate(invalid="ignore", divide="ignore"):
            done = ~(disc.measure_sn_squared() < sn * sn) | (radius == largest)
        signal = disc.signal[done] / disc.pixels[done]
        smoothed[rows[done], columns[done]] = signal.astype(np.float32)
        rows, columns = rows[~done], columns[~done]
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

    def measure_sn_squared(self) -> Floats:
        if self.variance is not None:
            noise = self.variance
        else:
            noise = (1.0 + np.sqrt(self.counts + 0.75)) ** 2
            if self.background is not None and self.ratio_squares is not None:
                mean = self.ratio_squares / self.pixels
                noise = noise + mean * (1.0 + np.sqrt(self.background + 0.75)) ** 2
        found: Floats = np.square(self.signal) / noise
        return found


class _DiscSums:
    """Sums over discs of one radius after the other, around the pixels that are asked for.

    Few pixels, or small discs: by running sums along the rows, of which a disc needs two a row.
    Many: all of the image at once by a convolution. Sums of whole numbers are whole in both.
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

    def measure(self, rows: Indices, columns: Indices, radius: int) -> _Disc:
        """The sums of pixels whose distance is less than ``radius`` + 1."""
        kernel: list[NDArray[np.complex128]] = []
        pixels, counts, *others = (
            None if sums is None else sums.measure(rows, columns, radius, kernel)
            for sums in self._sums
        )
        assert pixels is not None
        assert counts is not None
        return _Disc(pixels, counts, *others)

    def stack(self) -> tuple[Floats, bytes, bool]:
        """The running sums, planes last, the place of each in a `_Disc`, and whether all grow."""
        planes, kinds = [], b""
        for kind, sums in enumerate(self._sums):
            for part in (sums, sums and sums.rest):
                if part is not None:
                    planes.append(part.running)
                    kinds += bytes([kind])
        grows = all((np.diff(plane, axis=1) >= 0).all() for plane in planes)
        return np.stack(planes, axis=-1), kinds, grows


class _ImageSums:
    """The sums over discs of one image.

    Values far above all others, as those where a background has no exposure, have sums of their
    own (``rest``): in common ones they would take the digits of all the others.
    """

    def __init__(self, image: Floats, inside: NDArray[np.bool_], *, is_rest: bool = False) -> None:
        self._image = np.where(inside, image, 0.0)
        self._height, self._width = image.shape
        self._is_rest = is_rest
        self.rest: _ImageSums | None = None
        size = np.abs(self._image)
        usual = float(np.median(size[size > 0])) if size.any() else 0.0
        huge = size > _HUGE * usual
        if huge.any() and not is_rest:
            self.rest = _ImageSums(np.where(huge, self._image, 0.0), inside, is_rest=True)
            self._image[huge] = 0.0
        self._is_whole = bool((self._image == np.rint(self._image)).all())
        self.running = np.zeros((self._height, self._width + 1))
        np.cumsum(self._image, axis=1, out=self.running[:, 1:])
        self._spectrum: tuple[tuple[int, ...], NDArray[np.complex128]] | None = None

    def measure(
        self, rows: Indices, columns: Indices, radius: int, kernel: list[NDArray[np.complex128]]
    ) -> Floats:
        """The sums; ``kernel`` keeps the spectrum of the disc for the next image."""
        if self.rest is not None:
            huge = self.rest.measure(rows, columns, radius, kernel)
            return huge + self._measure_usual(rows, columns, radius, kernel)
        return self._measure_usual(rows, columns, radius, kernel)

    def _measure_usual(
        self, rows: Indices, columns: Indices, radius: int, kernel: list[NDArray[np.complex128]]
    ) -> Floats:
        is_few = len(rows) * (2 * radius + 1) * _LOOK_UPS < self._image.size
        if is_few or self._is_rest:
            return self._look_up(rows, columns, radius)
        convolved = self._convolve(radius, kernel)[rows, columns]
        return convolved.round() if self._is_whole else convolved

    def _look_up(self, rows: Indices, columns: Indices, radius: int) -> Floats:
        running, stride = self.running.ravel(), self._width + 1
        total = np.zeros(len(rows))
        for step, half in _list_spans(radius):
            at = rows + step
            inside = (at >= 0) & (at < self._height)
            base = np.clip(at, 0, self._height - 1) * stride
            stop = np.minimum(columns + half + 1, self._width)
            start = np.maximum(columns - half, 0)
            total += (running[base + stop] - running[base + start]) * inside
        return total

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
_LOOK_UPS = 0.3
"""A convolution of an image costs as much as so many look-ups a pixel of it."""


def _draw_disc(radius: int, shape: tuple[int, ...]) -> Floats:
    """A disc around the first pixel, the half in front of it at the far ends of the image."""
    away = [np.minimum(np.arange(size), size - np.arange(size)) for size in shape]
    squared = away[0][:, None] ** 2 + away[1][None, :] ** 2
    disc: Floats = (squared < (radius + 1) ** 2).astype(np.float64)
    return disc


def _list_spans(radius: int) -> list[tuple[int, int]]:
    """Rows of a disc, and by how many columns each reaches to both sides of the centre."""
    largest = (radius + 1) ** 2 - 1
    return [(step, math.isqrt(largest - step * step)) for step in range(-radius, radius + 1)]
