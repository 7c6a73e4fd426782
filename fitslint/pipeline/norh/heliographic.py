"""Latitude and longitude on the Sun of a place in the sky, and the lines of their grid.

Orthographic projection sees the Sun from infinity; perspective from where its radius is SOLR
(Thompson 2006, A&A 449, 791): they differ by up to 0.3 deg at 0.99 radii. Which of them IDL's
norh_grid uses is not published. Longitudes count from the central meridian, west positive.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from fitslint.pipeline.norh.constants import ARCSEC

if TYPE_CHECKING:
    from fitslint.pipeline.norh.image import Floats


def convert_to_heliographic(
    x: float, y: float, radius: float, latitude: float, *, orthographic: bool = False
) -> tuple[float, float]:
    """Latitude and longitude (deg) of a place; NaN off the limb.

    Parameters
    ----------
    x, y : float
        arcsec west and north of the centre of the Sun.
    radius : float
        SOLR in arcsec.
    latitude : float
        SOLB in degrees.
    """
    point = _see_flat(x, y, radius) if orthographic else _see_near(x, y, radius)
    if point is None:
        return math.nan, math.nan
    west, north, near = point
    tilt = math.radians(latitude)
    found = north * math.cos(tilt) + near * math.sin(tilt)
    longitude = math.atan2(west, near * math.cos(tilt) - north * math.sin(tilt))
    return math.degrees(math.asin(max(-1.0, min(1.0, found)))), math.degrees(longitude)


def _see_flat(x: float, y: float, radius: float) -> tuple[float, float, float] | None:
    west, north = x / radius, y / radius
    rest = 1 - west * west - north * north
    return (west, north, math.sqrt(rest)) if rest >= 0 else None


def _see_near(x: float, y: float, radius: float) -> tuple[float, float, float] | None:
    """Where the ray meets the sphere of radius 1, at the distance that makes it look so large."""
    distance = 1 / math.sin(radius * ARCSEC)
    across, up = x * ARCSEC, y * ARCSEC
    ray = (math.cos(up) * math.sin(across), math.sin(up), math.cos(up) * math.cos(across))
    half = distance * ray[2]
    rest = half * half - distance * distance + 1
    if rest < 0:
        return None
    length = half - math.sqrt(rest)
    return length * ray[0], length * ray[1], distance - length * ray[2]


def measure_off_limb(x: float, y: float, radius: float) -> float:
    """Arcsec beyond the limb; negative on the disk."""
    return math.hypot(x, y) - radius


def convert_to_sky(
    latitude: Floats, longitude: Floats, radius: float, tilt: float, *, orthographic: bool = False
) -> tuple[Floats, Floats]:
    """Arcsec west and north of places on the Sun (deg); NaN on the far side."""
    high, across, b0 = np.radians(latitude), np.radians(longitude), math.radians(tilt)
    west = np.cos(high) * np.sin(across)
    north = np.sin(high) * math.cos(b0) - np.cos(high) * np.cos(across) * math.sin(b0)
    near = np.sin(high) * math.sin(b0) + np.cos(high) * np.cos(across) * math.cos(b0)
    if orthographic:
        x, y, limb = radius * west, radius * north, 0.0
    else:
        limb = math.sin(radius * ARCSEC)
        away = 1 / limb - near
        x = np.arctan2(west, away) / ARCSEC
        y = np.arctan2(north, np.hypot(west, away)) / ARCSEC
    hidden = near < limb
    return np.where(hidden, np.nan, x), np.where(hidden, np.nan, y)


def trace_grid(
    radius: float, tilt: float, step: float, *, orthographic: bool = False
) -> list[tuple[str, float, Floats, Floats, Floats, Floats]]:
    """The meridians and parallels every ``step`` degrees.

    Returns
    -------
    list of (str, float, ndarray, ndarray, ndarray, ndarray)
        ``meridian`` or ``parallel``, its degrees, and latitudes, longitudes (deg), x and y (arcsec)
        along it.
    """
    lines = []
    along = np.arange(-90.0, 90.1, 2.0)
    degrees = np.arange(-math.floor(90 / step) * step, 90.001, step)
    for at in degrees:
        for name, latitude, longitude in (
            ("meridian", along, np.full_like(along, at)),
            ("parallel", np.full_like(along, at), along),
        ):
            if name == "parallel" and abs(at) >= 90:
                continue
            x, y = convert_to_sky(latitude, longitude, radius, tilt, orthographic=orthographic)
            lines.append((name, float(at), latitude, longitude, x, y))
    return lines
