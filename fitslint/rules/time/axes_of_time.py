"""Axes and columns of time: their scale and their unit (FITS 4.0 sections 9.2.1 and 9.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.dictionary import load_standard
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.spectral.types import list_stems
from fitslint.rules.wcs.versions import find_axis_cards
from fitslint.text import phrase
from fitslint.units.spelling import name_quantity

_SAME = {"IAT": "TAI", "TDT": "TT", "ET": "TT", "UT": "UTC", "GMT": "UTC"}
"""Other names of scales, as Table 30 has them."""
_SCALES = frozenset(map(str, load_standard().entry("TIMESYS").enum)) - {"LOCAL"}
_FIRST = frozenset(name[:2].encode() for name in (*_SCALES, "TIME"))


def _read_scale(text: object) -> str | None:
    """The scale that a type or TIMESYS names, without its realisation; None for others."""
    name = text.split("(")[0].rstrip(" ") if isinstance(text, str) else ""
    return _SAME.get(name, name) if name in _SCALES else None


def _surely_timeless(header: Header) -> bool:
    """Whether no axis is one of time, by the first two letters of its type."""
    return _FIRST.isdisjoint(stem[:2] for stem in list_stems(header))


@rule(
    "WT114",
    "scale-of-time-axis",
    clause="9.2.1",
    level="style",
    catalogue_rows=("Q008",),
    reads="values",
    needs=("TIMESYS", "CTYPEia"),
    min_present=2,
    needs_one_of=(("TIMESYS",),),
    precheck=_surely_timeless,
    summary_ja="時刻の軸の時刻系が TIMESYS と異なる",
    message="{keyword} = {text} is another scale than TIMESYS = {scale}: the axis counts in the one"
    " and the other times of the HDU, its reference epoch too, in the other",
)
def scale_of_time_axis(header: Header) -> Iterator[Flag]:
    """An axis of time names another scale than TIMESYS.

    ## Why it matters
    It is allowed, and for columns it is common. On an axis it leaves a doubt in which of the two
    the reference epoch holds, from which the axis counts: TT and UTC lie 69 s apart.

    ## Example
    ```fits
    TIMESYS = 'TT      '
    CTYPE1  = 'UTC     '
    CUNIT1  = 's       '
    ```
    Use instead:
    ```fits
    TIMESYS = 'TT      '
    CTYPE1  = 'TT      '
    CUNIT1  = 's       '
    ```
    """
    scale = _read_scale(header.string("TIMESYS"))
    if scale is None:
        return
    types = [card for cards in find_axis_cards(header, "CTYPE").values() for card in cards.values()]
    for card in types:
        own = _read_scale(card.value)
        if own is not None and own != scale:
            text = (header.string("TIMESYS") or "").rstrip(" ")
            yield flag(card, keyword=card.keyword, text=card.text, scale=f"'{text}'")


@rule(
    "WT115",
    "unit-of-time-axis",
    clause="9.3",
    level="must",
    catalogue_rows=("Q014", "U011", "U012"),
    reads="values",
    needs=("CTYPEia", "CUNITia", "TCTYPn", "TCUNIn", "TUNITn"),
    min_present=2,
    precheck=_surely_timeless,
    summary_ja="時刻の軸の単位が時間の単位でない",
    message="{keyword} = {unit} is a unit of {measured}, and {other} = {text} is an axis of time",
)
def unit_of_time_axis(header: Header) -> Iterator[Flag]:
    """The unit of an axis or column of time is no unit of time.

    ## Why it matters
    Readers refuse the coordinates, or take the numbers for seconds. The minute is min: m is the
    metre.

    ## Example
    ```fits
    CTYPE1  = 'TIME    '
    CUNIT1  = 'm       '
    ```
    Use instead:
    ```fits
    CTYPE1  = 'TIME    '
    CUNIT1  = 'min     '
    ```
    """
    for kind, unit in _pair_units(header):
        measured = name_quantity(unit.value.strip(" ")) if isinstance(unit.value, str) else None
        if measured is not None and measured != "time" and _is_time(kind):
            yield flag(
                unit,
                keyword=unit.keyword,
                unit=unit.text,
                measured=phrase(measured),
                other=kind.keyword,
                text=kind.text,
            )


def _pair_units(header: Header) -> Iterator[tuple[Card, Card]]:
    """Types with the units of their axes."""
    units = find_axis_cards(header, "CUNIT")
    for version, types in find_axis_cards(header, "CTYPE").items():
        for axis, card in types.items():
            if axis in units.get(version, {}):
                yield card, units[version][axis]
    for number, card in header.map_indices("TCTYP").items():
        unit = header.find_card(f"TCUNI{number}") or header.find_card(f"TUNIT{number}")
        if unit is not None:
            yield card, unit


def _is_time(card: Card) -> bool:
    name = card.value.rstrip(" ") if isinstance(card.value, str) else ""
    return name in ("TIME", "TIME-TAB", "TIME-LOG") or _read_scale(name) is not None
