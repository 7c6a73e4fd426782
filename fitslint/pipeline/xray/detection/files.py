"""Lists of sources as files: a table in the layout of wavdetect, and a region file of CIAO."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitslint.pipeline.atomic_write import write_atomic
from fitslint.pipeline.xray.detection.sources import ELLIPSE_SIGMA, DetectedSource
from fitslint.pipeline.xray.events.cards import Cards
from fitslint.pipeline.xray.events.writer import ColumnSpec, pack_product
from fitslint.pipeline.xray.regions.masks import draw_regions
from fitslint.pipeline.xray.regions.shapes import Shape
from fitslint.pipeline.xray.regions.write import format_regions
from fitslint.pipeline.xray.sky import SKY_PIXEL, SkyBox, SkyPlane

_COLUMNS = (
    ColumnSpec("RA", "1D", "deg", "right ascension"), ColumnSpec("DEC", "1D", "deg", "declination"),
    ColumnSpec("RA_ERR", "1D", "deg", "error on the sky along right ascension"),
    ColumnSpec("DEC_ERR", "1D", "deg", "error of the declination"),
    ColumnSpec("X", "1D", "pixel", "sky coordinates"),
    ColumnSpec("Y", "1D", "pixel", "sky coordinates"),
    ColumnSpec("X_ERR", "1D", "pixel"), ColumnSpec("Y_ERR", "1D", "pixel"),
    ColumnSpec("NET_COUNTS", "1E", "count", "counts of the source"),
    ColumnSpec("NET_COUNTS_ERR", "1E", "count"),
    ColumnSpec("BKG_COUNTS", "1E", "count", "background in the aperture"),
    ColumnSpec("SRC_SIGNIFICANCE", "1E", "", "net counts by the error of the background"),
    ColumnSpec("SCALE", "1E", "pixel", "scale of the wavelet"),
    ColumnSpec("PSF_SIZE", "1E", "pixel", "sigma of the PSF"),
    ColumnSpec("PSFRATIO", "1E", "", "size of the source by that of the PSF"),
    ColumnSpec("SHAPE", "10A", "", "shape of the region"),
    ColumnSpec("R", "2E", "pixel", "half axes of the ellipse"),
    ColumnSpec("ROTANG", "1E", "deg", "angle of the first half axis"),
    ColumnSpec("COMPONENT", "1J", "", "number of the source"),
)  # fmt: skip


def write_sources(
    path: Path, sources: Sequence[DetectedSource], box: SkyBox, plane: SkyPlane, cards: Cards
) -> None:
    """Write a list of sources, the most significant first.

    Parameters
    ----------
    path : Path
    sources : sequence of DetectedSource
        in pixels of ``box``.
    box : SkyBox
    plane : SkyPlane
    cards : mapping
        of the observation.

    Raises
    ------
    OSError
        when it cannot be written.
    """
    x, y = _find_sky(sources, box)
    ra, dec = plane.find_position(x, y)
    error = np.array([one.error for one in sources]) * box.bin_size
    degrees = error * SKY_PIXEL / 3600
    axes = np.array([one.axes for one in sources]).reshape(-1, 2) * ELLIPSE_SIGMA * box.bin_size
    values: dict[str, Any] = {
        "RA": ra, "DEC": dec, "RA_ERR": degrees, "DEC_ERR": degrees, "X": x, "Y": y,
        "X_ERR": error, "Y_ERR": error, "NET_COUNTS": [one.net for one in sources],
        "NET_COUNTS_ERR": [one.net_error for one in sources],
        "BKG_COUNTS": [one.background for one in sources],
        "SRC_SIGNIFICANCE": [one.significance for one in sources],
        "SCALE": [one.scale * box.bin_size for one in sources],
        "PSF_SIZE": [one.psf * box.bin_size for one in sources],
        "PSFRATIO": [math.sqrt(math.prod(one.axes)) / one.psf for one in sources],
        "SHAPE": np.full(len(sources), b"ellipse"), "R": axes,
        "ROTANG": [one.angle for one in sources], "COMPONENT": np.arange(1, len(sources) + 1),
    }  # fmt: skip
    own = {"CONTENT": "SRCLIST", "HDUCLASS": "ASC", "HDUCLAS1": "SRCLIST"}
    table = pack_product(_COLUMNS, values, "SRCLIST", "xray-sources", {**cards, **own})
    write_atomic(path, table)


def write_source_regions(path: Path, sources: Sequence[DetectedSource], box: SkyBox) -> None:
    """Write the ellipses of sources in physical coordinates.

    Raises
    ------
    OSError
        when they cannot be written.
    """
    places = zip(*_find_sky(sources, box), strict=True)
    shapes = [
        _build_ellipse(one, place, box.bin_size, digits=3)
        for one, place in zip(sources, places, strict=True)
    ]
    write_atomic(path, format_regions(shapes).encode())


def draw_source_mask(
    sources: Sequence[DetectedSource], shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """Pixels whose centres are in the ellipse of a source."""
    shapes = [_build_ellipse(one, (one.column + 1, one.row + 1), 1.0) for one in sources]
    return draw_regions(shapes, shape) if shapes else np.zeros(shape, np.bool_)


def _build_ellipse(
    source: DetectedSource, place: tuple[float, float], size: float, digits: int | None = None
) -> Shape:
    """The region of a source at a place in pixels, of which so many make one of the image."""
    numbers = (*place, *(ELLIPSE_SIGMA * axis * size for axis in source.axes), source.angle)
    return Shape("ellipse", tuple(
        float(number) if digits is None else round(float(number), digits) for number in numbers
    ))  # fmt: skip


def _find_sky(sources: Sequence[DetectedSource], box: SkyBox) -> tuple[NDArray[Any], NDArray[Any]]:
    places = np.array([(one.column, one.row) for one in sources]).reshape(-1, 2)
    x = box.x_low + (places[:, 0] + 0.5) * box.bin_size
    return x, box.y_low + (places[:, 1] + 0.5) * box.bin_size
