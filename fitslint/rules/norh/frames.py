"""Frame numbers of NoRH headers against the schedules that they count from."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import DAY_SECONDS, read_clock_time, read_number
from fitslint.rules.norh.common import FAMILY, format_time_of_day

_EARLIEST_START, _LATEST_START = 21 * 3600.0, 26 * 3600.0
"""UT, from the evening on, between which the first schedule of a day begins."""


@rule(
    "NR108",
    "schedule-begins-elsewhen",
    clause="NoRH manual, A.2 and A.6",
    level="style",
    reads="values",
    authority=FAMILY,
    needs=("STARTFRM", "STRT-OBS", "FRM-STAT"),
    needs_one_of=(("STARTFRM",), ("STRT-OBS",), ("FRM-STAT",)),
    summary_ja="フレーム番号から求めた観測開始が朝でない",
    message="by {keyword} = {value} the schedule began at {start} UT; those of whole days begin"
    " between 21:00 and 02:00",
)
def schedule_begins_elsewhen(header: Header) -> Iterator[Flag]:
    """By frame number and time the schedule began at another time of day than schedules do.

    Frames of a second count from the start of the schedule. One that is begun anew after a fault
    may start at noon, which is why this is information.

    ## Why it matters
    The frame number or the time belongs to another image; raw data are looked up by it.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    STRT-OBS= '03:20:21.254'
    STARTFRM=                  499
    FRM-STAT= '1-sec obs'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    STRT-OBS= '03:20:21.254'
    STARTFRM=                16499
    FRM-STAT= '1-sec obs'
    ```
    """
    frame, start = read_number(header, "STARTFRM"), read_clock_time(header, "STRT-OBS")
    steady = (header.string("FRM-STAT") or "").strip().lower() == "1-sec obs"
    if frame is None or start is None or not steady:
        return
    if not 1 <= frame < DAY_SECONDS:
        return
    began = (start.seconds - (frame - 1)) % DAY_SECONDS
    if began < _EARLIEST_START and began + DAY_SECONDS > _LATEST_START:
        card, wanted = header.find_card("STARTFRM"), format_time_of_day(began)
        if card is not None:
            yield flag(card, keyword="STARTFRM", value=card.text, start=wanted)
