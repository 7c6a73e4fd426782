"""From the plane of a projection to the sky, and back (Paper II, section 2)."""

from __future__ import annotations

import math

from fitslint.model.records import dataclass
from fitslint.wcs.keywords import KeywordError
from fitslint.wcs.maths import DEGREE_RADIANS, RADIAN_DEGREES, SCALAR, Maths, T
from fitslint.wcs.matrix import sincos_degrees
from fitslint.wcs.projection.base import Projection

TOLERANCE = 1e-10
"""Degrees by which a latitude may be beyond a pole by rounding."""

_AT_POLE = 1e-20
"""The cosine of the latitude of a pole, where its longitude still counts."""


@dataclass(frozen=True, slots=True)
class SkyReference:
    """What fixes the native sphere on the sky; degrees.

    Attributes
    ----------
    longitude, latitude : float
        of the reference point (CRVAL).
    phi, theta : float
        its native longitude and latitude.
    lonpole, latpole : float, optional
        None where they have their defaults.
    keywords : (str, str, str)
        those of the latitude, of the pole's longitude and of the reference's native latitude.
    """

    longitude: float
    latitude: float
    phi: float
    theta: float
    lonpole: float | None
    latpole: float | None
    keywords: tuple[str, str, str]


def find_native_pole(reference: SkyReference) -> tuple[float, float, float]:
    """Celestial longitude and latitude of the native pole, and native longitude of the other.

    Paper II, eq. 8 to 10, and the cases of section 2.4; degrees.

    Raises
    ------
    KeywordError
        where a latitude is beyond a pole, or no pole is right for LONPOLE.
    """
    longitude, latitude = reference.longitude, reference.latitude
    if not abs(latitude) <= 90.0 + TOLERANCE:
        reason = f"= {latitude:g} deg is beyond the pole; a latitude is from -90 to 90"
        raise KeywordError(reference.keywords[0], reason)
    latitude = max(-90.0, min(90.0, latitude))
    if not abs(reference.theta) <= 90.0 + TOLERANCE:
        reason = f"= {reference.theta:g} is beyond the native pole"
        raise KeywordError(reference.keywords[2], reason)
    pole = reference.lonpole
    if pole is None:
        pole = reference.phi + (0.0 if latitude >= reference.theta else 180.0)
    if reference.theta == 90.0:
        return longitude, latitude, pole
    latpole = _find_latpole(reference, latitude, pole)
    if abs(latitude) == 90.0:
        return longitude, latpole, pole
    sine, cosine = sincos_degrees(pole - reference.phi)
    height, breadth = sincos_degrees(reference.theta)
    up, along = sincos_degrees(latpole)
    turn = math.atan2(breadth * sine, height * along - breadth * up * cosine)
    return longitude - math.degrees(turn), latpole, pole


def _find_latpole(reference: SkyReference, latitude: float, pole: float) -> float:
    """Paper II, eq. 8: of two latitudes that nearest to LATPOLE."""
    wanted = 90.0 if reference.latpole is None else reference.latpole
    sine, cosine = sincos_degrees(pole - reference.phi)
    height, breadth = sincos_degrees(reference.theta)
    if sine == 0.0 and cosine == 1.0:
        middle, away = reference.theta, 90.0 - latitude
    else:
        across = breadth * cosine
        length = math.hypot(across, height)
        up = sincos_degrees(latitude)[0]
        if length == 0.0:
            if up != 0.0:
                raise _build_pole_error(reference, pole)
            return max(-90.0, min(90.0, wanted))
        ratio = up / length
        if abs(ratio) > 1.0 + TOLERANCE:
            raise _build_pole_error(reference, pole)
        middle = math.degrees(math.atan2(height, across))
        away = math.degrees(math.acos(max(-1.0, min(1.0, ratio))))
    found = [_wrap(middle - away), _wrap(middle + away)]
    found = [candidate for candidate in found if abs(candidate) <= 90.0 + TOLERANCE]
    if not found:
        raise _build_pole_error(reference, pole)
    nearest = min(abs(wanted - candidate) for candidate in found)
    # of two that are as near, the first one: Paper II does not say, and readers take this
    chosen = next(
        candidate for candidate in found if abs(wanted - candidate) <= nearest + TOLERANCE
    )
    return max(-90.0, min(90.0, chosen))


def _wrap(angle: float) -> float:
    return angle - 360.0 if angle > 180.0 else angle + 360.0 if angle < -180.0 else angle


def _build_pole_error(reference: SkyReference, pole: float) -> KeywordError:
    return KeywordError(
        reference.keywords[1],
        f"= {pole:g} puts the reference point where its latitude cannot be; leave it out, or "
        f"correct {reference.keywords[0]}",
    )


class CelestialTransform:
    """Plane coordinates in radians to longitude and latitude in degrees, and back."""

    __slots__ = ("_matrix", "_shift", "pole", "projection")

    def __init__(self, projection: Projection, pole: tuple[float, float, float]) -> None:
        self.projection = projection
        self.pole = pole
        self._matrix = _build_rotation(pole)
        self._shift: tuple[float, float] | None = None

    def shift_to(self, phi: float, theta: float) -> bool:
        """Let (0, 0) be at a native position (PVi_0); whether it is on the map."""
        height, breadth = sincos_degrees(theta)
        sine, cosine = sincos_degrees(phi)
        breadth = breadth or _AT_POLE
        try:
            x, y = self.projection.project(SCALAR, breadth * cosine, breadth * sine, height)
        except (ValueError, ArithmeticError):
            return False
        self._shift = x, y
        return math.isfinite(x + y)

    def to_direction(self, maths: Maths[T], x: T, y: T) -> tuple[T, T, T]:
        """Celestial direction, of any positive length, of plane coordinates."""
        if self._shift is not None:
            x, y = x + self._shift[0], y + self._shift[1]
        u, v, w = self.projection.deproject(maths, x, y)
        (a, b, c), (d, e, f), (g, h, i) = self._matrix
        return a * u + b * v + c * w, d * u + e * v + f * w, g * u + h * v + i * w

    def to_sky(self, maths: Maths[T], x: T, y: T) -> tuple[T, T]:
        """Longitude from 0 to 360 and latitude in degrees; NaN where there is no position."""
        east, north, up = self.to_direction(maths, x, y)
        longitude = maths.atan2(north, east) * RADIAN_DEGREES
        longitude = maths.select(longitude < 0.0, longitude + 360.0, longitude)
        return longitude, maths.atan2(up, maths.hypot(east, north)) * RADIAN_DEGREES

    def to_plane(self, maths: Maths[T], longitude: T, latitude: T) -> tuple[T, T]:
        """Plane coordinates in radians of degrees; NaN where the map has none."""
        latitude = maths.select(maths.absolute(latitude) <= 90.0 + TOLERANCE, latitude, math.nan)
        sine, cosine = maths.sincos(longitude * DEGREE_RADIANS)
        up, breadth = maths.sincos(latitude * DEGREE_RADIANS)
        east, north = breadth * cosine, breadth * sine
        (a, b, c), (d, e, f), (g, h, i) = self._matrix
        x, y = self.projection.project(
            maths,
            a * east + d * north + g * up,
            b * east + e * north + h * up,
            c * east + f * north + i * up,
        )
        if self._shift is not None:
            return x - self._shift[0], y - self._shift[1]
        return x, y


_Row = tuple[float, float, float]


def _build_rotation(pole: tuple[float, float, float]) -> tuple[_Row, _Row, _Row]:
    """The matrix from native to celestial directions (Paper II, eq. 2)."""
    (sine_a, cosine_a), (sine_d, cosine_d), (sine_p, cosine_p) = map(sincos_degrees, pole)
    # along the meridian of the celestial pole, across it, and up
    a, b = -sine_d * cosine_p, -sine_d * sine_p
    return (
        (cosine_a * a - sine_a * sine_p, cosine_a * b + sine_a * cosine_p, cosine_a * cosine_d),
        (sine_a * a + cosine_a * sine_p, sine_a * b - cosine_a * cosine_p, sine_a * cosine_d),
        (cosine_d * cosine_p, cosine_d * sine_p, sine_d),
    )
