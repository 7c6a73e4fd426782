"""Solutions in words of their own: the plates of the Sky Surveys, and the texts of IRAF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fitslint.model.card import Card
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import list_world_names
from fitslint.rules.sky.numbers import format_pixel, round_digits
from fitslint.rules.wcs.celestial import parse_celestial_type
from fitslint.rules.wcs.versions import find_axis_cards
from fitslint.text import phrase

_TERMS = 13
"""Terms of a plate solution that readers use; the files have 20."""
_PLATE = (
    *("PLTRAH", "PLTRAM", "PLTRAS", "PLTDECSN", "PLTDECD", "PLTDECM", "PLTDECS"),
    *("XPIXELSZ", "YPIXELSZ", "PPO3", "PPO6", "CNPIX1", "CNPIX2"),
    *(f"AMD{axis}{term}" for axis in "XY" for term in range(1, _TERMS + 1)),
)
_SHOWN = 4


@rule(
    "WD109",
    "plate-incomplete",
    clause="Digitized Sky Survey",
    level="conv",
    catalogue_rows=("X009",),
    needs=("AMDX1", "AMDY1"),
    summary_ja="DSS の乾板解のキーワード (AMDXn、PLTRAH など) が揃っていない",
    message="{keyword} belongs to a plate solution, and {count} of its keywords are absent:"
    " {names}; readers that use it find no position",
)
def plate_incomplete(header: Header) -> Iterator[Flag]:
    """A plate solution of the Digitized Sky Survey is not whole.

    ## Why it matters
    Position, scale and the terms AMDX1 to AMDX13 and AMDY1 to AMDY13 make the solution together.
    WCSTools and DS9 know it, and go by it where there are no other coordinates.

    ## Example
    ```fits
    AMDX1   =              67.2326
    AMDY1   =              67.2337
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    """
    absent = [name for name in _PLATE if name not in header]
    card = header.find_card("AMDX1") or header.find_card("AMDY1")
    if card is not None and absent:
        names = ", ".join(absent[:_SHOWN]) + (" …" if len(absent) > _SHOWN else "")
        yield flag(card, (0, 8), keyword=card.keyword, count=len(absent), names=names)


_CENTRE_MAX = 0.3
"""Pixels; the fit that the survey writes beside its solution is good to 0.01 in the middle."""
_CORNER_MAX = 2.0
"""It leaves the skew of the plate out, which is half a pixel of an image of 15 arcmin."""


def _plan_subchecks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None or "AMDX1" not in layout.index or "CTYPE1" not in layout.index:
        return
    from fitslint.wcs.plate import PLATE_KEYWORDS

    yield Subcheck((*list_world_names(layout), *PLATE_KEYWORDS), None)


@rule(
    "WD203",
    "plate-disagrees",
    clause="Digitized Sky Survey",
    level="conv",
    catalogue_rows=("X009",),
    reads="values",
    subchecks=_plan_subchecks,
    hdus=("primary", "image", "compressed-image"),
    summary_ja="DSS の乾板解 (AMDXn、AMDYn) と CTYPE の座標が別の場所を指している",
    message="the plate solution (AMDXn, AMDYn) and {keyword} = '{text}' put pixel {pixel} {arcsec}"
    " arcsec ({pixels} pixels) apart: programs that know plates go by the one, others by the other",
)
def plate_disagrees(header: Header, _: object) -> Iterator[Flag]:
    """The plate solution of the Digitized Sky Survey and the coordinates are two places.

    The survey writes both: its solution of the plate, and a fit of it in the words of the standard.
    They agree to a hundredth of a pixel in the middle of the image, to two at its corners.

    ## Why it matters
    An image that was cut or binned since has one of the two changed and the other not, and which
    one a program takes is its own choice.

    ## Example
    ```fits
    @text
    BITPIX  =                   16
    NAXIS   =                    2
    NAXIS1  =                  100
    NAXIS2  =                  100
    PLTRAH  =                   14
    PLTRAM  =                    0
    PLTRAS  =                  0.0
    PLTDECSN= '-       '
    PLTDECD =                    5
    PLTDECM =                    0
    PLTDECS =                  0.0
    XPIXELSZ=                 25.0
    YPIXELSZ=                 25.0
    PPO3    =             175000.0
    PPO6    =             175000.0
    CNPIX1  =                 6950
    CNPIX2  =                 6950
    AMDX1   =                 67.2
    AMDX2   =                  0.0
    AMDX3   =                  0.0
    AMDX4   =                  0.0
    AMDX5   =                  0.0
    AMDX6   =                  0.0
    AMDX7   =                  0.0
    AMDX8   =                  0.0
    AMDX9   =                  0.0
    AMDX10  =                  0.0
    AMDX11  =                  0.0
    AMDX12  =                  0.0
    AMDX13  =                  0.0
    AMDY1   =                 67.2
    AMDY2   =                  0.0
    AMDY3   =                  0.0
    AMDY4   =                  0.0
    AMDY5   =                  0.0
    AMDY6   =                  0.0
    AMDY7   =                  0.0
    AMDY8   =                  0.0
    AMDY9   =                  0.0
    AMDY10  =                  0.0
    AMDY11  =                  0.0
    AMDY12  =                  0.0
    AMDY13  =                  0.0
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                210.0
    CRVAL2  =                 -5.0
    CRPIX1  =                 55.5
    CRPIX2  =                 50.5
    CDELT1  =        -4.6666667E-4
    CDELT2  =         4.6666667E-4
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                210.0
    CRVAL2  =                 -5.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =        -4.6666667E-4
    CDELT2  =         4.6666667E-4
    ```
    """
    from fitslint.wcs.compare import (
        compile_celestial,
        find_icrs,
        find_image_shape,
        list_sample_pixels,
        measure_arc,
        measure_pixel_size,
        place_pixel,
    )
    from fitslint.wcs.plate import compile_plate

    plate, wcs = compile_plate(header), compile_celestial(header)
    shape = find_image_shape(header) if wcs is not None else None
    card = header.find_card("CTYPE1")
    if plate is None or wcs is None or shape is None or card is None or wcs.sky_axes != (0, 1):
        return
    size = measure_pixel_size(wcs)
    for number, pixel in enumerate(list_sample_pixels(shape)):
        here, there = find_icrs(plate, list(pixel)), find_icrs(wcs, place_pixel(wcs, (0, 1), pixel))
        if here is None or there is None or not size:
            return
        arcsec = measure_arc(here, there)
        if arcsec > size * (_CORNER_MAX if number else _CENTRE_MAX):
            yield flag(
                card, keyword=card.keyword, text=str(card.value).rstrip(),
                arcsec=round_digits(arcsec), pixels=round_digits(arcsec / size),
                pixel=format_pixel(pixel),
            )  # fmt: skip
            return


_AXES_MAX = 3
_PIECES_MAX = 99
_PIECES = {
    f"WAT{axis}_{number:03}": (axis, number)
    for axis in range(1, _AXES_MAX + 1)
    for number in range(1, _PIECES_MAX + 1)
}
"""The cards of the text of an axis: images of three axes at the most are known."""
_WIDTH = 68
"""Characters of a string in one card: IRAF takes the blanks that FITS cuts."""
_CORRECTION = compile_late(r"\b(?:lngcor|latcor)\s*=\s*(\"[^\"]*\"?)?")
_FACTS = 8
"""Numbers before the coefficients: kind, orders, cross terms, ranges of x and y."""
_TERMS_NONE, _TERMS_FULL, _TERMS_HALF = range(3)
_ORDER_MAX = 40


@rule(
    "WD110",
    "correction-text",
    clause="TNX and ZPX conventions",
    level="conv",
    catalogue_rows=("X006",),
    reads="values",
    needs=("CTYPEia", *_PIECES),
    needs_one_of=(("CTYPE1",), ("CTYPE2",)),
    precheck=lambda header: b"TNX" not in header.raw and b"ZPX" not in header.raw,
    summary_ja="TNX・ZPX の補正の文字列 (WATi_nnn) が欠けているか読めない",
    message={
        "absent": "{keyword} = '{text}' has its corrections in WAT{axis}_001 and the following, and"
        " there are none",
        "gap": "{keyword} = '{text}': the text in WAT{axis}_nnn has a gap, {name} is absent",
        "open": "{keyword} = '{text}': the corrections in WAT{axis}_nnn have no closing quote: the"
        " end of the text was lost",
        "number": "{keyword} = '{text}': '{word}' among the corrections in WAT{axis}_nnn is no"
        " number",
        "count": "{keyword} = '{text}': the corrections in WAT{axis}_nnn have {count} coefficients,"
        " and their orders want {wanted}",
    },
)
def correction_text(header: Header) -> Iterator[Flag]:
    """The text with the corrections of TNX or ZPX is absent, has a gap, or cannot be read.

    ## Why it matters
    IRAF cuts one text into the cards WATi_001, WATi_002 and so on, in the middle of numbers too. A
    card that is lost or trimmed changes a coefficient, and readers refuse the coordinates.

    ## Example
    ```fits
    CTYPE1  = 'RA---TNX'
    CTYPE2  = 'DEC--TNX'
    WAT1_001= 'wtype=tnx axtype=ra lngcor = "3. 2. 2. 0. -1. 1. -1. 1. 0.001 0.002 '
    WAT2_001= 'wtype=tnx axtype=dec'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TNX'
    CTYPE2  = 'DEC--TNX'
    WAT1_001= 'wtype=tnx axtype=ra lngcor = "3. 2. 2. 0. -1. 1. -1. 1. 0.001 0.002 '
    WAT1_002= '0.003 "'
    WAT2_001= 'wtype=tnx axtype=dec'
    ```
    """
    for axis, card in find_axis_cards(header, "CTYPE").get("", {}).items():
        value = card.value
        found = parse_celestial_type(value) if isinstance(value, str) else None
        if found and found.projection in ("TNX", "ZPX"):
            yield from _judge_text(header, axis, card)


def _judge_text(header: Header, axis: int, card: Card) -> Iterator[Flag]:
    """What is wrong with the text of an axis, if anything: one flag."""
    pieces = {
        _PIECES[name][1]: header.card(places[0])
        for name, places in header.layout.index.items()
        if name in _PIECES and _PIECES[name][0] == axis
    }
    params: dict[str, Any] = {
        "keyword": card.keyword,
        "text": str(card.value).rstrip(),
        "axis": axis,
    }
    if axis > _AXES_MAX or _PIECES_MAX in pieces:
        return
    if not pieces:
        yield flag(card, message="absent", **params)
        return
    gap = next((number for number in range(1, max(pieces)) if number not in pieces), None)
    if gap is not None:
        yield flag(card, message="gap", name=f"WAT{axis}_{gap:03}", **params)
        return
    text = "".join(_read_piece(pieces[number]) for number in sorted(pieces))
    match = _CORRECTION.search(text)
    if match is None or match[1] is None:
        return
    if len(match[1]) == 1 or not match[1].endswith('"'):
        yield flag(card, message="open", **params)
        return
    message, facts = _judge_numbers(match[1].strip('"').split())
    if message:
        yield flag(card, message=message, **facts, **params)


def _read_piece(card: Card) -> str:
    """The string with the blanks at its end, as IRAF reads it."""
    return card.text.strip()[1:-1].replace("''", "'").ljust(_WIDTH)


def _judge_numbers(words: list[str]) -> tuple[str, dict[str, Any]]:
    """The id of the message on the numbers of a correction, and its parameters."""
    numbers = []
    for word in words:
        try:
            numbers.append(float(word))
        except ValueError:
            return "number", {"word": word}
    if len(numbers) < _FACTS:
        return "count", {"count": 0, "wanted": phrase("more")}
    across, along, cross = (
        int(number) if abs(number) <= _ORDER_MAX else 0 for number in numbers[1:4]
    )
    wanted = _count_terms(across, along, cross)
    count = len(numbers) - _FACTS
    if wanted is not None and count != wanted:
        return "count", {"count": count, "wanted": wanted}
    return "", {}


def _count_terms(across: int, along: int, cross: int) -> int | None:
    """Coefficients of a surface with so many terms in x and y; None where it is of no known form.

    The cross terms are none, all, or those up to the higher of the two orders.
    """
    if across < 1 or along < 1:
        return None
    if cross == _TERMS_NONE:
        return across + along - 1
    if cross == _TERMS_FULL:
        return across * along
    if cross == _TERMS_HALF:
        highest = max(across, along)
        return sum(min(across, highest - row) for row in range(along))
    return None
