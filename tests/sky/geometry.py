"""The gnomonic projection and old equinoxes, without the code that is tested.

Astropy does the systems of reference; the rest is Calabretta & Greisen (2002), section 5.1.3.
"""

from __future__ import annotations

import functools
import math

from astropy import units
from astropy.coordinates import FK4, FK5, SkyCoord

Matrix = tuple[float, float, float, float]
Position = tuple[float, float]


def project_back(x: float, y: float, centre: Position) -> Position:
    """Right ascension and declination of offsets in degrees to the east and the north."""
    xi, eta = math.radians(x), math.radians(y)
    ra, dec = math.radians(centre[0]), math.radians(centre[1])
    below = math.cos(dec) - eta * math.sin(dec)
    return (
        math.degrees(ra + math.atan2(xi, below)) % 360,
        math.degrees(math.atan2(math.sin(dec) + eta * math.cos(dec), math.hypot(xi, below))),
    )


def place_pixel(pixel: Position, origin: Position, matrix: Matrix, reference: Position) -> Position:
    """The position of a pixel of a gnomonic image."""
    dx, dy = pixel[0] - origin[0], pixel[1] - origin[1]
    a, b, c, d = matrix
    return project_back(a * dx + b * dy, c * dx + d * dy, reference)


def turn_matrix(scale: float, angle: float, parity: int, skew: float = 0.0) -> Matrix:
    """CDi_j of pixels of so many degrees whose second axis has a position angle [deg]."""
    first, second = math.radians(angle + skew), math.radians(angle)
    return (
        parity * scale * math.cos(first), scale * math.sin(second),
        -parity * scale * math.sin(first), scale * math.cos(second),
    )  # fmt: skip


@functools.cache
def to_old(position: Position) -> Position:
    """A position of FK5 J2000 in FK4 B1950."""
    found = SkyCoord(*position, unit="deg", frame=FK5()).transform_to(FK4(equinox="B1950"))
    return found.ra.to_value(units.deg), found.dec.to_value(units.deg)


def format_hours(degrees: float, places: int = 3) -> str:
    """A right ascension as HH:MM:SS.SSS."""
    return _format(degrees / 15, places)


def format_degrees(degrees: float, places: int = 2) -> str:
    """A declination as +DD:MM:SS.SS."""
    return ("-" if degrees < 0 else "+") + _format(abs(degrees), places)


def _format(value: float, places: int) -> str:
    step = 10**places
    ticks = round(value * 3600 * step)
    seconds = ticks // step
    fraction = f".{ticks % step:0{places}d}" if places else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def compute_sidereal_hours(mjd: float, longitude: float) -> float:
    """Mean local sidereal time in hours (Meeus 1998, eq. 12.4), good to a tenth of a second."""
    days = mjd - 51544.5
    degrees = 280.46061837 + 360.98564736629 * days + 0.000387933 * (days / 36525) ** 2
    return (degrees + longitude) / 15 % 24


def compute_altitude(position: Position, sidereal: float, latitude: float) -> float:
    """Altitude in degrees at a sidereal time in hours."""
    hour = math.radians(sidereal * 15 - position[0])
    dec, place = math.radians(position[1]), math.radians(latitude)
    sine = math.sin(dec) * math.sin(place) + math.cos(dec) * math.cos(place) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))
