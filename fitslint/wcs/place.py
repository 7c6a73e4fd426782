"""Where the pixels of a map are: world coordinates as a header tells them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass

Value = object
Lookup = Callable[[str], Value]
"""The value of a keyword; None when it is absent or undefined."""
WORLD = compile_late(
    r"CTYPE[12]|CUNIT[12]|CRVAL[12]|CRPIX[12]|CDELT[12]|(CD|PC)[12]_[12]|CROTA[12]"
    r"|LONPOLE|LATPOLE|RADESYS|EQUINOX|PV[12]_\d+|(A|B|AP|BP)_(ORDER|\d_\d)"
)
"""Keywords that together say where the pixels are."""
ARCSEC = {"deg": 3600.0, "arcmin": 60.0, "arcsec": 1.0}
"""Arcsec of the units of angle that maps have."""
MATRIX = ("1_1", "1_2", "2_1", "2_2")


@dataclass(frozen=True, slots=True)
class Place:
    """The world coordinates of a map of two axes.

    Attributes
    ----------
    ctype, cunit : (str, str)
        as recorded; units default to deg where the axis is celestial.
    crval, crpix : (float, float)
    matrix : (float, float, float, float)
        CD1_1, CD1_2, CD2_1, CD2_2 in arcsec per pixel, whatever way they are recorded.
    lonpole : float
        native longitude of the celestial pole in degrees.
    """

    ctype: tuple[str, str]
    cunit: tuple[str, str]
    crval: tuple[float, float]
    crpix: tuple[float, float]
    matrix: tuple[float, float, float, float]
    lonpole: float = 180.0

    @property
    def plane(self) -> tuple[float, float, float, float]:
        """The matrix to offsets east and north of CRVAL in the tangent plane, in arcsec."""
        return turn_by_pole(self.matrix, self.lonpole)

    @property
    def scale(self) -> tuple[float, float]:
        """Lengths of a pixel along axis 1 and axis 2 in arcsec."""
        one, two, three, four = self.matrix
        return math.hypot(one, three), math.hypot(two, four)

    @property
    def celestial(self) -> bool:
        """Whether the axes are right ascension and declination."""
        return self.ctype[0].startswith("RA") and self.ctype[1].startswith("DEC")

    @property
    def tangent(self) -> bool:
        """Whether the projection is gnomonic."""
        return self.celestial and self.ctype[0].endswith("-TAN")

    def sky(self, x: float, y: float) -> tuple[float, float]:
        """Right ascension and declination in degrees of a pixel (from 1) of a gnomonic map.

        FITS 4.0, section 8.3, and Calabretta & Greisen 2002, section 5.1.3.
        """
        dx, dy = x - self.crpix[0], y - self.crpix[1]
        one, two, three, four = self.plane
        xi = math.radians((one * dx + two * dy) / 3600)
        eta = math.radians((three * dx + four * dy) / 3600)
        ra0, dec0 = (
            math.radians(at * ARCSEC[unit] / 3600)
            for at, unit in zip(self.crval, self.cunit, strict=True)
        )
        below = math.cos(dec0) - eta * math.sin(dec0)
        ra = ra0 + math.atan2(xi, below)
        dec = math.atan2(math.sin(dec0) + eta * math.cos(dec0), math.hypot(xi, below))
        return math.degrees(ra) % 360, math.degrees(dec)


def place_of(value: Lookup) -> Place | None:
    """The place that a header tells; None where it does not tell all of it."""
    ctype, cunit = _pair(value, "CTYPE", str), _pair(value, "CUNIT", str)
    crval, crpix = _pair(value, "CRVAL", float), _pair(value, "CRPIX", float)
    if None in (*ctype, *crval, *crpix):
        return None
    kinds = (str(ctype[0]).strip(), str(ctype[1]).strip())
    celestial = kinds[0].startswith("RA") and kinds[1].startswith("DEC")
    units = tuple(str(one).strip() if one else "deg" if celestial else "" for one in cunit)
    matrix = read_matrix(value, (units[0], units[1]))
    if matrix is None:
        return None
    pole = number(value, "LONPOLE")
    return Place(
        kinds, (units[0], units[1]), _floats(crval), _floats(crpix), matrix,
        pole if celestial and pole is not None else 180.0,
    )  # fmt: skip


def turn_by_pole(
    matrix: tuple[float, float, float, float], longitude: float
) -> tuple[float, float, float, float]:
    """Turn a matrix by the native longitude (degrees) of the pole, which is 180 without a turn.

    Calabretta & Greisen (2002), equations 2 and 12: the native longitude counts from the pole.
    """
    if longitude == 180:
        return matrix
    one, two, three, four = matrix
    turn = math.radians(180.0 - longitude)
    cosine, sine = math.cos(turn), math.sin(turn)
    return (
        cosine * one - sine * three, cosine * two - sine * four,
        sine * one + cosine * three, sine * two + cosine * four,
    )  # fmt: skip


def read_matrix(value: Lookup, cunit: tuple[str, str]) -> tuple[float, float, float, float] | None:
    """The matrix in arcsec, from PCi_j with CDELTi, CDi_j, or CDELTi with CROTA2.

    Where several are recorded, which the standard forbids, they have that order, as in WCSLIB.
    None where there is none, it is singular, or ``cunit`` is no unit of angle.
    """
    first, second = ARCSEC.get(cunit[0]), ARCSEC.get(cunit[1])
    if first is None or second is None:
        return None
    units = (first, first, second, second)
    cd = [number(value, f"CD{at}") for at in MATRIX]
    pc = [number(value, f"PC{at}") for at in MATRIX]
    if _any_told(cd) and not _any_told(pc):
        made = [(one or 0.0) * unit for one, unit in zip(cd, units, strict=True)]
    else:
        deltas = number(value, "CDELT1"), number(value, "CDELT2")
        if deltas[0] is None or deltas[1] is None:
            return None
        steps = (deltas[0], deltas[0], deltas[1], deltas[1])
        turns = _read_rotation(value, pc, deltas[1] / deltas[0] if deltas[0] else 0.0)
        made = [step * turn * unit for step, turn, unit in zip(steps, turns, units, strict=True)]
    if made[0] * made[3] == made[1] * made[2]:
        return None
    return made[0], made[1], made[2], made[3]


def _any_told(values: Iterable[float | None]) -> bool:
    return any(one is not None for one in values)


def _read_rotation(
    value: Lookup, pc: Sequence[float | None], ratio: float
) -> tuple[float, float, float, float]:
    if _any_told(pc):
        unity = (1.0, 0.0, 0.0, 1.0)
        one, two, three, four = (
            given if given is not None else default
            for given, default in zip(pc, unity, strict=True)
        )
        return one, two, three, four
    angle = math.radians(number(value, "CROTA2") or 0.0)
    cosine, sine = math.cos(angle), math.sin(angle)
    return cosine, -sine * ratio, sine / ratio if ratio else 0.0, cosine


def _pair(value: Lookup, root: str, kind: type) -> tuple[object, object]:
    if kind is float:
        return number(value, f"{root}1"), number(value, f"{root}2")
    return text(value, f"{root}1"), text(value, f"{root}2")


def _floats(pair: tuple[object, object]) -> tuple[float, float]:
    first, second = pair
    if not (isinstance(first, float) and isinstance(second, float)):
        raise TypeError
    return first, second


def number(value: Lookup, keyword: str) -> float | None:
    """A keyword that holds a finite number."""
    found = value(keyword)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if math.isfinite(found) else None


def text(value: Lookup, keyword: str) -> str | None:
    """A keyword that holds a string, without blanks behind it."""
    found = value(keyword)
    return found.rstrip() if isinstance(found, str) else None


def build_gnomonic_cards(
    shape: tuple[int, int], center: tuple[float, float], scale: float
) -> Mapping[str, str | float]:
    """The cards of a gnomonic map around ``center`` (deg), north up, with pixels of ``scale``.

    ``shape`` is that of the array: rows, columns.
    """
    rows, columns = shape
    return {
        "CTYPE1": "RA---TAN", "CUNIT1": "deg", "CRVAL1": center[0],
        "CRPIX1": (columns + 1) / 2, "CDELT1": -scale / 3600,
        "CTYPE2": "DEC--TAN", "CUNIT2": "deg", "CRVAL2": center[1],
        "CRPIX2": (rows + 1) / 2, "CDELT2": scale / 3600,
    }  # fmt: skip
