"""The image as a list of pixels, and a bin on it.

A pixel is an index into lists that have a frame of one pixel around the image, so that every pixel
has four neighbours. Lists, for a single number is read from one in a fifth of the time.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.contbin.inputs import BinningInputs
from fitslint.pipeline.xray.contbin.signal import SignalSums

FREE, OUTSIDE = -1, -2
"""Owners of pixels that no bin has: those that may be added to one, and the others."""
_WEIGHT_MIN = 1e-7
"""Weight in a centroid of a pixel whose background is more than its counts."""


@dataclass(frozen=True, slots=True)
class FieldArrays:
    """The images with a frame of one pixel, row by row; None for those that are not needed."""

    owner: NDArray[np.int32]
    counts: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    background: NDArray[np.float64] | None
    ratio: NDArray[np.float64] | None
    variance: NDArray[np.float64] | None

    @classmethod
    def from_inputs(cls, inputs: BinningInputs, smoothed: NDArray[np.float32]) -> FieldArrays:
        """The images that are binned and the smoothed one."""
        has_background = inputs.background is not None
        owner = np.where(inputs.mask == 1, FREE, OUTSIDE).astype(np.int32)
        return cls(
            np.pad(owner, 1, constant_values=OUTSIDE).ravel(),
            _frame(inputs.counts),
            _frame(smoothed),
            _frame(inputs.background) if inputs.background is not None else None,
            _frame(inputs.exposure_ratio) if has_background else None,
            # The squares are those of single precision, as contbin takes them.
            _frame(np.square(inputs.noise)) if inputs.noise is not None else None,
        )


def _frame(image: NDArray[Any]) -> NDArray[np.float64]:
    return np.pad(image.astype(np.float64), 1).ravel()


def remove_frame(framed: NDArray[np.int32], shape: tuple[int, int]) -> NDArray[np.int32]:
    """An image of owners without its frame."""
    rows, columns = shape
    return framed.reshape(rows + 2, columns + 2)[1:-1, 1:-1]


class PixelField:
    """The pixels of an image, who owns them, and how far a bin may reach.

    Parameters
    ----------
    inputs : BinningInputs
        the images.
    smoothed : ndarray of float32
        the smoothed image, of their shape.
    reach : float, optional
        the largest distance of a pixel from the centroid of its bin, in radii of a disc of the
        area of the bin; None for any.
    """

    def __init__(
        self, inputs: BinningInputs, smoothed: NDArray[np.float32], reach: float | None
    ) -> None:
        arrays = FieldArrays.from_inputs(inputs, smoothed)
        self.rows, self.columns = inputs.shape
        self.width = self.columns + 2
        self.steps = (-self.width, -1, 1, self.width)
        """To the neighbours, in the order in which they are looked at."""
        self.reach = reach
        self.reach_squared = None if reach is None else reach * reach
        self.smoothed: list[float] = arrays.smoothed.tolist()
        self.counts: list[float] = arrays.counts.tolist()
        self.background = None if arrays.background is None else arrays.background.tolist()
        self.ratio: list[float] = [] if arrays.ratio is None else arrays.ratio.tolist()
        self.variance = None if arrays.variance is None else arrays.variance.tolist()
        self.owner: list[int] = arrays.owner.tolist()
        self.areas: list[int] = measure_disc_areas(self.rows, self.columns).tolist()

    def find_place(self, pixel: int) -> tuple[int, int]:
        """Column and row of a pixel, counted from 0."""
        row, column = divmod(pixel, self.width)
        return column - 1, row - 1


def measure_disc_areas(rows: int, columns: int) -> NDArray[np.int64]:
    """Pixels of a disc of every whole radius, as far as the image is large."""
    y, x = np.ogrid[: max(rows, 1), : max(columns, 1)]
    radii = np.sqrt((x * x + y * y).astype(np.float64)).astype(np.int64)
    times = np.where(x > 0, 2, 1) * np.where(y > 0, 2, 1)
    largest = int(np.sqrt(float(rows * rows + columns * columns)))
    rings = np.bincount(radii.ravel(), times.ravel(), largest + 1)
    found: NDArray[np.int64] = rings.cumsum().astype(np.int64)
    return found


class Bin:
    """One bin: its pixels in the order in which they came, and their sums."""

    __slots__ = ("centroid_weight", "centroid_x", "centroid_y", "field", "number", "pixels", "sums")

    def __init__(self, field: PixelField, number: int) -> None:
        self.field = field
        self.number = number
        self.pixels: dict[int, None] = {}
        self.sums = SignalSums()
        if field.variance is not None:
            self.sums.variance = 0.0
        self.centroid_x = self.centroid_y = self.centroid_weight = 0.0

    def add(self, pixel: int) -> None:
        """Take a pixel."""
        field, sums = self.field, self.sums
        self.pixels[pixel] = None
        field.owner[pixel] = self.number
        signal = field.counts[pixel]
        sums.pixels += 1
        sums.counts += signal
        if field.background is not None:
            background, ratio = field.background[pixel], field.ratio[pixel]
            sums.background += background
            sums.scaled += background * ratio
            sums.ratio_squares += ratio * ratio
            signal -= background * ratio
        if field.variance is not None and sums.variance is not None:
            sums.variance += field.variance[pixel]
        weight = _WEIGHT_MIN if signal < _WEIGHT_MIN else signal
        row, column = divmod(pixel, field.width)
        self.centroid_x += (column - 1) * weight
        self.centroid_y += (row - 1) * weight
        self.centroid_weight += weight

    def remove(self, pixel: int) -> None:
        """Give a pixel up; the centroid stays that of all that were ever added."""
        field, sums = self.field, self.sums
        del self.pixels[pixel]
        field.owner[pixel] = FREE
        sums.pixels -= 1
        sums.counts -= field.counts[pixel]
        if field.background is not None:
            background, ratio = field.background[pixel], field.ratio[pixel]
            sums.background -= background
            sums.scaled -= background * ratio
            sums.ratio_squares -= ratio * ratio
        if field.variance is not None and sums.variance is not None:
            sums.variance -= field.variance[pixel]

    def measure_sn_squared(self) -> float:
        """Signal to noise, squared."""
        return self.sums.measure_sn_squared(has_background=self.field.background is not None)

    def find_centroid(self) -> tuple[float, float]:
        """Column and row of the centroid of the signal."""
        weight = self.centroid_weight
        return self.centroid_x / weight, self.centroid_y / weight

    def find_radius(self) -> int:
        """One more than the first whole radius whose disc has more pixels than the bin."""
        return bisect_right(self.field.areas, self.sums.pixels) + 1

    def may_reach(self, pixel: int) -> bool:
        """Whether the constraint lets the bin have a pixel."""
        field = self.field
        if field.reach_squared is None:
            return True
        x, y = self.find_centroid()
        row, column = divmod(pixel, field.width)
        dx, dy = x - (column - 1), y - (row - 1)
        radius = self.find_radius()
        return (dx * dx + dy * dy) / (radius * radius) < field.reach_squared
