"""What the figures of a report share: the picture, its axes on the sky, its colour scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import PowerNorm

from fitslint.wcs.map_frame import Floats, MapFrame

MAX_PIXELS = 700
"""Pixels on the longer side of what is figure."""
THREE_PANELS, TWO_PANELS, ONE_PANEL = (13.5, 4.5), (10.4, 4.9), (6.6, 6.6)
"""Inches of a figure with three, two and one panel."""


@dataclass(frozen=True, slots=True)
class View:
    """A frame as it is drawn: arcsec from the middle of the map, north up and east to the left."""

    frame: MapFrame
    stride: int

    def subsample(self, data: Floats) -> Floats:
        """The pixels that are figure."""
        return data[:: self.stride, :: self.stride]

    def compute_axes(self) -> tuple[Floats, Floats]:
        """Arcsec to the east of every column figure, and to the north of every row."""
        rows, columns = self.frame.shape
        across = np.arange(0, columns, self.stride, dtype=float)
        up = np.arange(0, rows, self.stride, dtype=float)
        east, _ = self.locate_pixel(across, (rows - 1) / 2)
        _, north = self.locate_pixel((columns - 1) / 2, up)
        return east, north

    def locate_pixel(self, column: Any, row: Any) -> tuple[Floats, Floats]:
        """Arcsec to the east and north of the middle of the map."""
        rows, columns = self.frame.shape
        middle = self.frame.compute_offsets((columns - 1) / 2, (rows - 1) / 2)
        east, north = self.frame.compute_offsets(column, row)
        return east - middle[0], north - middle[1]

    def locate_sky(self, ra: Any, dec: Any) -> tuple[Floats, Floats]:
        """The same of positions on the sky."""
        return self.locate_pixel(*self.frame.to_pixel(ra, dec))

    def show_pixels(self, axes: Any, data: Floats, **how: Any) -> Any:
        """Draw pixels on their edges; a frame that is turned is drawn by its axes."""
        east, north = self.compute_axes()
        half_x, half_y = (axis[1] - axis[0] if axis.size > 1 else 1.0 for axis in (east, north))
        extent = (
            east[0] - half_x / 2, east[-1] + half_x / 2,
            north[0] - half_y / 2, north[-1] + half_y / 2,
        )  # fmt: skip
        shown = axes.imshow(
            data, origin="lower", extent=extent, interpolation="nearest", aspect="equal", **how
        )
        axes.set_xlim(max(extent[:2]), min(extent[:2]))
        axes.set_ylim(min(extent[2:]), max(extent[2:]))
        axes.set_xlabel("east (arcsec)")
        axes.set_ylabel("north (arcsec)")
        return shown


def build_view(frame: MapFrame) -> View:
    """The view of a map in as many pixels as are figure."""
    return View(frame, max(1, -(-max(frame.shape) // MAX_PIXELS)))


def build_colour_scale(data: Floats) -> Any:
    """A scale that shows both halo and galaxies: linear to the 99.5th percentile, square root."""
    low, high = (float(level) for level in np.nanpercentile(data, [0.5, 99.5]))
    return PowerNorm(0.6, vmin=max(low, 0.0) if low < high else None, vmax=high, clip=True)
