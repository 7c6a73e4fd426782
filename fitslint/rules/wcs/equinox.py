"""The equinox of celestial coordinates is a number of years."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.cards.edits import put
from fitslint.rules.values.placeholders import placeholder

_YEAR = re.compile(r"' *([JB]?)([12][0-9]{3}(?:\.[0-9]*)?) *'")


@rule(
    "WC120",
    "equinox-not-numeric",
    clause="8.3",
    level="must",
    checks=("W020", "R002", "V018", "S10-02"),
    fix="safe",
    changes=("own",),
    keywords=("EQUINOXa",),
    kinds=("value",),
    types=("string", "logical", "complex"),
    ja="EQUINOX が数値でない",
    message={
        "": "{keyword} is a number of years, and {text} is not a number",
        "year": "{keyword} is a number of years, and {text} is a string; write {new}",
    },
)
def equinox_not_numeric(card: Card, header: Header) -> Iterator[Flag]:
    """EQUINOX is not a number.

    ## Why it matters
    astropy, IRAF and casacore do not read the year out of 'J2000' or 'B1950': they take ICRS, 39
    arcmin off for B1950. Whether the years are Julian or Besselian follows from RADESYS.

    ## Example
    ```fits
    EQUINOX = '2000.0  '           / [yr] equinox
    ```
    Use instead:
    ```fits
    EQUINOX =               2000.0 / [yr] equinox
    ```
    """
    if not card.folded and any(True for _ in placeholder(card, header)):
        return
    year = _YEAR.fullmatch(card.text)
    new = str(float(year[2])) if year else ""
    yield flag(
        card,
        message="year" if year else "",
        fix=put(card, new) if year else None,
        title=f"write {new}",
        # 'J2000' names a system as well, and readers have a text for it.
        safety="unsafe" if year and year[1] else "safe",
        keyword=card.keyword,
        text=card.text,
        new=new,
    )
