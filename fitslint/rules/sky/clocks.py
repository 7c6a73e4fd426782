"""Sidereal time against the date and the longitude of the telescope."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.records import NamedTuple
from fitslint.model.rule import Flag, Subcheck
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    EXPOSURE_KEYWORDS,
    read_clock_time,
    read_exposure,
    read_instant,
    read_number,
    read_time_of_day,
    wrap_half_day,
)
from fitslint.rules.sky.instruments import SITE_KEYWORDS, find_site
from fitslint.rules.sky.numbers import round_digits

_STRICT = 3.0
"""Seconds: 2, and 0.9 that UT1 may be from UTC."""
_LOOSE = 180.0
"""Seconds between keywords that may be of two moments beside the exposure."""
_HOUR = 3600.0


class ClockPair(NamedTuple):
    """A sidereal time and the time of day that is of the same moment."""

    sidereal: str
    universal: str
    is_strict: bool


_CLOCKS = (
    ClockPair("LST-STR", "UT-STR", True),
    ClockPair("LST-END", "UT-END", True),
    ClockPair("LST", "UT", False),
    ClockPair("ST", "UT", False),
    ClockPair("LST-OBS", "UTC-OBS", False),
    ClockPair("OBSLST", "UTC-OBS", False),
    ClockPair("LST", "DATE-OBS", False),
    ClockPair("OBSLST", "DATE-OBS", False),
    ClockPair("ST", "DATE-OBS", False),
)


def _plan_clocks(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    index = layout.index if layout is not None else {}
    if "DATE-OBS" not in index or not any(name in index for name in SITE_KEYWORDS):
        return
    told: set[str] = set()
    for pair in _CLOCKS:
        if pair.sidereal in index and pair.universal in index and pair.sidereal not in told:
            told.add(pair.sidereal)
            needs = (*pair[:2], "DATE-OBS", *SITE_KEYWORDS, *EXPOSURE_KEYWORDS)
            yield Subcheck(needs, pair, _ClockPrecheck(pair, layout), cacheable=False)


class _ClockPrecheck:
    """Whether the sidereal time surely follows from the time and OBSGEO-L."""

    def __init__(self, pair: ClockPair, layout: Layout | None) -> None:
        self._pair = pair
        index = layout.index if layout is not None else {}
        self._is_placed = "OBSGEO-L" in index and "OBSGEO-B" in index

    def __call__(self, header: Header) -> bool:
        if not self._is_placed:
            return False
        sidereal = read_time_of_day(header, self._pair.sidereal)
        second = read_time_of_day(header, self._pair.universal)
        longitude, latitude = read_number(header, "OBSGEO-L"), read_number(header, "OBSGEO-B")
        day = read_instant(header, "DATE-OBS")
        if sidereal is None or second is None or longitude is None or latitude is None:
            return False
        if day is None or not 0 < day.mjd < 1e5 or abs(latitude) > 90 or abs(longitude) > 360:
            return False
        from fitslint.wcs.site import compute_sidereal_time

        moment = math.floor(day.mjd) + second / DAY_SECONDS
        gap = sidereal - compute_sidereal_time(moment, longitude) * 240.0
        return abs(wrap_half_day(gap)) < _STRICT


@rule(
    "WT201",
    "sidereal-time-disagrees",
    clause="9.2.1",
    level="conv",
    catalogue_rows=("Q012",),
    reads="values",
    subchecks=_plan_clocks,
    needs_one_of=(("DATE-OBS",), SITE_KEYWORDS),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="恒星時が、日時と観測地の経度から求めた値と合わない",
    message={
        "": "{keyword} = {text} is {gap} s from the sidereal time {expected} of {other} = {moment}"
        " at {longitude} deg east ({source})",
        "greenwich": "{keyword} = {text} is the sidereal time of Greenwich at {other} = {moment};"
        " at {longitude} deg east ({source}) it is {expected}",
        "west": "{keyword} = {text} is of {other} = {moment} at {longitude} deg west; the telescope"
        " is as far east ({source}), where it is {expected}",
        "zone": "{keyword} = {text} is {gap} s, {hours} h, from the sidereal time {expected} of"
        " {other} = {moment} at {longitude} deg east ({source}): one of the two is local time",
    },
)
def sidereal_time_disagrees(header: Header, pair: ClockPair) -> Iterator[Flag]:
    """The local sidereal time does not follow from the date and the longitude of the telescope.

    Two seconds are granted beside the 0.9 s that UT1 may be from UTC where the names say that the
    two times are of one moment, else three minutes and the exposure. Where nothing tells whether a
    longitude counts east or west, both are tried.

    ## Why it matters
    Hour angle, altitude and parallactic angle follow from it: with a wrong one they belong to
    another part of the sky.

    ## Example
    ```fits
    @text
    DATE-OBS= '2007-04-23'
    UT-STR  = '08:02:27.204'
    LST-STR = '12:44:29.655'
    OBSGEO-L=            -155.4761
    OBSGEO-B=              19.8255
    OBSGEO-H=               4163.0
    ```
    Use instead:
    ```fits
    @text
    DATE-OBS= '2007-04-23'
    UT-STR  = '08:02:27.204'
    LST-STR = '11:44:29.655'
    OBSGEO-L=            -155.4761
    OBSGEO-B=              19.8255
    OBSGEO-H=               4163.0
    ```
    """
    from fitslint.wcs.site import compute_sidereal_time

    card = header.find_card(pair.sidereal)
    stated, site = read_clock_time(header, pair.sidereal), find_site(header)
    moments = _list_moments(header, pair)
    if card is None or stated is None or site is None or not moments:
        return
    room = _STRICT if pair.is_strict else _LOOSE + min(read_exposure(header), DAY_SECONDS)
    longitudes = [site.longitude] if site.is_signed else [site.longitude, -site.longitude]

    def measure(moment: float, longitude: float) -> float:
        seconds = compute_sidereal_time(moment, longitude) * 240.0
        return wrap_half_day(stated.seconds - seconds)

    gaps = [measure(moment, longitude) for moment in moments for longitude in longitudes]
    gap = min(gaps, key=abs)
    if not abs(gap) > room + stated.resolution:
        return
    moment, other = moments[0], header.find_card(pair.universal)
    message = _name_gap(
        gap, (measure(moment, 0.0), measure(moment, -site.longitude)), room, pair.is_strict
    )
    expected = compute_sidereal_time(moment, site.longitude) * 240.0
    yield flag(
        card, message=message, level=None if pair.is_strict else "style",
        keyword=pair.sidereal, text=card.text.strip(),
        gap=round_digits(gap), hours=round(gap / _HOUR), expected=format_clock(expected),
        other=pair.universal, moment=other.text.strip() if other else "",
        longitude=round_digits(site.longitude, 6), source=site.source,
    )  # fmt: skip


def _name_gap(gap: float, others: tuple[float, float], room: float, is_strict: bool) -> str:
    greenwich, west = others
    if abs(greenwich) <= room:
        return "greenwich"
    if abs(west) <= room:
        return "west"
    rest = (gap + _HOUR / 2) % _HOUR - _HOUR / 2
    # a zone moves the moment by whole hours, and sidereal time by ten seconds more for each
    return "zone" if is_strict and abs(rest) < 130 and abs(gap) > _HOUR / 2 else ""


def _list_moments(header: Header, pair: ClockPair) -> list[float]:
    """The modified Julian dates that the two keywords may mean: midnight may lie between them."""
    day = read_instant(header, "DATE-OBS")
    if day is None or not 0 < day.mjd < 1e5:
        return []
    seconds = read_time_of_day(header, pair.universal)
    if seconds is None:
        found = read_instant(header, pair.universal)
        return [found.mjd] if found is not None and found.has_time else []
    start = math.floor(day.mjd) + seconds / DAY_SECONDS
    return (
        [start, start + 1, start - 1]
        if not pair.is_strict or pair.universal == "UT-END"
        else [start]
    )


def format_clock(seconds: float) -> str:
    """Seconds of a day as HH:MM:SS."""
    whole = seconds % DAY_SECONDS
    return f"{int(whole // 3600):02d}:{int(whole % 3600 // 60):02d}:{int(whole % 60):02d}"
