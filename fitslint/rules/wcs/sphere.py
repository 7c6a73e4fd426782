"""Reference values that lie on the sphere, and from which positions can be worked out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.sky.columns import (
    OTHER_LATITUDES,
    Field,
    SkyColumns,
    find_sky_columns,
    list_world_names,
    locate_number,
    read_axis_type,
    read_numbers,
)
from fitslint.rules.wcs.celestial import PROJECTIONS, parse_celestial_type
from fitslint.rules.wcs.versions import describe_version, find_axis_cards
from fitslint.text import phrase

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


_FREE = (b"TAN", b"TPV", b"ARC", b"STG", b"ZEA", b"SIN")
"""Projections that have their reference point at the native pole, where every pole is possible."""
_TERM = compile_late(r"PV([1-9][0-9]?)_([0-9]{1,2})[A-Z]?")
_TERM_MAX = 39
_OF_REFERENCE = (1, 2)
_OF_TPV = b"TPV"


class _PolePrecheck:
    """Whether every type plainly is linear, or one that positions follow from in any case."""

    def __init__(self, layout: Layout, starts: list[int], units: list[int]) -> None:
        self._starts, self._units = starts, units
        terms = [match[2] for name in layout.index if (match := _TERM.fullmatch(name))]
        self._has_terms = bool(terms)
        self._has_high_terms = any(int(term) > _TERM_MAX for term in terms)

    def __call__(self, header: Header) -> bool:
        raw = header.raw
        for start in self._starts:
            code = raw[start + 6 : start + 9]
            if raw[start : start + 1] != b"'":
                return False
            if raw[start + 5 : start + 6] != b"-":
                continue
            if code not in _FREE or self._has_high_terms:
                return False
            if self._has_terms and code != _OF_TPV:
                return False
        # A latitude in degrees is WC115's; in another unit it may lie beyond the pole.
        return all(raw[start : start + 4] == b"'deg" for start in self._units)


def _plan_poles(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    if layout is None:
        return
    starts, units = (_list_starts(layout, root) for root in ("CTYPE", "CUNIT"))
    if starts:
        yield Subcheck(list_world_names(layout), None, _PolePrecheck(layout, starts, units))


def _list_starts(layout: Layout, root: str) -> list[int]:
    """Where the value fields of all cards of a root begin."""
    return [
        places[0] * CARD_SIZE + 10 for name, places in layout.index.items() if name.startswith(root)
    ]


@rule(
    "WC217",
    "reference-without-positions",
    clause="8.3",
    level="conv",
    catalogue_rows=("W016", "W025"),
    reads="values",
    subchecks=_plan_poles,
    requires=("WC115", "WC116", "WC117"),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="CRVAL・LONPOLE・PVi_m の組からは位置が一つも求められない",
    message={
        "pole": "{keyword} ({text}) puts the reference point of {version} where its latitude cannot"
        " be: they have no positions, and programs refuse them",
        "reference": "{keyword} ({text}) puts the reference point of {version} where the projection"
        " has none: they have no positions, and programs refuse them",
        "value": "{keyword} ({text}) cannot be the reference value of its axis in {version}: they"
        " have no positions, and programs refuse them",
        "parameter": "with {keyword} ({text}) {version} have no positions, and programs refuse"
        " them",
    },
)
def reference_without_positions(header: Header, _: object) -> Iterator[Flag]:
    """Reference value, pole and parameters of the coordinates contradict one another.

    Each of them is legal. A pole that LONPOLE puts beyond the reach of CRVAL, a reference point
    outside of the projection, a logarithmic axis from 0 on: no pixel has a position.

    ## Why it matters
    WCSLIB and what is built on it raise an error, others show positions of their own making.

    ## Example
    ```fits
    CTYPE1  = 'RA---CAR'
    CTYPE2  = 'DEC--CAR'
    CRVAL1  =                 10.0
    CRVAL2  =                 60.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =                -0.01
    CDELT2  =                 0.01
    LONPOLE =                 90.0
    ```
    Use instead:
    ```fits
    CTYPE1  = 'RA---CAR'
    CTYPE2  = 'DEC--CAR'
    CRVAL1  =                 10.0
    CRVAL2  =                 60.0
    CRPIX1  =                 50.5
    CRPIX2  =                 50.5
    CDELT1  =                -0.01
    CDELT2  =                 0.01
    LONPOLE =                  0.0
    ```
    """
    from fitslint.wcs.wcs import Wcs
    from fitslint.wcs.wcs_error import WcsError

    for version, types in find_axis_cards(header, "CTYPE").items():
        try:
            Wcs.from_header(header, version)
            continue
        except WcsError as error:
            keyword = error.keyword
        latitudes = [
            axis
            for axis, card in types.items()
            if (found := parse_celestial_type(str(card.value))) and found.is_latitude
        ]
        message, card = _name_contradiction(keyword, latitudes), header.find_card(keyword)
        is_faulty = card is not None and card.number_value is None
        if message and not is_faulty:
            shown = card or next(iter(types.values()))
            text = card.text.strip() if card is not None else phrase("absent")
            yield flag(
                shown, message=message, keyword=keyword, text=text,
                version=describe_version(version),
            )  # fmt: skip


def _name_contradiction(keyword: str, latitudes: list[int]) -> str:
    """Which message is for a keyword that ends the making of coordinates; none for most."""
    if keyword.startswith(("LONPOLE", "LATPOLE")):
        return "pole"
    if keyword.startswith("CRVAL"):
        return "value"
    term = _TERM.fullmatch(keyword)
    if term is None:
        return ""
    if int(term[1]) in latitudes or int(term[2]) > _TERM_MAX:
        return "parameter"
    return "reference" if int(term[2]) in _OF_REFERENCE else "pole"
