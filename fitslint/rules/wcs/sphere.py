"""Reference values that lie on the sphere."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.form import CARD
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.celestial import PROJECTIONS, celestial
from fitslint.rules.wcs.versions import axes

_POLE = 90.0
_FIELD = 20
"""Columns of a number in fixed format."""


def _surely_latitudes(header: Header) -> bool:
    """Whether every latitude, seen at its columns, is between the poles."""
    raw = header.raw
    for kind, value in header.layout.kept("CTYPEia and CRVALia", _list_pairs):
        if raw[kind : kind + 3] == b"DEC" or raw[kind + 2 : kind + 4] in (b"AT", b"LT"):
            try:
                if not abs(float(raw[value : value + _FIELD])) <= _POLE:
                    return False
            except ValueError:
                return False
    return True


def _list_pairs(layout: Layout) -> list[tuple[int, int]]:
    """Where the text of every CTYPEia begins, and the value of its CRVALia."""
    index = layout.index
    return [
        (places[0] * CARD + 11, index[f"CRVAL{name[5:]}"][0] * CARD + 10)
        for name, places in index.items()
        if name[:5] == "CTYPE" and f"CRVAL{name[5:]}" in index
    ]


@rule(
    "WC115",
    "latitude-beyond-pole",
    clause="8.3",
    level="must",
    checks=("W015",),
    reads="values",
    needs=("CTYPEia", "CRVALia", "CUNITia"),
    least=2,
    when=(("CRVAL1", "CRVAL2", "CRVAL3"),),
    quick=_surely_latitudes,
    ja="天球の緯度の CRVAL が ±90 度を超えている",
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
    values = axes(header, "CRVAL")
    for version, types in axes(header, "CTYPE").items():
        for axis, kind in types.items():
            card = values.get(version, {}).get(axis)
            value = card.number_value if card is not None else None
            if card is None or value is None or abs(value) <= _POLE:
                continue
            found = celestial(str(kind.value))
            unit = (header.string(f"CUNIT{axis}{version}") or "deg").strip()
            if found and found.latitude and found.projection in PROJECTIONS and unit == "deg":
                yield flag(card, keyword=card.keyword, text=card.text.strip())
