"""Julian dates where modified ones belong, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_JD_DIGITS = 7
"""Digits before the point of a Julian date between the years -1975 and 22666."""
_MODIFIED = ("MJD-OBS", "MJD-BEG", "MJD-AVG", "MJD-END", "MJDREF", "MJDREFI", "MJDOBn", "MJDAn",
             "MJD")  # fmt: skip
_JULIAN = ("JDREF", "JDREFI", "JD", "JD-OBS")


def _quick(value: bytes) -> bool:
    """Whether the name and size agree at a glance: neither family has six digits."""
    return not value


@rule(
    "DT113",
    "julian-date-mixed-up",
    clause="9.2.2",
    level="conv",
    reads="value",
    checks=("D013",),
    keywords=_MODIFIED + _JULIAN,
    ja="MJD のキーワードに JD が、または JD のキーワードに MJD が入っている",
    message={
        "jd": "{value} is a Julian date; the modified Julian date is {other}",
        "mjd": "{value} is a modified Julian date; the Julian date is {other}",
    },
)
def julian_date_mixed_up(card: Card, header: Header) -> Iterator[Flag]:
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
