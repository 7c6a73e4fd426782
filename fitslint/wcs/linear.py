"""Lenstool's linear positions: offsets along right ascension and declination, and their error.

Lenstool turns positions to ``x = -(ra - ra0) cos(dec0)``, ``y = dec - dec0`` and writes gnomonic
world coordinates over a grid of these, which a reader then puts elsewhere.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from fitslint.wcs.grid import Floats

Position = tuple[float, float]
"""Right ascension and declination in degrees."""


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


def to_linear(ra: ArrayLike, dec: ArrayLike, reference: Position) -> tuple[Floats, Floats]:
    """Offsets in arcsec, x to the west, of positions in degrees."""
    east = np.mod(np.asarray(ra, np.float64) - reference[0] + 180, 360) - 180
    west = east * (-3600 * math.cos(math.radians(reference[1])))
    return west, (np.asarray(dec, np.float64) - reference[1]) * 3600


def linear_to_position(x: ArrayLike, y: ArrayLike, reference: Position) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec, x to the west."""
    across = np.asarray(x, np.float64) / (-3600 * math.cos(math.radians(reference[1])))
    return np.mod(reference[0] + across, 360), reference[1] + np.asarray(y, np.float64) / 3600


def tangent_to_position(x: ArrayLike, y: ArrayLike, reference: Position) -> tuple[Floats, Floats]:
    """Positions in degrees of offsets in arcsec in the tangent plane, x to the west.

    The gnomonic projection of Calabretta & Greisen 2002, section 5.1.3.
    """
    west = np.radians(np.asarray(x, np.float64) / 3600)
    north = np.radians(np.asarray(y, np.float64) / 3600)
    sine, cosine = math.sin(math.radians(reference[1])), math.cos(math.radians(reference[1]))
    depth = cosine - north * sine
    ra = reference[0] + np.degrees(np.arctan2(-west, depth))
    dec = np.degrees(np.arctan2(sine + north * cosine, np.hypot(west, depth)))
    return np.mod(ra, 360), dec


def offset_error(x: ArrayLike, y: ArrayLike, reference: Position) -> Floats:
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
    linear, plane = linear_to_position(x, y, reference), tangent_to_position(x, y, reference)
    return _distance(*linear, *plane)


def linear_error(reference: Position, field: Edges) -> float:
    """Largest :func:`offset_error` of a field in mas: that of its worst corner or edge."""
    x = np.linspace(field.xmin, field.xmax, 65)
    y = np.linspace(field.ymin, field.ymax, 65)
    edges = (
        offset_error(x, field.ymin, reference),
        offset_error(x, field.ymax, reference),
        offset_error(field.xmin, y, reference),
        offset_error(field.xmax, y, reference),
    )
    return float(np.max(edges))


def _distance(ra: Floats, dec: Floats, other_ra: Floats, other_dec: Floats) -> Floats:
    """Great-circle distance in mas; the haversine keeps its digits for small ones."""
    low, high = np.radians(dec), np.radians(other_dec)
    across = np.sin(np.radians(other_ra - ra) / 2)
    up = np.sin((high - low) / 2)
    half = np.sqrt(up * up + np.cos(low) * np.cos(high) * across * across)
    found: Floats = np.degrees(2 * np.arcsin(np.minimum(half, 1))) * 3.6e6
    return found
