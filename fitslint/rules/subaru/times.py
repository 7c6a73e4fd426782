"""The times of an exposure against each other: HST, LST, UT, MJD and DATE-OBS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import floor, sin

from fitslint.dictionary.values.quantity import read_sexagesimal
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    TIME_SCALE_SPREAD,
    ClockTime,
    read_clock_time,
    read_exposure,
    read_instant,
    read_number,
    wrap_half_day,
)
from fitslint.rules.subaru.common import BASIC_CLAUSE, FAMILY
from fitslint.rules.subaru.time_keywords import (
    CLOCK_KEYWORDS,
    HAWAII_OFFSET,
    MOMENT_SUFFIXES,
    POINTING_KEYWORDS,
    POSITION_PAIRS,
    TimeLayout,
    plan_subchecks,
    read_precise_number,
)
from fitslint.text import phrase

_LOCAL_TOLERANCE = 2.0
"""Seconds by which HST and UT may be read apart."""
_MJD_ZERO = datetime(1858, 11, 17)
_MJD_RANGE = range(-678_000, 2_900_000)
"""Modified Julian dates that have a date in four digits."""
_J2000_EQUINOX = 2000.0
_DEGREES_PER_RADIAN = 57.29577951308232
_CULMINATION_RATE = 1.5e-7
"""Degrees that the zenith distance of an object changes within a second of its culmination, times
the sine of that distance: half the square of the rotation of the Earth, and the latitude."""


@rule(
    "SB208",
    "j2000-differs",
    clause=BASIC_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    subchecks=plan_subchecks,
    catalogue_rows=("D-08",),
    summary_ja="EQUINOX が 2000 なのに RA2000・DEC2000 が RA・DEC と異なる",
    message="{keyword} = {value} differs from {other} = {limit}, although EQUINOX is 2000",
)
def j2000_differs(header: Header, _plan: TimeLayout) -> Iterator[Flag]:
    """RA2000 or DEC2000 is not RA or DEC, although EQUINOX is 2000.

    ## Why it matters
    The archive searches by RA2000 and DEC2000, the telescope pointed to RA and DEC.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    EQUINOX =               2000.0 / [year] equinox
    RA      = '18:00:05.461'       / right ascension
    RA2000  = '18:00:09.461'       / right ascension, J2000
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    EQUINOX =               2000.0 / [year] equinox
    RA      = '18:00:05.461'       / right ascension
    RA2000  = '18:00:05.461'       / right ascension, J2000
    ```
    """
    if read_number(header, "EQUINOX") != _J2000_EQUINOX:
        return
    for name, other in POSITION_PAIRS:
        card = header.find_card(name)
        here, there = (read_sexagesimal(header.string(keyword) or "") for keyword in (name, other))
        if card and here and there and not here.may_equal(there):
            yield flag(
                card, keyword=name, value=card.text, other=other, limit=_read_text(header, other)
            )


@rule(
    "SB209",
    "mjd-against-date",
    clause=BASIC_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    subchecks=plan_subchecks,
    catalogue_rows=("D-09",),
    summary_ja="MJD が DATE-OBS と UT の示す時刻と異なる",
    message={
        "": "{keyword} = {value} is {moment}; DATE-OBS and {other} say {wanted}, MJD {mjd}",
        "date": "{keyword} = {value} is {moment}, but DATE-OBS = {date}",
    },
)
def mjd_against_date(header: Header, _plan: TimeLayout) -> Iterator[Flag]:
    """A modified Julian date is not the moment that DATE-OBS and UT give.

    DATE-OBS is the day on which the exposure began. The exposure time and 70 s are granted, for the
    typical moment may be the start or the middle of the exposure.

    ## Why it matters
    The archive searches by MJD and people read DATE-OBS; here they look for two exposures.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DATE-OBS= '2003-10-29'         / [UTC] day of the start
    UT      = '16:47:06.231'       / [UTC] typical time
    MJD     =       52940.69937338 / [day] typical time
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DATE-OBS= '2003-10-28'         / [UTC] day of the start
    UT      = '16:47:06.231'       / [UTC] typical time
    MJD     =       52940.69937338 / [day] typical time
    ```
    """
    observed = read_instant(header, "DATE-OBS")
    if observed is None:
        return
    day = floor(observed.mjd)
    start, length = read_clock_time(header, "UT-STR"), _find_exposure_length(header)
    for name in (f"MJD{moment}" for moment in MOMENT_SUFFIXES):
        card, mjd = header.find_card(name), read_number(header, name)
        if card is None or mjd is None:
            continue
        other = name.replace("MJD", "UT")
        ut = read_clock_time(header, other)
        if ut is None:
            if not -1 < mjd - day < 2:
                date = _read_text(header, "DATE-OBS")
                yield flag(card, message="date", keyword=name, value=card.text,
                           moment=_format_mjd(mjd), date=date)  # fmt: skip
            continue
        since = ut.seconds
        if start is not None:
            since = start.seconds + wrap_half_day(ut.seconds - start.seconds)
        off = (mjd - day) * DAY_SECONDS - since
        # Without a start nobody knows whether midnight lay within the exposure.
        if start is None and ut.seconds <= length and off > DAY_SECONDS / 2:
            since, off = since + DAY_SECONDS, off - DAY_SECONDS
        if abs(off) > TIME_SCALE_SPREAD + length:
            wanted = day + since / DAY_SECONDS
            yield flag(card, keyword=name, value=card.text, moment=_format_mjd(mjd), other=other,
                       wanted=_format_mjd(wanted), mjd=f"{wanted:.5f}")  # fmt: skip


def _find_exposure_length(header: Header) -> float:
    """Seconds from the start of an exposure to its end, the longest that the header tells."""
    start, end = read_clock_time(header, "UT-STR"), read_clock_time(header, "UT-END")
    elapsed = max(wrap_half_day(end.seconds - start.seconds), 0.0) if start and end else 0.0
    return max(elapsed, read_exposure(header))


def _format_mjd(mjd: float) -> str:
    if floor(mjd) not in _MJD_RANGE:
        return phrase("no date")
    return (_MJD_ZERO + timedelta(days=mjd)).isoformat(timespec="seconds")


def _read_text(header: Header, name: str) -> str:
    card = header.find_card(name)
    return card.text if card else ""


@rule(
    "SB210",
    "times-out-of-order",
    clause=BASIC_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    subchecks=plan_subchecks,
    catalogue_rows=("D-10",),
    summary_ja="露出の開始・代表・終了の値が順になっていない",
    message={
        "": "{keyword} = {value} is before {other} = {limit}",
        "after": "{keyword} = {value} is after {other} = {limit}",
        "between": "{keyword} = {value} does not lie between {other} = {limit} and {last} = {end}",
    },
)
def times_out_of_order(header: Header, _plan: TimeLayout) -> Iterator[Flag]:
    """The start, the typical moment and the end of an exposure are not in this order.

    This is asked of HST, LST, UT and MJD; midnight may lie within the exposure. Zenith distance,
    altitude and airmass lie between those of start and end, unless the object culminates.

    ## Why it matters
    One of the three is of another exposure, or the two ends have been exchanged.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    UT-STR  = '16:47:06.231'       / [UTC] start
    UT      = '16:46:06.231'       / [UTC] typical time
    UT-END  = '16:47:36.231'       / [UTC] end
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    UT-STR  = '16:47:06.231'       / [UTC] start
    UT      = '16:47:21.231'       / [UTC] typical time
    UT-END  = '16:47:36.231'       / [UTC] end
    ```
    """
    for keyword in (*CLOCK_KEYWORDS, "MJD"):
        yield from _flag_order(header, keyword)
    for names in POINTING_KEYWORDS:
        yield from _flag_pointing(header, names)


def _flag_order(header: Header, of: str) -> Iterator[Flag]:
    """Flags on the start, typical moment and end of one clock."""
    start, typical, end = names = [f"{of}{moment}" for moment in MOMENT_SUFFIXES]
    found = {name: time for name in names if (time := _read_time(header, name, of))}
    for earlier, later, wrong, message in (
        (start, typical, typical, ""), (typical, end, typical, "after"), (start, end, end, ""),
    ):  # fmt: skip
        one, two = found.get(earlier), found.get(later)
        if one is None or two is None:
            continue
        apart = two.seconds - one.seconds
        apart = apart if of == "MJD" else wrap_half_day(apart)
        card = header.find_card(wrong)
        if card and apart < -(one.resolution + two.resolution) / 2:
            other = earlier if wrong == later else later
            yield flag(card, message=message, keyword=wrong, value=card.text, other=other,
                       limit=_read_text(header, other))  # fmt: skip
            return


def _read_time(header: Header, name: str, of: str) -> ClockTime | None:
    """A time of day, or a modified Julian date, in seconds."""
    if of != "MJD":
        return read_clock_time(header, name)
    found = read_precise_number(header, name)
    return ClockTime(found[0] * DAY_SECONDS, found[1] * DAY_SECONDS) if found else None


def _flag_pointing(header: Header, names: tuple[str, str, str]) -> Iterator[Flag]:
    """A flag on a pointing that is not between those of start and end."""
    start, typical, end = (read_precise_number(header, name) for name in names)
    card = header.find_card(names[1])
    if start is None or typical is None or end is None or card is None:
        return
    room = (start[1] + typical[1] + end[1]) / 2
    low, high = sorted((start[0], end[0]))
    if low - room <= typical[0] <= high + room or _may_culminate(header, names[0], high - low):
        return
    first, _, last = names
    yield flag(card, message="between", keyword=names[1], value=card.text, other=first,
               limit=_read_text(header, first), last=last,
               end=_read_text(header, last))  # fmt: skip


def _may_culminate(header: Header, name: str, change: float) -> bool:
    """Whether the object may have culminated: start and end are then nearly alike."""
    length = _find_exposure_length(header)
    if not name.startswith(("ZD", "ALT")):
        return length > DAY_SECONDS / 96
    angle = read_number(header, name) or 0.0
    distance = angle if name.startswith("ZD") else 90.0 - angle
    return change <= _CULMINATION_RATE * length * length / max(
        sin(max(distance, 0.0) / _DEGREES_PER_RADIAN), 1e-3
    )


@rule(
    "SB211",
    "hst-differs-from-utc",
    clause=BASIC_CLAUSE,
    level="conv",
    reads="values",
    authority=FAMILY,
    subchecks=plan_subchecks,
    catalogue_rows=("D-11",),
    summary_ja="HST が UTC から 10 時間を引いた時刻と異なる",
    message="{keyword} = {value} is not 10 h behind {other} = {ut}; that is {wanted} ({off} s off)",
)
def hst_differs_from_utc(header: Header, _plan: TimeLayout) -> Iterator[Flag]:
    """A time in Hawaii Standard Time is not ten hours behind the same time in UTC.

    Two seconds are granted.

    ## Why it matters
    Both say the same moment; where they differ, one of them is of another exposure.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    UT      = '16:47:06.231'       / [UTC] typical time
    HST     = '07:47:06.231'       / [HST] typical time
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    UT      = '16:47:06.231'       / [UTC] typical time
    HST     = '06:47:06.231'       / [HST] typical time
    ```
    """
    for moment in MOMENT_SUFFIXES:
        name, other = f"HST{moment}", f"UT{moment}"
        hst, ut, card = (
            read_clock_time(header, name),
            read_clock_time(header, other),
            header.find_card(name),
        )
        if hst is None or ut is None or card is None:
            continue
        off = wrap_half_day(hst.seconds - ut.seconds - HAWAII_OFFSET)
        if abs(off) > _LOCAL_TOLERANCE + (hst.resolution + ut.resolution) / 2:
            wanted = _format_time_of_day(ut.seconds + HAWAII_OFFSET)
            yield flag(card, keyword=name, value=card.text, other=other,
                       ut=_read_text(header, other), wanted=wanted, off=round(off, 3))  # fmt: skip


def _format_time_of_day(seconds: float) -> str:
    """A time of day as ``HH:MM:SS.SSS``."""
    return (_MJD_ZERO + timedelta(seconds=seconds % DAY_SECONDS)).time().isoformat("milliseconds")
