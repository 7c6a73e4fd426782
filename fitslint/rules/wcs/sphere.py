"""Reference values that lie on the sphere."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.celestial import PROJECTIONS, parse_celestial_type
from fitslint.rules.wcs.versions import find_axis_cards

_POLE_LATITUDE = 90.0
_NUMBER_WIDTH = 20
"""Columns of a number in fixed format."""


def _precheck_latitudes(header: Header) -> bool:
    """Whether every latitude, seen at its columns, is between the poles."""
    raw = header.raw
    for kind, value in header.layout.compute_once("CTYPEia and CRVALia", _list_pairs):
        if raw[kind : kind + 3] == b"DEC" or raw[kind + 2 : kind + 4] in (b"AT", b"LT"):
            try:
                if not abs(float(raw[value : value + _NUMBER_WIDTH])) <= _POLE_LATITUDE:
                    return False
            except ValueError:
                return False
    return True


def _list_pairs(layout: Layout) -> list[tuple[int, int]]:
    """Where the text of every CTYPEia begins, and the value of its CRVALia."""
    index = layout.index
    return [
        (places[0] * CARD_SIZE + 11, index[f"CRVAL{name[5:]}"][0] * CARD_SIZE + 10)
        for name, places in index.items()
        if name[:5] == "CTYPE" and f"CRVAL{name[5:]}" in index
    ]


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
    precheck=_precheck_latitudes,
    summary_ja="天球の緯度の CRVAL が ±90 度を超えている",
    message="{keyword} = {text} deg is no latitude: it lies beyond the pole",
)
def latitude_beyond_pole(header: Header) -> Iterator[Flag]:
    """The reference value of a celestial latitude is not between -90 and 90 degrees.

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
            if found and found.is_latitude and found.projection in PROJECTIONS and unit == "deg":
                yield flag(card, keyword=card.keyword, text=card.text.strip())
