"""Ephemeris of NoRH images against the place of the Sun at the time of the image."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, isfinite, radians
from typing import NamedTuple

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import read_number, read_resolution
from fitslint.rules.norh.common import FAMILY, find_mid_exposure, format_mjd_day
from fitslint.rules.norh.coordinates import read_axis_length
from fitslint.rules.norh.sun import (
    LATITUDE,
    TRUE_LATITUDE,
    HorizonPosition,
    SunPosition,
    compute_horizon,
    compute_projection,
    compute_sun,
)
from fitslint.text import phrase

_CLAUSE = "HeliogFITS 2.0, B.1 (2)"
_TIME_KEYWORDS = ("DATE-OBS", "TIME-OBS", "STRT-OBS", "NAXIS", "ZNAXIS")
_SUN_KEYWORDS = ("SOLR", "SOLP", "SOLB", "DEC", "HOURA")
_SECONDS_PER_DEGREE = 240.0
"""Seconds of time in a degree."""
_TOLERANCES = {"SOLR": 0.15, "SOLP": 0.02, "SOLB": 0.01, "DEC": 0.01, "HOURA": 5.0}
"""How far a value may be from the ephemeris, in its own unit: twice what real headers and the
formulae are off together."""
_DAY_TOLERANCES = {"SOLR": 2.0, "SOLP": 0.5, "SOLB": 0.3, "DEC": 0.3, "HOURA": 120.0}
"""The same where the header does not tell the time of day."""
_UNITS = {"SOLR": "arcsec", "SOLP": "deg", "SOLB": "deg", "DEC": "deg", "HOURA": "s"}
_RANGES = {
    "SOLR": (941.0, 980.0),
    "SOLP": (-26.8, 26.8),
    "SOLB": (-7.6, 7.6),
    "DEC": (-23.8, 23.8),
    "HOURA": (-43200.0, 43200.0),
}
"""What the Sun can have at all, with some room."""
_HORIZON_KEYWORDS = ("AZIMUTH", "ALTITUDE", "ZANGLE")
_HORIZON_TOLERANCE = 5e-4
"""Degrees, beside the last digits of what an angle follows from."""
_MATRIX_KEYWORDS = ("PMAT1", "PMAT2", "PMAT3", "PMAT4")
_MATRIX_TOLERANCE = 3e-5
_LATITUDES = ((LATITUDE, 0.0), (TRUE_LATITUDE, 0.02))
"""That of existing headers, that of the ground, and degrees that are granted besides: programs
round the latter as they like. It is told by NR124."""
_DATE_ROOM = 0.05
"""Degrees granted to a place of the Sun that follows from the date."""


def _compute_solar_state(header: Header) -> tuple[SunPosition, float, bool] | None:
    moment = find_mid_exposure(header)
    return (compute_sun(moment[0]), *moment) if moment else None


def _measure_difference(name: str, value: float, wanted: float) -> float:
    """The difference of two values; angles that go round are taken the short way."""
    turn = {
        "HOURA": 360 * _SECONDS_PER_DEGREE,
        "AZIMUTH": 360.0,
        "ZANGLE": 360.0,
        "SOLP": 360.0,
    }.get(name)
    apart = value - wanted
    return abs((apart + turn / 2) % turn - turn / 2 if turn else apart)


@rule(
    "NR121",
    "sun-elsewhere",
    clause=_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    needs=(*_SUN_KEYWORDS, *_TIME_KEYWORDS),
    needs_one_of=(_SUN_KEYWORDS,),
    summary_ja="太陽の暦の値が観測日時での値と合わない",
    message={
        "": "{keyword} = {value} {unit}, but the Sun had {wanted} {unit} on {date}",
        "range": "{keyword} = {value} {unit}; the Sun never leaves {low} to {high} {unit}",
    },
)
def sun_elsewhere(header: Header) -> Iterator[Flag]:
    """Radius, axis or place of the Sun are not those of the date of the image.

    Granted are 0.15 arcsec of radius, 0.02 deg of the position angle of the axis, 0.01 deg of
    latitude and declination, and 5 s of hour angle; a day's change where the header tells no time
    of day.

    ## Why it matters
    Heliographic coordinates and the beam are calculated from these values; a wrong one rotates or
    shifts the image, and often tells that the date is wrong.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    TIME-OBS= '03:20:23.754'
    SOLP    =              22.5235 / solar polar angle (degree)
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-09'
    TIME-OBS= '03:20:23.754'
    SOLP    =             -22.5235 / solar polar angle (degree)
    ```
    """
    expected = _compute_solar_state(header)
    there = _list_sun_values(expected[0]) if expected else {}
    if not expected or not expected[2] or read_axis_length(header) < 2:
        # A series covers a day, and without a time of day there is no hour angle to compare.
        there.pop("HOURA", None)
    tolerances = _TOLERANCES if "HOURA" in there else _DAY_TOLERANCES
    for name in _SUN_KEYWORDS:
        value = read_number(header, name)
        if value is None or not isfinite(value):
            continue
        low, high = _RANGES[name]
        apart = _measure_difference(name, value, there[name]) if name in there else 0.0
        is_off = apart > tolerances[name] if name in there else not low <= value <= high
        card = header.find_card(name) if is_off else None
        if card is None:
            continue
        if name not in there:
            yield flag(
                card, message="range", keyword=name, value=card.text, unit=_UNITS[name], low=low,
                high=high,
            )  # fmt: skip
        elif apart > tolerances[name] + read_resolution(header, name):
            yield flag(
                card, keyword=name, value=card.text, unit=_UNITS[name],
                wanted=round(there[name], 2),
                date=format_mjd_day(int(expected[1])) if expected else "",
            )  # fmt: skip


def _list_sun_values(at: SunPosition) -> dict[str, float]:
    return {
        "SOLR": at.radius,
        "SOLP": at.pole_angle,
        "SOLB": at.latitude,
        "DEC": at.declination,
        "HOURA": at.hour_angle * _SECONDS_PER_DEGREE,
    }


class _Place(NamedTuple):
    """Where the Sun may be by a header (deg), with the degrees that it may be off."""

    declination: float
    hour_angle: float
    latitude: float
    room: float


def _read_place(header: Header) -> tuple[float, float] | None:
    """Declination and hour angle (deg) of the header."""
    declination, hour_angle = read_number(header, "DEC"), read_number(header, "HOURA")
    if declination is None or hour_angle is None:
        return None
    return declination, hour_angle / _SECONDS_PER_DEGREE


def _find_places(header: Header) -> list[_Place]:
    """Places of the Sun: as the header has them, and as the date gives them where that differs.

    Where one of them is wrong it is told by itself; what agrees with the other is not told again.
    """
    stated = _read_place(header)
    found = []
    if stated is not None:
        digits = read_resolution(header, "DEC"), read_resolution(header, "HOURA")
        found.append((*stated, digits[0] + digits[1] / _SECONDS_PER_DEGREE))
    expected = _compute_solar_state(header)
    if expected and expected[2]:
        there = _list_sun_values(expected[0])
        if not found or any(
            _measure_difference(name, read_number(header, name) or 0.0, there[name])
            > _TOLERANCES[name]
            for name in ("DEC", "HOURA")
        ):
            found.append((expected[0].declination, expected[0].hour_angle, _DATE_ROOM))
    return [
        _Place(place[0], place[1], latitude, place[2] + granted)
        for place in found
        for latitude, granted in _LATITUDES
    ]


@rule(
    "NR122",
    "horizon-differs",
    clause=_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    needs=(*_HORIZON_KEYWORDS, *_SUN_KEYWORDS, *_TIME_KEYWORDS),
    needs_one_of=(_HORIZON_KEYWORDS,),
    summary_ja="方位角、高度、天頂方向角が赤緯と時角に合わない",
    message="{keyword} = {value} deg does not follow from declination and hour angle, which give"
    " {wanted} deg{hint}",
)
def horizon_differs(header: Header) -> Iterator[Flag]:
    """Azimuth, altitude or zenith direction contradict declination and hour angle.

    Azimuth counts from south through west, and all are angles in the plane of the array. Granted
    are 0.0005 deg beside the last digits of DEC and HOURA; what follows from the date instead of
    them is not flagged either.

    ## Why it matters
    The shape of the beam is calculated from these angles.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    DEC     =              17.2807 / declination (degree)
    HOURA   =              2270.83 / hour angle (second)
    AZIMUTH =             207.7610 / azimuth (degree)
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    DEC     =              17.2807 / declination (degree)
    HOURA   =              2270.83 / hour angle (second)
    AZIMUTH =              27.7610 / azimuth (degree)
    ```
    """
    stated = _read_place(header)
    if stated is not None:
        plane = compute_horizon(*stated)
        values = {name: read_number(header, name) for name in _HORIZON_KEYWORDS}
        if all(
            value is None or _agrees_with_horizon(name, value, plane, 0.0)
            for name, value in values.items()
        ):
            return
    places = _find_places(header)
    instants = [
        compute_horizon(place.declination, place.hour_angle, place.latitude) for place in places
    ]
    for at, name in enumerate(_HORIZON_KEYWORDS):
        card, value = header.find_card(name), read_number(header, name)
        if card is None or value is None or not places:
            continue
        digit = read_resolution(header, name)
        if not any(
            _agrees_with_horizon(name, value, instant, place.room + digit)
            for place, instant in zip(places, instants, strict=True)
        ):
            wanted = instants[0][at]
            turned = name == "AZIMUTH" and _measure_difference(name, value, wanted + 180) < 0.5
            hint = phrase(" (it counts from south, not north)") if turned else ""
            yield flag(card, keyword=name, value=card.text, wanted=round(wanted, 4), hint=hint)


def _agrees_with_horizon(name: str, value: float, instant: HorizonPosition, room: float) -> bool:
    # Near the zenith azimuth and parallactic angle run fast.
    scale = 1.0 if name == "ALTITUDE" else cos(radians(instant.altitude))
    wanted = instant[_HORIZON_KEYWORDS.index(name)]
    return _measure_difference(name, value, wanted) * scale <= _HORIZON_TOLERANCE + room


@rule(
    "NR123",
    "projection-matrix-differs",
    clause=_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-D15",),
    needs=(*_MATRIX_KEYWORDS, *_SUN_KEYWORDS, *_TIME_KEYWORDS),
    needs_one_of=(_MATRIX_KEYWORDS,),
    summary_ja="変換行列 PMAT が赤緯と時角に合わない",
    message="{keyword} = {value} does not follow from declination and hour angle, which give"
    " {wanted}",
)
def projection_matrix_differs(header: Header) -> Iterator[Flag]:
    """An element of the projection matrix contradicts declination and hour angle.

    A difference of 0.00003 is granted beside the last digits of DEC and HOURA, and what follows
    from the date instead of them is not flagged either.

    ## Why it matters
    The matrix takes positions on the ground to positions on the sky: a wrong element, or two that
    changed places, skews the image.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    DEC     =              17.2807 / declination (degree)
    HOURA   =              2270.83 / hour angle (second)
    PMAT2   =             -0.04883 / projection matrix
    PMAT3   =              0.09448 / projection matrix
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    DEC     =              17.2807 / declination (degree)
    HOURA   =              2270.83 / hour angle (second)
    PMAT2   =              0.09448 / projection matrix
    PMAT3   =             -0.04883 / projection matrix
    ```
    """
    values = [read_number(header, name) for name in _MATRIX_KEYWORDS]
    known = {at: value for at, value in enumerate(values) if value is not None}
    stated = _read_place(header)
    if stated is not None:
        plane = compute_projection(*stated)
        if all(abs(value - plane[at]) <= _MATRIX_TOLERANCE for at, value in known.items()):
            return
    digits = [read_resolution(header, name) for name in _MATRIX_KEYWORDS]
    places = _find_places(header)
    if not places or not known:
        return
    instants = [
        compute_projection(place.declination, place.hour_angle, place.latitude) for place in places
    ]
    wrong = [
        [
            at
            for at, value in known.items()
            if not abs(value - instant[at]) <= _MATRIX_TOLERANCE + radians(place.room) + digits[at]
        ]
        for place, instant in zip(places, instants, strict=True)
    ]
    # A place is right for the whole matrix or for none of it: that with the fewest faults counts.
    for at in min(wrong, key=len):
        name = _MATRIX_KEYWORDS[at]
        card = header.find_card(name)
        if card is not None:
            yield flag(card, keyword=name, value=card.text, wanted=round(instants[0][at], 5))
