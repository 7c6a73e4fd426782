"""Julian dates where modified ones belong, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.dates.moments import number

_MODIFIED = ("MJD-OBS", "MJD-BEG", "MJD-AVG", "MJD-END", "MJDREF", "MJDREFI", "MJD")
_JULIAN = ("JDREF", "JDREFI", "JD", "JD-OBS")
_ZERO = 2_400_000.5
"""The Julian date at which the modified Julian date is 0 (section 9.2.2)."""
_NEAR = (15_000.0, 100_000.0)
"""Modified Julian dates from 1899 to 2132, which no Julian date of an observation can be."""


@rule(
    "DT113",
    "julian-date-mixed-up",
    clause="9.2.2",
    level="conv",
    reads="values",
    checks=("D013",),
    needs=(*_MODIFIED, *_JULIAN),
    ja="MJD のキーワードに JD が、または JD のキーワードに MJD が入っている",
    message={
        "jd": "{name} = {value} is a Julian date; the modified Julian date is {other} d",
        "mjd": "{name} = {value} is a modified Julian date; the Julian date is {other} d",
    },
)
def julian_date_mixed_up(header: Header) -> Iterator[Flag]:
    """A Julian date stands in an MJD keyword, or a modified one in a JD keyword.

    ## Why it matters
    The two differ by 2400000.5 d. Taken as MJD, a Julian date of today lies in the year 8600.

    ## Example
    ```fits
    MJD-OBS =            2458850.5
    ```
    Use instead:
    ```fits
    MJD-OBS =              58850.0
    ```
    """
    index = header.layout.index
    for name in _MODIFIED:
        value = number(header, name) if name in index else None
        if value is not None and value > _ZERO:
            yield from _mixed(header, name, value, "jd")
    for name in _JULIAN:
        value = number(header, name) if name in index else None
        if value is not None and _NEAR[0] < value < _NEAR[1]:
            yield from _mixed(header, name, value, "mjd")


def _mixed(header: Header, name: str, value: float, message: str) -> Iterator[Flag]:
    card = header.first(name)
    if card is not None:
        other = round(value - _ZERO if message == "jd" else value + _ZERO, 9)
        yield flag(card, message=message, name=name, value=card.text, other=other)
