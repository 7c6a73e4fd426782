"""Lenstool's linear positions: offsets along right ascension and declination, and their error.

Lenstool turns positions to ``x = -(ra - ra0) cos(dec0)``, ``y = dec - dec0`` and writes gnomonic
world coordinates over a grid of these, which a reader then puts elsewhere.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from fitslint.wcs.grid import Floats
from fitslint.wcs.map_wcs import build_gnomonic_cards
from fitslint.wcs.sphere import measure_separation
from fitslint.wcs.wcs import Wcs

Position = tuple[float, float]
"""Right ascension and declination in degrees."""
_MAS = 3.6e6
"""Of a degree."""


class Edges(Protocol):
    """A field in arcsec from the reference, x to the west and y to the north."""

    @property
    def xmin(self) -> float:
        """Least x."""

    @property
    def xmax(self) -> float:
        """Largest x."""

    @property
    def ymin(self) -> float:
        """Least y."""

    @property
    def ymax(self) -> float:
        """Largest y."""


def convert_sky_to_linear(
    ra: ArrayLike, dec: ArrayLike, reference: Position
) -> tuple[Floats, Floats]:
    """Offsets in arcsec, x to the west, of positions in degrees."""
    east = np.mod(np.asarray(ra, np.float64) - reference[0] + 180, 360) - 180
    west = east * (-3600 * math.cos(math.radians(reference[1])))
    return west, (np.asarray(dec, np.float64) - reference[1]) * 3600


def convert_linear_to_sky(x: ArrayLike, y: ArrayLike, reference: Position) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec, x to the west."""
    across = np.asarray(x, np.float64) / (-3600 * math.cos(math.radians(reference[1])))
    return np.mod(reference[0] + across, 360), reference[1] + np.asarray(y, np.float64) / 3600


def convert_tangent_to_sky(
    x: ArrayLike, y: ArrayLike, reference: Position
) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec in the tangent plane, x to the west."""
    plane = _lay_tangent_plane(reference)
    ra, dec = plane.pixel_to_sky(np.asarray(x, np.float64), np.asarray(y, np.float64))
    return ra, dec


def convert_sky_to_tangent(
    ra: ArrayLike, dec: ArrayLike, reference: Position
) -> tuple[Floats, Floats]:
    """Offsets in arcsec in the tangent plane, x to the west; NaN for what is not before it."""
    plane = _lay_tangent_plane(reference)
    x, y = plane.sky_to_pixel(np.asarray(ra, np.float64), np.asarray(dec, np.float64))
    return x, y


@lru_cache(maxsize=64)
def _lay_tangent_plane(reference: Position) -> Wcs:
    """Gnomonic coordinates whose pixels are arcsec to the west and north of a position."""
    cards = build_gnomonic_cards((1, 1), (float(reference[0]), float(reference[1])), 1.0)
    # LONPOLE is told for the poles, where north would be another direction by default.
    return Wcs.from_header({**cards, "CRPIX1": 0.0, "CRPIX2": 0.0, "LONPOLE": 180.0})


def measure_offset_error(x: ArrayLike, y: ArrayLike, reference: Position) -> Floats:
    """Distance in mas between where a map has an offset and where its gnomonic header puts it.

    Parameters
    ----------
    x, y : array_like
        offsets in arcsec from the reference, x to the west; they broadcast.
    reference : (float, float)
        right ascension and declination in degrees.

    Returns
    -------
    ndarray
        great-circle distances in mas; 0 at the reference.
    """
    linear = convert_linear_to_sky(x, y, reference)
    return measure_separation(*linear, *convert_tangent_to_sky(x, y, reference)) * _MAS


def measure_linear_error(reference: Position, field: Edges) -> float:
    """Largest :func:`measure_offset_error` of a field in mas: that of its worst corner or edge."""
    x = np.linspace(field.xmin, field.xmax, 65)
    y = np.linspace(field.ymin, field.ymax, 65)
    edges = (
        measure_offset_error(x, field.ymin, reference),
        measure_offset_error(x, field.ymax, reference),
        measure_offset_error(field.xmin, y, reference),
        measure_offset_error(field.xmax, y, reference),
    )
    return float(np.max(edges))
