"""The Sun as seen from Nobeyama, good to about 0.01 deg between 1950 and 2050.

Formulae of J. Meeus, Astronomical Algorithms (2nd edition): chapter 12 for sidereal time, 25 for
the place of the Sun, 29 for the orientation of its axis. Angles are in degrees.
"""

from __future__ import annotations

from functools import lru_cache
from math import asin, atan, atan2, cos, degrees, radians, sin, sqrt, tan
from typing import NamedTuple

LONGITUDE = 138.47777
"""East longitude of the array, as hour angles of headers have it."""
LATITUDE = 35.07965
"""The latitude that headers of NoRH rest on: that of the plane of the array, which slopes."""
TRUE_LATITUDE = 35.9391
"""The latitude of the array on the ground."""
RADIUS_AT_1_AU = 961.18
"""Apparent radius of the Sun at 1 au in arcsec as headers of NoRH have it (IAU: 959.63)."""
_J2000 = 51544.5
_CENTURY = 36525.0
_EQUATOR_INCLINATION = 7.25
"""Of the solar equator to the ecliptic (Carrington)."""


class SunPosition(NamedTuple):
    """The Sun at one moment."""

    radius: float
    """Apparent radius in arcsec."""
    pole_angle: float
    """Position angle of the north pole of rotation, positive to the east."""
    latitude: float
    """Heliographic latitude of the centre of the disk."""
    declination: float
    hour_angle: float
    """At Nobeyama, from -180 to 180, positive to the west."""


class HorizonPosition(NamedTuple):
    """Where a body stands above the horizon of Nobeyama."""

    azimuth: float
    """From south through west, from -180 to 180."""
    altitude: float
    parallactic: float
    """Angle at the body from the celestial pole to the zenith."""


def compute_sun(mjd: float) -> SunPosition:
    """The Sun at a modified Julian date in UT."""
    days = mjd - _J2000
    t = days / _CENTURY
    anomaly = radians(357.52911 + 35999.05029 * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    aberrated = 280.46646 + 36000.76983 * t + centre - 0.00569
    node = radians(125.04 - 1934.136 * t)
    apparent = radians(aberrated - 0.00478 * sin(node))
    obliquity = radians(23.439291 - 0.0130042 * t + 0.00256 * cos(node))
    ascension = degrees(atan2(cos(obliquity) * sin(apparent), cos(apparent)))
    sidereal = 280.46061837 + 360.98564736629 * days + LONGITUDE
    pole, latitude = _compute_axis(mjd, aberrated, apparent, obliquity)
    return SunPosition(
        radius=RADIUS_AT_1_AU / _compute_distance(t, anomaly + radians(centre)),
        pole_angle=pole,
        latitude=latitude,
        declination=degrees(asin(sin(obliquity) * sin(apparent))),
        hour_angle=(sidereal - ascension + 180) % 360 - 180,
    )


def _compute_distance(t: float, true_anomaly: float) -> float:
    """Distance of the Sun in au."""
    e = 0.016708634 - 0.000042037 * t
    return 1.000001018 * (1 - e * e) / (1 + e * cos(true_anomaly))


def _compute_axis(
    mjd: float, aberrated: float, apparent: float, obliquity: float
) -> tuple[float, float]:
    """Position angle of the solar axis, and latitude of the centre of the disk."""
    node = 73.6667 + 1.3958333 * (mjd + 3242.5) / _CENTURY
    arc, tilt = radians(aberrated - node), radians(_EQUATOR_INCLINATION)
    ecliptic = atan(-cos(apparent) * tan(obliquity))
    equator = atan(-cos(arc) * tan(tilt))
    return degrees(ecliptic + equator), degrees(asin(sin(arc) * sin(tilt)))


def compute_horizon(
    declination: float, hour_angle: float, latitude: float = LATITUDE
) -> HorizonPosition:
    """Where a body of this declination and hour angle stands."""
    d, h, b = radians(declination), radians(hour_angle), radians(latitude)
    south = cos(d) * cos(h) * sin(b) - sin(d) * cos(b)
    west = cos(d) * sin(h)
    up = sin(b) * sin(d) + cos(b) * cos(d) * cos(h)
    return HorizonPosition(
        azimuth=degrees(atan2(west, south)),
        altitude=degrees(atan2(up, sqrt(south * south + west * west))),
        parallactic=degrees(atan2(sin(h) * cos(b), sin(b) * cos(d) - cos(b) * sin(d) * cos(h))),
    )


@lru_cache(maxsize=8)
def compute_projection(
    declination: float, hour_angle: float, latitude: float = LATITUDE
) -> tuple[float, float, float, float]:
    """The matrix that projects east and north of the ground on the sky: PMAT1 to PMAT4."""
    d, h, b = radians(declination), radians(hour_angle), radians(latitude)
    return (
        cos(h),
        sin(h) * sin(b),
        -sin(h) * sin(d),
        cos(d) * cos(b) + sin(d) * cos(h) * sin(b),
    )
