"""A time axis: from the offset behind the matrix to a Modified Julian date.

FITS 4.0, section 9 (Rots et al. 2015, Paper IV).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fitslint.model.records import dataclass
from fitslint.syntax.dates import compute_day_number, parse_date
from fitslint.text import phrase
from fitslint.wcs.keywords import (
    HeaderValues,
    KeywordError,
    read_real,
    read_string,
    show_value,
)
from fitslint.wcs.maths import Maths, T
from fitslint.wcs.time_scales import (
    DAY_SECONDS,
    TIME_SCALES,
    MjdTime,
    ScaleConversion,
    TimeScale,
    TimeScaleError,
    convert_time_scale,
    parse_time_scale,
)

_JD_OF_MJD = 2400000.5
TIME_UNITS: Mapping[str, float] = {
    "s": 1.0, "min": 60.0, "h": 3600.0, "d": DAY_SECONDS,
    "a": 365.25 * DAY_SECONDS, "yr": 365.25 * DAY_SECONDS,
    "cy": 36525 * DAY_SECONDS, "ta": 365.24219 * DAY_SECONDS, "Ba": 365.2421988 * DAY_SECONDS,
}  # fmt: skip
"""Seconds of the units of time (FITS 4.0, table 34)."""
_PREFIXES: Mapping[str, float] = {
    "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "k": 1e3, "M": 1e6, "G": 1e9,
}  # fmt: skip
_PREFIXED = ("s", "a", "yr")
POSITIONS = (
    "TOPOCENTER", "GEOCENTER", "BARYCENTER", "RELOCATABLE", "CUSTOM", "HELIOCENTER", "GALACTIC",
    "EMBARYCENTER", "MERCURY", "VENUS", "MARS", "JUPITER", "SATURN", "URANUS", "NEPTUNE",
)  # fmt: skip
"""Values of TREFPOS, of which eight characters count (FITS 4.0, table 31)."""
_CHARACTERS = 8
_DATE_MAX = 68
_CTYPE = re.compile(r"([A-Z][A-Z0-9]{0,7}(?:\([^()]{0,40}\))?)(?:-+(LOG|TAB))?")


def is_time(ctype: str) -> bool:
    """Whether a type is TIME or a time scale, linear, logarithmic or looked up in a table."""
    told = _CTYPE.fullmatch(ctype.rstrip(" "))
    return told is not None and (told[1] == "TIME" or told[1].partition("(")[0] in TIME_SCALES)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """A time axis.

    Attributes
    ----------
    scale : TimeScale
        of CTYPEi, or of TIMESYS where that is TIME.
    reference : MjdTime
        in that scale: MJDREF, JDREF or DATEREF, with TIMEOFFS added.
    value : float
        CRVALi in CUNITi.
    unit : str
        CUNITi, or TIMEUNIT.
    factor : float
        seconds of the unit.
    logarithmic : bool
    position, direction : str
        TREFPOS and TREFDIR as recorded, blank where they are not.
    notes : tuple of (str, str)
        a keyword and what was taken for granted of it.
    """

    scale: TimeScale
    reference: MjdTime
    value: float
    unit: str
    factor: float
    logarithmic: bool = False
    position: str = ""
    direction: str = ""
    notes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_values(cls, values: HeaderValues, axis: int, version: str = "") -> TimeAxis:
        """The time axis that a header tells.

        Raises
        ------
        KeywordError
            where its type, unit or reference cannot be read.
        """
        name = f"CTYPE{axis}{version}"
        notes: list[tuple[str, str]] = []
        scale, algorithm = _read_scale(values, name, notes)
        unit, factor = _read_unit(values, f"CUNIT{axis}{version}")
        value = read_real(values, f"CRVAL{axis}{version}") or 0.0
        if algorithm == "TAB":
            raise KeywordError(name, "is looked up in a table and not told by the header")
        if algorithm == "LOG" and not value > 0:
            raise KeywordError(f"CRVAL{axis}{version}", "is not above 0 on a logarithmic axis")
        reference = read_time_reference(values, notes)
        position = read_string(values, "TREFPOS") or ""
        if position and position[:_CHARACTERS] not in {one[:_CHARACTERS] for one in POSITIONS}:
            reason = phrase("= {value} is no position of the standard", value=show_value(position))
            notes.append(("TREFPOS", reason))
        direction = read_string(values, "TREFDIR") or ""
        return cls(
            scale, reference, value, unit, factor, algorithm == "LOG", position, direction,
            tuple(notes),
        )  # fmt: skip

    def to_world(self, maths: Maths[T], offset: T) -> T:
        """Time since the reference in the unit of the axis, of an offset from CRVALi."""
        if self.logarithmic:
            return maths.exp(offset / self.value) * self.value
        return offset + self.value

    def to_offset(self, maths: Maths[T], world: T) -> T:
        """Offset from CRVALi of a time since the reference; NaN where there is none."""
        if self.logarithmic:
            return maths.log(world / self.value) * self.value
        return world - self.value

    def to_mjd(self, maths: Maths[T], offset: T) -> T:
        """Modified Julian date in :attr:`scale` of an offset from CRVALi; days of 86400 s.

        A float of today's dates has 0.6 microseconds; :meth:`to_mjd_time` has more.
        """
        seconds = self.to_world(maths, offset) * self.factor + self.reference.seconds
        return seconds / DAY_SECONDS + float(self.reference.day)

    def from_mjd(self, maths: Maths[T], mjd: T) -> T:
        """Offset from CRVALi of a Modified Julian date in :attr:`scale`."""
        seconds = (mjd - float(self.reference.day)) * DAY_SECONDS - self.reference.seconds
        return self.to_offset(maths, seconds / self.factor)

    def to_mjd_time(self, world: float) -> MjdTime:
        """The moment in :attr:`scale` of a time since the reference in the unit of the axis.

        Raises
        ------
        TimeScaleError
            where it is beyond what is a date.
        """
        return self.reference.shift(world * self.factor)

    def convert(self, world: float, target: str) -> ScaleConversion:
        """The moment in another scale of a time since the reference, and its error.

        Raises
        ------
        TimeScaleError
            see :func:`convert_time_scale`.
        """
        return convert_time_scale(self.to_mjd_time(world), self.scale.name, target)


def _read_scale(
    values: HeaderValues, name: str, notes: list[tuple[str, str]]
) -> tuple[TimeScale, str]:
    """The scale and the algorithm of an axis; CTYPEi goes before TIMESYS."""
    ctype = read_string(values, name) or ""
    told = _CTYPE.fullmatch(ctype)
    if told is None or not is_time(ctype):
        raise KeywordError(name, f"= {show_value(ctype)} is no time axis")
    system = _read_timesys(values)
    scale = parse_time_scale(told[1])
    if scale is None or scale.name == "TIME":
        return system, told[2] or ""
    if values.get("TIMESYS") is not None and TIME_SCALES[scale.name] != TIME_SCALES[system.name]:
        reason = phrase(
            "= {system} is another scale than {name} = {scale}, which is used",
            system=system.name, name=name, scale=scale.name,
        )  # fmt: skip
        notes.append(("TIMESYS", reason))
    return scale, told[2] or ""


def _read_timesys(values: HeaderValues) -> TimeScale:
    text = read_string(values, "TIMESYS")
    if not text:
        return TimeScale("UTC")
    scale = parse_time_scale(text)
    if scale is None or not scale.is_known:
        raise KeywordError("TIMESYS", f"= {show_value(text)} is no time scale of the standard")
    return scale


def _read_unit(values: HeaderValues, keyword: str) -> tuple[str, float]:
    """The unit of an axis and its seconds: CUNITi, TIMEUNIT or s."""
    for name in (keyword, "TIMEUNIT"):
        unit = (read_string(values, name) or "").strip(" ")
        if unit:
            return unit, find_time_factor(unit, name)
    return "s", 1.0


def find_time_factor(unit: str, keyword: str) -> float:
    """How many seconds a unit of time is; a :class:`KeywordError` where it is none."""
    if unit in TIME_UNITS:
        return TIME_UNITS[unit]
    if unit[1:] in _PREFIXED and unit[0] in _PREFIXES:
        return _PREFIXES[unit[0]] * TIME_UNITS[unit[1:]]
    raise KeywordError(keyword, f"= {show_value(unit)} is no unit of time")


def read_time_reference(values: HeaderValues, notes: list[tuple[str, str]]) -> MjdTime:
    """The moment that times are counted from (FITS 4.0, section 9.2.2).

    MJDREF goes before JDREF before DATEREF, a pair of integer and fraction before one number; MJD
    0 where there is none. TIMEOFFS, in TIMEUNIT, is added.

    Raises
    ------
    KeywordError
        where one of them cannot be read.
    """
    found = _read_pair(values, "MJDREF", 0.0, notes)
    found = found or _read_pair(values, "JDREF", _JD_OF_MJD, notes) or _read_dateref(values)
    if found is None:
        notes.append(("MJDREF", phrase("is absent: times are counted from MJD 0")))
        found = MjdTime(0, 0.0)
    offset = read_real(values, "TIMEOFFS")
    if not offset:
        return found
    unit = (read_string(values, "TIMEUNIT") or "s").strip(" ")
    seconds = found.seconds + offset * find_time_factor(unit or "s", "TIMEUNIT")
    return _make_instant(float(found.day), seconds, "TIMEOFFS")


def _read_pair(
    values: HeaderValues, name: str, zero: float, notes: list[tuple[str, str]]
) -> MjdTime | None:
    """One of MJDREF and JDREF: its pair, or its one number."""
    whole, part = read_real(values, f"{name}I"), read_real(values, f"{name}F")
    single = read_real(values, name)
    if whole is None and part is None:
        return None if single is None else _make_instant(single - zero, 0.0, name)
    if part is not None and not 0 <= part < 1:
        notes.append((f"{name}F", phrase("= {part!r} is not from 0 to 1", part=part)))
    for given, half, other in ((whole, "I", "F"), (part, "F", "I")):
        if given is None:
            reason = phrase("is absent beside {keyword} and taken as 0", keyword=f"{name}{other}")
            notes.append((f"{name}{half}", reason))
    made = _make_instant((whole or 0.0) - zero, (part or 0.0) * DAY_SECONDS, f"{name}I")
    if single is not None and abs(single - zero - made.mjd) * DAY_SECONDS > 1:
        template = "tells another moment than {name}I and {name}F, which are used"
        notes.append((name, phrase(template, name=name)))
    return made


def _make_instant(days: float, seconds: float, keyword: str) -> MjdTime:
    try:
        return MjdTime.from_parts(days, seconds)
    except TimeScaleError as error:
        raise KeywordError(keyword, f"is beyond what is a date: {error}") from error


def _read_dateref(values: HeaderValues) -> MjdTime | None:
    text = read_string(values, "DATEREF")
    if text is None:
        return None
    date = parse_date(text) if len(text) <= _DATE_MAX else None
    if date is None:
        raise KeywordError("DATEREF", f"= {show_value(text)} is no date of the standard")
    return MjdTime(compute_day_number(date.year, date.month, date.day), date.seconds)
