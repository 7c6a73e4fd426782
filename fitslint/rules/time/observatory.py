"""The position of the observatory: OBSGEO-X, -Y, -Z and OBSGEO-L, -B, -H (9.2.3, 8.4.1)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.time.references import measure_half_digit
from fitslint.text import phrase

_LONGITUDE, _LATITUDE = phrase("longitude"), phrase("latitude")
_CARTESIAN = ("OBSGEO-X", "OBSGEO-Y", "OBSGEO-Z")
_GEODETIC = ("OBSGEO-L", "OBSGEO-B", "OBSGEO-H")
_RADIUS = 6_371_000.0
"""Mean radius of the Earth [m]."""
_ROOM = 100_000.0
"""The figure of the Earth, mountains and balloons [m]."""
_PLACEHOLDER = 900.0
"""From here an angle is one that stands for none, which another rule tells."""
_SOMEWHERE = (*_CARTESIAN, *_GEODETIC)


def _read(header: Header, names: tuple[str, ...]) -> tuple[float, ...] | None:
    """The values of three keywords; None when one is absent or no number."""
    values = tuple(header.number(name) for name in names)
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(names) else None


@rule(
    "WT108",
    "observatory-incomplete",
    clause="9.2.3",
    level="must",
    catalogue_rows=("Q009",),
    needs=_SOMEWHERE,
    summary_ja="OBSGEO-X/Y/Z (または L/B/H) が揃っていない",
    message="{keyword} is given without {missing}: no reader knows a place from it",
)
def observatory_incomplete(header: Header) -> Iterator[Flag]:
    """The position of the observatory has some of its three coordinates.

    ## Why it matters
    Readers drop the whole position, and the times and velocities are those of an unknown place.

    ## Example
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    ```
    Use instead:
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    ```
    """
    for names in (_CARTESIAN, _GEODETIC):
        missing = [name for name in names if name not in header]
        card = next((header.find_card(name) for name in names if name in header), None)
        if card is not None and missing:
            # A place at an unknown height is a place, to within what heights differ.
            height = missing == ["OBSGEO-H"]
            yield flag(
                card, (0, 8), level="conv" if height else None, keyword=card.keyword,
                missing=" and ".join(missing),
            )  # fmt: skip


@rule(
    "WT109",
    "observatory-off-earth",
    clause="8.4.1, 9.2.3",
    level="conv",
    catalogue_rows=("Q010",),
    reads="values",
    needs=(*_SOMEWHERE, "OBSORBIT"),
    min_present=2,
    needs_one_of=(_SOMEWHERE,),
    summary_ja="OBSGEO の位置が地表にない",
    message={
        "": "OBSGEO-X, -Y and -Z lie {radius} km from the centre of the Earth, whose radius is 6371"
        " km",
        "km": "OBSGEO-X, -Y and -Z are in kilometres, and the unit is the metre",
        "zero": "OBSGEO-X, -Y and -Z are 0, which is the centre of the Earth; leave them out where"
        " the place is not known",
        "degrees": "{keyword} = {text} is no {what} in degrees",
    },
)
def observatory_off_earth(header: Header) -> Iterator[Flag]:
    """The position of the observatory is not on the Earth.

    What is on board of a spacecraft has OBSORBIT or a position far out, which is let pass.

    ## Why it matters
    Programs derive a height of -6378 km without a word, and velocities and times from it.

    ## Example
    ```fits
    OBSGEO-X=          -5464.30177 / place of the telescope
    OBSGEO-Y=          -2493.48987 / place of the telescope
    OBSGEO-Z=           2151.08514 / place of the telescope
    ```
    Use instead:
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    ```
    """
    for name, most, what in (("OBSGEO-L", 360.0, _LONGITUDE), ("OBSGEO-B", 90.0, _LATITUDE)):
        card, value = header.find_card(name), header.number(name)
        if card is not None and value is not None and most < abs(value) < _PLACEHOLDER:
            text = card.text.strip()
            yield flag(card, message="degrees", keyword=name, text=text, what=what)
    place, card = _read(header, _CARTESIAN), header.find_card("OBSGEO-X")
    if place is None or card is None or "OBSORBIT" in header:
        return
    radius = math.hypot(*place)
    if radius == 0:
        yield flag(card, message="zero")
    elif abs(radius * 1000 - _RADIUS) <= _ROOM:
        yield flag(card, message="km")
    elif radius < _RADIUS - _ROOM:
        yield flag(card, radius=float(f"{radius / 1000:.6g}"))


_ELLIPSOIDS = ((6_378_140.0, 1 / 298.257), (6_378_137.0, 1 / 298.257223563))
"""Equatorial radius [m] and flattening: IAU 1976, which the standard takes, and WGS 84."""
_METRE = 1.0
_FAR = 1.0e7
"""No height of the Earth [m]."""


@rule(
    "WT110",
    "observatory-positions-disagree",
    clause="9.2.3",
    level="must",
    catalogue_rows=("Q011",),
    reads="values",
    needs=_SOMEWHERE,
    min_present=6,
    summary_ja="OBSGEO-X/Y/Z と OBSGEO-L/B/H が別の場所を指している",
    message="OBSGEO-L, -B and -H lie {distance} m from OBSGEO-X, -Y and -Z; both are one place",
)
def observatory_positions_disagree(header: Header) -> Iterator[Flag]:
    """The cartesian and the geodetic position of the observatory are two places.

    ## Why it matters
    Some readers take the one and some the other. A sign of the longitude (east is positive) or a
    height in kilometres shows up here; what the digits leave open is granted, and the 3 m between
    the ellipsoids in use.

    ## Example
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    OBSGEO-L=           155.471667 / [deg] longitude
    OBSGEO-B=            19.826667 / [deg] latitude
    OBSGEO-H=               4212.0 / [m] height
    ```
    Use instead:
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    OBSGEO-L=          -155.471667 / [deg] longitude
    OBSGEO-B=            19.826667 / [deg] latitude
    OBSGEO-H=               4212.0 / [m] height
    ```
    """
    place, angles = _read(header, _CARTESIAN), _read(header, _GEODETIC)
    card = header.find_card("OBSGEO-L")
    if place is None or angles is None or card is None or abs(angles[2]) > _FAR:
        return
    room = _METRE + sum(map(_measure_rounding, map(header.find_card, _SOMEWHERE)))
    distance = min(
        math.dist(place, convert_geodetic(angles, ellipsoid)) for ellipsoid in _ELLIPSOIDS
    )
    if distance > room:
        yield flag(card, distance=float(f"{distance:.3g}"))


def _measure_rounding(card: Card | None) -> float:
    """What the digits of a coordinate leave open [m]."""
    if card is None:
        return 0.0
    angle = card.keyword in _GEODETIC[:2]
    return measure_half_digit(card.text) * (math.radians(_RADIUS) if angle else 1.0)


def convert_geodetic(
    place: tuple[float, ...], ellipsoid: tuple[float, float]
) -> tuple[float, float, float]:
    """The cartesian place [m] of a geodetic one (Explanatory Supplement 4.22).

    ``place`` is longitude [deg], latitude [deg] and height [m], ``ellipsoid`` the equatorial radius
    [m] and the flattening.
    """
    equator, flattening = ellipsoid
    longitude, latitude, height = place
    east, north = math.radians(longitude), math.radians(latitude)
    shape = (1 - flattening) ** 2
    vertical = equator / math.sqrt(math.cos(north) ** 2 + shape * math.sin(north) ** 2)
    across = (vertical + height) * math.cos(north)
    along = (shape * vertical + height) * math.sin(north)
    return across * math.cos(east), across * math.sin(east), along


_SITES = ("LONG-OBS", "SITELONG", "LONGITUD", "GEOLON")
_ANGLE = compile_late(r"([-+]?)([0-9]{1,3})[: ]([0-9]{1,2})(?:[: ]([0-9]{1,2}(?:\.[0-9]*)?))?")
_NEAR = 0.5
"""Degrees."""


@rule(
    "WT111",
    "longitude-sign",
    clause="9.2.3",
    level="conv",
    catalogue_rows=("Q012",),
    reads="values",
    needs=(*_SITES, *_SOMEWHERE),
    min_present=2,
    needs_one_of=(_SITES, ("OBSGEO-L", "OBSGEO-X")),
    summary_ja="観測地の経度の符号が OBSGEO と逆である",
    message="{keyword} = {text} is {east} deg east by OBSGEO: it counts west, or one of the two has"
    " the wrong sign",
)
def longitude_sign(header: Header) -> Iterator[Flag]:
    """The longitude of the site has the opposite sign of that of OBSGEO.

    ## Why it matters
    OBSGEO counts east. Programs that read the other keyword in the same way look for the telescope
    on the other side of the Earth.

    ## Example
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    LONG-OBS=             155.4717 / [deg] longitude
    ```
    Use instead:
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    LONG-OBS=            -155.4717 / [deg] longitude
    ```
    """
    east = header.number("OBSGEO-L")
    place = _read(header, _CARTESIAN)
    if place is not None and (place[0] or place[1]):
        east = math.degrees(math.atan2(place[1], place[0]))
    if east is None:
        return
    for name in _SITES:
        card = header.find_card(name)
        site = _read_angle(card) if card is not None else None
        if card is None or site is None:
            continue
        if _measure_gap(site, east) > _NEAR and _measure_gap(-site, east) <= _NEAR:
            yield flag(card, keyword=name, text=card.text.strip(), east=round(east, 4))


def _measure_gap(one: float, other: float) -> float:
    """Between two longitudes [deg]."""
    return abs((one - other + 180.0) % 360.0 - 180.0)


def _read_angle(card: Card) -> float | None:
    """A longitude in degrees, or in degrees, minutes and seconds of a string."""
    if card.number_value is not None:
        return card.number_value
    match = _ANGLE.fullmatch(card.value.strip(" ")) if isinstance(card.value, str) else None
    if not match:
        return None
    size = int(match[2]) + int(match[3]) / 60 + float(match[4] or 0) / 3600
    return -size if match[1] == "-" else size


_DATED = compile_late(
    "(?:DATE|MJD|JD)[-_A-Z]*|[JB]EPOCH|TSTART|TSTOP|TIME[-_A-Z]*|UTC?|TTYPE[0-9]+"
)


@rule(
    "WT113",
    "place-without-date",
    clause="9.5",
    level="conv",
    catalogue_rows=("Q013",),
    needs=_CARTESIAN,
    once="rule",
    summary_ja="OBSGEO があるのに日時のキーワードが一つもない",
    message="OBSGEO-X, -Y and -Z tell where the observatory was on the turning Earth, and nothing"
    " in the file says when (DATE-OBS, MJD-OBS)",
)
def place_without_date(file: FitsFile) -> Iterator[Flag]:
    """The file says where the observatory is, and nothing says when the data were taken.

    ## Why it matters
    The place is needed to bring times and velocities to another frame, and without the date nobody
    can: astropy stops at it.

    ## Example
    ```fits
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    ```
    Use instead:
    ```fits
    DATE-OBS= '2020-01-02T03:04:05'
    OBSGEO-X=          -5464301.77 / [m] place of the telescope
    OBSGEO-Y=          -2493489.87 / [m] place of the telescope
    OBSGEO-Z=           2151085.14 / [m] place of the telescope
    ```
    """
    headers = [hdu.header for hdu in file.hdus]
    names = (name for header in headers for name in header.layout.index if name != "DATE")
    if any(map(_DATED.fullmatch, names)):
        return
    for header in headers:
        card = header.find_card("OBSGEO-X")
        if card is not None:
            yield in_hdu(flag(card, (0, 8)), hdu=header.hdu)
            return
