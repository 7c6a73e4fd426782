"""What kind of axis a CTYPEi tells, and which two are the celestial pair."""

from __future__ import annotations

import re
from functools import lru_cache

from fitslint.model.records import dataclass
from fitslint.wcs.description import Description
from fitslint.wcs.keywords import KeywordError, show_value
from fitslint.wcs.projection.registry import PROJECTION_TYPES

_STANDARD = re.compile(
    r"(RA--|DEC-|[A-Z]LON|[A-Z]LAT|[A-Z]{2}LN|[A-Z]{2}LT)-([A-Z]{3})(?:-([A-Z0-9]{3}))? *"
)
_MALFORMED = re.compile(
    r" *(RA|DEC|[A-Z]LON|[A-Z]LAT|[A-Z]{2}LN|[A-Z]{2}LT)[- ]+([A-Z]{3})(?![A-Z0-9])(?:-(SIP) *$)?.*"
)
CODES = frozenset(PROJECTION_TYPES) | {"TPV", "TNX", "ZPX", "NCP", "GLS", "TAB"}
"""Projections that are worked out, or whose fault can be told."""
DEGREES = {
    "": 1.0, "deg": 1.0, "arcmin": 1 / 60, "arcsec": 1 / 3600, "mas": 1 / 3600e3,
    "uas": 1 / 3600e6, "rad": 57.29577951308232, "mrad": 0.05729577951308232, "turn": 360.0,
}  # fmt: skip
"""Degrees of the units of angle (FITS 4.0, table 4)."""
_LOOSE = {
    "degree": "deg", "degrees": "deg", "degs": "deg", "radian": "rad", "radians": "rad",
    "arcseconds": "arcsec", "arcsecs": "arcsec", "arcminutes": "arcmin", "arcmins": "arcmin",
}  # fmt: skip
"""No units of the standard; it is clear what they mean."""
CAPITALS = {
    "HZ": "Hz", "KHZ": "kHz", "MHZ": "MHz", "GHZ": "GHz", "M/S": "m/s", "KM/S": "km/s",
    "ANGSTROM": "Angstrom", "ANGSTROMS": "Angstrom", "NM": "nm", "UM": "um",
}  # fmt: skip
"""Units of spectral axes in capitals, and what they mean."""
_AIPS = re.compile(r"(FREQ|VELO|FELO)(?:-(?:LSR|HEL|OBS|GEO|LSD))? *")
_AIPS_TYPES = {"FREQ": "FREQ", "VELO": "VELO", "FELO": "VOPT-F2W"}
EAST_SYSTEMS = ("RA", "G", "E", "H", "S")
"""Whose longitudes increase to the left with north up, as the sky is seen."""
WEST_SYSTEMS = ("HP", "HG", "CR")
"""Of the Sun, whose longitudes increase to the west as it is seen."""


@dataclass(frozen=True, slots=True)
class CelestialType:
    """What the type of a celestial axis tells.

    Attributes
    ----------
    system : str
        RA, or G, E, H, S ... of xLON, or the two letters of xyLN.
    latitude : bool
    code : str
        of the projection.
    suffix : str
        ``SIP``, or another word behind it; empty where there is none.
    """

    system: str
    latitude: bool
    code: str
    suffix: str

    @property
    def spelling(self) -> str:
        """As the standard writes it."""
        names = {"RA": ("RA--", "DEC-")}
        root = (f"{self.system}LON", f"{self.system}LAT")
        if len(self.system) == 2:
            root = names.get(self.system, (f"{self.system}LN", f"{self.system}LT"))
        return f"{root[self.latitude]}-{self.code}{'-SIP' if self.suffix == 'SIP' else ''}"


@lru_cache(maxsize=4096)
def parse_celestial(ctype: str) -> CelestialType | None:
    """What a type of a celestial axis tells; None for that of another axis.

    Lower case, and hyphens too many, too few or blank, are read as they are meant where the code is
    one of a projection.
    """
    told = _STANDARD.fullmatch(ctype)
    if told is None:
        told = _MALFORMED.fullmatch(ctype.upper())
        if told is None or told[2] not in CODES:
            return None
    root = told[1].rstrip("-")
    latitude = root == "DEC" or root.endswith(("LAT", "LT"))
    system = "RA" if root in ("RA", "DEC") else root[: 1 if root[1:] in ("LON", "LAT") else 2]
    return CelestialType(system, latitude, told[2], told[3] or "")


@dataclass(frozen=True, slots=True)
class CelestialPair:
    """The two celestial axes, from 0."""

    longitude: int
    latitude: int
    kind: CelestialType


def find_celestial_pair(told: Description, axes: int) -> CelestialPair | None:
    """The celestial pair; None where there is no celestial axis.

    Raises
    ------
    KeywordError
        where an axis has no partner, or one of another system or projection, or there are two
        pairs; where the projection is none of the standard.
    """
    return _pair_types(told.texts("CTYPE"), axes, told.version)


@lru_cache(maxsize=1024)
def _pair_types(
    types: tuple[tuple[int, str], ...], axes: int, version: str
) -> CelestialPair | None:
    found: dict[bool, tuple[int, CelestialType]] = {}
    for axis, ctype in types:
        kind = parse_celestial(ctype) if axis <= axes else None
        if kind is None:
            continue
        if kind.latitude in found:
            which = "latitude" if kind.latitude else "longitude"
            reason = f"= {show_value(ctype)} is a second {which}; a description has one of each"
            raise KeywordError(f"CTYPE{axis}{version}", reason)
        found[kind.latitude] = axis, kind
    if not found:
        return None
    if len(found) == 1:
        axis, kind = next(iter(found.values()))
        other = "longitude" if kind.latitude else "latitude"
        raise KeywordError(f"CTYPE{axis}{version}", f"= {kind.spelling} has no {other} beside it")
    (lon, first), (lat, second) = found[False], found[True]
    if (first.system, first.code) != (second.system, second.code):
        reason = f"= {second.spelling} does not go with {first.spelling} of axis {lon}"
        raise KeywordError(f"CTYPE{lat}{version}", reason)
    _require_code(f"CTYPE{lon}{version}", first)
    return CelestialPair(lon - 1, lat - 1, first)


def _require_code(name: str, kind: CelestialType) -> None:
    if kind.code == "TAB":
        raise KeywordError(name, "is looked up in a table and not told by the header")
    if kind.code not in CODES:
        raise KeywordError(name, f"= {kind.spelling} has no projection of the standard")


def read_degrees(told: Description, axis: int) -> float:
    """How many degrees the unit of a celestial axis, from 1, is.

    Raises
    ------
    KeywordError
        where it is no angle.
    """
    unit = told.text("CUNIT", axis)
    factor = DEGREES.get(unit)
    if factor is not None:
        return factor
    unit = unit.strip(" ")
    factor = DEGREES.get(unit)
    if factor is None:
        lower = unit.lower()
        factor = DEGREES.get(_LOOSE.get(lower, lower))
    if factor is None:
        reason = f"= {show_value(unit)} is no unit of angle; a celestial axis has deg"
        raise KeywordError(told.name("CUNIT", axis), reason)
    return factor


def spell_spectral(ctype: str) -> str:
    """The type of a spectral axis of AIPS (VELO-LSR, FELO-HEL) in words of the standard."""
    told = _AIPS.fullmatch(ctype)
    return _AIPS_TYPES[told[1]] if told else ctype
