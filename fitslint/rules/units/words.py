"""Words of units: spellings, letters with two meanings, prefixes, and what a community writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.data_files import load_data_file
from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import rule
from fitslint.rules.units.flags import UNIT_KEYWORDS, flag_faults, is_plain_unit


@rule(
    "UN102",
    "unit-spelling",
    clause="4.3",
    level="should",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="safe",
    changes=("own",),
    catalogue_rows=("U002",),
    summary_ja="単位の綴りや大文字・小文字が規格と異なる",
    message={
        "": "the standard writes {new!r} for {word!r}",
        "words": "the standard writes {new!r} for {word!r}",
    },
)
def unit_spelling(card: Card, header: Header) -> Iterator[Flag]:
    """A unit is spelt, or capitalised, in another way than by the standard.

    Case counts: mJy and MJy are a billion apart. Only spellings are taken for a unit that mean one
    thing to everybody. A name in words (degrees, counts) is an information where people read it,
    and a warning at an axis, whose coordinates readers refuse.

    ## Why it matters
    astropy and WCSLIB know deg, and not DEGREES or KM/S: columns come without a unit, coordinates
    in another one.

    ## Example
    ```fits
    BUNIT   = 'JY/BEAM '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'Jy/beam '           / unit of the array
    ```
    """
    at_axis = "CU" in card.keyword and not card.text[1:].upper().startswith("PIXEL")
    softer: dict[str, Level] = {} if at_axis else {"words": "style"}
    # Tables of AIPS have the units that its memo 117 prescribes.
    own = (header.string("EXTNAME") or "").startswith("AIPS ")
    return flag_faults(
        card, header, "spelling", title="write {new!r}", levels=softer,
        safety="unsafe" if own else None,
    )  # fmt: skip


@rule(
    "UN103",
    "ambiguous-unit",
    clause="4.3",
    level="should",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="unsafe",
    catalogue_rows=("U003",),
    summary_ja="記号が意図と異なる単位を表す可能性がある (S、H、D、M など)",
    message={
        "": "{word} is the {name}; if the {meant} is meant, write {new}",
        "none": "{word} is no unit of the standard; if the {meant} is meant, write {new}",
        "case": "{word!r} may be {first} or {second}",
    },
)
def ambiguous_unit(card: Card, header: Header) -> Iterator[Flag]:
    """A letter is the symbol of one unit, and mostly written for another.

    S is the siemens, H the henry, D the debye, and A below a slash the ampere, where people mean
    second, hour, day and angstrom. MJY may be a millijansky or a megajansky. Where the comment or
    the name of the column speaks of a dipole, a conductance or an inductance, the letter is right.

    ## Why it matters
    Programs take the unit of the standard, without a word.

    ## Example
    ```fits
    BUNIT   = 'adu/S   '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'adu/s   '           / unit of the array
    ```
    """
    words = load_data_file("units")["letter_words"]
    letter, beside = str(card.value).strip(" "), _list_words_beside(card, header)
    is_other = not beside.isdisjoint(words["other"].get(letter, ()))
    if not is_other and not beside.isdisjoint(words["own"].get(letter, ())):
        return iter(())
    return flag_faults(card, header, "ambiguous", title="write {new!r}, if that is meant")


def _list_words_beside(card: Card, header: Header) -> set[str]:
    """The words of the comment, and of the name of the column, in lower case."""
    column = card.keyword.removeprefix("TUNIT")
    name = header.string(f"TTYPE{column}") if column.isdigit() else None
    return set(re.findall("[a-z]+", f"{card.comment} {name or ''}".lower()))


@rule(
    "UN104",
    "deprecated-unit",
    clause="4.3",
    level="style",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="unsafe",
    once="fact",
    catalogue_rows=("U004",),
    summary_ja="IAU が推奨しない単位である (erg、Angstrom、G、barn)",
    message="the IAU advises against {words}",
)
def deprecated_unit(card: Card, header: Header) -> Iterator[Flag]:
    """A unit of the standard is one that the IAU advises against: erg, Angstrom, G, barn.

    ## Why it matters
    It is allowed and every reader knows it; new data are better off with SI units.

    ## Example
    ```fits
    BUNIT   = 'erg     '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = '10**-7 J'           / unit of the array
    ```
    """
    return flag_faults(card, header, "deprecated", title="write {new!r}")


@rule(
    "UN106",
    "prefix-of-unit",
    clause="4.3",
    level="must",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="unsafe",
    catalogue_rows=("U006",),
    summary_ja="接頭語を付けられない単位に接頭語があるか、接頭語が二つある",
    message={
        "": "{word!r}: {unit} takes no prefix",
        "double": "{word!r} is no unit of the standard, in which a unit takes one prefix",
    },
)
def prefix_of_unit(card: Card, header: Header) -> Iterator[Flag]:
    """A unit that takes no prefix has one, or a unit has two.

    ## Why it matters
    Units of Table 4 without a dagger (deg, arcsec, min, erg, count ...) stand alone; readers by
    the standard know no mdeg.

    ## Example
    ```fits
    BUNIT   = 'mdeg    '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = '10**-3 deg'         / unit of the array
    ```
    """
    # Letters that can be cut into two prefixes may be an abbreviation of anything.
    softer: dict[str, Level] = {"double": "should"}
    title = "write the prefix as a power of ten"
    return flag_faults(card, header, "prefix", title=title, levels=softer)


@rule(
    "UN113",
    "decorated-unit",
    clause="4.3",
    level="should",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="unsafe",
    catalogue_rows=("U013",),
    summary_ja="単位に説明の語や括弧が付いている",
    message="{unit!r} holds more than a unit; the unit is {new!r}",
)
def decorated_unit(card: Card, header: Header) -> Iterator[Flag]:
    """A unit has words or brackets around it: Angle[deg], K (Tb), counts per sec.

    ## Why it matters
    Programs read the whole string as the unit and know none of that name. What kind of magnitude
    or temperature it is belongs into the comment.

    ## Example
    ```fits
    BUNIT   = 'K (Tb)  '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'K       '           / unit of the array
    ```
    """
    return flag_faults(card, header, "decorated", title="write {new!r}")


@rule(
    "UN114",
    "unit-of-a-community",
    clause="4.3",
    level="conv",
    reads="value",
    keywords=UNIT_KEYWORDS,
    types=("string",),
    precheck=is_plain_unit,
    fix="unsafe",
    once="fact",
    catalogue_rows=("U014",),
    summary_ja="規格にない、分野で慣用の単位である (DN、electron、% など)",
    message={
        "": "{word!r} ({said}) is no unit of the standard, which has {new!r}",
        "none": "{word!r} ({said}) is no unit of the standard",
        "quiet": "{word!r} ({said}) is no unit of the standard, which has none for it",
    },
)
def unit_of_a_community(card: Card, header: Header) -> Iterator[Flag]:
    """A unit is a word that a community uses and the standard does not have.

    ## Why it matters
    People know what DN, electron or % is; programs by the standard know no such unit.

    ## Example
    ```fits
    BUNIT   = 'DN/s    '           / unit of the array
    ```
    Use instead:
    ```fits
    BUNIT   = 'adu/s   '           / unit of the array
    ```
    """
    softer: dict[str, Level] = {"quiet": "style"}
    title = "write {new!r}, if that is meant"
    return flag_faults(card, header, "community", title=title, levels=softer)
