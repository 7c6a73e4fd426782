"""Reference values that lie on the sphere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    OTHER_LATITUDES,
    Field,
    SkyColumns,
    find_sky_columns,
    locate_number,
    read_axis_type,
    read_numbers,
)
from fitslint.rules.wcs.celestial import PROJECTIONS, parse_celestial_type
from fitslint.rules.wcs.versions import find_axis_cards

_POLE_LATITUDE = 90.0
_LONGITUDE_MAX = 720.0
"""Degrees: -10 or 370 is a longitude, and what is beyond two turns a number of another kind."""
_COUNTED = "CRLN"
"""Longitudes of Carrington go on counting: synoptic maps give 360 times their rotation."""


def _precheck_sphere(header: Header) -> bool:
    """Whether every longitude and latitude, seen at its columns, is on the sphere."""
    raw = header.raw
    columns, first, others = header.layout.compute_once("CTYPEia and CRVALia", _find_pairs)
    if columns is not None and columns.is_sky(raw):
        pair = columns.read_reference(raw)
        if pair is None or not (abs(pair[0]) <= _LONGITUDE_MAX and abs(pair[1]) <= _POLE_LATITUDE):
            return False
    else:
        others = first + others
    for kind, field in others:
        most = _find_limit(raw[kind - 3 : kind + 17])
        if most is None:
            return False
        numbers = read_numbers(raw, (field,)) if most else ()
        if numbers is None or not all(abs(number) <= most for number in numbers):
            return False
    return True


@lru_cache(maxsize=256)
def _find_limit(field: bytes) -> float | None:
    """The largest size of a coordinate by columns 9-28 of its type, 0 of any; None if not plain."""
    kind = read_axis_type(field)
    if kind is None:
        return None
    if kind[:3] == b"DEC" or kind[2:] in OTHER_LATITUDES:
        return _POLE_LATITUDE
    return _LONGITUDE_MAX if kind[:3] == b"RA-" or kind[2:] in (b"ON", b"LN") else 0.0


_Pairs = list[tuple[int, Field]]


def _find_pairs(layout: Layout) -> tuple[SkyColumns | None, _Pairs, _Pairs]:
    """The text of CTYPEia and the number of CRVALia: of the first two axes, and of all others."""
    first: _Pairs = []
    others: _Pairs = []
    for name, places in layout.index.items():
        field = locate_number(layout, f"CRVAL{name[5:]}") if name[:5] == "CTYPE" else None
        if field is not None:
            found = first if name in ("CTYPE1", "CTYPE2") else others
            found.append((places[0] * CARD_SIZE + 11, field))
    return find_sky_columns(layout), first, others


@rule(
    "WC115",
    "latitude-beyond-pole",
    clause="8.3",
    level="must",
    catalogue_rows=("W015",),
    reads="values",
    needs=("CTYPEia", "CRVALia", "CUNITia"),
    min_present=2,
    needs_one_of=(("CRVAL1", "CRVAL2", "CRVAL3"),),
    precheck=_precheck_sphere,
    summary_ja="天球の緯度の CRVAL が ±90 度を、または経度が二回転を超えている",
    message={
        "": "{keyword} = {text} deg is no latitude: it lies beyond the pole",
        "longitude": "{keyword} = {text} deg is no longitude: it is more than two turns",
    },
)
def latitude_beyond_pole(header: Header) -> Iterator[Flag]:
    """The reference value of a celestial latitude is not between -90 and 90 degrees.

    A longitude of more than two turns is told, too.

    ## Why it matters
    WCSLIB refuses the coordinates, AST and DS9 answer with a position on the other side.

    ## Example
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                 10.0
    CRVAL2  =                100.0
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---TAN'
    CTYPE2  = 'DEC--TAN'
    CRVAL1  =                 10.0
    CRVAL2  =                 80.0
    ```
    """
    values = find_axis_cards(header, "CRVAL")
    for version, types in find_axis_cards(header, "CTYPE").items():
        for axis, kind in types.items():
            card = values.get(version, {}).get(axis)
            value = card.number_value if card is not None else None
            if card is None or value is None or abs(value) <= _POLE_LATITUDE:
                continue
            found = parse_celestial_type(str(kind.value))
            unit = (header.string(f"CUNIT{axis}{version}") or "deg").strip()
            if not found or found.projection not in PROJECTIONS or unit != "deg":
                continue
            is_far = abs(value) > _LONGITUDE_MAX and not str(kind.value).startswith(_COUNTED)
            if found.is_latitude or is_far:
                is_latitude = found.is_latitude
                yield flag(
                    card, message="" if is_latitude else "longitude",
                    level=None if is_latitude else "conv",
                    keyword=card.keyword, text=card.text.strip(),
                )  # fmt: skip
