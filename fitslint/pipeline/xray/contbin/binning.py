"""All steps of contour binning, from the images to the bins."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.contbin.bin import (
    Bin,
    FieldArrays,
    PixelField,
    measure_disc_areas,
    remove_frame,
)
from fitslint.pipeline.xray.contbin.growth import grow_bin
from fitslint.pipeline.xray.contbin.inputs import BinningInputs
from fitslint.pipeline.xray.contbin.loops import LOOPS
from fitslint.pipeline.xray.contbin.scrubbing import drop_large_bins, list_filled_bins, scrub_bins
from fitslint.pipeline.xray.errors import XrayError

_UNBINNED = -1
"""Of maps of bins and their signal to noise, outside all bins."""


@dataclass(frozen=True, slots=True)
class BinningOptions:
    """How bins are made; the names and defaults are those of contbin.

    Attributes
    ----------
    sn : float
        signal to noise that a bin has to reach.
    constrainval : float, optional
        the constraint, in radii of a disc of the area of the bin; None for none.
    scrub : bool
        whether the pixels of bins below ``sn`` go to their neighbours.
    binup : bool
        begin with the faintest pixel instead of the brightest.
    scrublarge : float, optional
        leave out bins that have at least this fraction of all pixels.
    """

    sn: float = 15.0
    constrainval: float | None = None
    scrub: bool = True
    binup: bool = False
    scrublarge: float | None = None

    def __post_init__(self) -> None:
        if not (self.sn > 0 and math.isfinite(self.sn)):
            raise XrayError(f"the signal to noise of bins is {self.sn:g}; it must be above 0")
        if self.scrublarge is not None and not 0 < self.scrublarge <= 1:
            raise XrayError(
                f"the fraction of bins that are left out is {self.scrublarge:g}; it is from 0 to 1"
            )
        if self.constrainval is not None and not self.constrainval > 0:
            raise XrayError(f"the constraint is {self.constrainval:g}; it must be above 0")


@dataclass(frozen=True, slots=True)
class Binning:
    """The bins of an image.

    Attributes
    ----------
    binmap : ndarray of int32
        the number of the bin of every pixel, -1 outside all of them.
    sn, pixels, signal : ndarray of float64, int64, float64
        signal to noise, pixels and signal of every bin.
    stuck : tuple of int
        how many bins stayed below the threshold since they have no neighbour.
    """

    binmap: NDArray[np.int32]
    sn: NDArray[np.float64]
    pixels: NDArray[np.int64]
    signal: NDArray[np.float64]
    stuck: int

    @property
    def sn_map(self) -> NDArray[np.float32]:
        """The signal to noise of the bin of every pixel, -1 outside."""
        return self._paint(self.sn)

    @property
    def mean_map(self) -> NDArray[np.float32]:
        """The mean signal of the bin of every pixel, -1 outside."""
        return self._paint(self.signal / self.pixels)

    def _paint(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        palette = np.append(values, _UNBINNED).astype(np.float32)
        return palette[self.binmap]


def measure_true_sn(
    binmap: NDArray[np.integer[Any]], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Signal to noise of every bin in an image of photons of the same shape.

    An image that was scaled before it was binned has another one than its photons.
    """
    inside = binmap >= 0
    sums = np.bincount(
        binmap[inside], np.nan_to_num(counts[inside]), minlength=int(binmap.max(initial=-1)) + 1
    )
    found: NDArray[np.float64] = sums / (1.0 + np.sqrt(np.maximum(sums, 0.0) + 0.75))
    return found


def bin_image(
    inputs: BinningInputs,
    smoothed: NDArray[np.float32],
    options: BinningOptions,
    progress: Progress | None = None,
) -> Binning:
    """Cut an image into bins along the contours of its smoothed self.

    Parameters
    ----------
    inputs : BinningInputs
        the images.
    smoothed : ndarray of float32
        the smoothed image, of their shape: `accumulate_signal`, or another.
    options : BinningOptions
        how.
    progress : callable, optional
        is told how many of all pixels are in bins.

    Raises
    ------
    XrayError
        when the smoothed image has another shape, or no value where it is needed.
    """
    if smoothed.shape != inputs.shape:
        raise XrayError("the smoothed image has another shape than the image")
    if not np.isfinite(smoothed[inputs.mask >= 1]).all():
        raise XrayError("the smoothed image has undefined pixels inside the mask")
    seeds = _sort_seeds(inputs, smoothed, up=options.binup)
    make_bins = _make_bins if LOOPS is None else _make_bins_compiled
    made = make_bins(inputs, smoothed, options, seeds, progress)
    if not options.scrub:
        return made.number(list(range(len(made.pixels))))
    if options.scrublarge is not None:
        made = replace(made, pixels=drop_large_bins(made.pixels, options.scrublarge))
    return made.number(list_filled_bins(made.pixels))


def _sort_seeds(
    inputs: BinningInputs, smoothed: NDArray[np.float32], *, up: bool
) -> NDArray[np.int64]:
    """Pixels by smoothed value, equal ones row by row, as indices of the framed image."""
    rows, columns = np.nonzero(inputs.mask >= 1)
    values = smoothed[rows, columns]
    order = np.argsort(values if up else -values, kind="stable")
    found: NDArray[np.int64] = (rows[order] + 1) * (inputs.shape[1] + 2) + columns[order] + 1
    return found


@dataclass(frozen=True, slots=True)
class _MadeBins:
    """The bins in the order in which they grew, those that were dissolved among them."""

    owner: NDArray[np.int32]
    """Of every pixel, negative outside of all."""
    pixels: NDArray[np.int64]
    signal: NDArray[np.float64]
    sn_squared: NDArray[np.float64]
    stuck: int

    def number(self, order: list[int]) -> Binning:
        """The bins that ``order`` lists, by their places in it."""
        numbers = np.full(len(self.pixels) + 1, _UNBINNED, np.int32)
        numbers[order] = np.arange(len(order))
        sn_squared = self.sn_squared[order]
        return Binning(
            numbers[np.maximum(self.owner, _UNBINNED)],
            np.sqrt(np.where(sn_squared > 0, sn_squared, 0.0)),
            self.pixels[order], self.signal[order], self.stuck,
        )  # fmt: skip


def _make_bins(
    inputs: BinningInputs,
    smoothed: NDArray[np.float32],
    options: BinningOptions,
    seeds: NDArray[np.int64],
    progress: Progress | None,
) -> _MadeBins:
    field = PixelField(inputs, smoothed, options.constrainval)
    bins: list[Bin] = []
    done, total = 0, len(seeds)
    for seed in seeds.tolist():
        if field.owner[seed] < 0:
            bins.append(grow_bin(field, len(bins), seed, options.sn))
            done += len(bins[-1].pixels)
            if progress is not None:
                progress(done, total)
    stuck = scrub_bins(field, bins, options.sn) if options.scrub else []
    return _MadeBins(
        remove_frame(np.array(field.owner, np.int32), inputs.shape),
        np.array([len(found.pixels) for found in bins], np.int64),
        np.array([found.sums.signal for found in bins]),
        np.array([found.measure_sn_squared() for found in bins]),
        len(stuck),
    )


def _make_bins_compiled(
    inputs: BinningInputs,
    smoothed: NDArray[np.float32],
    options: BinningOptions,
    seeds: NDArray[np.int64],
    progress: Progress | None,
) -> _MadeBins:
    assert LOOPS is not None
    images = FieldArrays.from_inputs(inputs, smoothed)
    sums, stuck = LOOPS.make_bins(
        images.counts, images.smoothed, images.background, images.ratio, images.variance,
        measure_disc_areas(*inputs.shape), seeds, images.owner, inputs.shape[1] + 2,
        -1.0 if options.constrainval is None else options.constrainval, options.sn, options.scrub,
        progress,
    )  # fmt: skip
    pixels, signal, sn_squared = np.frombuffer(sums).reshape(-1, 3).T
    owner = remove_frame(images.owner, inputs.shape)
    return _MadeBins(owner, pixels.astype(np.int64), signal, sn_squared, stuck)
