"""How far the reference point of an image moves where its reference system is read otherwise."""

from __future__ import annotations

from fitslint.model.header import Header
from fitslint.wcs.compare import measure_arc
from fitslint.wcs.pointing import Position, convert_to_icrs

Frame = tuple[str, float | None]
"""ICRS, FK5 or FK4, and the equinox; None for its default."""
_AXES = (1, 2, 3, 4)


def read_reference_point(header: Header, version: str = "") -> Position | None:
    """Right ascension and declination of CRVALi; None without such axes in degrees."""
    found: dict[str, float] = {}
    for axis in _AXES:
        kind = (header.string(f"CTYPE{axis}{version}") or "")[:4]
        value = header.number(f"CRVAL{axis}{version}")
        unit = (header.string(f"CUNIT{axis}{version}") or "deg").strip()
        if kind in ("RA--", "DEC-") and value is not None and unit[:3].lower() == "deg":
            found[kind] = value
    if len(found) != 2 or not abs(found["DEC-"]) <= 90 or not abs(found["RA--"]) <= 360:
        return None
    return found["RA--"], found["DEC-"]


def measure_frame_shift(
    header: Header, one: Frame, other: Frame, version: str = ""
) -> float | None:
    """Arcsec between the reference point in two reference systems; None where it is not known."""
    position = read_reference_point(header, version)
    if position is None:
        return None
    here, there = convert_to_icrs(position, *one), convert_to_icrs(position, *other)
    return None if here is None or there is None else measure_arc(here, there)
