"""All steps of contour binning, from the images to the bins."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.progress import Progress
from fitslint.pipeline.xray.contbin.bin import OUTSIDE, Bin, PixelField
from fitslint.pipeline.xray.contbin.growth import grow_bin
from fitslint.pipeline.xray.contbin.inputs import BinningInputs
from fitslint.pipeline.xray.contbin.scrubbing import drop_large_bins, renumber_bins, scrub_bins
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

    def measure_true_sn(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Signal to noise of every bin in an image of photons of the same shape.

        An image that was scaled before it was binned has another one than its photons.
        """
        inside = self.binmap >= 0
        sums = np.bincount(
            self.binmap[inside], np.nan_to_num(counts[inside]), minlength=len(self.sn)
        )
        found: NDArray[np.float64] = sums / (1.0 + np.sqrt(np.maximum(sums, 0.0) + 0.75))
        return found

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
    field = PixelField(inputs, smoothed, options.constrainval)
    bins = _grow_bins(field, _sort_seeds(inputs, smoothed, up=options.binup), options.sn, progress)
    stuck: list[int] = []
    if options.scrub:
        stuck = scrub_bins(field, bins, options.sn)
        if options.scrublarge is not None:
            drop_large_bins(bins, options.scrublarge)
        bins = renumber_bins(field, bins)
    return _collect_bins(field, bins, len(stuck))


def _sort_seeds(
    inputs: BinningInputs, smoothed: NDArray[np.float32], *, up: bool
) -> NDArray[np.intp]:
    """Pixels by smoothed value, equal ones row by row, as indices of the framed image."""
    rows, columns = np.nonzero(inputs.mask >= 1)
    values = smoothed[rows, columns]
    order = np.argsort(values if up else -values, kind="stable")
    found: NDArray[np.intp] = (rows[order] + 1) * (inputs.shape[1] + 2) + columns[order] + 1
    return found


def _grow_bins(
    field: PixelField, seeds: NDArray[np.intp], sn: float, progress: Progress | None
) -> list[Bin]:
    bins: list[Bin] = []
    done, total = 0, len(seeds)
    for seed in seeds.tolist():
        if field.owner[seed] < 0:
            bins.append(grow_bin(field, len(bins), seed, sn))
            done += len(bins[-1].pixels)
            if progress is not None:
                progress(done, total)
    return bins


def _collect_bins(field: PixelField, bins: list[Bin], stuck: int) -> Binning:
    with_ratio = [max(found.measure_sn_squared(), 0.0) for found in bins]
    framed = [max(owner, _UNBINNED) if owner != OUTSIDE else _UNBINNED for owner in field.owner]
    return Binning(
        field.build_map(framed),
        np.sqrt(np.array(with_ratio)),
        np.array([len(found.pixels) for found in bins], np.int64),
        np.array([found.sums.signal for found in bins]),
        stuck,
    )
