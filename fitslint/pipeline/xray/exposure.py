"""Exposure maps: chips with their bad pixels, area, vignetting, and the dither."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.xray.acis.geometry import CHIP_SIZE, ChipPlacement
from fitslint.pipeline.xray.acis.response import Vignetting, compute_area, compute_psf_radius
from fitslint.pipeline.xray.aspect import AspectSolution, build_aspect_histogram
from fitslint.pipeline.xray.errors import XrayError
from fitslint.pipeline.xray.events.intervals import Intervals
from fitslint.pipeline.xray.sky import SKY_PIXEL, SkyBox, SkyPlane
from fitslint.pipeline.xray.transform import ImageTransform

Numbers = NDArray[Any]
Map = NDArray[np.float64]
_EDGES = np.array([0.5, CHIP_SIZE + 0.5])
_ROUNDING = 1e-5
"""Part of the largest exposure under which what a transform leaves is nothing."""


@dataclass(frozen=True)
class ExposureModel:
    """What the exposure of an observation is made of.

    Attributes
    ----------
    plane : SkyPlane
        of the observation.
    placements : mapping of int to ChipPlacement
        at the mean pointing.
    masks : mapping of int to ndarray
        pixels that count, by chip.
    axis : (float, float)
        sky pixel of the optical axis at the mean pointing.
    aspect : AspectSolution
    good : Intervals
    live_fraction : float
    energy : float
        keV for which area and vignetting are taken.
    vignetting : Vignetting
    """

    plane: SkyPlane
    placements: Mapping[int, ChipPlacement]
    masks: Mapping[int, NDArray[np.bool_]]
    axis: tuple[float, float]
    aspect: AspectSolution
    good: Intervals
    live_fraction: float
    energy: float
    vignetting: Vignetting

    @property
    def exposure(self) -> float:
        """Live seconds."""
        return self.good.total * self.live_fraction

    def find_box(self, plane: SkyPlane, bin_size: float) -> SkyBox:
        """The smallest image that holds all chips with their dither, in whole pixels."""
        corners = np.concatenate([
            np.stack(self.plane.reproject(*self._find_corners(placement), plane), axis=1)
            for placement in self.placements.values()
        ])  # fmt: skip
        x, y = (place for place in self.aspect.find_pointing(plane))
        reach = max(np.ptp(x), np.ptp(y)) / 2 + 2 + bin_size
        low = np.floor((corners.min(axis=0) - reach - 0.5) / bin_size) * bin_size + 0.5
        size = np.ceil((corners.max(axis=0) + reach - low) / bin_size).astype(int)
        if not size.max() <= 1 << 14:
            raise XrayError(f"an image of {size[0]} by {size[1]} pixels is none of ACIS")
        return SkyBox(float(low[0]), float(low[1]), int(size[0]), int(size[1]), bin_size)

    def compute(self, box: SkyBox, plane: SkyPlane, *, is_time: bool = False) -> Map:
        """The exposure in every pixel, in cm2 s.

        Parameters
        ----------
        box : SkyBox
        plane : SkyPlane
            of the box; it need not be that of the observation.
        is_time : bool
            the seconds alone, without area and vignetting: that of particles.
        """
        histogram = build_aspect_histogram(self.aspect, self.good, plane, box.bin_size)
        reach = len(histogram) // 2
        wide = box.extend(reach)
        still = np.zeros(wide.shape, np.float32)
        steps = max(round(box.bin_size), 1)
        for chip, placement in self.placements.items():
            area = 1.0 if is_time else compute_area(self.energy, chip)
            for rows, columns, x, y in self._sample(placement, wide, plane, steps):
                found = area * self._find_live(chip, placement, x, y)
                if not is_time:
                    found = found * self.vignetting.compute(self._measure_theta(x, y))
                still[rows, columns] += found / steps**2
        transform = ImageTransform(wide.shape, reach)
        moved = self.exposure * transform.convolve(
            transform.transform(still), transform.transform_kernel(histogram.astype(np.float32))
        )
        inside = moved[reach : reach + box.rows, reach : reach + box.columns]
        kept = np.where(inside < _ROUNDING * moved.max(initial=0.0), 0, inside)
        return kept.astype(np.float64)

    def compute_psf_size(self, box: SkyBox, plane: SkyPlane, fraction: float) -> Map:
        """The radius in arcsec that holds a fraction of a point source, in every pixel."""
        x, y = np.meshgrid(*box.list_centres())
        return np.asarray(
            compute_psf_radius(self._measure_theta(*plane.reproject(x, y, self.plane)), fraction)
        )

    def _measure_theta(self, x: Numbers, y: Numbers) -> Numbers:
        """Arcmin from the optical axis."""
        return np.hypot(x - self.axis[0], y - self.axis[1]) * (SKY_PIXEL / 60)

    def _find_corners(self, placement: ChipPlacement) -> tuple[Numbers, Numbers]:
        column, row = np.meshgrid(_EDGES, _EDGES)
        return placement.find_sky(column.ravel(), row.ravel())

    def _sample(
        self, placement: ChipPlacement, box: SkyBox, plane: SkyPlane, steps: int
    ) -> Iterator[tuple[slice, slice, Numbers, Numbers]]:
        """Parts of the image that the chip may cover, and points of the observation's plane.

        Each pixel has ``steps`` squared points, one for each sky pixel in it.
        """
        edge_x, edge_y = self.plane.reproject(*self._find_corners(placement), plane)
        columns = _cut(edge_x, box.x_low, box.bin_size, box.columns)
        rows = _cut(edge_y, box.y_low, box.bin_size, box.rows)
        if columns.start >= columns.stop or rows.start >= rows.stop:
            return
        centre_x, centre_y = box.list_centres()
        for step_x in range(steps):
            for step_y in range(steps):
                # A row and a column: sums of both are made where they are needed, and no sooner.
                x = centre_x[columns] + ((step_x + 0.5) / steps - 0.5) * box.bin_size
                y = centre_y[rows] + ((step_y + 0.5) / steps - 0.5) * box.bin_size
                yield rows, columns, *plane.reproject(x[None, :], y[:, None], self.plane)

    def _find_live(self, chip: int, placement: ChipPlacement, x: Numbers, y: Numbers) -> Numbers:
        """1 where a pixel of the chip counts, else 0."""
        column, row = ((place + 0.5).astype(np.int32) - 1 for place in placement.find_chip(x, y))
        inside = (column >= 0) & (column < CHIP_SIZE) & (row >= 0) & (row < CHIP_SIZE)
        live = np.zeros(column.shape, np.float32)
        live[inside] = self.masks[chip][row[inside], column[inside]]
        return live


def _cut(edges: Numbers, low: float, size: float, count: int) -> slice:
    """The pixels of an axis between the least and the largest edge."""
    first = math.floor((edges.min() - low) / size) - 1
    last = math.ceil((edges.max() - low) / size) + 1
    return slice(min(max(first, 0), count), min(max(last, 0), count))
