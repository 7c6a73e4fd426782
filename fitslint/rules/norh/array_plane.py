"""The plane of the array of NoRH, which slopes, in headers: latitude, matrix, beam, elevation."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, sqrt

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import read_number
from fitslint.rules.norh.common import FAMILY
from fitslint.rules.norh.sun import (
    LATITUDE,
    TRUE_LATITUDE,
    compute_horizon,
    compute_projection,
)

_CLAUSE = "HeliogFITS 2.0, B.1 (2)"
_MATRIX_KEYWORDS = ("PMAT1", "PMAT2", "PMAT3", "PMAT4")
_SUN_KEYWORDS = ("DEC", "HOURA")
_SECONDS_PER_DEGREE = 240.0
_SLOPE_SEEN_MIN = 1e-3
"""By how much the latitudes have to make a difference for one of them to be told."""
_HORIZON_KEYWORDS = ("AZIMUTH", "ALTITUDE", "ZANGLE")
_ANGLE_SEEN_MIN = 0.1
"""The same of angles in degrees."""
_ANGLE_ROOM = 0.02
"""Degrees by which an angle may be off that of the true latitude, as NR122 grants."""
_AXIS_RATIO_MAX = 2.0
_NORTH_SPACING = 1.000112494
"""Spacing of the north line by the east-west one."""
_ALTITUDE_MIN = 5.0
_HOURS_MAX = 21600.0
_LARGEST = 1.0 + 5e-5


def _read_matrix(header: Header) -> tuple[float, ...] | None:
    values = [read_number(header, name) for name in _MATRIX_KEYWORDS]
    known = tuple(value for value in values if value is not None)
    return known if len(known) == len(values) else None


@rule(
    "NR124",
    "true-latitude",
    clause=_CLAUSE,
    level="style",
    reads="values",
    authority=FAMILY,
    needs=(*_MATRIX_KEYWORDS, *_HORIZON_KEYWORDS, *_SUN_KEYWORDS),
    needs_one_of=(*((name,) for name in _SUN_KEYWORDS), (*_MATRIX_KEYWORDS, *_HORIZON_KEYWORDS)),
    summary_ja="変換行列 PMAT または方位角と高度がアレイ面ではなく真の緯度によっている",
    message="{keyword} = {value} is that of the true latitude, 35.94 deg, not of the plane of the"
    " array, 35.08 deg, which gives {wanted}",
)
def true_latitude(header: Header) -> Iterator[Flag]:
    """The projection matrix, or azimuth and altitude, are those of the latitude on the ground.

    The array slopes by 0.86 deg to the south, and the headers of Nobeyama have the latitude of its
    plane.

    ## Why it matters
    A beam that is calculated of them is not that of the instrument, by about a percent.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    DEC     =              17.2807 / declination (degree)
    HOURA   =              2270.83 / hour angle (second)
    PMAT1   =              0.98640 / projection matrix
    PMAT2   =              0.09648 / projection matrix
    PMAT3   =             -0.04883 / projection matrix
    PMAT4   =              0.94509 / projection matrix
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    DEC     =              17.2807 / declination (degree)
    HOURA   =              2270.83 / hour angle (second)
    PMAT1   =              0.98640 / projection matrix
    PMAT2   =              0.09448 / projection matrix
    PMAT3   =             -0.04883 / projection matrix
    PMAT4   =              0.94981 / projection matrix
    ```
    """
    declination, hour_angle = (read_number(header, name) for name in _SUN_KEYWORDS)
    if declination is None or hour_angle is None:
        return
    place = declination, hour_angle / _SECONDS_PER_DEGREE
    found = (*_find_ground_matrix(header, *place), *_find_ground_angle(header, *place))
    for keyword, wanted in found:
        card = header.find_card(keyword)
        if card is not None:
            yield flag(card, keyword=keyword, value=card.text, wanted=wanted)
            return


def _find_ground_matrix(
    header: Header, declination: float, hour_angle: float
) -> Iterator[tuple[str, float]]:
    """The element that tells the latitude, where it is that of the ground; and the right one."""
    matrix, plane = _read_matrix(header), compute_projection(declination, hour_angle, LATITUDE)
    if matrix is None or abs(matrix[3] - plane[3]) < _SLOPE_SEEN_MIN / 2:
        return
    ground = compute_projection(declination, hour_angle, TRUE_LATITUDE)
    seen = abs(plane[3] - ground[3])
    if seen > _SLOPE_SEEN_MIN and abs(matrix[3] - ground[3]) < seen / 4:
        yield "PMAT4", round(plane[3], 5)


def _find_ground_angle(
    header: Header, declination: float, hour_angle: float
) -> Iterator[tuple[str, float]]:
    """Angles to the horizon of the ground, and those of the plane."""
    plane = compute_horizon(declination, hour_angle)
    ground = compute_horizon(declination, hour_angle, TRUE_LATITUDE)
    for name, wanted, other in zip(_HORIZON_KEYWORDS, plane, ground, strict=True):
        value = read_number(header, name)
        if value is None or _measure_turn(wanted, other) <= _ANGLE_SEEN_MIN:
            continue
        if _measure_turn(value, other) <= _ANGLE_ROOM:
            yield name, round(wanted, 4)


def _measure_turn(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@rule(
    "NR125",
    "impossible-projection-matrix",
    clause=_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    needs=(*_MATRIX_KEYWORDS, *_SUN_KEYWORDS),
    needs_one_of=tuple((name,) for name in _MATRIX_KEYWORDS),
    summary_ja="変換行列 PMAT がありえない、またはビームが細長い",
    message={
        "": "{keyword} = {value}: an element of the projection matrix lies within -1 and 1",
        "turned": "the determinant of PMAT1 to PMAT4 is {value}, not above 0: the Sun would be"
        " below the horizon or the image mirrored",
        "long": "the beam is {value} times as long as wide: the Sun was low, and north-south or"
        " east-west structure is smeared",
    },
)
def impossible_projection_matrix(header: Header) -> Iterator[Flag]:
    """The projection matrix cannot be one, or makes a beam that is long.

    Elements are cosines, and the determinant is the sine of the altitude. A beam more than twice as
    long as wide is told as information.

    ## Why it matters
    The beam is calculated of the matrix: the flux of a source and what is taken for its shape
    depend on it.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    PMAT1   =              0.98640 / projection matrix
    PMAT2   =              0.09448 / projection matrix
    PMAT3   =             -0.04883 / projection matrix
    PMAT4   =             -0.94981 / projection matrix
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    PMAT1   =              0.98640 / projection matrix
    PMAT2   =              0.09448 / projection matrix
    PMAT3   =             -0.04883 / projection matrix
    PMAT4   =              0.94981 / projection matrix
    ```
    """
    matrix, card = _read_matrix(header), header.find_card("PMAT1")
    if matrix is None or card is None:
        return
    declination, hour_angle = (read_number(header, name) for name in _SUN_KEYWORDS)
    known = [matrix]
    if declination is not None and hour_angle is not None:
        # An element that is wrong by these is told by NR123; what is left is how low the Sun was.
        known.append(compute_projection(declination, hour_angle / _SECONDS_PER_DEGREE))
    elif any(not abs(value) <= _LARGEST for value in matrix):
        for name, value in zip(_MATRIX_KEYWORDS, matrix, strict=True):
            element = header.find_card(name)
            if element is not None and not abs(value) <= _LARGEST:
                yield flag(element, keyword=name, value=element.text)
        return
    elif (determinant := matrix[0] * matrix[3] - matrix[1] * matrix[2]) <= 0:
        yield flag(card, message="turned", value=round(determinant, 5))
        return
    ratio = min(map(_compute_axis_ratio, known))
    if _AXIS_RATIO_MAX < ratio < inf:
        yield flag(card, message="long", level="style", value=round(ratio, 2))


def _compute_axis_ratio(matrix: tuple[float, ...]) -> float:
    """Length by width of the beam: the ratio of the singular values on the ground."""
    a, c, b, d = matrix
    c, d = c * _NORTH_SPACING, d * _NORTH_SPACING
    total, product = a * a + b * b + c * c + d * d, a * d - b * c
    spread = sqrt(max(total * total - 4 * product * product, 0.0))
    return (total + spread) / 2 / abs(product) if product else inf


@rule(
    "NR126",
    "sun-too-low",
    clause=_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    needs=("ALTITUDE", "HOURA"),
    needs_one_of=(("ALTITUDE", "HOURA"),),
    summary_ja="太陽が低すぎて観測できない",
    message={
        "": "{keyword} = {value} deg: the Sun is not observed below {limit} deg",
        "hour": "{keyword} = {value} s is more than 6 h from noon, when nothing is observed",
    },
)
def sun_too_low(header: Header) -> Iterator[Flag]:
    """The Sun stood where it is not observed: lower than 5 deg, or more than 6 h from noon.

    ## Why it matters
    The angle or the time it follows from is wrong, and with it the beam.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    ALTITUDE=              -7.3056 / altitude (degree)
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    ALTITUDE=              70.3056 / altitude (degree)
    ```
    """
    altitude, hour_angle = read_number(header, "ALTITUDE"), read_number(header, "HOURA")
    if altitude is not None and altitude < _ALTITUDE_MIN:
        card = header.find_card("ALTITUDE")
        if card is not None:
            yield flag(card, keyword="ALTITUDE", value=card.text, limit=_ALTITUDE_MIN)
    # What no hour angle can be is told by NR121.
    if hour_angle is not None and _HOURS_MAX < abs(hour_angle) <= 43200:
        card = header.find_card("HOURA")
        if card is not None:
            yield flag(card, message="hour", keyword="HOURA", value=card.text)
