"""Times of NoRH headers against each other."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    ClockTime,
    read_clock_time,
    read_number,
    wrap_half_day,
)
from fitslint.rules.norh.common import (
    FAMILY,
    JST_OFFSET,
    TIME_CLAUSE,
    format_mjd_day,
    format_time_of_day,
    read_mjd_day,
)

_PAIRS = (("JST-STRT", "STRT-OBS"), ("JST-END", "END-OBS"), ("JSTTIME", "TIME-OBS"))
_TRIPLES = (("TIME-OBS", "STRT-OBS", "END-OBS"), ("JSTTIME", "JST-STRT", "JST-END"))
_FRAMES_MAX = 600
"""Frames of 1 s in one raw file of steady mode, 10 minutes."""
_INTEGRATIONS = {"1-sec obs": (1.0,), "event": (0.1,)}
_INTEGRATIONS_EARLY = {"1-sec obs": (1.0,), "event": (0.05, 0.1)}
_UPGRADE_DAY = 50022
"""Modified Julian date of 1995-11-01: the upgrade was in October."""


@rule(
    "NR101",
    "jst-differs-from-ut",
    clause=TIME_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-T1",),
    needs=tuple(name for pair in _PAIRS for name in pair),
    summary_ja="日本標準時が世界時に 9 時間を足した時刻と異なる",
    message="{keyword} = {jst} is not 9 h after {other} = {ut}; that is {wanted}",
)
def jst_differs(header: Header) -> Iterator[Flag]:
    """A time in JST is not nine hours after the same time in UT.

    ## Why it matters
    Both say the same moment; where they differ, one of them places the image at a wrong time.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    STRT-OBS= '03:20:21.254'
    JST-STRT= '11:20:21.254'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    STRT-OBS= '03:20:21.254'
    JST-STRT= '12:20:21.254'
    ```
    """
    for name, other in _PAIRS:
        jst, ut = read_clock_time(header, name), read_clock_time(header, other)
        if jst is None or ut is None:
            continue
        apart = abs(wrap_half_day(jst.seconds - ut.seconds - JST_OFFSET))
        card = header.find_card(name) if apart > jst.resolution + ut.resolution else None
        if card is not None:
            wanted = format_time_of_day(ut.seconds + JST_OFFSET)
            yield flag(
                card, keyword=name, jst=card.value, other=other, ut=header.value(other),
                wanted=wanted,
            )  # fmt: skip


@rule(
    "NR102",
    "time-not-central",
    clause=TIME_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-T2",),
    needs=tuple(name for triple in _TRIPLES for name in triple),
    summary_ja="中央時刻が開始と終了の中央にない",
    message="{keyword} = {value} is not halfway from {start} to {end}; that is {wanted}",
)
def time_not_central(header: Header) -> Iterator[Flag]:
    """The central time is not halfway between start and end.

    Midnight may lie between them.

    ## Why it matters
    TIME-OBS and JSTTIME are the time of the image; images of other telescopes are matched by it.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    TIME-OBS= '03:20:21.254'
    STRT-OBS= '03:20:21.254'
    END-OBS = '03:20:26.254'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    TIME-OBS= '03:20:23.754'
    STRT-OBS= '03:20:21.254'
    END-OBS = '03:20:26.254'
    ```
    """
    for name, first, last in _TRIPLES:
        centre, start, end = (read_clock_time(header, keyword) for keyword in (name, first, last))
        if centre is None or start is None or end is None:
            continue
        wanted = start.seconds + (end.seconds - start.seconds) % DAY_SECONDS / 2
        room = centre.resolution + (start.resolution + end.resolution) / 2
        is_off = abs(wrap_half_day(centre.seconds - wanted)) > room
        card = header.find_card(name) if is_off else None
        if card is not None:
            yield flag(
                card,
                keyword=name,
                value=card.value,
                start=first,
                end=last,
                wanted=format_time_of_day(wanted),
            )


@rule(
    "NR104",
    "jst-date-differs",
    clause=TIME_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-T4",),
    needs=("JSTDATE", "DATE-OBS", "STRT-OBS", "JST-STRT"),
    needs_one_of=(("JSTDATE",), ("DATE-OBS",)),
    summary_ja="JSTDATE が DATE-OBS と開始時刻から決まる日付と異なる",
    message={
        "": "JSTDATE = {value}, but {start} UT of DATE-OBS is on {wanted} in Japan",
        "any": "JSTDATE = {value} is neither the day of DATE-OBS, {wanted}, nor the one after it",
    },
)
def jst_date_differs(header: Header) -> Iterator[Flag]:
    """JSTDATE is not the date in Japan when the observation began.

    From 15 h UT on it is the day after DATE-OBS.

    ## Why it matters
    A day at Nobeyama begins before 0 h UT, so the two dates differ every morning; a program that
    copies one to the other misplaces two hours of each day.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-08'
    STRT-OBS= '23:20:21.254'
    JSTDATE = '1998-05-08'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    DATE-OBS= '1998-05-08'
    STRT-OBS= '23:20:21.254'
    JSTDATE = '1998-05-09'
    ```
    """
    ut, jst = read_mjd_day(header, "DATE-OBS"), read_mjd_day(header, "JSTDATE")
    card = header.find_card("JSTDATE")
    if ut is None or jst is None or card is None:
        return
    start, local = read_clock_time(header, "STRT-OBS"), read_clock_time(header, "JST-STRT")
    if start is None and local is not None:
        start = ClockTime((local.seconds - JST_OFFSET) % DAY_SECONDS, local.resolution)
    if start is None:
        if jst not in (ut, ut + 1):
            yield flag(card, message="any", value=card.value, wanted=format_mjd_day(ut))
        return
    wanted = ut + (start.seconds + JST_OFFSET >= DAY_SECONDS)
    if jst != wanted:
        yield flag(
            card,
            value=card.value,
            start=format_time_of_day(start.seconds),
            wanted=format_mjd_day(wanted),
        )


@rule(
    "NR105",
    "frames-against-duration",
    clause=TIME_CLAUSE,
    level="style",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-T5",),
    needs=("STARTFRM", "ENDFRM", "STRT-OBS", "END-OBS", "FRM-STAT", "DATE-OBS"),
    needs_one_of=(("STARTFRM",), ("ENDFRM",), ("STRT-OBS",), ("END-OBS",), ("FRM-STAT",)),
    summary_ja="フレームの数と積分時間が観測の長さに合わない",
    message="{frames} frames of {integration} s take {wanted} s, but from STRT-OBS to END-OBS it is"
    " {duration} s",
)
def frames_against_duration(header: Header) -> Iterator[Flag]:
    """The number of frames times their integration is not the time from start to end.

    Frames take 1 s in steady mode and 0.1 s in event mode (0.05 s before the second frequency came
    in October 1995).

    ## Why it matters
    Frames are missing, or the numbers belong to other data.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    STRT-OBS= '03:20:21.254'
    END-OBS = '03:20:26.254'
    STARTFRM=                16499
    ENDFRM  =                16508
    FRM-STAT= '1-sec obs'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    STRT-OBS= '03:20:21.254'
    END-OBS = '03:20:26.254'
    STARTFRM=                16499
    ENDFRM  =                16503
    FRM-STAT= '1-sec obs'
    ```
    """
    frames, card = _count_frames(header), header.find_card("ENDFRM")
    start, end = read_clock_time(header, "STRT-OBS"), read_clock_time(header, "END-OBS")
    observed = read_mjd_day(header, "DATE-OBS")
    early = observed is None or observed < _UPGRADE_DAY
    table = _INTEGRATIONS_EARLY if early else _INTEGRATIONS
    steps = table.get((header.string("FRM-STAT") or "").strip().lower(), ())
    if frames is None or frames < 1 or start is None or end is None or card is None or not steps:
        return
    duration = (end.seconds - start.seconds) % DAY_SECONDS
    room = start.resolution + end.resolution
    if all(abs(duration - frames * step) > room + step / 2 for step in steps):
        yield flag(
            card, frames=frames, integration=steps[-1], wanted=round(frames * steps[-1], 3),
            duration=round(duration, 3),
        )  # fmt: skip


def _count_frames(header: Header) -> int | None:
    first, last = read_number(header, "STARTFRM"), read_number(header, "ENDFRM")
    return None if first is None or last is None else int(last - first) + 1


@rule(
    "NR106",
    "impossible-jst-date",
    clause=TIME_CLAUSE,
    level="project",
    reads="values",
    authority=FAMILY,
    catalogue_rows=("N-T6",),
    needs=("JSTDATE",),
    summary_ja="JSTDATE が暦にない日付である",
    message="JSTDATE = {value} is no day of the calendar",
)
def impossible_jst_date(header: Header) -> Iterator[Flag]:
    """JSTDATE has the form of a date and is none.

    ## Why it matters
    No program can use it, and the date of the observation in Japan is lost.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    JSTDATE = '1998-02-30'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    JSTDATE = '1998-02-28'
    ```
    """
    if read_mjd_day(header, "JSTDATE") is not None:
        return
    card = header.find_card("JSTDATE")
    text = header.string("JSTDATE") or ""
    shape = "".join("0" if char.isdecimal() else char for char in text.strip())
    if card and shape == "0000-00-00":
        yield flag(card, value=text)


@rule(
    "NR107",
    "more-frames-than-a-raw-file",
    clause="NoRH manual, A.3",
    level="style",
    reads="values",
    authority=FAMILY,
    hdus=("primary",),
    catalogue_rows=("N-T7",),
    needs=("STARTFRM", "ENDFRM", "FRM-STAT", "NAXIS"),
    needs_one_of=(("STARTFRM",), ("ENDFRM",), ("FRM-STAT",)),
    summary_ja="画像が生データ 1 ファイルの 600 フレームより多くのフレームにわたる",
    message="the image is made of {frames} frames; a raw file of steady mode has 600 at most",
)
def more_frames_than_a_raw_file(header: Header) -> Iterator[Flag]:
    """An image covers more frames than a raw file of steady mode holds.

    Time series, which cover a day, are not meant.

    ## Why it matters
    Raw data of steady mode come in files of ten minutes, 600 frames of 1 s; an image of more frames
    is made of several files, or a frame number is wrong.

    ## Example
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    STARTFRM=                16499
    ENDFRM  =                17500
    FRM-STAT= '1-sec obs'
    ```
    Use instead:
    ```fits
    NAXIS   =                    2
    NAXIS1  =                    4
    NAXIS2  =                    4
    TELESCOP= 'radioheliograph'
    STARTFRM=                16499
    ENDFRM  =                16500
    FRM-STAT= '1-sec obs'
    ```
    """
    frames, card = _count_frames(header), header.find_card("ENDFRM")
    steady = (header.string("FRM-STAT") or "").strip().lower() == "1-sec obs"
    image = (read_number(header, "NAXIS") or 0) >= 2
    if card and frames is not None and frames > _FRAMES_MAX and steady and image:
        yield flag(card, frames=frames)
