"""Images of extensions against what the primary header says of the instrument and the pointing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import AXES_MAX, Matrix, find_sky_columns
from fitslint.rules.sky.instruments import Instrument, find_instrument, widen_scale
from fitslint.rules.sky.numbers import round_digits
from fitslint.rules.sky.orientation import describe_turn
from fitslint.text import phrase

if TYPE_CHECKING:
    from fitslint.wcs.pointing import StatedPosition

_IMAGES = ("image", "compressed-image")
_ARCSEC = 3600.0
_NEAR = 2.0
"""Degrees: the cameras with the widest mosaics point so far from their outer detectors."""
_RADII = 3.0
_MEETS = 900.0
"""Arcsec within which another reading is the right one."""
_ASCENSIONS = ("RA", "RA2000", "RA_PNT", "TELRA", "OBJCTRA", "OBJRA", "RA_TARG", "RA_OBJ")


@rule(
    "WC214",
    "extension-disagrees",
    clause="8.3",
    level="conv",
    catalogue_rows=("W030", "W031", "W032"),
    needs=("INSTRUME", *_ASCENSIONS),
    multi_hdu_only=True,
    once="rule",
    summary_ja="拡張の座標が、プライマリヘッダの装置や指向と合わない",
    message={
        "scale": "the coordinates make a pixel {scale} arcsec, and {name}, by INSTRUME of the"
        " primary header, has {expected}",
        "mirror": "by the coordinates the image is seen in a mirror: {name}, by INSTRUME of the"
        " primary header, has east to the {side} with north up",
        "elsewhere": "the coordinates are {distance} deg from {keyword}, {other} of the primary"
        " header ({position})",
        "reading": "the coordinates are {distance} deg from {keyword}, {other} of the primary"
        " header, and {left} arcmin where {where} is read otherwise: {reading}",
    },
)
def extension_disagrees(file: FitsFile) -> Iterator[Flag]:
    """The coordinates of an extension are not those of the instrument or pointing of the file.

    In files of several extensions the primary header says for all of them what took the images and
    where it pointed. Told is a scale eight times off that of a known instrument, a mirror image,
    and a mosaic of which no image is within two degrees of the position.

    ## Why it matters
    The header of an extension tells nothing of it by itself, and programs go by that header alone.

    ## Example
    ```fits
    @text
    INSTRUME= 'ACS     '
    @hdu image
    NAXIS   =                    2
    NAXIS1  =                    2
    NAXIS2  =                    2
    BUNIT   = 'electron'
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                  1.5
    CRPIX2  =                  1.5
    CD1_1   =            1.3889E-5
    CD2_2   =            1.3889E-5
    ```
    Use instead:
    ```fits
    @text
    INSTRUME= 'ACS     '
    @hdu image
    NAXIS   =                    2
    NAXIS1  =                    2
    NAXIS2  =                    2
    BUNIT   = 'electron'
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                150.0
    CRVAL2  =                  2.0
    CRPIX1  =                  1.5
    CRPIX2  =                  1.5
    CD1_1   =           -1.3889E-5
    CD2_2   =            1.3889E-5
    ```
    """
    primary = file.hdus[0].header
    images = [hdu.header for hdu in file.hdus[1:] if hdu.kind in _IMAGES and _is_sky(hdu.header)]
    if primary.kind != "primary" or not images:
        return
    card = primary.find_card("INSTRUME")
    instrument = find_instrument(card.raw[10:]) if card is not None else None
    if instrument is not None:
        for header in images:
            found = _judge_instrument(header, instrument) if "INSTRUME" not in header else None
            if found is not None:
                yield in_hdu(found, hdu=header.hdu)
    if any(name in primary for name in _ASCENSIONS):
        yield from _judge_pointing(primary, images)


def _is_sky(header: Header) -> bool:
    columns = find_sky_columns(header.layout)
    return columns is not None and not columns.lacks_sky(header.raw)


def _read_sky_matrix(header: Header) -> Matrix | None:
    """Degrees east and north of the pixels of the sky, on whichever axes it is."""
    columns = find_sky_columns(header.layout)
    if columns is not None and columns.is_sky(header.raw):
        matrix = columns.read_matrix(header.raw)
        if matrix is not None:
            return matrix
    from fitslint.wcs.compare import compile_celestial

    wcs = compile_celestial(header)
    if wcs is None or wcs.longitude is None or wcs.latitude is None or len(wcs.sky_axes) != 2:
        return None
    first, second = wcs.sky_axes
    east, north = wcs.matrix[wcs.longitude], wcs.matrix[wcs.latitude]
    return east[first], east[second], north[first], north[second]


def _find_reference_card(header: Header) -> Card | None:
    """CRVALi of the longitude."""
    names = (f"CRVAL{axis}" for axis in range(1, AXES_MAX + 1) if _is_longitude(header, axis))
    return next((card for name in names if (card := header.find_card(name))), None)


def _is_longitude(header: Header, axis: int) -> bool:
    kind = (header.string(f"CTYPE{axis}") or "").strip().upper()[:4]
    return kind.startswith("RA") or kind[1:] == "LON" or kind[2:] == "LN"


def _judge_instrument(header: Header, instrument: Instrument) -> Flag | None:
    matrix, card = _read_sky_matrix(header), _find_reference_card(header)
    if matrix is None or card is None:
        return None
    scale = math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])) * _ARCSEC
    low, high = widen_scale(instrument)
    if scale and not low <= scale <= high:
        expected = " to ".join(f"{one:g}" for one in sorted(set(instrument.scale)))
        return flag(
            card, (0, 8), message="scale", scale=round_digits(scale), name=instrument.name,
            expected=expected,
        )  # fmt: skip
    if describe_turn(matrix, instrument)[0] == "mirror":
        side = phrase("left") if instrument.is_left else phrase("right")
        return flag(card, (0, 8), message="mirror", name=instrument.name, side=side)
    return None


def _judge_pointing(primary: Header, images: list[Header]) -> Iterator[Flag]:
    """Positions that no image is near to; at first sight by CRVALi alone."""
    from fitslint.wcs.pointing import list_positions
    from fitslint.wcs.sphere import measure_separation

    positions = [one for one in list_positions(primary) if one.keywords[0] in _ASCENSIONS]
    for header in images if positions else ():
        columns = find_sky_columns(header.layout)
        values = columns.read_reference(header.raw) if columns is not None else None
        if values is not None and (header.string("CTYPE1") or "").startswith("RA"):
            here = values[0], values[1]
            positions = [
                one for one in positions if not measure_separation(*one.position, *here) < _NEAR
            ]
        if not positions:
            return
    for stated in positions:
        found = _tell_pointing(stated, images)
        if found is not None:
            yield found
            return


def _tell_pointing(stated: StatedPosition, images: list[Header]) -> Flag | None:
    from fitslint.wcs.compare import compile_celestial
    from fitslint.wcs.readings import find_reading, measure_field

    best = None
    for header in images:
        wcs = compile_celestial(header)
        field = measure_field(header, wcs) if wcs is not None else None
        distance = field.measure(stated.icrs) if field is not None else None
        if wcs is None or field is None or distance is None:
            return None
        if distance <= max(_NEAR * _ARCSEC, _RADII * field.radius):
            return None
        if best is None or distance < best[0]:
            best = distance, header, wcs, field
    card = _find_reference_card(best[1]) if best is not None else None
    if best is None or card is None:
        return None
    reading = find_reading(best[2], stated, best[3], _MEETS)
    keyword, other = stated.keywords
    named = {"keyword": keyword, "other": other, "distance": round_digits(best[0] / _ARCSEC)}
    if reading is None:
        ra, dec = stated.position
        found = flag(card, message="elsewhere", position=f"{ra:.4f} {dec:+.4f}")
    else:
        name, left, where = reading
        found = flag(
            card, message="reading", left=round_digits(left / 60), where=where,
            reading=name.removeprefix("reference-"),
        )  # fmt: skip
    found.params.update(named)
    return in_hdu(found, hdu=best[1].hdu)
