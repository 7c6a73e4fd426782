"""How times and positions are written: the decimals of sexagesimal strings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.subaru.common import BASIC_CLAUSE, FAMILY

_TIME_KEYWORDS = tuple(
    f"{clock}{moment}" for clock in ("HST", "LST", "UT") for moment in ("", "-STR", "-END")
)
_CLOCK = compile_late(r"'((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9](?:[.]([0-9]*))?) *'")
_ANGLE = compile_late(r"'([+-][0-9]{2}:[0-5][0-9]:[0-5][0-9](?:[.]([0-9]*))?) *'")


def _flag_decimals(card: Card, form: re.Pattern[str], wanted: int) -> Iterator[Flag]:
    """A flag on the decimals of a sexagesimal string, where it is of the form at all."""
    match = form.fullmatch(card.text)
    decimals = len(match[2] or "") if match else wanted
    start = card.form.value[0] + 1 if card.form.value else 0
    if match and decimals != wanted:
        yield flag(
            card, (start, start + len(match[1])),
            keyword=card.keyword, value=f"'{match[1]}'", decimals=decimals, wanted=wanted,
        )  # fmt: skip


@rule(
    "SB206",
    "decimals-of-time",
    clause=BASIC_CLAUSE,
    level="conv",
    authority=FAMILY,
    keywords=_TIME_KEYWORDS,
    kinds=("value",),
    types=("string",),
    once="rule",
    catalogue_rows=("D-06",),
    summary_ja="時刻の秒が小数 3 桁でない",
    message="{keyword} = {value} gives seconds to {decimals} decimals; HH:MM:SS.SSS has {wanted}",
)
def decimals_of_time(card: Card) -> Iterator[Flag]:
    """A time of day does not have seconds to three decimals.

    HST, LST and UT, and their start and end, are written HH:MM:SS.SSS, twelve characters.

    ## Why it matters
    The archive keeps these strings by their columns; shorter ones are padded and longer ones cut.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'IRCS    '           / instrument
    UT      = '09:14:18.02'        / UT of the exposure
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'IRCS    '           / instrument
    UT      = '09:14:18.020'       / UT of the exposure
    ```
    """
    return _flag_decimals(card, _CLOCK, 3)


@rule(
    "SB207",
    "decimals-of-position",
    clause=BASIC_CLAUSE,
    level="conv",
    authority=FAMILY,
    keywords=("RA", "RA2000", "DEC", "DEC2000"),
    kinds=("value",),
    types=("string",),
    once="rule",
    catalogue_rows=("D-07",),
    summary_ja="赤経の秒が小数 3 桁、赤緯の秒が小数 2 桁でない",
    message="{keyword} = {value} gives seconds to {decimals} decimals; it has {wanted}",
)
def decimals_of_position(card: Card) -> Iterator[Flag]:
    """A right ascension does not have three decimals, or a declination two.

    RA and RA2000 are written HH:MM:SS.SSS, DEC and DEC2000 +DD:MM:SS.SS, twelve characters each.

    ## Why it matters
    With these decimals both are given to about a hundredth of an arcsecond; with fewer the
    pointing is vague, with more the archive cuts the string.

    ## Example
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DEC     = '+19:46:18.7'        / declination of the pointing
    ```
    Use instead:
    ```fits
    TELESCOP= 'Subaru  '           / telescope
    INSTRUME= 'FOCAS   '           / instrument
    DEC     = '+19:46:18.70'       / declination of the pointing
    ```
    """
    if card.keyword.startswith("RA"):
        return _flag_decimals(card, _CLOCK, 3)
    return _flag_decimals(card, _ANGLE, 2)
