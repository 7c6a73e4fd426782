"""Julian dates where modified ones belong, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fitslint.model.card import Card
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import set_value
from fitslint.text import phrase

_MJD_KEYWORDS = ("MJD-OBS", "MJD-BEG", "MJD-AVG", "MJD-END", "MJDREF", "MJDREFI", "MJD")
_JD_KEYWORDS = ("JDREF", "JDREFI", "JD", "JD-OBS")
_MJD_ZERO = 2_400_000.5
"""The Julian date at which the modified Julian date is 0 (section 9.1)."""
_JD_MAX = 10_000_000.0
"""No Julian date of an observation comes near."""
_MJD_RANGE = (15_000.0, 100_000.0)
"""Modified Julian dates from 1899 to 2132, which no Julian date of an observation can be."""


def _make_precheck(name: str) -> Callable[[bytes], bool]:
    modified = name in _MJD_KEYWORDS

    def precheck(text: bytes) -> bool:
        try:
            return (float(text) < _MJD_ZERO) if modified else (float(text) > _MJD_RANGE[1])
        except ValueError:
            return False

    return precheck


@rule(
    "DT113",
    "julian-date-mixed-up",
    clause="9.1, 9.2.2",
    level="conv",
    reads="value",
    catalogue_rows=("D013",),
    fix="unsafe",
    keywords=(*_MJD_KEYWORDS, *_JD_KEYWORDS),
    precheck_for_keyword=_make_precheck,
    summary_ja="MJD のキーワードに JD が、または JD のキーワードに MJD が入っている",
    message={
        "jd": "{name} = {value} is a Julian date; the modified Julian date is {other} d",
        "mjd": "{name} = {value} is a modified Julian date; the Julian date is {other} d",
    },
)
def julian_date_mixed_up(card: Card) -> Iterator[Flag]:
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
    value = card.number_value
    if value is None:
        return
    modified = card.keyword in _MJD_KEYWORDS
    if _MJD_ZERO < value < _JD_MAX if modified else _MJD_RANGE[0] < value < _MJD_RANGE[1]:
        other = round(value - _MJD_ZERO if modified else value + _MJD_ZERO, 9)
        message = "jd" if modified else "mjd"
        yield flag(
            card,
            message=message,
            fix=set_value(card, repr(other)),
            title=phrase("write {other}", other=other),
            name=card.keyword,
            value=card.text,
            other=other,
        )
