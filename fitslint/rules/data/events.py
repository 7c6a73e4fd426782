"""Lists of events and good time intervals (OGIP, and the formats for gamma rays after it)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.data.table import is_event_list
from fitslint.model.data_facts import DataFacts
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.data.places import flag_column

_OGIP = "OGIP"
_SLACK = 1e-3
"""Of the length of the observation, where the header tells no time resolution."""
_ONTIME_SLACK = 0.01


@rule(
    "DA140",
    "event-order",
    clause=_OGIP,
    level="conv",
    catalogue_rows=("T037",),
    needs=("TTYPEn",),
    hdus=("bintable",),
    facts=("order",),
    summary_ja="イベントまたは GTI が時刻順でない、または TSTART から TSTOP の範囲にない",
    message={
        "interval": "an interval ends before it starts, {where}: {text}",
        "order": "times of column {column} go back, {where}: {text}",
        "range": "times of column {column} are from {least} to {most}, beyond TSTART = {start} and"
        " TSTOP = {stop}",
    },
)
def event_order(data: DataFacts) -> Iterator[Flag]:
    r"""Events or good time intervals are out of order, or outside of the observation.

    ## Why it matters
    Programs add up the intervals for the exposure, and look events up in them by bisection; both
    go wrong without a word where the rows are not in the order of time.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    2
    TFIELDS =                    2
    EXTNAME = 'GTI     '
    TTYPE1  = 'START   '
    TFORM1  = '1J      '
    TTYPE2  = 'STOP    '
    TFORM2  = '1J      '
    @unit \x00\x00\x00\x05\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00\x03
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    2
    TFIELDS =                    2
    EXTNAME = 'GTI     '
    TTYPE1  = 'START   '
    TFORM1  = '1J      '
    TTYPE2  = 'STOP    '
    TFORM2  = '1J      '
    @unit \x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00\x05\x00\x00\x00\x07
    ```
    """
    if not is_event_list(data.header):
        return
    for column, found in data.list_places("interval"):
        yield flag_column(data, "TTYPE", column, found, message="interval", text=found.text)
    for column, found in data.list_places("order"):
        is_event = (data.header.string(f"TTYPE{column}") or "").strip().upper() == "TIME"
        level = "style" if is_event else None
        yield flag_column(
            data, "TTYPE", column, found, message="order", level=level, text=found.text
        )
    yield from _flag_range(data)


@rule(
    "DA142",
    "ontime-contradicts-intervals",
    clause=_OGIP,
    level="conv",
    needs=("ONTIME",),
    hdus=("bintable",),
    facts=("order",),
    summary_ja="GTI の長さの合計が ONTIME と一致しない",
    message="the intervals add up to {total} s, and ONTIME is {ontime} s",
)
def ontime_contradicts_intervals(data: DataFacts) -> Iterator[Flag]:
    r"""The good time intervals of a table do not add up to its ONTIME.

    ## Why it matters
    Counts are divided by the exposure, which is ONTIME with dead time taken off. When flares were
    cut out of the intervals and ONTIME stayed as it was, all rates are too low.

    ## Example
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    2
    TFIELDS =                    2
    EXTNAME = 'GTI     '
    ONTIME  =                  9.0
    TTYPE1  = 'START   '
    TFORM1  = '1J      '
    TTYPE2  = 'STOP    '
    TFORM2  = '1J      '
    @unit \x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00\x05\x00\x00\x00\x07
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    8
    NAXIS2  =                    2
    TFIELDS =                    2
    EXTNAME = 'GTI     '
    ONTIME  =                  4.0
    TTYPE1  = 'START   '
    TFORM1  = '1J      '
    TTYPE2  = 'STOP    '
    TFORM2  = '1J      '
    @unit \x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00\x05\x00\x00\x00\x07
    ```
    """
    header, total = data.header, data.interval_length
    card, ontime = header.find_card("ONTIME"), header.number("ONTIME")
    if total is None or card is None or ontime is None or not ontime > 0 or not total > 0:
        return
    if not is_event_list(header) or any(
        f"{root}{n}" in header for root in ("TSCAL", "TZERO") for n in (1, 2)
    ):
        return
    # Chips of one camera begin and end frames apart, and one ONTIME is told of all.
    if abs(total - ontime) > max(_ONTIME_SLACK * ontime, abs(header.number("TIMEDEL") or 0.0)):
        yield flag(card, total=f"{total:.10g}", ontime=f"{ontime:.10g}")


def _flag_range(data: DataFacts) -> Iterator[Flag]:
    """Times that are not within the observation, as far as the header tells it."""
    header = data.header
    start, stop = header.number("TSTART"), header.number("TSTOP")
    if start is None or stop is None or start >= stop or _is_shifted(header):
        return
    slack = max(abs(header.number("TIMEDEL") or 0.0), _SLACK * (stop - start))
    for column, found in sorted(data.extremes.items()):
        name = (header.string(f"TTYPE{column}") or "").strip().upper()
        least, most = found.minimum, found.maximum
        if name not in ("TIME", "START", "STOP") or least is None or most is None:
            continue
        if f"TZERO{column}" in header or f"TSCAL{column}" in header:
            continue
        if least < start - slack or most > stop + slack:
            card = header.find_cards(f"TTYPE{column}")[0]
            yield flag(card, message="range", column=column, least=least, most=most, start=start,
                       stop=stop)  # fmt: skip


def _is_shifted(header: Header) -> bool:
    """Whether times of the header and of the table may count from different moments."""
    return any(header.number(name) for name in ("TIMEZERO", "TIMEZERI", "TIMEZERF"))
