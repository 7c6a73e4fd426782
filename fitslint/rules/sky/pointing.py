"""Positions that a header states, against where its coordinates put the image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    SKY_KEYWORDS,
    Field,
    SkyColumns,
    find_sky_columns,
    list_world_names,
    locate_number,
    may_describe_image,
    read_numbers,
)
from fitslint.rules.sky.numbers import round_digits
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.wcs.pointing import Position, PositionKeywords, StatedPosition
    from fitslint.wcs.wcs import Wcs

_NEAR = 0.05
"""Degrees between the position and CRVAL that surely are right."""
_ELSEWHERE = 7200.0
"""Arcsec: the cameras with the widest mosaics point two degrees from their outer detectors."""
_RADII = 3.0
"""Halves of the diagonal of the image that the position may be away."""
_APART = 300.0
"""Arcsec from which another reading of a position is tried."""
_MEETS = 0.05
"""Part of the distance that is left where another reading is the right one."""
_MEETS_INSIDE = 0.01
_MEETS_EQUINOX = 0.025
_MEETS_MIN = 20.0
_MEETS_MAX = 900.0
"""Arcsec of it, at the least and at the most."""
_FIELD_MAX = 10.0 * 3600
"""Arcsec: an image that is wider in radius has no pointing."""
_MEETS_EXCHANGED = 2.0
"""Pixels from the centre of a cutout to the position it was cut around."""
_FIXED_YEAR = 2000.0
_HOURS = compile_late(rb"[\[(]h|[Hh]our|\bhrs?\b")
_FIELD_LENGTH = 22
"""Columns of a position that is plain to read."""


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    columns = find_sky_columns(layout) if layout is not None else None
    if layout is None or columns is None or not _ASCENSIONS.intersection(layout.index):
        return
    from fitslint.wcs.pointing import POSITION_KEYWORDS

    world = list_world_names(layout)
    for pair in POSITION_KEYWORDS:
        if pair.ra in layout.index and pair.dec in layout.index:
            own = (pair.equinox,) if pair.equinox in layout.index else ()
            precheck = _PositionPrecheck(columns, layout, pair)
            yield Subcheck((*world, pair.ra, pair.dec, *own), pair, precheck, cacheable=False)


_ASCENSIONS = frozenset((
    "RA", "RA2000", "RA_PNT", "RA_NOM", "RA_APER", "TELRA", "OBSRA", "RA_DEG", "RA_HMS",
    "RA_RQST", "RA_REF", "RADEG", "RA_OBS", "RA_MEAN", "TELRAD", "RABASE", "NOMRA",
    "RA_TEL", "TEL_RA", "OBS_RA", "RA_D", "BORE-RA", "XS-RAPT",
    "CENTRA", "RA_CENT", "CENRA1",
    "OBJCTRA", "OBJRA", "OBJRAD", "RA_TARG", "RA_OBJ", "TARGRA", "TARG_RA",
    "CAT-RA",
))  # fmt: skip
"""Keywords that spare the reading of the table of pairs where none of them is there."""


class _PositionPrecheck:
    """Whether a position surely is that of CRVAL, in the equinox of CRVAL."""

    def __init__(self, columns: SkyColumns, layout: Layout, pair: PositionKeywords) -> None:
        self._columns = columns
        self._starts = [layout.index[name][0] * 80 + 10 for name in (pair.ra, pair.dec)]
        self._years: tuple[Field, ...] = ()
        self._equinox = locate_number(layout, "EQUINOX")
        if pair.equinox:
            years = (locate_number(layout, name) for name in ("EQUINOX", pair.equinox))
            self._years = tuple(field for field in years if field)

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        columns = self._columns
        if not may_describe_image(header) or columns.lacks_sky(raw):
            return True
        reference = columns.read_reference(raw)
        years = read_numbers(raw, self._years)
        if reference is None or years is None or any(year != _FIXED_YEAR for year in years):
            return False
        if not columns.is_equatorial(raw):
            return False
        if self._may_be_elsewhere(raw) or self._may_be_hours(raw):
            return False
        ra, dec = (_read_field(raw[start : start + _FIELD_LENGTH]) for start in self._starts)
        if ra is None or dec is None:
            return False
        across = abs(ra[0] * (15.0 if ra[1] else 1.0) - reference[0])
        return (
            abs(dec[0] - reference[1]) < _NEAR
            and across * math.cos(math.radians(reference[1])) < _NEAR
        )

    def _may_be_hours(self, raw: bytes) -> bool:
        """Whether the comment may say that a number is in hours, as that of CRVAL would be then."""
        comment = raw[self._starts[0] + 20 : self._starts[0] + 70]
        return (
            raw[self._starts[0] : self._starts[0] + 1] != b"'"
            and _HOURS.search(comment) is not None
        )

    def _may_be_elsewhere(self, raw: bytes) -> bool:
        """Whether the comment gives an equinox, and that of the header is not surely J2000."""
        comment = raw[self._starts[0] : self._starts[0] + 70]
        if b"J2000" not in comment and b"B1950" not in comment:
            return False
        years = read_numbers(raw, (self._equinox,)) if self._equinox else None
        return b"B1950" in comment or years != [_FIXED_YEAR] or b"'FK4" in raw


@lru_cache(maxsize=64)
def _read_field(field: bytes) -> tuple[float, bool] | None:
    """A number, or hours or degrees, minutes and seconds; and whether it is the latter."""
    try:
        if field[:1] != b"'":
            return float(field[:20]), False
        text = field[1 : field.index(b"'", 1)].strip()
        parts = text.split(b":") if b":" in text else text.split()
        whole = float(parts[0])
        size = abs(whole) + float(parts[1]) / 60 + float(parts[2]) / 3600
    except (ValueError, IndexError):
        return None
    return (-size if parts[0][:1] == b"-" else size), True


@rule(
    "WC206",
    "pointing-elsewhere",
    clause="8.3",
    level="conv",
    catalogue_rows=("W032",),
    reads="values",
    subchecks=_plan_subchecks,
    needs_one_of=SKY_KEYWORDS,
    hdus=("primary", "image", "compressed-image"),
    summary_ja="望遠鏡の指向や天体の位置が、座標の示す画像の場所から遠く離れている",
    message={
        "": "{keyword}, {other} = {position} is {distance} deg from the centre of the image by its"
        " coordinates ({centre}), which is {radius} deg from the centre to a corner",
        "hours": "{keyword} = {text} is in hours: 15 times that is {left} arcmin from the image,"
        " where as degrees it is {distance} deg off",
        "reference-hours": "CRVAL{axis} = {text} is in hours: 15 times that is {left} arcmin from"
        " {keyword}, {other}, where as degrees it is {distance} deg off; CRVALi is in degrees",
        "reference-arcsec": "CRVAL{axis} = {text} is in arcsec: as such it is {left} arcmin from"
        " {keyword}, {other}, where as degrees it is {distance} deg off",
        "degrees": "{keyword} = {text} is in degrees, though it reads as hours: it is {left} arcmin"
        " from the image then, and {distance} deg as hours",
        "sign": "{other} = {text} has the sign that CRVAL{axis} has not: with the other one the"
        " position is {left} arcmin from the image, and it is {distance} deg",
        "exchanged": "CRVAL1 and CRVAL2 are exchanged: the other way round they are {left} arcmin"
        " from {keyword}, {other}, and they are {distance} deg",
        "pixels": "{keyword}, {other} is {distance} arcmin from the centre of the image, and {left}"
        " arcsec where CRPIX{axis} and CRPIX{second} are exchanged: they stand the wrong way round",
        "equinox": "{keyword}, {other} is {distance} arcmin from the image, and {left} arcmin where"
        " {what} is of {year} and not of {frame}: one of the two has the wrong equinox",
    },
)
def pointing_elsewhere(header: Header, pair: PositionKeywords) -> Iterator[Flag]:
    """A position that the header states is far from the image by its coordinates.

    Positions are those of the telescope, the object or the centre, in degrees, hours or sexagesimal
    and brought to ICRS. They may be two degrees and three halves of the diagonal away, as in
    mosaics; closer ones are told where one slip explains the distance: hours for degrees, the sign
    of a declination, another equinox.

    ## Why it matters
    One of the two is wrong, and half of the archives and programs search by the one, half by the
    other.

    ## Example
    ```fits
    @text
    BITPIX  =                    8
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                10.01
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =           -5.5556E-5
    CDELT2  =            5.5556E-5
    RA      = '10:00:36.0'
    DEC     = '+02:00:00.0'
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
    CRVAL1  =               150.15
    CRVAL2  =                  2.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =           -5.5556E-5
    CDELT2  =            5.5556E-5
    RA      = '10:00:36.0'
    DEC     = '+02:00:00.0'
    ```
    """
    if not may_describe_image(header):
        return
    from fitslint.wcs.compare import compile_celestial
    from fitslint.wcs.pointing import read_position
    from fitslint.wcs.readings import find_reading, measure_field

    wcs = compile_celestial(header)
    stated = read_position(header, pair)
    field = measure_field(header, wcs) if wcs is not None and stated is not None else None
    if wcs is None or stated is None or field is None or field.radius > _FIELD_MAX:
        return
    distance = field.measure(stated.icrs)
    card, other = header.find_card(pair.ra), header.find_card(pair.dec)
    if distance is None or card is None or other is None or distance <= _APART:
        return
    room = min(_MEETS_MAX, max(_MEETS_MIN, _MEETS * distance))
    if distance <= field.radius:
        # a target may be anywhere in the image, but hardly to a hundredth where a slip puts it
        room = min(room, max(_MEETS_MIN, _MEETS_INSIDE * distance))
    reading = find_reading(wcs, stated, field, room)
    if reading is None and distance <= field.radius:
        # between two equinoxes lie one distance and one direction, which nobody hits by chance
        reading = find_reading(wcs, stated, field, _MEETS_EQUINOX * distance, "equinox ")
    if reading is not None:
        name, left, where = reading
        what, year, frame = _describe_equinox(name, stated, wcs)
        shown = header.find_card(where) or card
        is_year = name.startswith("equinox ")
        yield flag(
            shown, message="equinox" if is_year else name, keyword=pair.ra, other=pair.dec,
            text=shown.text.strip(), axis=where[5:], left=round_digits(left / 60),
            distance=round_digits(distance / (60 if is_year else 3600)),
            what=what, year=year, frame=frame,
        )  # fmt: skip
        return
    exchanged = _tell_exchanged(header, wcs, stated, distance)
    if exchanged is not None:
        yield exchanged
    elif distance > max(_ELSEWHERE, _RADII * field.radius):
        yield flag(
            card, keyword=pair.ra, other=pair.dec, position=_describe(stated.position),
            centre=_describe(field.centre), distance=round_digits(distance / 3600),
            radius=round_digits(field.radius / 3600),
        )  # fmt: skip


def _tell_exchanged(
    header: Header, wcs: Wcs, stated: StatedPosition, distance: float
) -> Flag | None:
    """The centre of a cutout is the position that it was cut around, with CRPIX exchanged."""
    from fitslint.wcs.compare import measure_pixel_size
    from fitslint.wcs.readings import measure_exchanged

    left = measure_exchanged(header, wcs, stated.icrs)
    if left is None or not left < _MEETS_EXCHANGED * measure_pixel_size(wcs) < distance / 20:
        return None
    first, second = (axis + 1 for axis in wcs.sky_axes)
    card = header.find_card(f"CRPIX{first}")
    keyword, other = stated.keywords
    return flag(
        card, message="pixels", keyword=keyword, other=other, distance=round_digits(distance / 60),
        left=round_digits(left, 2), axis=first, second=second,
    ) if card is not None else None  # fmt: skip


def _describe(position: Position) -> str:
    return f"{position[0]:.4f} {position[1]:+.4f}"


def _describe_equinox(name: str, stated: StatedPosition, wcs: Wcs) -> tuple[str, str, str]:
    """What a message on equinoxes says of the other reading."""
    _, what, year = (*name.split(" "), "", "")[:3]
    system, equinox = (stated.system, stated.equinox) if what == "it" else wcs.frame
    frame = system if equinox is None else f"{system} {equinox:g}"
    return (phrase("it") if what == "it" else "CRVALi"), year, frame
