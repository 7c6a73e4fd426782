"""The equinox of celestial coordinates is a number of years."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.edits import set_value
from fitslint.rules.values.placeholders import placeholder
from fitslint.text import phrase

_YEAR = compile_late(r"' *([JB]?)([12][0-9]{3}(?:\.[0-9]*)?) *'")


@rule(
    "WC120",
    "equinox-not-numeric",
    clause="8.3",
    level="must",
    catalogue_rows=("W020", "R002", "V018", "S10-02"),
    # astropy and casacore take another system as long as it is no number.
    fix="unsafe",
    changes=("own",),
    keywords=("EQUINOXa",),
    kinds=("value",),
    types=("string", "logical", "complex"),
    summary_ja="EQUINOX が数値でない",
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
        fix=set_value(card, new) if year else None,
        title=phrase("write {new}", new=new),
        keyword=card.keyword,
        text=card.text,
        new=new,
    )


_YEAR_RANGE = (1800.0, 2100.0)
_ICRS_EQUINOX = 2000.0
_EQUINOX_TOLERANCE = 0.01


@rule(
    "WC119",
    "equinox-without-sense",
    clause="8.3",
    level="should",
    catalogue_rows=("W019",),
    reads="values",
    needs=("EQUINOX", "RADESYS"),
    needs_one_of=(("EQUINOX",),),
    summary_ja="EQUINOX の値が年でないか、RADESYS と合わない",
    message={
        "year": "EQUINOX = {text} is no year of an equinox: astropy, IRAF and SExtractor take the"
        " year 0, AST 1950, WCSTools 2000",
        "icrs": "EQUINOX = {text} says nothing beside RADESYS = 'ICRS', and WCSTools, IRAF and"
        " SExtractor precess the positions from it",
        "fk4": "EQUINOX = {text} is no equinox of the system FK4, which ends in 1984",
    },
)
def equinox_without_sense(header: Header) -> Iterator[Flag]:
    """EQUINOX is no year, or not one of the system that RADESYS names.

    ## Why it matters
    Programs answer with positions all the same, up to 26 degrees apart.

    ## Example
    ```fits
    EQUINOX =                  0.0 / equinox
    ```
    Use instead:
    ```fits
    EQUINOX =               2000.0 / equinox
    ```
    """
    card, year = header.find_card("EQUINOX"), header.number("EQUINOX")
    if card is None or year is None:
        return
    frame = (header.string("RADESYS") or "").strip()
    if not _YEAR_RANGE[0] <= year <= _YEAR_RANGE[1]:
        yield flag(card, message="year", text=card.text.strip())
    elif frame == "ICRS" and abs(year - _ICRS_EQUINOX) > _EQUINOX_TOLERANCE:
        yield flag(card, message="icrs", text=card.text.strip())
    elif frame == "FK4" and year >= _FK5_BEGINS:
        yield flag(card, message="fk4", text=card.text.strip())


_FK5_BEGINS = 1984.0
