"""Time scales, and what a moment of one is in another without an ephemeris.

FITS 4.0, table 30 (Rots et al. 2015, Paper IV). Offsets: IERS Bulletin C for UTC; IAU 2000
resolution B1.9 for TCG, IAU 2006 resolution B3 for TCB; Kaplan (2005), USNO Circular 179, equation
2.6 for TDB.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cache

from fitslint.model.errors import FitslintError
from fitslint.model.records import dataclass
from fitslint.syntax.dates import compute_day_number
from fitslint.syntax.leap_seconds import LEAP_YEARS, LEAPS_KNOWN_UNTIL

DAY_SECONDS = 86400.0
"""Seconds of a day without a leap second."""
DAYS_MAX = 10**9
"""MJD beyond which a moment is not believed."""
_FIRST = (41317, 10)
"""1972-01-01, and TAI - UTC in s from then on; before it seconds of UTC had other lengths."""
_EPOCH = 43144.0003725
"""MJD in TT at which TT, TCG and TCB agree, but for 65.5 microseconds of TDB."""
_TCG_RATE, _TCB_RATE, _TDB_SHIFT = 6.969290134e-10, 1.550519768e-8, -6.55e-5
_TDB_TERMS = (
    (0.001657, 628.3076, 6.2401), (0.000022, 575.3385, 4.2970), (0.000014, 1256.6152, 6.1969),
    (0.000005, 606.9777, 4.0212), (0.000005, 52.9691, 0.4444), (0.000002, 21.3299, 5.5431),
)  # fmt: skip
_J2000, _CENTURY = 51544.5, 36525.0
UT1_ERROR = 0.9
"""|UT1 - UTC| in s stays below this."""
TDB_ERROR = 1e-5
"""Error in s of TDB - TT at the geocentre, from 1600 to 2200."""
_REALISATION = re.compile(r"([A-Z][A-Z0-9]{0,7})(?:\(([^()]{0,40})\))?")


class TimeScaleError(FitslintError):
    """A moment cannot be told in another scale; the sentence says why."""


@dataclass(frozen=True, slots=True)
class MjdTime:
    """A moment of some time scale.

    Attributes
    ----------
    day : int
        Modified Julian day number.
    seconds : float
        of that day; 86400 and more in a leap second of UTC only.
    """

    day: int
    seconds: float

    @classmethod
    def from_parts(cls, days: float, seconds: float = 0.0) -> MjdTime:
        """The moment some days, whole or not, and seconds after MJD 0.

        Raises
        ------
        TimeScaleError
            where they are not finite or beyond :data:`DAYS_MAX`.
        """
        total = days + seconds / DAY_SECONDS
        if not abs(total) < DAYS_MAX:
            raise TimeScaleError(f"MJD {total!r} is beyond what is a date")
        whole = math.floor(days)
        rest = (days - whole) * DAY_SECONDS + seconds
        more = math.floor(rest / DAY_SECONDS)
        left = rest - more * DAY_SECONDS
        # A negative of less than half a step of 86400 s is rounded up to a whole day.
        return cls(whole + more + 1, 0.0) if left >= DAY_SECONDS else cls(whole + more, left)

    @property
    def mjd(self) -> float:
        """Modified Julian date; a leap second has that of the second behind it."""
        return self.day + self.seconds / DAY_SECONDS

    def shift(self, seconds: float) -> MjdTime:
        """The moment some seconds later in the same scale, whose days all have 86400 s."""
        return MjdTime.from_parts(float(self.day), self.seconds + seconds)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A scale as TIMESYS or CTYPEi name it: TT, or TT(TAI) with its realisation."""

    name: str
    realisation: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the standard has it."""
        return self.name in TIME_SCALES


TIME_SCALES: Mapping[str, str] = {
    "TAI": "TAI", "IAT": "TAI", "TT": "TT", "TDT": "TT", "ET": "TT", "UTC": "UTC", "GMT": "UTC",
    "UT": "UT1", "UT1": "UT1", "GPS": "GPS", "TDB": "TDB", "TCG": "TCG", "TCB": "TCB",
    "LOCAL": "LOCAL",
}  # fmt: skip
"""The scales of the standard, and the one that each is computed as (ET and TDT are TT)."""


def parse_time_scale(text: str) -> TimeScale | None:
    """The scale that a value names, with its realisation in parentheses; None where it is none."""
    told = _REALISATION.fullmatch(text.strip(" "))
    return TimeScale(told[1], told[2] or "") if told else None


@dataclass(frozen=True, slots=True)
class ScaleConversion:
    """A moment in another scale.

    Attributes
    ----------
    instant : MjdTime
    error : float
        what it may be wrong by, in s; 0 where the scales are defined by each other.
    """

    instant: MjdTime
    error: float


def convert_time_scale(instant: MjdTime, source: str, target: str) -> ScaleConversion:
    """A moment of one scale in another.

    UT1 is taken for UTC, TDB is that of the geocentre.

    Raises
    ------
    TimeScaleError
        for LOCAL, a scale that the standard has not, and UTC before 1972.
    """
    one, other = _require_scale(source), _require_scale(target)
    if one == other:
        return ScaleConversion(instant, 0.0)
    error = _scale_error(one, instant) + _scale_error(other, instant)
    if {one, other} == {"UT1", "UTC"}:
        return ScaleConversion(instant, UT1_ERROR)
    if {one, other} == {"TDB", "TCB"}:
        error = 0.0
    return ScaleConversion(_FROM_TAI[other](_TO_TAI[one](instant)), error)


def _require_scale(name: str) -> str:
    found = TIME_SCALES.get(name)
    if found is None:
        raise TimeScaleError(f"{name[:20]!r} is no time scale of the standard")
    if found == "LOCAL":
        raise TimeScaleError("LOCAL time is tied to no other scale")
    return found


def _scale_error(name: str, instant: MjdTime) -> float:
    future = 1.0 if instant.day >= compute_day_number(LEAPS_KNOWN_UNTIL + 1, 1, 1) else 0.0
    errors = {"UT1": UT1_ERROR + future, "UTC": future, "TDB": TDB_ERROR, "TCB": TDB_ERROR}
    return errors.get(name, 0.0)


@cache
def list_utc_offsets() -> tuple[tuple[int, int], ...]:
    """MJD of the days from which on TAI - UTC has a new value, and that value in s."""
    days = sorted(
        compute_day_number(year, int(end[:2]), int(end[3:])) + 1
        for end, years in LEAP_YEARS.items()
        for year in years
    )
    return (_FIRST, *((day, _FIRST[1] + at) for at, day in enumerate(days, 1)))


def _utc_to_tai(instant: MjdTime) -> MjdTime:
    for day, offset in reversed(list_utc_offsets()):
        if instant.day >= day:
            return instant.shift(offset)
    raise TimeScaleError(
        "UTC before 1972 is not told in other scales: its seconds had no one length"
    )


def _tai_to_utc(instant: MjdTime) -> MjdTime:
    for day, offset in reversed(list_utc_offsets()):
        if (instant.day, instant.seconds) >= (day, float(offset)):
            return instant.shift(-offset)
        if day > _FIRST[0] and (instant.day, instant.seconds) >= (day, offset - 1.0):
            return MjdTime(day - 1, DAY_SECONDS + instant.seconds - (offset - 1))
    raise TimeScaleError(
        "UTC before 1972 is not told in other scales: its seconds had no one length"
    )


def _compute_tdb_excess(instant: MjdTime) -> float:
    """TDB - TT in s."""
    centuries = (instant.mjd - _J2000) / _CENTURY
    total = sum(size * math.sin(rate * centuries + phase) for size, rate, phase in _TDB_TERMS)
    return total + 0.000010 * centuries * math.sin(628.3076 * centuries + 4.2490)


def _count_seconds(instant: MjdTime) -> float:
    return (instant.day - _EPOCH) * DAY_SECONDS + instant.seconds


def _tt_to_tai(instant: MjdTime) -> MjdTime:
    return instant.shift(-32.184)


def _tai_to_tt(instant: MjdTime) -> MjdTime:
    return instant.shift(32.184)


def _tdb_to_tai(instant: MjdTime) -> MjdTime:
    return _tt_to_tai(instant.shift(-_compute_tdb_excess(instant)))


def _tai_to_tdb(instant: MjdTime) -> MjdTime:
    terrestrial = _tai_to_tt(instant)
    return terrestrial.shift(_compute_tdb_excess(terrestrial))


def _tcg_to_tai(instant: MjdTime) -> MjdTime:
    return _tt_to_tai(instant.shift(-_TCG_RATE * _count_seconds(instant)))


def _tai_to_tcg(instant: MjdTime) -> MjdTime:
    terrestrial = _tai_to_tt(instant)
    rate = _TCG_RATE / (1 - _TCG_RATE)
    return terrestrial.shift(rate * _count_seconds(terrestrial))


def _tcb_to_tai(instant: MjdTime) -> MjdTime:
    return _tdb_to_tai(instant.shift(-_TCB_RATE * _count_seconds(instant) + _TDB_SHIFT))


def _tai_to_tcb(instant: MjdTime) -> MjdTime:
    barycentric = _tai_to_tdb(instant)
    along = _count_seconds(barycentric) - _TDB_SHIFT
    return barycentric.shift(along * (_TCB_RATE / (1 - _TCB_RATE)) - _TDB_SHIFT)


Step = Callable[[MjdTime], MjdTime]
_TO_TAI: Mapping[str, Step] = {
    "TAI": lambda instant: instant, "TT": _tt_to_tai, "UTC": _utc_to_tai, "UT1": _utc_to_tai,
    "GPS": lambda instant: instant.shift(19.0), "TDB": _tdb_to_tai, "TCG": _tcg_to_tai,
    "TCB": _tcb_to_tai,
}  # fmt: skip
_FROM_TAI: Mapping[str, Step] = {
    "TAI": lambda instant: instant, "TT": _tai_to_tt, "UTC": _tai_to_utc, "UT1": _tai_to_utc,
    "GPS": lambda instant: instant.shift(-19.0), "TDB": _tai_to_tdb, "TCG": _tai_to_tcg,
    "TCB": _tai_to_tcb,
}  # fmt: skip
