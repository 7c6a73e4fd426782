"""Local times beside universal ones: the zone between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    wrap_half_day,
)
from fitslint.rules.sky.instruments import SITE_KEYWORDS, find_site
from fitslint.rules.sky.numbers import round_digits

_HOUR = 3600.0
_JAPAN = 9 * _HOUR
_QUARTER = 900.0
"""Seconds of which all zones are multiples."""
_STRICT = 3.0
_LOOSE = 180.0
"""Seconds between keywords that may be of two moments beside the exposure."""
_ROOM_MAX = 300.0
_SOLAR_MAX = 3.6 * _HOUR
"""By which a zone is away from the time by the Sun at the most: 3.1 h in the west of China."""
_DEGREE = 240.0
_ANTARCTIC = -60.0
"""Stations farther south have the time of the country that supplies them."""
_DIGITS = 6
"""Of hours, that a second is seen."""
_DATE_OBS = "DATE-OBS"


class ZonePair(NamedTuple):
    """A local time, the universal one of the same moment, and whether the former is in Japan."""

    local: str
    universal: tuple[str, ...]
    is_japan: bool
    is_strict: bool = False


_PAIRS = (
    ZonePair("JST-STR", ("UT-STR",), True, True),
    ZonePair("JST-END", ("UT-END",), True, True),
    ZonePair("JST", ("UT", "UTC", _DATE_OBS), True),
    ZonePair("JST-OBS", ("UT-OBS", "UTC-OBS", _DATE_OBS), True),
    ZonePair("TIME-JST", ("TIME-UT", "TIME-OBS", "UT", _DATE_OBS), True),
    ZonePair("DATE-JST", (_DATE_OBS,), True),
    ZonePair("DATE_JST", (_DATE_OBS,), True),
    ZonePair("LT", ("UT", "UTC", _DATE_OBS), False),
    ZonePair("LT-OBS", ("UT-OBS", "UTC-OBS", _DATE_OBS), False),
    ZonePair("LOCTIME", ("UT", "UTC", _DATE_OBS), False),
    ZonePair("LOCALTIM", ("UT", "UTC", _DATE_OBS), False),
    ZonePair("DATE-LOC", (_DATE_OBS,), False),
)
_SCALE = "TIMESYS"
_LOCAL_SCALES = ("LOCAL", "JST")
"""In which DATE-OBS is no universal time."""
_LOCAL = tuple(pair.local for pair in _PAIRS)


def _plan_zones(_authority: object, layout: Layout | None) -> Iterator[Subcheck]:
    index = layout.index if layout is not None else {}
    for pair in _PAIRS:
        known = tuple(name for name in pair.universal if name in index)
        if pair.local in index and known:
            needs = (pair.local, *known, _SCALE, *SITE_KEYWORDS, *EXPOSURE_KEYWORDS)
            yield Subcheck(needs, pair, None, cacheable=False)


@rule(
    "WT205",
    "local-time-disagrees",
    clause="9.2.1",
    level="conv",
    catalogue_rows=("Q012",),
    reads="values",
    subchecks=_plan_zones,
    needs_one_of=(_LOCAL,),
    hdus=("primary", "image", "compressed-image"),
    summary_ja="地方時 (JST など) と世界時の差が、その時間帯のものでない",
    message={
        "": "{keyword} = {text} is {hours} h from {other} = {moment}: Japan standard time is 9 h"
        " ahead of UTC",
        "zone": "{keyword} = {text} is {hours} h from {other} = {moment}, and no zone at"
        " {longitude} deg east ({source}) is: by the Sun it is {solar} h there",
        "quarter": "{keyword} = {text} is {hours} h from {other} = {moment}: zones differ by"
        " quarters of an hour",
    },
)
def local_time_disagrees(header: Header, pair: ZonePair) -> Iterator[Flag]:
    """A local time and the universal one beside it are not as far apart as their zones.

    JST is nine hours ahead. Other local times are whole quarters of an hour off, and where the
    header tells the place, 3.6 hours from the time by the Sun there at the most; one that is equal
    is that of a computer in UTC, and stations in Antarctica have that of home. DATE-OBS is left out
    where TIMESYS is LOCAL. Where the names do not say that both are of one moment, three minutes
    and the exposure are granted.

    ## Why it matters
    One of the two is in another zone than its name says, and the date is wrong by a day for half of
    the night. Positions of moving objects, light curves and sidereal time go by it.

    ## Example
    ```fits
    @text
    DATE-OBS= '2021-03-04T21:10:11.5'
    DATE-JST= '2021-03-04T21:10:11.5'
    ```
    Use instead:
    ```fits
    @text
    DATE-OBS= '2021-03-04T12:10:11.5'
    DATE-JST= '2021-03-04T21:10:11.5'
    ```
    """
    card = header.find_card(pair.local)
    local = _read_moment(header, pair.local)
    is_local = (header.string(_SCALE) or "").strip().upper() in _LOCAL_SCALES
    for other in pair.universal:
        if other == _DATE_OBS and is_local:
            continue
        universal = _read_moment(header, other)
        shown = header.find_card(other)
        if card is None or local is None or universal is None or shown is None:
            continue
        is_dated = local.is_dated and universal.is_dated
        apart = local.seconds - universal.seconds
        apart = apart if is_dated else wrap_half_day(apart)
        room = _STRICT if pair.is_strict else _LOOSE + min(read_exposure(header), DAY_SECONDS)
        named: dict[str, Any] = {
            "keyword": pair.local, "text": card.text.strip("' "), "other": other,
            "moment": shown.text.strip("' "), "hours": round_digits(apart / _HOUR, _DIGITS),
        }  # fmt: skip
        if pair.is_japan:
            gap = apart - _JAPAN
            if abs(gap if is_dated else wrap_half_day(gap)) > room:
                yield flag(card, **named)
        elif abs(apart) > room:
            yield from _judge_zone(header, pair.local, apart, room, named)
        return


def _judge_zone(
    header: Header, keyword: str, apart: float, room: float, named: dict[str, Any]
) -> Iterator[Flag]:
    """A difference that is that of no zone, or of none at the place."""
    card, site = header.find_card(keyword), find_site(header)
    if card is None:
        return
    rest = (apart + _QUARTER / 2) % _QUARTER - _QUARTER / 2
    if abs(rest) > room and room < _ROOM_MAX:
        yield flag(card, message="quarter", level="style", **named)
    elif site is not None and site.is_signed and site.latitude > _ANTARCTIC:
        solar = wrap_half_day(site.longitude * _DEGREE)
        if abs(wrap_half_day(apart - solar)) > _SOLAR_MAX + room:
            yield flag(
                card, message="zone", level="style", longitude=round_digits(site.longitude, 6),
                source=site.source, solar=round_digits(solar / _HOUR), **named,
            )  # fmt: skip


class _Moment(NamedTuple):
    """Seconds of a day, or since the day 0 of the modified Julian date where it has a date."""

    seconds: float
    is_dated: bool


def _read_moment(header: Header, name: str) -> _Moment | None:
    clock = read_clock_time(header, name)
    if clock is not None:
        return _Moment(clock.seconds, False)
    found = read_instant(header, name)
    if found is None or not found.has_time or not 0 < found.mjd < 1e5:
        return None
    return _Moment(found.mjd * DAY_SECONDS, True)
