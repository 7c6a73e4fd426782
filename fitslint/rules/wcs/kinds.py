"""Axes that count codes: Stokes parameters and the faces of a cube."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import NamedTuple
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.versions import (
    LETTERS,
    describe_version,
    find_axis_cards,
    find_matrices,
    is_in_types,
)

_TYPES = tuple(f"CTYPE{axis}{letter}" for letter in LETTERS for axis in range(1, 10))
_STOKES = frozenset(range(-8, 5)) - {0}
"""Table 29: I, Q, U, V are 1 to 4, circular -1 to -4, linear -5 to -8."""
_STOKES_TEXT = compile_late(rb"'STOKES")
_NEAR = 1e-6
_PIXELS_MAX = 16


class _Line(NamedTuple):
    """What makes the world value of a pixel of an axis that is coupled to no other."""

    value: float
    pixel: float
    step: float

    def compute_code(self, pixel: int) -> float:
        """The world value at a pixel, which count from 1."""
        return self.value + self.step * (pixel - self.pixel)


def _read_line(header: Header, version: str, axis: int) -> _Line | None:
    """The linear axis with the defaults of the standard; None where it is coupled or unknown."""
    numbers = []
    for root, default in (("CRVAL", 0.0), ("CRPIX", 0.0), ("CDELT", 1.0)):
        card = header.find_card(f"{root}{axis}{version}")
        number = default if card is None else card.number_value
        if number is None:
            return None
        numbers.append(number)
    value, pixel, step = numbers
    cd = find_matrices(header, "CD").get(version)
    elements = cd if cd is not None else find_matrices(header, "PC").get(version, {})
    if cd is not None and (axis, axis) not in cd:
        return None
    for (row, column), card in elements.items():
        number = card.number_value
        if number is None:
            return None
        if row == column == axis:
            step = number if cd is not None else step * number
        elif row == axis and number:
            return None
    return _Line(value, pixel, step)


@rule(
    "WC128",
    "stokes-code",
    clause="8.5",
    level="must",
    catalogue_rows=("W028",),
    reads="values",
    needs=(
        *("CTYPEia", "CRVALia", "CRPIXja", "CDELTia", "CDi_ja", "PCi_ja"),
        *(f"NAXIS{axis}" for axis in range(1, 10)),
    ),
    needs_one_of=(_TYPES,),
    precheck=lambda header: not is_in_types(_STOKES_TEXT, header),
    precheck_needs=("CTYPEia",),
    hdus=("primary", "image"),
    summary_ja="STOKES 軸の値が標準の符号 (1～4、-1～-8) でない",
    message={
        "fraction": "{keyword}: pixel {pixel} of the Stokes axis has the value {value}, which is no"
        " code: codes are integers",
        "code": "{keyword}: pixel {pixel} of the Stokes axis has the value {value}, which is none"
        " of the codes of the standard: 1 to 4 and -1 to -8",
    },
)
def stokes_code(header: Header) -> Iterator[Flag]:
    """A pixel of the Stokes axis has no code of a Stokes parameter.

    AIPS has codes from 0 and from 5 on (beam, polarised intensity, spectral index); the standard
    does not, and they are told at a lower level.

    ## Why it matters
    The axis has conventional values for polarisations: CRVAL, CRPIX and CDELT have to give one for
    every pixel. A value between two of them is no polarisation.

    ## Example
    ```fits
    NAXIS   =                    3
    NAXIS1  =                    4
    NAXIS2  =                    4
    NAXIS3  =                    2
    CTYPE3  = 'STOKES  '
    CRVAL3  =                  1.0
    CRPIX3  =                  1.0
    CDELT3  =                  0.5
    ```
    Use instead:
    ```fits
    NAXIS   =                    3
    NAXIS1  =                    4
    NAXIS2  =                    4
    NAXIS3  =                    2
    CTYPE3  = 'STOKES  '
    CRVAL3  =                  1.0
    CRPIX3  =                  1.0
    CDELT3  =                  1.0
    ```
    """
    lengths = header.structure.axes
    for version, cards in find_axis_cards(header, "CTYPE").items():
        for axis, card in cards.items():
            value = card.value
            if not isinstance(value, str) or value.rstrip() != "STOKES":
                continue
            count = lengths[axis - 1] if axis <= len(lengths) else None
            line = _read_line(header, version, axis)
            # One pixel without a value is an axis that was not described.
            if not count or line is None or f"CRVAL{axis}{version}" not in header:
                continue
            yield from _judge_codes(card, line, count)


def _judge_codes(card: Card, line: _Line, count: int) -> Iterator[Flag]:
    """The first pixel with a value that is no code."""
    for pixel in range(1, min(count, _PIXELS_MAX) + 1):
        value = line.compute_code(pixel)
        if not abs(value) < 1 / _NEAR:
            return
        whole = abs(value - round(value)) <= _NEAR
        if whole and round(value) in _STOKES:
            continue
        yield flag(
            card,
            message="code" if whole else "fraction",
            level="conv" if whole and round(value) >= 0 else None,
            keyword=card.keyword,
            pixel=pixel,
            value=float(f"{value:.8g}"),
        )
        return


_ONCE = frozenset(("CUBEFACE", "STOKES"))


@rule(
    "WC129",
    "axis-type-twice",
    clause="8.2",
    level="must",
    catalogue_rows=("W029",),
    reads="values",
    needs=("CTYPEia",),
    min_present=2,
    needs_one_of=(_TYPES,),
    precheck=lambda header: header.raw.count(b"'STOKES") + header.raw.count(b"'CUBEFACE") <= 1,
    summary_ja="CUBEFACE または STOKES の軸が二つある",
    message="{keyword} = '{text}' stands for a second axis of {version}, after {other}: there can"
    " be one (WCSLIB refuses two of CUBEFACE)",
)
def axis_type_twice(header: Header) -> Iterator[Flag]:
    """Two axes of one description count the faces of a cube, or the Stokes parameters.

    Two spectral or time axes are possible (a correlation of frequencies has them), and not told.

    ## Why it matters
    The face, or the polarisation, of a pixel would be said twice. Programs look for one axis and
    take the first, the last, or none.

    ## Example
    ```fits
    CTYPE1  = 'RA---CSC'
    CTYPE2  = 'DEC--CSC'
    CTYPE3  = 'CUBEFACE'
    CTYPE4  = 'CUBEFACE'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---CSC'
    CTYPE2  = 'DEC--CSC'
    CTYPE3  = 'CUBEFACE'
    CTYPE4  = 'FREQ    '
    ```
    """
    for version, cards in find_axis_cards(header, "CTYPE").items():
        firsts: dict[str, Card] = {}
        for card in cards.values():
            value = card.value
            text = value.rstrip() if isinstance(value, str) else ""
            other = firsts.setdefault(text, card)
            if text in _ONCE and other is not card:
                yield flag(
                    card,
                    keyword=card.keyword,
                    text=text,
                    version=describe_version(version),
                    other=other.keyword,
                )
