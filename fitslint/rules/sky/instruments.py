"""What is known of instruments and sites (``dictionaries/instruments.toml``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, lru_cache

from fitslint.data_files import load_data_file
from fitslint.model.header import Header
from fitslint.model.records import NamedTuple

_REMEMBERED = 256
"""Values of INSTRUME seen lately: several rules ask about that of one header."""
_FACTOR = 8.0
"""By which images are binned, or resampled to another scale, at the most."""
_RESAMPLED = 3.0
"""By which images are resampled at the most."""


class Instrument(NamedTuple):
    """The arcsec that its pixels have, and how it shows the sky.

    ``is_left`` tells whether east is left with north up; None where it is not known. ``angles`` are
    position angles of the second axis in degrees.
    """

    name: str
    scale: tuple[float, float]
    is_left: bool | None
    angles: tuple[float, ...]
    is_mosaic: bool = False
    """Whether it has several detectors, whose reference pixels are anywhere."""


@cache
def load_instruments() -> Mapping[bytes, Instrument]:
    """By the value of INSTRUME."""
    return {
        value.encode(): Instrument(
            table["name"], tuple(table["scale"]),
            table["east"] == "left" if "east" in table else None, tuple(table.get("angles", ())),
            table.get("mosaic", False),
        )
        for table in load_data_file("instruments")["instrument"] for value in table["values"]
    }  # fmt: skip


@cache
def _load_missions() -> Mapping[bytes, Instrument]:
    return {
        value.encode(): Instrument(
            value, (0.0, 0.0), table["east"] == "left" if "east" in table else None, ()
        )
        for table in load_data_file("instruments")["mission"] for value in table["values"]
    }  # fmt: skip


@lru_cache(_REMEMBERED)
def find_mission(text: bytes) -> Instrument | None:
    """The observatory without B1950 of a value of TELESCOP as it stands in a card.

    Nothing is known of its scale.
    """
    return _load_missions().get(text[1:].split(b"'")[0].rstrip())


@lru_cache(_REMEMBERED)
def find_instrument(text: bytes) -> Instrument | None:
    """The instrument of a value of INSTRUME as it stands in a card."""
    return load_instruments().get(text[1:].split(b"'")[0].rstrip())


def widen_scale(instrument: Instrument, binning: float | None = None) -> tuple[float, float]:
    """The range of scales in arcsec of its images, binned or resampled to another scale."""
    low, high = instrument.scale
    if binning is None:
        return low / _FACTOR, high * _FACTOR
    return low / _RESAMPLED, high * _RESAMPLED * binning


SIGNED_SITE_KEYWORDS = (
    "OBSGEO-X", "OBSGEO-Y", "OBSGEO-Z", "OBSGEO-L", "OBSGEO-B", "HIERARCH ESO TEL GEOLON",
    "HIERARCH ESO TEL GEOLAT",
)  # fmt: skip
"""Of a place whose longitude counts to the east."""
SITE_KEYWORDS = (
    "OBSGEO-X", "OBSGEO-Y", "OBSGEO-Z", "OBSGEO-L", "OBSGEO-B", "LONGITUD", "LATITUDE", "SITELONG",
    "SITELAT", "LONG-OBS", "LAT-OBS", "OBS-LONG", "OBS-LAT", "OBSLON", "OBSLAT",
    "HIERARCH ESO TEL GEOLON", "HIERARCH ESO TEL GEOLAT", "TELESCOP",
)  # fmt: skip
_ESO = ("HIERARCH ESO TEL GEOLON", "HIERARCH ESO TEL GEOLAT")
"""East is positive, as the comments that ESO writes say."""
_PAIRS = (
    _ESO, ("LONGITUD", "LATITUDE"), ("SITELONG", "SITELAT"), ("LONG-OBS", "LAT-OBS"),
    ("OBS-LONG", "OBS-LAT"), ("OBSLON", "OBSLAT"),
)  # fmt: skip
"""Keywords of a longitude and a latitude."""


class Site(NamedTuple):
    """East longitude and latitude in degrees; whether the sign of the longitude is sure."""

    longitude: float
    latitude: float
    is_signed: bool
    source: str
    """The keyword that tells it."""


@cache
def _load_sites() -> Mapping[str, tuple[float, float]]:
    return {
        value: (table["longitude"], table["latitude"])
        for table in load_data_file("instruments")["site"]
        for value in table["values"]
    }


@cache
def list_known_telescopes() -> frozenset[bytes]:
    """The values of TELESCOP that tell the place."""
    return frozenset(value.encode() for value in _load_sites())


def find_site(header: Header) -> Site | None:
    """The place of the telescope; None where the header does not tell it.

    OBSGEO counts longitudes to the east; of other keywords some count to the west.
    """
    east, north = header.number("OBSGEO-L"), header.number("OBSGEO-B")
    if east is not None and north is not None and abs(north) <= 90 and abs(east) <= 360:
        return Site(east, north, True, "OBSGEO-L")
    x, y, z = (header.number(f"OBSGEO-{axis}") for axis in "XYZ")
    if x is not None and y is not None and z is not None and 6.2e6 < math.hypot(x, y, z) < 6.5e6:
        # the geocentric latitude is 0.2 deg from the geodetic one at the most
        return Site(
            math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))), True,
            "OBSGEO-X",
        )  # fmt: skip
    known = _load_sites().get((header.string("TELESCOP") or "").strip())
    if known is not None:
        return Site(*known, True, "TELESCOP")
    for names in _PAIRS:
        angles = [_read_degrees(header, name) for name in names]
        if angles[0] is not None and angles[1] is not None and abs(angles[1]) <= 90 and angles[0]:
            return Site(angles[0], angles[1], names == _ESO, names[0])
    return None


def _read_degrees(header: Header, name: str) -> float | None:
    from fitslint.wcs.pointing import read_stated_angle

    card = header.find_card(name)
    angle = read_stated_angle(card, is_ascension=False) if card is not None else None
    return None if angle is None or abs(angle.degrees) > 360 else angle.degrees
