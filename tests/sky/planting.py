"""Faults of coordinates, planted where the header has what tells them."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable

from tests.sky.geometry import place_pixel, to_old
from tests.sky.headers import SkyHeader

Plant = Callable[[SkyHeader, random.Random], SkyHeader | None]
"""A header with the fault; None where nothing in the header tells it."""
POSITIONS = ("RA", "RA2000", "OBJCTRA", "RA_TARG")
PLANTS: dict[str, Plant] = {}


def plant(name: str) -> Callable[[Plant], Plant]:
    """Register a fault."""

    def register(function: Plant) -> Plant:
        PLANTS[name] = function
        return function

    return register


def has_position(header: SkyHeader) -> bool:
    """Whether a position beside CRVAL is there."""
    return any(name in header.cards for name in POSITIONS)


def has_mirror(header: SkyHeader) -> bool:
    """Whether there is a second description in which a mirror shows."""
    told = header.cards
    signed = "CDELT1" in told and float(told["CDELT1"]) < 0
    return "CD1_1" in told and ("CROTA2" in told or signed or "CD1_1A" in told)


@plant("sign of one CD element")
def _sign(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    if "CD1_1" not in header.cards:
        return None
    a, b, c, d = header.matrix
    names = ["CD1_1", "CD1_2", "CD2_1", "CD2_2"]
    name = draw.choice(names)
    changed = [-v if n == name else v for n, v in zip(names, header.matrix, strict=True)]
    a, b, c, d = changed
    cosine = abs(a * b + c * d) / (math.hypot(a, c) * math.hypot(b, d))
    skewed = cosine > math.sin(math.radians(15))
    angle = math.degrees(math.atan2(b, d))
    stated = header.cards.get("ORIENTAT")
    turned = stated is not None and abs((angle - float(stated) + 180) % 360 - 180) > 2
    value = float(header.cards[name])
    # of an element that is next to nothing the sign says nothing
    is_large = abs(value) > 0.3 * header.scale
    if not (skewed or (is_large and (turned or has_mirror(header)))):
        return None
    header.put(name, -value)
    return header


@plant("CRPIX exchanged")
def _crpix(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    width, height = header.shape
    is_centre = header.origin == ((width + 1) / 2, (height + 1) / 2)
    apart = abs(header.origin[0] - header.origin[1])
    tells = (is_centre and width != height) or (
        apart > 0.1 * max(header.shape)
        and ("S_REGION" in header.cards or "CRPIX1A" in header.cards)
    )
    if not tells:
        return None
    header.put("CRPIX1", header.origin[1])
    header.put("CRPIX2", header.origin[0])
    return header


@plant("arcsec for degrees")
def _arcsec(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    wide = header.scale * 3600 * max(header.shape) > 200
    if not (wide or {"PIXSCALE", "FOCALLEN", "S_REGION"} & header.cards.keys()):
        return None
    for name in ("CD1_1", "CD1_2", "CD2_1", "CD2_2", "CDELT1", "CDELT2"):
        if name in header.cards:
            header.put(name, float(header.cards[name]) * 3600)
    return header


@plant("degrees divided by 3600 twice")
def _twice(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    if not {"PIXSCALE", "FOCALLEN"} & header.cards.keys():
        return None
    for name in ("CD1_1", "CD1_2", "CD2_1", "CD2_2", "CDELT1", "CDELT2"):
        if name in header.cards:
            header.put(name, float(header.cards[name]) / 3600)
    return header


def _shift(header: SkyHeader, pixels: float) -> SkyHeader | None:
    if not {"S_REGION", "CRPIX1A"} & header.cards.keys():
        return None
    header.put("CRPIX1", header.origin[0] + pixels)
    header.put("CRPIX2", header.origin[1] + pixels)
    return header


@plant("half a pixel")
def _half(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    return _shift(header, draw.choice((-0.5, 0.5)))


@plant("CRPIX from 0")
def _zero(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    return _shift(header, -1.0)


@plant("wrong equinox")
def _equinox(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    if not {"RA2000", "OBJCTRA"} & header.cards.keys() and not (
        "RA_TARG" in header.cards and not header.is_old
    ):
        return None
    if header.is_old:
        header.put("RADESYS", "FK5")
        header.put("EQUINOX", 2000.0)
        return header
    if draw.random() < 0.5:
        header.put("RADESYS", "FK4")
        header.put("EQUINOX", 1950.0)
        return header
    for axis, value in zip((1, 2), to_old(header.j2000), strict=True):
        header.put(f"CRVAL{axis}", value)
    return header


@plant("stale SIP under plain TAN")
def _stale(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    if "A_ORDER" not in header.cards:
        return None
    header.put("CTYPE1", "RA---TAN")
    header.put("CTYPE2", "DEC--TAN")
    return header


@plant("inverse of SIP of other sign")
def _inverse(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    if "AP_2_0" not in header.cards:
        return None
    for name in [name for name in header.cards if name[:3] in ("AP_", "BP_") and name[3].isdigit()]:
        header.put(name, -float(header.cards[name]))
    return header


@plant("distortion that folds")
def _fold(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    if "A_2_0" not in header.cards:
        return None
    reach = max(abs(header.origin[0]), abs(header.shape[0] - header.origin[0]))
    header.put("A_2_0", 1.5 / reach)
    return header


@plant("CRVAL1 in hours")
def _crval_hours(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    if not has_position(header):
        return None
    header.put("CRVAL1", header.reference[0] / 15)
    return header


@plant("RA in hours")
def _ra_hours(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    value = header.cards.get("RA")
    if (
        not isinstance(value, float)
        or value * 14 / 15 * math.cos(math.radians(header.reference[1])) < 1
    ):
        return None
    header.put("RA", value / 15)
    return header


@plant("sign of the declination")
def _declination(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    if not has_position(header) or abs(header.reference[1]) < 1:
        return None
    header.put("CRVAL2", -header.reference[1])
    return header


@plant("CRVAL1 and CRVAL2 exchanged")
def _crval(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    ra, dec = header.reference
    if not has_position(header) or ra > 85 or abs(ra - dec) < 5:
        return None
    header.put("CRVAL1", dec)
    header.put("CRVAL2", ra)
    return header


@plant("CROTA2 of another angle")
def _crota(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    if "CROTA2" not in header.cards or "CD1_1" not in header.cards:
        return None
    header.put(
        "CROTA2", float(header.cards["CROTA2"]) + draw.choice((-1, 1)) * draw.uniform(0.5, 90)
    )
    return header


@plant("position angle of another sign")
def _orientation(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    value = header.cards.get("ORIENTAT")
    if not isinstance(value, float) or abs((2 * value + 180) % 360 - 180) < 3:
        return None
    header.put("ORIENTAT", -value)
    return header


@plant("version A is stale")
def _version(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    if "CRVAL1A" not in header.cards:
        return None
    header.put(
        "CRVAL2A", header.reference[1] + draw.choice((-1, 1)) * draw.uniform(3, 300) * header.scale
    )
    return header


@plant("S_REGION of another field")
def _region(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    text = header.cards.get("S_REGION")
    if not isinstance(text, str):
        return None
    side = draw.uniform(0.3, 3) * max(header.shape)
    centre = place_pixel((side, side), (0.0, 0.0), header.matrix, header.reference)
    moved = copy.copy(header)
    moved.reference = centre
    places = " ".join(f"{ra:.9f} {dec:.9f}" for ra, dec in moved.corners(0.5))
    header.put("S_REGION", f"POLYGON ICRS {places}")
    return header


@plant("sidereal time an hour off")
def _sidereal(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    value = header.cards.get("LST-STR")
    if not isinstance(value, str) or "OBSGEO-L" not in header.cards:
        return None
    header.put("LST-STR", f"{(int(value[:2]) + draw.choice((1, 9, 10))) % 24:02d}{value[2:]}")
    return header


@plant("longitude to the west")
def _longitude(header: SkyHeader, _: random.Random) -> SkyHeader | None:
    if "OBSGEO-L" not in header.cards or "LST-STR" not in header.cards:
        return None
    header.put("OBSGEO-L", -float(header.cards["OBSGEO-L"]))
    return header


@plant("air mass of another exposure")
def _airmass(header: SkyHeader, draw: random.Random) -> SkyHeader | None:
    value = header.cards.get("AIRMASS")
    if not isinstance(value, float):
        return None
    other = draw.uniform(1.0, 2.6)
    if abs(other - value) < 0.3 or max(other, value) > 2.8:
        return None
    header.put("AIRMASS", round(other, 3))
    return header
