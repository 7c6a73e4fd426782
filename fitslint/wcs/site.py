"""What a place on Earth makes of a time and a position: sidereal time, altitude, air mass.

Angles are in degrees, longitudes positive to the east, on floats.
"""

from __future__ import annotations

import math

_J2000, _CENTURY = 51544.5, 36525.0
_TT_LESS_UT = 69.0
"""TT - UT1 in s, near enough: a minute of it is 3e-6 s of sidereal time."""
SIDEREAL_ERROR = 1.0
"""Seconds by which sidereal time from UTC may be wrong: |UT1 - UTC| < 0.9 s, and nutation."""
_MJD_MAX = 1e7


def compute_sidereal_time(mjd: float, longitude: float, *, apparent: bool = True) -> float:
    """The local sidereal time in degrees at a Modified Julian date in UTC.

    UTC is taken for UT1. Mean sidereal time is that of IAU 2006; apparent has the equation of the
    equinoxes by its two largest terms (0.01 s). NaN where a number is not finite.
    """
    if not (abs(mjd) <= _MJD_MAX and math.isfinite(longitude)):
        return math.nan
    days = mjd - _J2000
    turns = 0.7790572732640 + 0.00273781191135448 * days + days % 1
    centuries = (days + _TT_LESS_UT / 86400) / _CENTURY
    seconds = 0.014506 + (4612.156534 + 1.3915817 * centuries) * centuries
    found = turns * 360 + seconds / 3600
    if apparent:
        found += compute_equinox_equation(centuries)
    return (found + longitude) % 360


def compute_equinox_equation(centuries: float) -> float:
    """Apparent less mean sidereal time in degrees, centuries from J2000."""
    node = math.radians((125.04452 - 1934.136261 * centuries) % 360)
    sun = math.radians((280.4665 + 36000.7698 * centuries) % 360)
    nutation = -17.20 * math.sin(node) - 1.32 * math.sin(2 * sun) + 0.21 * math.sin(2 * node)
    return nutation * math.cos(math.radians(23.4393 - 0.013 * centuries)) / 3600


def compute_horizontal_position(
    ra: float, dec: float, sidereal: float, latitude: float
) -> tuple[float, float]:
    """Altitude without refraction, and azimuth from north through east.

    Parameters
    ----------
    ra, dec : float
        apparent position, of the equinox of the date.
    sidereal, latitude : float
        local sidereal time and geodetic latitude.
    """
    numbers = (ra, dec, sidereal, latitude)
    if not all(map(math.isfinite, numbers)):
        return math.nan, math.nan
    hour = math.radians(sidereal - ra)
    up, place = math.radians(dec), math.radians(latitude)
    north = math.sin(up) * math.cos(place) - math.cos(up) * math.cos(hour) * math.sin(place)
    east = -math.cos(up) * math.sin(hour)
    zenith = math.sin(up) * math.sin(place) + math.cos(up) * math.cos(hour) * math.cos(place)
    altitude = math.degrees(math.atan2(zenith, math.hypot(north, east)))
    return altitude, math.degrees(math.atan2(east, north)) % 360


def compute_secant_airmass(altitude: float) -> float:
    """The air mass of a plane atmosphere: 1 / sin(altitude); NaN at the horizon and below."""
    if not 1e-9 < altitude <= 90:
        return math.nan
    return 1 / math.sin(math.radians(altitude))


def compute_airmass(altitude: float) -> float:
    """The air mass of a round atmosphere at an apparent altitude (Pickering 2002).

    1.0 at the zenith and about 38 at the horizon; NaN below it.
    """
    if not 0 <= altitude <= 90:
        return math.nan
    return 1 / math.sin(math.radians(altitude + 244 / (165 + 47 * altitude**1.1)))
