"""What an image should say of its values and of axes of length 1."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, rule
from fitslint.rules.hdu_kinds import IMAGE_KINDS


@rule(
    "IM109",
    "bunit-absent",
    clause="4.4.2.5, 4.3",
    level="style",
    catalogue_rows=("I009",),
    hdus=IMAGE_KINDS,
    once="rule",
    needs=("CTYPEn",),
    summary_ja="天球座標をもつ画像に BUNIT がない",
    message="the image has a coordinate system but no BUNIT that gives the unit of its values",
)
def bunit_absent(header: Header) -> Iterator[Flag]:
    """An image with a coordinate system does not say the unit of its values.

    ## Why it matters
    Without BUNIT nobody can tell counts from a flux density. The keyword is optional, so this is
    advice.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    BUNIT   = 'Jy/beam '
    ```
    """
    lengths = [axis for axis in header.structure.axes if axis]
    if len(lengths) >= 2 and len(lengths) == header.structure.naxis and "BUNIT" not in header:
        yield flag_missing("BUNIT")


@rule(
    "IM110",
    "degenerate-axis",
    clause="8.2",
    level="style",
    catalogue_rows=("I010",),
    hdus=IMAGE_KINDS,
    reads="values",
    needs=("CTYPEn",),
    summary_ja="長さ 1 の軸に座標の記述がない",
    message="NAXIS{axis} = 1 has no CTYPE{axis}, CRVAL{axis} or CRPIX{axis} that says what it is",
)
def degenerate_axis(header: Header) -> Iterator[Flag]:
    """An axis of length 1 has no coordinate keywords although others have.

    ## Why it matters
    A degenerate axis is a way to give one more coordinate of the image (frequency, Stokes
    parameter); without keywords it says nothing.

    ## Example
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    1
    CTYPE1  = 'WAVE    '
    BUNIT   = 'Jy      '
    ```
    Use instead:
    ```fits
    SIMPLE  =                    T
    BITPIX  =                  -32
    NAXIS   =                    1
    NAXIS1  =                    4
    CTYPE1  = 'WAVE    '
    BUNIT   = 'Jy      '
    ```
    """
    for axis, length in enumerate(header.structure.axes, 1):
        described = any(f"{root}{axis}" in header for root in ("CTYPE", "CRVAL", "CRPIX"))
        if length == 1 and not described:
            yield flag(header.find_cards(f"NAXIS{axis}")[0], axis=axis)
