"""Whether the date and time keywords of one header tell the same story (FITS 4.0 section 9.5)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from fitslint.model.finding import Level
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates import instants
from fitslint.rules.dates.instants import (
    DAY_SECONDS,
    EXPOSURE_KEYWORDS,
    TIME_SCALE_SPREAD,
    Instant,
    read_exposure,
    read_instant,
    read_number,
    read_resolution,
)
from fitslint.rules.sky.columns import Field, locate_number

_EPOCH_TO_MJD: dict[str, Callable[[float], float]] = {
    # Julian epochs count from J2000.0 in TDB, Besselian ones from B1900.0 in ET (section 9.1.2).
    "JEPOCH": lambda epoch: 51544.5 + (epoch - 2000.0) * 365.25,
    "BEPOCH": lambda epoch: 15019.81352 + (epoch - 1900.0) * 365.242198781,
}
_DAYS_PER_YEAR = 365.25
"""Days."""
_DATE_BY_MJD = {f"MJD-{pair}": f"DATE-{pair}" for pair in ("OBS", "BEG", "AVG", "END")}
_TOLERANCE = TIME_SCALE_SPREAD / DAY_SECONDS
_NUMBER_KEYWORDS = (*_DATE_BY_MJD, *_EPOCH_TO_MJD)
_OTHER_NUMBER_KEYWORDS = tuple(name for name in _NUMBER_KEYWORDS if name != "MJD-OBS")
_DATE_KEYWORDS = tuple(_DATE_BY_MJD.values())


def _precheck_creation(header: Header) -> bool:
    """Whether DATE is of a past day and not before DATE-OBS, by the order of ISO dates as text."""
    index = header.layout.index
    made = index.get("DATE")
    if made is None:
        return True
    if "DATE-BEG" in index or "DATE-END" in index:
        return False
    start = made[0] * CARD_SIZE + 8
    field = header.raw[start : start + 13]
    if field[:5] != b"= '20" or field >= instants.format_today():
        return False
    taken = index.get("DATE-OBS")
    if taken is None:
        return True
    start = taken[0] * CARD_SIZE + 8
    return b"= '1" < header.raw[start : start + 13] <= field


@rule(
    "DT107",
    "creation-date",
    clause="4.4.2.1, 9.5",
    level="should",
    reads="values",
    catalogue_rows=("D007",),
    needs=("DATE", "DATE-OBS", "DATE-BEG", "DATE-END"),
    precheck=_precheck_creation,
    summary_ja="DATE が未来の日付、または観測より前の日付になっている",
    message={
        "future": "DATE = {value} lies in the future; it is the UTC date at which the header was "
        "written",
        "before": "DATE = {value} is earlier than {other} = {limit}; a header cannot be older than "
        "the observation",
    },
)
def creation_date(header: Header) -> Iterator[Flag]:
    """DATE lies in the future or before the observation.

    ## Why it matters
    DATE is when the HDU was written, in UTC. Archives choose the newest version of a file by it;
    a wrong clock or a copied template makes an old product win. Two days of the future and one
    day before the observation are granted to clocks that run in local time.

    ## Example
    ```fits
    DATE    = '2019-12-01T00:00:00'
    DATE-OBS= '2020-01-02T03:04:05'
    ```
    Use instead:
    ```fits
    DATE    = '2020-02-01T00:00:00'
    DATE-OBS= '2020-01-02T03:04:05'
    ```
    """
    written = read_instant(header, "DATE")
    if written is None:
        return
    if written.mjd > instants.get_current_mjd() + 2:
        card = header.find_card("DATE")
        if card is not None:
            yield flag(card, message="future", value=card.value)
        return
    for name in ("DATE-OBS", "DATE-BEG", "DATE-END"):
        observed = read_instant(header, name)
        if observed is not None and written.last_mjd < observed.mjd - 1:
            card, limit = header.find_card("DATE"), header.string(name)
            if card is not None:
                yield flag(card, message="before", value=card.value, other=name, limit=limit)
            return


def _precheck_mjd(header: Header) -> bool:
    """Whether DATE-OBS and MJD-OBS, the only pair of most headers, agree plainly."""
    pair = header.layout.compute_once("the only MJD-OBS and DATE-OBS", _find_pair)
    return pair is not None and instants.is_surely_close(header.raw, *pair)


def _find_pair(layout: Layout) -> tuple[Field, int] | None:
    """The number of MJD-OBS and where DATE-OBS begins; None where other numbers are there."""
    index, number = layout.index, locate_number(layout, "MJD-OBS")
    if number is None or "DATE-OBS" not in index:
        return None
    if not index.keys().isdisjoint(_OTHER_NUMBER_KEYWORDS):
        return None
    return number, index["DATE-OBS"][0] * CARD_SIZE


@rule(
    "DT108",
    "date-mjd-disagree",
    clause="9.5",
    level="must",
    reads="values",
    catalogue_rows=("D008",),
    needs=("MJD-OBS", "MJD-BEG", "MJD-AVG", "MJD-END", "JEPOCH", "BEPOCH",
           "DATE-OBS", "DATE-BEG", "DATE-AVG", "DATE-END", *EXPOSURE_KEYWORDS),
    needs_one_of=(_NUMBER_KEYWORDS, _DATE_KEYWORDS),
    precheck=_precheck_mjd,
    summary_ja="DATE-xxx と MJD-xxx (または JEPOCH、BEPOCH) が食い違っている",
    message="{name} = {number} differs by {days} d from {date_name} = {date}; both name the same "
    "instant",
)  # fmt: skip
def date_mjd_disagree(header: Header) -> Iterator[Flag]:
    """A date keyword and its twin in MJD or epoch name different instants.

    ## Why it matters
    DATE-OBS and MJD-OBS, and the BEG, AVG and END pairs, say the same in two ways, and some
    programs read one and some the other. Differences up to the exposure time, 70 s between time
    scales and the rounding of the number are granted.

    ## Example
    ```fits
    DATE-OBS= '2020-01-02T12:00:00'
    MJD-OBS =              58851.5
    ```
    Use instead:
    ```fits
    DATE-OBS= '2020-01-02T12:00:00'
    MJD-OBS =              58850.5
    ```
    """
    index = header.layout.index
    for name, date_name in _DATE_BY_MJD.items():
        if name not in index or date_name not in index:
            continue
        value, date = read_number(header, name), read_instant(header, date_name)
        if (
            value is None
            or date is None
            or date.mjd - _TOLERANCE <= value <= date.last_mjd + _TOLERANCE
        ):
            continue
        if value < 2_000_000:  # a Julian date there is DT113's affair
            yield from _flag_disagreement(header, date_name, name, value, 1.0)
    for name, to_mjd in _EPOCH_TO_MJD.items():
        value = read_number(header, name) if name in index else None
        if value is not None:
            yield from _flag_disagreement(header, "DATE-OBS", name, to_mjd(value), _DAYS_PER_YEAR)


def _flag_disagreement(
    header: Header, date_name: str, name: str, mjd: float, unit: float
) -> Iterator[Flag]:
    date = read_instant(header, date_name)
    if date is None:
        return
    granted = (
        read_resolution(header, name) * unit
        + (TIME_SCALE_SPREAD + read_exposure(header)) / DAY_SECONDS
    )
    if unit != 1.0:
        granted = max(granted, 1.0)
    card, off = header.find_card(name), mjd - date.mjd
    if card is not None and not date.mjd - granted <= mjd <= date.last_mjd + granted:
        yield flag(
            card,
            name=name,
            number=card.text,
            days=round(off, 5),
            date_name=date_name,
            date=header.string(date_name),
        )


@rule(
    "DT109",
    "time-order",
    clause="9.5",
    level="must",
    reads="values",
    catalogue_rows=("D009", "Q006"),
    needs=("DATE-BEG", "DATE-AVG", "DATE-END", "DATE-OBS", "MJD-BEG", "MJD-AVG", "MJD-END",
           "TSTART", "TSTOP"),
    min_present=2,
    summary_ja="開始、平均、終了の時刻の順序が逆になっている",
    message="{name} = {value} is earlier than {before} = {limit}; begin, average and end must "
    "follow one another",
)  # fmt: skip
def time_order(header: Header) -> Iterator[Flag]:
    """The begin, average and end of an observation are not in order.

    ## Why it matters
    DATE-BEG, DATE-AVG and DATE-END (and their MJD twins, TSTART and TSTOP) bound the data in time.
    When the end precedes the begin, no search by time can find the file.

    ## Example
    ```fits
    DATE-BEG= '2020-01-02T03:04:05'
    DATE-END= '2020-01-02T03:00:00'
    ```
    Use instead:
    ```fits
    DATE-BEG= '2020-01-02T03:04:05'
    DATE-END= '2020-01-02T03:09:05'
    ```
    """
    index = header.layout.index
    begin = "DATE-BEG" if "DATE-BEG" in index else "DATE-OBS"
    if "DATE-END" in index or "DATE-AVG" in index:
        names = (begin, "DATE-END") if begin == "DATE-OBS" else (begin, "DATE-AVG", "DATE-END")
        yield from _flag_order(header, names, read_instant)
    if "MJD-END" in index or "MJD-AVG" in index:
        yield from _flag_order(header, ("MJD-BEG", "MJD-AVG", "MJD-END"), _read_exact_instant)
    if "TSTOP" in index:
        yield from _flag_order(header, ("TSTART", "TSTOP"), _read_exact_instant)


def _read_exact_instant(header: Header, name: str) -> Instant | None:
    value = read_number(header, name)
    return None if value is None else Instant(value, value, True)


def _flag_order(
    header: Header, names: tuple[str, ...], read: Callable[[Header, str], Instant | None]
) -> Iterator[Flag]:
    before, earliest = "", -math.inf
    for name in names:
        here = read(header, name)
        if here is None:
            continue
        if here.last_mjd < earliest:
            card = header.find_card(name)
            level: Level | None = "conv" if before == "DATE-OBS" else None
            limit = header.value(before)
            if card is not None:
                yield flag(
                    card, level=level, name=name, value=card.value, before=before, limit=limit
                )
        before, earliest = name, here.mjd
