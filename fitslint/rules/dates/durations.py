"""Begin and end against elapsed and exposure times (FITS 4.0 section 9.7)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.moments import DAY, instant, number, resolution

_SHARE = 0.05
"""Part of a duration that is granted to overheads and rounding."""


@rule(
    "DT110",
    "duration",
    clause="9.7",
    level="conv",
    reads="values",
    checks=("D010",),
    needs=("TELAPSE", "XPOSURE", "EXPTIME", "DATE-BEG", "DATE-END", "TIMEUNIT"),
    least=2,
    ja="TELAPSE、露出時間、開始と終了の時刻が互いに合わない",
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
    elapsed = number(header, "TELAPSE")
    begin, end = instant(header, "DATE-BEG"), instant(header, "DATE-END")
    span = None
    if begin is not None and end is not None and begin.timed and end.timed:
        span = (end.mjd - begin.mjd) * DAY
    if elapsed is not None and span is not None and span >= 0:
        off = abs(elapsed - span) - 2 - _SHARE * max(elapsed, span)
        card = header.first("TELAPSE") if off > 0 else None
        if card is not None and off > resolution(header, "TELAPSE"):
            yield flag(card, message="span", value=elapsed, passed=round(span, 3))
    limit = "TELAPSE" if elapsed is not None else "DATE-BEG to DATE-END"
    yield from _too_long(header, elapsed if elapsed is not None else span, limit)


def _too_long(header: Header, span: float | None, limit: str) -> Iterator[Flag]:
    if span is None or span < 0:
        return
    for name in ("XPOSURE", "EXPTIME"):
        value = number(header, name)
        if value is None or value <= span * (1 + _SHARE) + 2:
            continue
        card = header.first(name)
        if card is not None:
            yield flag(
                card, message="longer", name=name, value=value, passed=round(span, 3), limit=limit
            )
