"""Names of NoRH files against their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.records import replace as in_hdu
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    read_clock_time,
    read_number,
    wrap_half_day,
)
from fitslint.rules.norh.common import FAMILY, format_mjd_day, format_time_of_day, read_mjd_day
from fitslint.rules.norh.coordinates import read_axis_length
from fitslint.text import phrase

_CLAUSE = "NoRH manual, A.5, A.8 and A.9"
_NEEDS = ("DATE-OBS", "TIME-OBS", "STRT-OBS", "OBS-FREQ", "POLARIZ", "FRM-STAT")
_PERIOD = 2380.0
"""Arcsec after which a map at 17 GHz repeats: an image as wide is no part of the disk."""
_NAME_FORM = (
    r"(?P<kind>i[fp]|t[sc])(?P<letter>[aszrl])(?P<date>[0-9]{6})"
    r"(?:_(?P<time>[0-9]{6})(?P<fraction>\.[0-9]{3})?)?[a-z]?"
)
_SUFFIX = r"(\.(fits?|fts|fz|hdr|gz))+$"
_MJD_ZERO_ORDINAL = 678576
_TOLERANCE = 2.0
"""Seconds: a name in whole seconds has cut off the rest, or is the time that was asked for."""
_FULL_DISK_WIDTH = 1800.0
"""Arcsec that a full-disk image is wide at least."""


class _FileName:
    """What the name of a file says of its content."""

    def __init__(self, text: str, match: re.Match[str]) -> None:
        self.text = text
        self.is_image = match["kind"][0] == "i"
        self.is_full_disk = match["kind"] == "if"
        self.is_correlation = match["kind"] == "tc"
        self.letter = match["letter"]
        self.mjd_day = _parse_day(match["date"])
        self.seconds = _parse_seconds(match["time"], match["fraction"]) if match["time"] else None
        self.is_event = bool(match["fraction"] if self.is_image else match["time"])


def _parse_day(digits: str) -> int | None:
    year = int(digits[:2])
    try:
        found = date(year + (1900 if year > 50 else 2000), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
    return found.toordinal() - _MJD_ZERO_ORDINAL


def _parse_seconds(digits: str, fraction: str | None) -> float:
    whole = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:])
    return whole + float(fraction or 0)


def _iterate_file_names(file: FitsFile) -> Iterator[tuple[int, Header, _FileName]]:
    """HDUs of NoRH with what their file name (or FILENAME, where it is another) says."""
    called = re.split(r"[/\\]", file.path)[-1]
    for hdu in file.hdus:
        authority = hdu.header.authority
        if authority is None or not authority.binding:
            continue
        name = _parse_name(called) or _parse_name(hdu.header.string("FILENAME") or "")
        if name is not None:
            yield hdu.number, hdu.header, name


@lru_cache(maxsize=8)
def _parse_name(text: str) -> _FileName | None:
    """What a name says; several rules ask about the same file."""
    match = re.fullmatch(_NAME_FORM, re.sub(_SUFFIX, "", text.strip(), flags=re.IGNORECASE))
    return _FileName(text.strip(), match) if match else None


@rule(
    "NR141",
    "file-name-of-another-time",
    clause=_CLAUSE,
    level="conv",
    catalogue_rows=("P008", "N-D12"),
    needs=_NEEDS,
    authority=FAMILY,
    summary_ja="ファイル名の日付または時刻がヘッダと異なる",
    message="the file is called {name}, for {said}; {keyword} = {value} says otherwise",
)
def file_name_of_another_time(file: FitsFile) -> Iterator[Flag]:
    """The date or time in the file name is not that of the header.

    Names of images give a moment of the observation in UT, those of correlations the day of the
    schedule in Japan or the second when an event begins. FILENAME counts where the file is called
    otherwise.

    ## Why it matters
    Files of NoRH are found by their names, which have no room for more than kind and time.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    FILENAME= 'ifa980509_122023'
    DATE-OBS= '1998-05-09'
    TIME-OBS= '03:20:23.754'
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    FILENAME= 'ifa980509_032023'
    DATE-OBS= '1998-05-09'
    TIME-OBS= '03:20:23.754'
    ```
    """
    for number_, header, name in _iterate_file_names(file):
        keyword = _find_time_conflict(header, name)
        card = header.find_card(keyword) if keyword else None
        if card:
            said = format_mjd_day(name.mjd_day) if name.mjd_day is not None else phrase("no day")
            if keyword not in ("DATE-OBS", "JSTDATE") and name.seconds is not None:
                time = format_time_of_day(name.seconds)
                zone = "UT" if name.is_image else "JST"
                said = phrase("{day} {time} {zone}", day=said, time=time, zone=zone)
            found = flag(card, name=name.text, said=said, keyword=keyword, value=card.value)
            yield in_hdu(found, hdu=number_)


def _find_time_conflict(header: Header, name: _FileName) -> str | None:
    """The keyword that contradicts the time in the name; None when there is none."""
    observed = read_mjd_day(header, "DATE-OBS")
    if observed is None:
        return None
    if not name.is_image:
        return _find_series_conflict(header, name, observed)
    if name.mjd_day is None or name.seconds is None:
        return None if name.mjd_day in (observed, observed + 1) else "DATE-OBS"
    begin, end = read_clock_time(header, "STRT-OBS"), read_clock_time(header, "END-OBS")
    centre = read_clock_time(header, "TIME-OBS")
    first, last = begin or centre, end or centre
    if first is None or last is None:
        return None if name.mjd_day in (observed, observed + 1) else "DATE-OBS"
    since = (name.mjd_day - observed) * DAY_SECONDS + name.seconds - first.seconds
    if -_TOLERANCE <= since <= (last.seconds - first.seconds) % DAY_SECONDS + _TOLERANCE:
        return None
    near = name.mjd_day in (observed, observed + 1 if last.seconds < first.seconds else observed)
    return ("TIME-OBS" if centre else "STRT-OBS") if near else "DATE-OBS"


def _find_series_conflict(header: Header, name: _FileName, observed: int) -> str | None:
    """The same of a series, which is called by day and time in Japan."""
    local = read_mjd_day(header, "JSTDATE")
    if name.mjd_day not in ((observed, observed + 1) if local is None else (local,)):
        return "DATE-OBS" if local is None else "JSTDATE"
    begin = read_clock_time(header, "JSTTIME")
    if name.seconds is None or begin is None:
        return None
    return "JSTTIME" if abs(wrap_half_day(name.seconds - begin.seconds)) > _TOLERANCE else None


@rule(
    "NR142",
    "file-name-of-another-kind",
    clause=_CLAUSE,
    level="conv",
    catalogue_rows=("P008", "N-D11"),
    needs=_NEEDS,
    authority=FAMILY,
    summary_ja="ファイル名の種別 (周波数、偏波、観測モード) がヘッダと異なる",
    message="the file is called {name}, for {said}; {keyword} = {value} says otherwise",
)
def file_name_of_another_kind(file: FitsFile) -> Iterator[Flag]:
    """Frequency, polarisation, mode or field in the file name are not those of the header.

    The third letter is a for R+L and s for R-L at 17 GHz and z for 34 GHz; the second letter of an
    image is f for the full disk; milliseconds (for correlations, a time of day) mark an event.

    ## Why it matters
    Programs choose files by these letters and do not look into the header.

    ## Example
    ```fits
    TELESCOP= 'radioheliograph'
    FILENAME= 'ifz980509_032023'
    DATE-OBS= '1998-05-09'
    TIME-OBS= '03:20:23.754'
    OBS-FREQ= '17GHz   '
    ```
    Use instead:
    ```fits
    TELESCOP= 'radioheliograph'
    FILENAME= 'ifa980509_032023'
    DATE-OBS= '1998-05-09'
    TIME-OBS= '03:20:23.754'
    OBS-FREQ= '17GHz   '
    ```
    """
    for number_, header, name in _iterate_file_names(file):
        for keyword, said in _find_kind_conflicts(header, name):
            card = header.find_card(keyword)
            if card:
                found = flag(card, name=name.text, said=said, keyword=keyword, value=card.value)
                yield in_hdu(found, hdu=number_)


def _find_kind_conflicts(header: Header, name: _FileName) -> Iterator[tuple[str, str]]:
    """Keywords that contradict the letters of the name, and what those say."""

    def is_none_of(keyword: str, *values: str) -> bool:
        said = (header.string(keyword) or "").strip().lower()
        return bool(said) and said not in (*values, "unknown")

    frequency = "34GHz" if name.letter == "z" else "17GHz"
    if is_none_of("OBS-FREQ", frequency.lower()):
        yield "OBS-FREQ", frequency
    if ((name.letter in "az" and name.is_image) or name.is_correlation) and is_none_of(
        "POLARIZ", "r+l"
    ):
        yield "POLARIZ", "R+L"
    if name.letter == "s" and is_none_of("POLARIZ", "r-l", "l-r", "(r-l)/(r+l)", "r|l"):
        yield "POLARIZ", "R-L"
    if is_none_of("FRM-STAT", "event" if name.is_event else "1-sec obs", "calib"):
        yield "FRM-STAT", phrase("event mode") if name.is_event else phrase("steady mode")
    pixels, step = read_axis_length(header, "1"), read_number(header, "CDELT1")
    width = abs((pixels or 0) * (step or 0))
    if name.is_full_disk and 0 < width < _FULL_DISK_WIDTH:
        said = phrase("the full disk, and the image is {width:.0f} arcsec wide", width=width)
        yield "CDELT1", said
    elif name.is_image and not name.is_full_disk and width > _PERIOD:
        yield "CDELT1", phrase("a part, and the image is {width:.0f} arcsec wide", width=width)
