"""Unit strings against the grammar of the standard: words, numbers, slashes (section 4.3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.units.flags import UNIT_KEYWORDS, flag_faults, is_plain_unit


@rule(
    "UN101",
    "unknown-unit",
    clause="4.3",
    level="should",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    catalogue_rows=("U001",),
    summary_ja="単位の文字列が規格の書式でないか、規格にない語を含む",
    message={
        "": "{word!r} is no unit of the standard{hint}",
        "word": "{unit!r} is no unit of the standard, which does not know {word!r}{hint}",
        "prose": "{unit!r} is no unit of the standard",
        "syntax": "{word!r} is no unit of the standard: {reason}",
        "none": "{word!r} is no unit; where there is none, the string is blank",
        "long": "the unit has more than {most} characters and was not read",
    },
)
def unknown_unit(card: Card, header: Header) -> Iterator[Flag]:
    """A unit is not written as the standard writes units, or is a word that it does not know.

    ## Why it matters
    Programs that convert units stop at such a string, or hand the numbers on without any.

    ## Example
    ```fits
    BUNIT   = 'furlong / s'        / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'm / s   '           / unit of the array
    ```
    """
    # Words for no unit, and a text that says what the numbers are, mislead nobody.
    softer: dict[str, Level] = {"none": "style", "prose": "style"}
    return flag_faults(card, header, "unknown", levels=softer)


@rule(
    "UN105",
    "several-slashes-in-unit",
    clause="4.3.1",
    level="should",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="unsafe",
    catalogue_rows=("U005",),
    summary_ja="単位に斜線が二つ以上あるか、斜線の後に積が続く",
    message={
        "": "{unit!r} has more than one slash, which the standard discourages",
        "mixed": "{unit!r}: a slash divides by the next unit, so that the rest multiplies; astropy"
        " divides by all of it",
    },
)
def several_slashes(card: Card, header: Header) -> Iterator[Flag]:
    """A unit has more than one slash, or a product behind a slash.

    A slash divides by the one unit behind it: J/m2 s is J s/m2.

    ## Why it matters
    By the standard, and to WCSLIB, J/m2 s is J s/m2; astropy 8.0.2, and many people, read J/(m2 s).
    Of several slashes no reader is in doubt, but the IAU allows one.

    ## Example
    ```fits
    BUNIT   = 'J/m2 s  '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'J m**-2 s'          / unit of the array
    ```
    """
    return flag_faults(card, header, "slashes", title="write {new!r}, as the standard reads it")


@rule(
    "UN107",
    "number-in-unit",
    clause="4.3.1",
    level="should",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="safe",
    changes=("own",),
    catalogue_rows=("U007",),
    summary_ja="単位の前の数が 10 のべきの書式でない",
    message={
        "": "the number {number} in front of the unit is written {new}",
        "number": "{number} in front of the unit is no power of ten; scale the data, or choose a"
        " unit with a prefix",
        "one": "the number {number} in front of the unit says nothing",
        "inverse": "a unit does not begin with 1; write {new!r}",
        "bare": "{number} is a number without a unit; where there is none, leave the string blank",
    },
)
def number_in_unit(card: Card, header: Header) -> Iterator[Flag]:
    """The number in front of a unit is no power of ten, or not written as the standard does.

    ## Why it matters
    A multiplier is 10**k, 10^k or 10+k. Of 1e-17 readers by the standard make nothing at all; some
    take it for a name.

    ## Example
    ```fits
    BUNIT   = '1e-17 W/m**2'       / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = '10**-17 W/m**2'     / unit of the array
    ```
    """
    # WCSLIB reads 1/s, and astropy writes 10**-2 for a percent.
    softer: dict[str, Level] = {"inverse": "should", "bare": "should", "one": "style"}
    return flag_faults(card, header, "multiplier", title="write {new!r}", levels=softer)


@rule(
    "UN108",
    "power-in-unit",
    clause="4.3.1",
    level="must",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="safe",
    changes=("own",),
    catalogue_rows=("U008",),
    summary_ja="単位のべきが整数でないのに括弧がない",
    message={
        "": "the power {power} is written {new}: only integers stand without parentheses",
        "braces": "the power {power} is written {new}: the standard has no braces",
    },
)
def power_in_unit(card: Card, header: Header) -> Iterator[Flag]:
    """A power that is no integer stands without parentheses, or in braces.

    ## Why it matters
    Behind m the text 1/2 is a power and a division: readers give up, or read another unit.

    ## Example
    ```fits
    BUNIT   = 'V Hz**-1/2'         / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'V Hz**(-1/2)'       / unit of the array
    ```
    """
    return flag_faults(card, header, "power", title="write {new!r}")
