"""Begin and end against elapsed and exposure times (FITS 4.0 section 9.7)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.instants import DAY_SECONDS, read_instant, read_number, read_resolution
from fitslint.text import phrase

_OVERHEAD_SHARE = 0.05
"""Part of a duration that is granted to overheads and rounding."""


@rule(
    "DT110",
    "duration",
    clause="9.7",
    level="conv",
    reads="values",
    catalogue_rows=("D010",),
    needs=("TELAPSE", "XPOSURE", "EXPTIME", "DATE-BEG", "DATE-END", "TIMEUNIT"),
    min_present=2,
    summary_ja="TELAPSE、露出時間、開始と終了の時刻が互いに合わない",
    message={
        "span": "TELAPSE = {value} s, but DATE-BEG to DATE-END is {passed} s",
        "longer": "{name} = {value} s is longer than the {passed} s of {limit}",
    },
)
def duration(header: Header) -> Iterator[Flag]:
    """TELAPSE or the exposure time does not fit between begin and end.

    ## Why it matters
    TELAPSE is DATE-END minus DATE-BEG, and an exposure cannot be longer than the time that
    passed. One of the keywords is then in another unit or stems from another exposure. Five per
    cent and two seconds are granted; times in a TIMEUNIT other than s are not judged.

    ## Example
    ```fits
    DATE-BEG= '2020-01-02T03:00:00'
    DATE-END= '2020-01-02T03:10:00'
    TELAPSE =                 10.0
    ```
    Use instead:
    ```fits
    DATE-BEG= '2020-01-02T03:00:00'
    DATE-END= '2020-01-02T03:10:00'
    TELAPSE =                600.0
    ```
    """
    index = header.layout.index
    if "TELAPSE" not in index and ("DATE-BEG" not in index or "DATE-END" not in index):
        return
    if "TIMEUNIT" in index and (header.string("TIMEUNIT") or "s").strip() != "s":
        return
    elapsed = read_number(header, "TELAPSE")
    begin, end = read_instant(header, "DATE-BEG"), read_instant(header, "DATE-END")
    span = None
    if begin is not None and end is not None and begin.has_time and end.has_time:
        span = (end.mjd - begin.mjd) * DAY_SECONDS
    if elapsed is not None and span is not None and span >= 0:
        off = abs(elapsed - span) - 2 - _OVERHEAD_SHARE * max(elapsed, span)
        card = header.find_card("TELAPSE") if off > 0 else None
        if card is not None and off > read_resolution(header, "TELAPSE"):
            yield flag(card, message="span", value=elapsed, passed=round(span, 3))
    limit = "TELAPSE" if elapsed is not None else phrase("DATE-BEG to DATE-END")
    yield from _flag_long_exposure(header, elapsed if elapsed is not None else span, limit)


def _flag_long_exposure(header: Header, span: float | None, limit: str) -> Iterator[Flag]:
    if span is None or span < 0:
        return
    for name in ("XPOSURE", "EXPTIME"):
        value = read_number(header, name)
        if value is None or value <= span * (1 + _OVERHEAD_SHARE) + 2:
            continue
        card = header.find_card(name)
        if card is not None:
            yield flag(
                card, message="longer", name=name, value=value, passed=round(span, 3), limit=limit
            )
