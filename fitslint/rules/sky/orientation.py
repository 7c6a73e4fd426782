"""The position angle that a header states, and the instrument, against the matrix."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    SKY_KEYWORDS,
    Matrix,
    SkyColumns,
    find_sky_columns,
    list_world_names,
    locate_numbers,
    read_numbers,
)
from fitslint.rules.sky.instruments import Instrument, find_instrument, find_mission
from fitslint.rules.sky.numbers import round_digits
from fitslint.text import join_words, phrase

_DEGREES_MAX = 1.0
_TELLING = ("PA of", "position angle", "e. of n", "east of north", "of image y axis")
"""What a comment says where the angle is that of the second axis, as HST writes it."""
_KEYWORD = "ORIENTAT"


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is not None and columns is not None and _KEYWORD in layout.index:
        precheck = _AnglePrecheck(columns, layout)
        yield Subcheck((*list_world_names(layout), _KEYWORD), None, precheck, cacheable=False)


class _AnglePrecheck:
    """Whether the angle surely is that of the second column of the matrix."""

    def __init__(self, columns: SkyColumns, layout: Layout) -> None:
        self._columns = columns
        self._angle = locate_numbers(layout, (_KEYWORD,)) or ()

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        if self._columns.lacks_sky(raw):
            return True
        matrix, angle = self._columns.read_matrix(raw), read_numbers(raw, self._angle)
        if matrix is None or angle is None:
            return False
        turned = math.degrees(math.atan2(matrix[1], matrix[3]))
        return abs((turned - angle[0] + 180) % 360 - 180) < _DEGREES_MAX / 2


@rule(
    "WC204",
    "orientation-disagrees",
    clause="8.2",
    level="conv",
    catalogue_rows=("W031",),
    reads="values",
    subchecks=_plan_subchecks,
    needs_one_of=(*SKY_KEYWORDS, (_KEYWORD,)),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="ORIENTAT の位置角が、行列から求めた向きと合わない",
    message={
        "": "{keyword} = {text} deg is not the position angle of the second axis by the"
        " coordinates, which is {angle} deg: {gap} deg off",
        "mirror": "{keyword} = {text} deg is the position angle of the second axis of a sky seen in"
        " a mirror: by the coordinates it is {angle} deg, and the sign of one row of the matrix"
        " makes the difference",
    },
)
def orientation_disagrees(header: Header, _: object) -> Iterator[Flag]:
    """The position angle of the image in ORIENTAT is not that of its matrix.

    ## Why it matters
    People turn images by the one, programs by the other. A wrong sign in the matrix shows up here.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =           -4.8113E-5
    CD1_2   =            2.7778E-5
    CD2_1   =            2.7778E-5
    CD2_2   =            4.8113E-5
    ORIENTAT=                -30.0 / position angle of image y axis (deg. e of n)
    ```
    Use instead:
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =           -4.8113E-5
    CD1_2   =            2.7778E-5
    CD2_1   =            2.7778E-5
    CD2_2   =            4.8113E-5
    ORIENTAT=                 30.0 / position angle of image y axis (deg. e of n)
    ```
    """
    from fitslint.wcs.compare import compile_celestial

    card, stated = header.find_card(_KEYWORD), header.number(_KEYWORD)
    wcs = compile_celestial(header)
    if card is None or stated is None or wcs is None or wcs.longitude is None:
        return
    if not any(word.lower() in card.comment.lower() for word in _TELLING) or abs(stated) > 360:
        return
    if len(wcs.sky_axes) != 2 or wcs.latitude is None:
        return
    east, north = wcs.matrix[wcs.longitude], wcs.matrix[wcs.latitude]
    second = wcs.sky_axes[1]
    angle = math.degrees(math.atan2(east[second], north[second]))
    gap = abs((angle - stated + 180) % 360 - 180)
    mirrored = abs((-angle - stated + 180) % 360 - 180)
    if gap > _DEGREES_MAX:
        yield flag(
            card, message="mirror" if mirrored <= _DEGREES_MAX else "", keyword=_KEYWORD,
            text=card.text.strip(), angle=round_digits(angle, 4), gap=round_digits(gap),
        )  # fmt: skip


_TURN_MAX = 10.0
"""Degrees that a camera that does not turn may be set or drawn otherwise."""
_SKEWED = 0.2
"""Sine of the angle by which the axes of a detector are off a right one at the most."""


_SUN = Instrument("an image of the Sun", (0.0, 0.0), False, ())
"""Helioprojective longitudes are seen from outside: they increase to the right, with north up."""
_SEEN = Instrument("", (0.0, 0.0), True, ())
"""East is to the left with north up."""
_TELLERS = ("INSTRUME", "TELESCOP", "VPARITY", "PXSCAL1", "BMAJ")
_WITNESSES = {"VPARITY": "vparity", "PXSCAL1": "pxscal", "BMAJ": "beam"}
"""Keywords of images that are never seen in a mirror, and what is said of one that is."""


def _find_witness(header: Header, system: str, code: str) -> tuple[str, Instrument] | None:
    """The keyword that tells how the sky lies in an image of a projection, and how it does."""
    from fitslint.wcs.axes import EAST_SYSTEMS

    if system not in EAST_SYSTEMS:
        return None
    card = header.find_card("INSTRUME")
    instrument = find_instrument(card.raw[10:]) if card is not None else None
    if instrument is not None and instrument.is_left is not None:
        return "INSTRUME", instrument
    card = header.find_card("TELESCOP")
    mission = find_mission(card.raw[10:]) if card is not None else None
    if mission is not None and mission.is_left is not None:
        return "TELESCOP", mission
    if header.number("VPARITY") == -1:
        return "VPARITY", _SEEN
    steps = header.number("PXSCAL1") or 0.0, header.number("PXSCAL2") or 0.0
    if steps[0] < 0 < steps[1]:
        return "PXSCAL1", _SEEN
    if code == "SIN" and (header.number("BMAJ") or 0.0) > 0:
        return "BMAJ", _SEEN
    return None


def _plan_instruments(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    names = [name for name in _TELLERS if layout and name in layout.index]
    if layout is not None and columns is not None and names:
        precheck = _InstrumentPrecheck(columns, layout)
        needs = (*list_world_names(layout), *names, "PXSCAL2")
        yield Subcheck(needs, None, precheck, cacheable=False)


class _InstrumentPrecheck:
    """Whether the image surely lies on the sky as the instrument has it."""

    def __init__(self, columns: SkyColumns, layout: Layout) -> None:
        self._columns = columns
        places = (layout.index.get(name) for name in ("INSTRUME", "TELESCOP"))
        self._start, self._telescope = (
            place[0] * CARD_SIZE + 10 if place else None for place in places
        )
        self._has_witness = any(name in layout.index for name in _WITNESSES)

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        if self._columns.has_sky_elsewhere(raw):
            return False
        if not self._columns.is_sky(raw):
            return True
        start, matrix = self._start, self._columns.read_matrix(raw)
        instrument = None if start is None else find_instrument(raw[start : start + 70])
        if self._columns.is_sun(raw):
            instrument = _SUN
        if instrument is None or instrument.is_left is None:
            is_left = matrix is not None and matrix[0] * matrix[3] < matrix[1] * matrix[2]
            return is_left or not (self._has_witness or self._is_of_mission(raw))
        return matrix is not None and describe_turn(matrix, instrument) == ("", 0.0)

    def _is_of_mission(self, raw: bytes) -> bool:
        start = self._telescope
        return start is not None and find_mission(raw[start : start + 70]) is not None


def describe_turn(matrix: Matrix, instrument: Instrument) -> tuple[str, float]:
    """Which message a matrix deserves, and the position angle of the second axis [deg]."""
    a, b, c, d = matrix
    if not abs(a * b + c * d) < _SKEWED * math.hypot(a, c) * math.hypot(b, d):
        return "", 0.0  # axes far from a right angle, of which another rule has more to say
    if instrument.is_left is not None and (a * d < b * c) != instrument.is_left:
        return "mirror", 0.0
    angle = math.degrees(math.atan2(b, d))
    gaps = [abs((angle - known + 180) % 360 - 180) for known in instrument.angles]
    return ("turned", angle) if gaps and min(gaps) > _TURN_MAX else ("", 0.0)


def _has_flipped_stars(header: Header) -> bool:
    """Whether another version has the stars in a mirror, too: the array was flipped."""
    from fitslint.wcs.compare import compile_celestial, list_versions

    for version in list_versions(header):
        wcs = compile_celestial(header, version) if version else None
        if wcs is not None and wcs.system == "RA" and wcs.parity() == 1:
            return True
    return False


@rule(
    "WC212",
    "instrument-seen-otherwise",
    clause="8.2",
    level="conv",
    catalogue_rows=("W031",),
    reads="values",
    subchecks=_plan_instruments,
    needs_one_of=(*SKY_KEYWORDS, _TELLERS),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="像の裏表または向きが、その装置のものと違う",
    message={
        "mirror": "by the coordinates the image is seen in a mirror: {name} has east to the {side}"
        " with north up. One row of the matrix has the wrong sign, or the array was flipped",
        "sun": "by the coordinates the Sun is seen in a mirror: HPLN increases to the left with"
        " north up, and from the Earth it is seen to increase to the right. One row of the matrix"
        " has the wrong sign, or the array was flipped",
        "beam": "by the coordinates the sky is seen in a mirror: maps of interferometers (BMAJ, and"
        " the projection SIN or NCP) have east to the left with north up. One row of the matrix has"
        " the wrong sign, or the array was flipped",
        "vparity": "by the coordinates the image is seen in a mirror: detectors with VPARITY = -1"
        " have east to the left with north up. One row of the matrix has the wrong sign, or the"
        " array was flipped",
        "pxscal": "by the coordinates the image is seen in a mirror: PXSCAL1 < 0 < PXSCAL2 is of"
        " one with east to the left and north up. One row of the matrix has the wrong sign, or the"
        " array was flipped",
        "turned": "by the coordinates the position angle of the second axis is {angle} deg, and"
        " {name} does not turn: it has {angles}",
    },
)
def instrument_seen_otherwise(header: Header, _: object) -> Iterator[Flag]:
    """The image is a mirror image of what its instrument gives, or turned where that does not turn.

    ## Why it matters
    One wrong sign in the matrix shows the sky as in a mirror, and shapes, position angles and all
    positions away from the reference pixel are wrong. An array that was flipped with its matrix is
    right, and worth a word: its shapes are not to be compared with those of other frames.

    ## Example
    ```fits
    @text
    INSTRUME= 'ACS     '
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =            1.3889E-5
    CD2_2   =            1.3889E-5
    ```
    Use instead:
    ```fits
    @text
    INSTRUME= 'ACS     '
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CD1_1   =           -1.3889E-5
    CD2_2   =            1.3889E-5
    ```
    """
    from fitslint.wcs.compare import compile_celestial

    wcs = compile_celestial(header)
    if wcs is None or len(wcs.sky_axes) != 2:
        return
    is_sun = wcs.system == "HP"
    witness = ("INSTRUME", _SUN) if is_sun else _find_witness(header, wcs.system, wcs.code)
    card = header.find_card(witness[0]) or header.find_card("CTYPE1") if witness else None
    if witness is None or card is None:
        return
    keyword, instrument = witness
    assert wcs.longitude is not None and wcs.latitude is not None
    first, second = wcs.sky_axes
    east, north = wcs.matrix[wcs.longitude], wcs.matrix[wcs.latitude]
    message, angle = describe_turn(
        (east[first], east[second], north[first], north[second]), instrument
    )
    if message and instrument is _SUN:
        if not _has_flipped_stars(header):
            yield flag(card, message="sun")
    elif message and keyword in _WITNESSES:
        yield flag(card, message=_WITNESSES[keyword])
    elif message:
        yield flag(
            card, message=message, level="style" if message == "turned" else None,
            name=instrument.name, side=phrase("left") if instrument.is_left else phrase("right"),
            angle=round_digits(angle, 4), angles=join_words(map("{:g}".format, instrument.angles)),
        )  # fmt: skip
