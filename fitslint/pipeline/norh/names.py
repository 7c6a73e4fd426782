"""Names of the files of the Radioheliograph, and where the archive has them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from fitslint.pipeline.norh.clock import expand_year
from fitslint.pipeline.norh.errors import NorhError

_DAY = "(?P<day>[0-9]{6})"
_FORMS = tuple(
    (kind, re.compile(form))
    for kind, form in (
        ("raw", rf"ss(?P<band>17|34){_DAY}(?P<number>[0-9]{{3}})"),
        ("event", rf"se(?P<band>17|34){_DAY}(?P<clock>[0-9]{{6}})"),
        ("ephemeris", rf"sz00{_DAY}001"),
        (
            "image",
            rf"i(?P<field>[fp])(?P<letter>[asrlz]){_DAY}_(?P<clock>[0-9]{{6}})"
            r"(?:\.(?P<milli>[0-9]{3}))?",
        ),
        (
            "series",
            rf"t(?P<series>[sc])(?P<letter>[az]){_DAY}"
            r"(?:(?P<schedule>[a-z])|_(?P<clock>[0-9]{6}))?",
        ),
        ("evx", r"ev(?P<letter>[az])(?P<month>[0-9]{4})"),
        ("info", r"info(?P<month>[0-9]{4})(?P<mode>[se])"),
        ("lob", r"lob(?P<month>[0-9]{4})"),
        ("rep", r"rep(?P<month>[0-9]{4})"),
        ("track", r"track_table(?P<year>[0-9]{2})\.dat"),
        ("rlphdif", r"s(?:[0-9]{6}|un0628|un0706_2)rlphdif"),
    )
)
_POLARISATIONS = {"a": "R+L", "s": "R-L", "r": "RCP", "l": "LCP", "z": "R+L"}
_SUFFIX = re.compile(r"(\.(fits?|fts|gz))+$", re.IGNORECASE)
_NUMBER_MAX = 48
"""Files of ten minutes in a day, by the manual."""
_FIRST_DAY = date(1992, 1, 1)
_LAST_DAY = date(2020, 12, 31)


@dataclass(frozen=True, slots=True)
class ArchiveName:
    """What the name of a file tells; None is what such names do not tell.

    Parameters
    ----------
    text : str
        without folder and suffix.
    kind : str
        raw, event, ephemeris, image, series, evx, info, lob, rep, track or rlphdif.
    frequency : str, optional
        ``17GHz`` or ``34GHz``.
    polarisation : str, optional
        R+L, R-L, RCP or LCP; the last two stand in one table of the manual only.
    field : str, optional
        full or partial.
    is_event : bool
        whether it is of event mode.
    series : str, optional
        tsx or tcx.
    day : date, optional
        that of the name, in UT for images and in Japan for everything else; the first of a month
        or year.
    clock : time, optional
        in the same zone.
    number : int, optional
        of a raw file, from 1.
    schedule : str
        letter of the schedule where a day has several.
    """

    text: str
    kind: str
    frequency: str | None = None
    polarisation: str | None = None
    field: str | None = None
    is_event: bool = False
    series: str | None = None
    day: date | None = None
    clock: time | None = None
    number: int | None = None
    schedule: str = ""

    @property
    def zone(self) -> str:
        """Of day and clock."""
        return "UT" if self.kind == "image" else "JST"

    def list_places(self) -> list[str]:
        """The folders below norh/ in which the archive may have it, the best first."""
        table = _load_places()
        key = (self.series or "") if self.kind == "series" else self.kind
        found = [table["updated"][key]] if key in table["updated"] else []
        pattern = table["places"][key]
        if self.day is not None:
            pattern = pattern.replace("{YYYY}", f"{self.day:%Y}").replace("{MM}", f"{self.day:%m}")
        start, _, rest = pattern.partition("{")
        choices, _, end = rest.partition("}")
        return [*found, *(f"{start}{choice}{end}" for choice in choices.split(","))]


@cache
def _load_places() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("archive.toml").read_text("utf-8"))


def parse_archive_name(name: str) -> ArchiveName:
    """What the name of a file tells; folders and FITS suffixes do not count.

    Raises
    ------
    NorhError
        when it is no name of the archive, or its date is none.

    Examples
    --------
    >>> found = parse_archive_name("ipz981123_020533.824")
    >>> found.frequency, found.field, found.is_event, found.day, found.clock
    ('34GHz', 'partial', True, datetime.date(1998, 11, 23), datetime.time(2, 5, 33, 824000))
    """
    text = _SUFFIX.sub("", re.split(r"[/\\]", name)[-1])
    for kind, form in _FORMS:
        if match := form.fullmatch(text):
            return _build_name(text, kind, match.groupdict())
    raise NorhError(f"{text[:60]!r} is no name of a file of the Radioheliograph")


def _build_name(text: str, kind: str, parts: dict[str, str | None]) -> ArchiveName:
    letter, band = parts.get("letter"), parts.get("band")
    if letter is not None:
        band = "34" if letter == "z" else "17"
    series = parts.get("series")
    number = parts.get("number")
    if number is not None and not 1 <= int(number) <= _NUMBER_MAX:
        raise NorhError(f"{text}: raw files of a day are numbered 001 to 048")
    clock, milli = parts.get("clock"), parts.get("milli")
    return ArchiveName(
        text,
        kind,
        frequency=f"{band}GHz" if band else None,
        polarisation=_POLARISATIONS[letter] if letter and kind != "evx" else None,
        field={"f": "full", "p": "partial"}.get(parts.get("field") or ""),
        is_event=bool(kind == "event" or milli or (series and clock) or parts.get("mode") == "e"),
        series=f"t{series}x" if series else None,
        day=_parse_day(text, parts.get("day") or parts.get("month") or parts.get("year")),
        clock=_parse_clock(text, clock, milli) if clock else None,
        number=int(number) if number else None,
        schedule=parts.get("schedule") or "",
    )


def _parse_day(text: str, digits: str | None) -> date | None:
    """The day, or the first of a month or year."""
    if digits is None:
        return None
    digits += "01" * ((6 - len(digits)) // 2)
    try:
        found = date(expand_year(int(digits[:2])), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise NorhError(f"{text}: there is no day {digits}") from None
    if not _FIRST_DAY <= found <= _LAST_DAY:
        raise NorhError(f"{text}: observations were made from June 1992 to 2020, not in {found}")
    return found


def _parse_clock(text: str, digits: str, milli: str | None) -> time:
    try:
        return time(int(digits[:2]), int(digits[2:4]), int(digits[4:]), int(milli or 0) * 1000)
    except ValueError:
        raise NorhError(f"{text}: there is no time of day {digits}") from None


def list_day_names(first: date, last: date) -> list[str]:
    """Names of the lists, series and ephemeris files of a span of days in Japan.

    Series of days with several schedules have a letter behind their names.
    """
    months: list[str] = []
    found: list[str] = []
    day = first
    while day <= last:
        if not months or f"{day:%y%m}" != months[-1]:
            months.append(f"{day:%y%m}")
        names = [f"{stem}{day:%y%m%d}" for stem in ("tca", "tcz", "tsa", "tsz")]
        # There was no second frequency before October 1995.
        both = day >= date(1995, 10, 1)
        found += [name for name in names if both or name[2] == "a"] + [f"sz00{day:%y%m%d}001"]
        day += timedelta(days=1)
    lists = [
        name
        for month in months
        for name in (f"info{month}s", f"info{month}e", f"eva{month}", f"evz{month}", f"lob{month}")
    ]
    years = dict.fromkeys(month[:2] for month in months)
    return [*lists, *(f"track_table{year}.dat" for year in years), *found]


def find_phase_file(day: date) -> str:
    """The file of right-left phase differences for a day, which C2FITS alone needs (A.7)."""
    periods = (
        (date(1997, 10, 30), date(1997, 11, 6)),
        (date(1998, 1, 21), date(1998, 1, 26)),
    )
    if day <= date(1992, 6, 28):
        return "sun0628rlphdif"
    if any(first <= day <= last for first, last in periods):
        return "s971101rlphdif"
    return "sun0706_2rlphdif"


def name_image(time: datetime, letter: str, *, is_full: bool, is_event: bool = False) -> str:
    """The name of an image of a time in UT; ``letter`` as in the manual (a, s, r, l, z)."""
    milli = f".{time.microsecond // 1000:03d}" if is_event else ""
    return f"i{'f' if is_full else 'p'}{letter}{time:%y%m%d_%H%M%S}{milli}"
