"""DATAMIN and DATAMAX against what the array can hold (FITS 4.0 section 4.4.2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.hdu_kinds import IMAGE_KINDS
from fitslint.rules.scaling.blank import find_integer_range

_UNSIGNED_OFFSETS = {16: 2**15, 32: 2**31, 64: 2**63}
"""BITPIX → the BZERO with which the array holds unsigned integers (Table 11)."""
_FACTOR_MAX = 1e300
_ROUNDING = 1e-6
"""Relative error of limits that were computed in single precision."""


@rule(
    "IM111",
    "limits-beyond-bitpix",
    clause="4.4.2.5",
    level="should",
    catalogue_rows=("R024",),
    hdus=IMAGE_KINDS,
    reads="values",
    needs=("DATAMIN", "DATAMAX", "BZERO", "BSCALE"),
    requires=("IM104", "IM105"),
    summary_ja="DATAMIN または DATAMAX が BITPIX、BSCALE、BZERO で表せる範囲にない",
    message={
        "": "{keyword} = {value} cannot be in the array: with BITPIX = {bitpix}, BSCALE = {scale}"
        " and BZERO = {zero} it holds {low} to {high}",
        "unsigned": "{keyword} = {value} cannot be in the array, which holds {low} to {high}; BZERO"
        " = {offset} seems to be missing, and without it bright pixels read as negative ones",
    },
)
def limits_beyond_bitpix(header: Header) -> Iterator[Flag]:
    """DATAMIN or DATAMAX is a value that no element of the array can have.

    ## Why it matters
    Either the limits belong to other data or the scaling is wrong. A DATAMAX of 65535 over 16-bit
    integers is a sign that they are unsigned, and that BZERO = 32768 was not written.

    ## Example
    ```fits
    BITPIX  =                   16
    NAXIS   =                    1
    NAXIS1  =                  100
    BZERO   =                    0
    BSCALE  =                    1
    DATAMIN =                    0
    DATAMAX =                65535
    ```
    Use instead:
    ```fits
    BITPIX  =                   16
    NAXIS   =                    1
    NAXIS1  =                  100
    BZERO   =                32768
    BSCALE  =                    1
    DATAMIN =                    0
    DATAMAX =                65535
    ```
    """
    bitpix = header.structure.bitpix
    # BITPIX of a header without data is a filler, and the limits are those of other data.
    if bitpix not in (8, 16, 32, 64) or header.structure.data_bytes == 0:
        return
    if "DATAMIN" not in header and "DATAMAX" not in header:
        return
    scale, zero = _read_factor(header, "BSCALE", 1), _read_factor(header, "BZERO", 0)
    if not scale or zero is None:
        return
    low, high = sorted(zero + scale * end for end in find_integer_range(bitpix))
    slack = 0 if isinstance(low, int) else abs(scale) + _ROUNDING * max(abs(low), abs(high))
    for keyword in ("DATAMIN", "DATAMAX"):
        card = header.find_card(keyword)
        value = card.value if card is not None else None
        if card is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if low - slack <= value <= high + slack:
            continue
        offset = _UNSIGNED_OFFSETS.get(bitpix)
        unsigned = (scale, zero) == (1, 0) and offset and high < value <= high + offset
        yield flag(
            card,
            message="unsigned" if unsigned else "",
            keyword=keyword,
            value=card.text,
            bitpix=bitpix,
            scale=scale,
            zero=zero,
            low=low,
            high=high,
            offset=offset,
        )


def _read_factor(header: Header, keyword: str, default: int) -> int | float | None:
    """BSCALE or BZERO, an integer where it is written as one or is whole; None if unusable."""
    card = header.find_card(keyword)
    if card is None:
        return default
    value = card.value
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not abs(value) < _FACTOR_MAX
    ):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value
