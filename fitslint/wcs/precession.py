"""Mean positions of FK5 and FK4 from one equinox to another, and from one catalogue to the other.

Lieske et al. (1977) for FK5 (IAU 1976); Newcomb as Kinoshita (1975) gives it for FK4; the matrix of
Standish (1982) and Aoki et al. (1983) between them. Angles are in degrees, on floats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Vector = tuple[float, float, float]
Rotation = tuple[Vector, Vector, Vector]
_ARCSEC = math.pi / 648000
_PER_CENTURY = _ARCSEC / 100
_NOWHERE = (math.nan, math.nan)
_EQUINOX_MAX = 1e5
_FK4_TO_FK5: Rotation = (
    (0.9999256782, -0.0111820611, -0.0048579477),
    (0.0111820610, 0.9999374784, -0.0000271765),
    (0.0048579479, -0.0000271474, 0.9999881997),
)
"""From B1950 without E-terms to J2000, for a star without proper motion in FK5."""
_DRIFT: Rotation = (
    (-0.000551, -0.238565, 0.435739),
    (0.238514, -0.002667, -0.008541),
    (-0.435623, 0.012254, 0.002117),
)
"""Its change, in arcsec a century from J2000: what FK4 turns against FK5."""
_ROUNDS = 5


def precess_fk5(ra: float, dec: float, source: float, target: float) -> tuple[float, float]:
    """A mean position of FK5 at another equinox, in Julian years (Lieske 1977).

    NaN where a number is not finite or an equinox beyond 1e5 years.
    """
    if not _are_usable(ra, dec, source, target):
        return _NOWHERE
    since, along = (source - 2000) / 100, (target - source) / 100
    rate = 2306.2181 + (1.39656 - 0.000139 * since) * since
    zeta = (rate + (0.30188 - 0.000344 * since + 0.017998 * along) * along) * along
    z = (rate + (1.09468 + 0.000066 * since + 0.018203 * along) * along) * along
    theta = (2004.3109 - (0.85330 + 0.000217 * since) * since) * along
    theta -= (0.42665 + 0.000217 * since + 0.041833 * along) * along * along
    return _to_angles(_apply(_rotate(zeta, theta, z), _to_vector(ra, dec)))


def precess_fk4(ra: float, dec: float, source: float, target: float) -> tuple[float, float]:
    """A mean position of FK4 at another equinox, in Besselian years.

    E-terms of aberration are taken off and put on again.
    """
    if not _are_usable(ra, dec, source, target):
        return _NOWHERE
    plain = _remove_e_terms(_to_vector(ra, dec), source)
    moved = _apply(_precess_by_newcomb(source, target), plain)
    return _to_angles(_add_e_terms(moved, target))


def fk4_to_fk5(
    ra: float, dec: float, equinox: float = 1950.0, epoch: float | None = None
) -> tuple[float, float]:
    """The position in FK5 at J2000 of a position in FK4.

    Parameters
    ----------
    ra, dec : float
        mean position, with the E-terms of its equinox.
    equinox, epoch : float
        Besselian years; the epoch of the observation is the equinox where it is not told. FK4
        turns against FK5: of an object at rest the epoch makes up to 0.5 arcsec a century.
    """
    if not _are_usable(ra, dec, equinox, epoch or 0.0):
        return _NOWHERE
    plain = _remove_e_terms(_to_vector(ra, dec), equinox)
    old = _apply(_precess_by_newcomb(equinox, 1950.0), plain)
    years = besselian_to_julian(equinox if epoch is None else epoch) - 2000
    place, drift = _apply(_FK4_TO_FK5, old), _apply(_DRIFT, old)
    moved = [at + along * years * _PER_CENTURY for at, along in zip(place, drift, strict=True)]
    return _to_angles(moved)


def fk5_to_fk4(
    ra: float, dec: float, equinox: float = 1950.0, epoch: float | None = None
) -> tuple[float, float]:
    """The position in FK4 of a position in FK5 at J2000: the inverse of :func:`fk4_to_fk5`."""
    if not _are_usable(ra, dec, equinox, epoch or 0.0):
        return _NOWHERE
    year = besselian_to_julian(equinox)
    aim = _to_vector(*precess_fk5(ra, dec, 2000.0, year))
    found = aim
    for _ in range(_ROUNDS):
        there = fk4_to_fk5(*_to_angles(found), equinox, epoch)
        got = _to_vector(*precess_fk5(*there, 2000.0, year))
        x, y, z = (at + to - of for at, to, of in zip(found, aim, got, strict=True))
        found = (x, y, z)
    return _to_angles(found)


def besselian_to_julian(year: float) -> float:
    """The Julian epoch of a Besselian epoch, both in years."""
    mjd = 15019.81352 + (year - 1900) * 365.242198781
    return 2000 + (mjd - 51544.5) / 365.25


def _are_usable(ra: float, dec: float, *years: float) -> bool:
    finite = math.isfinite(ra) and math.isfinite(dec)
    return finite and all(abs(year) <= _EQUINOX_MAX for year in years)


def _precess_by_newcomb(source: float, target: float) -> Rotation:
    """The precession of FK4 between Besselian equinoxes (Kinoshita 1975)."""
    since, along = (source - 1850) / 100, (target - source) / 100
    rate = 2303.5548 + (1.39720 + 0.000059 * since) * since
    zeta = (rate + (0.30242 - 0.000269 * since + 0.017996 * along) * along) * along
    z = (rate + (1.09478 + 0.000387 * since + 0.018324 * along) * along) * along
    theta = 2005.1125 - (0.85294 + 0.000365 * since) * since
    theta = (theta - (0.42647 + 0.000365 * since + 0.041802 * along) * along) * along
    return _rotate(zeta, theta, z)


def _list_e_terms(year: float) -> Vector:
    """The elliptic part of annual aberration at a Besselian equinox, of a unit vector."""
    since = (year - 1950) * 1.00002135903 / 100
    eccentricity = 0.01673011 - (0.00004193 + 0.000000126 * since) * since
    obliquity = (84404.836 - (46.8495 + (0.00319 + 0.00181 * since) * since) * since) * _ARCSEC
    perihelion = 1015489.951 + (6190.67 + (1.65 + 0.012 * since) * since) * since
    size = eccentricity * 20.49552 * _ARCSEC
    cosine = math.cos(perihelion * _ARCSEC) * size
    return (
        math.sin(perihelion * _ARCSEC) * size,
        -cosine * math.cos(obliquity),
        -cosine * math.sin(obliquity),
    )


def _remove_e_terms(place: Vector, year: float) -> Vector:
    terms = _list_e_terms(year)
    along = sum(one * other for one, other in zip(place, terms, strict=True))
    x, y, z = (at - term + along * at for at, term in zip(place, terms, strict=True))
    return x, y, z


def _add_e_terms(place: Vector, year: float) -> Vector:
    terms, size = _list_e_terms(year), math.hypot(*place)
    unit = found = (place[0] / size, place[1] / size, place[2] / size)
    for _ in range(_ROUNDS):
        along = sum(one * other for one, other in zip(found, terms, strict=True))
        x, y, z = (at + term - along * now
                   for at, term, now in zip(unit, terms, found, strict=True))  # fmt: skip
        found = (x, y, z)
    return found


def _rotate(zeta: float, theta: float, z: float) -> Rotation:
    """The rotation by three angles of precession in arcsec: R3(-z) R2(theta) R3(-zeta)."""
    sine_zeta, cosine_zeta = math.sin(zeta * _ARCSEC), math.cos(zeta * _ARCSEC)
    sine_theta, cosine_theta = math.sin(theta * _ARCSEC), math.cos(theta * _ARCSEC)
    sine_z, cosine_z = math.sin(z * _ARCSEC), math.cos(z * _ARCSEC)
    return (
        (
            cosine_zeta * cosine_theta * cosine_z - sine_zeta * sine_z,
            -sine_zeta * cosine_theta * cosine_z - cosine_zeta * sine_z,
            -sine_theta * cosine_z,
        ),
        (
            cosine_zeta * cosine_theta * sine_z + sine_zeta * cosine_z,
            -sine_zeta * cosine_theta * sine_z + cosine_zeta * cosine_z,
            -sine_theta * sine_z,
        ),
        (cosine_zeta * sine_theta, -sine_zeta * sine_theta, cosine_theta),
    )


def _apply(matrix: Rotation, place: Vector) -> Vector:
    x, y, z = (sum(element * at for element, at in zip(row, place, strict=True)) for row in matrix)
    return x, y, z


def _to_vector(ra: float, dec: float) -> Vector:
    along, up = math.radians(ra), math.radians(dec)
    return math.cos(along) * math.cos(up), math.sin(along) * math.cos(up), math.sin(up)


def _to_angles(place: Sequence[float]) -> tuple[float, float]:
    x, y, z = place
    return math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))
