"""The header of what is observed at a moment: HeliogFITS 2.0 without an image to copy it of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fitslint.pipeline.norh.clock import JST_AHEAD, format_header_clock, format_ut
from fitslint.pipeline.norh.constants import ASTRONOMICAL_UNIT
from fitslint.pipeline.norh.product import PROGRAM
from fitslint.pipeline.norh.sun import Ephemeris, compute_ephemeris
from fitslint.products.user_facts import CardValue
from fitslint.rules.norh.sun import RADIUS_AT_1_AU


@dataclass(frozen=True, slots=True)
class Moment:
    """Some frames that follow each other.

    Parameters
    ----------
    start, end : datetime
        UT, of the first and behind the last frame.
    first, last : int
        their numbers.
    is_event : bool
        whether they are of event mode.
    """

    start: datetime
    end: datetime
    first: int
    last: int
    is_event: bool = False

    @property
    def middle(self) -> datetime:
        """UT."""
        return self.start + (self.end - self.start) / 2

    @property
    def sun(self) -> Ephemeris:
        """The Sun in the middle."""
        return compute_ephemeris(self.middle)


def build_moment_cards(
    moment: Moment, frequency: str, polarisation: str, kind: str
) -> dict[str, CardValue]:
    """Time, kind and ephemeris, with DATA-TYP ``kind``."""
    japan = {
        name: time + JST_AHEAD
        for name, time in (
            ("JST-STRT", moment.start), ("JSTTIME", moment.middle), ("JST-END", moment.end)
        )
    }  # fmt: skip
    sun = moment.sun
    return {
        "DATE-OBS": moment.start.date().isoformat(), "TIME-OBS": format_header_clock(moment.middle),
        "STRT-OBS": format_header_clock(moment.start), "END-OBS": format_header_clock(moment.end),
        "JSTDATE": japan["JST-STRT"].date().isoformat(),
        **{name: format_header_clock(time) for name, time in japan.items()},
        "STARTFRM": moment.first, "ENDFRM": moment.last, "POLARIZ": polarisation,
        "ATT-10DB": "00dB", "OBS-MODE": "alt" if frequency == "17GHz" else "fix",
        "OBS-FREQ": frequency, "FRM-STAT": "event" if moment.is_event else "1-sec obs",
        "DATA-TYP": kind, "OBJECT": "sun", "TELESCOP": "radioheliograph",
        "ORIGIN": "nobeyama radio obs",
        "HDRIDENT": "HeliogFITS 2.0", "PROGNAME": PROGRAM, **sun.list_cards(),
        "DATE-BEG": format_ut(moment.start), "DATE-AVG": format_ut(moment.middle),
        "DATE-END": format_ut(moment.end), "TIMESYS": "UTC", "RSUN_OBS": round(sun.radius, 2),
        "HGLN_OBS": 0.0, "HGLT_OBS": round(sun.latitude, 4),
        "DSUN_OBS": float(f"{RADIUS_AT_1_AU / sun.radius * ASTRONOMICAL_UNIT / 100:.6g}"),
    }  # fmt: skip
