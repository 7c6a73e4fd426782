"""Names, units and numbering of columns (FITS 4.0 sections 7.2.2 and 7.3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Edit, Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, flag_missing, insert_before, rule
from fitslint.rules.edits import delete_value, quote_string, set_value
from fitslint.rules.hdu_kinds import TABLE_KINDS
from fitslint.rules.tables.columns import COLUMN_ROOTS, COLUMNS_MAX, read_type_codes
from fitslint.text import phrase

_DIMENSIONAL_NAMES = frozenset(
    (
        *("RA", "DEC", "GLON", "GLAT", "RAJ2000", "DEJ2000", "TIME", "EXPOSURE", "EXPTIME"),
        *("ENERGY", "WAVELENGTH", "WAVE", "LAMBDA", "FREQUENCY", "FREQ", "VELOCITY", "FLUX"),
    )
)
"""Column names whose numbers mean nothing without a unit."""
_NUMBER_CODES = "BIJKEDCMF"
_TABLE_KEYWORDS = (("TUCD", 0), ("TDESC", 0), ("TUTYP", 0), ("TCOMM", 0))
"""Keywords of conventions that some programs write for the table as a whole, as column 0."""


@rule(
    "TB113",
    "column-name",
    clause="7.2.2, 7.3.2",
    level="should",
    reads="values",
    catalogue_rows=("T013",),
    fix="unsafe",
    once="rule",
    needs=("TTYPEn", "TFORMn", "TFIELDS"),
    hdus=TABLE_KINDS,
    summary_ja="列名 TTYPEn がないか、重複しているか、英数字とアンダースコア以外の文字を含む",
    message={
        "absent": "column {column} has no name, and astropy does not open such a table; add"
        " TTYPE{column}",
        "empty": "column {column} has an empty name",
        "letters": "'{value}' has characters other than letters, digits and underscore",
        "twice": "'{value}' is also the name of column {other}; letter case does not tell columns "
        "apart, and astropy and fitsio do not read a table with the same name twice",
    },
)
def column_name(header: Header) -> Iterator[Flag]:
    """A column has no name, the name of another column, or characters that names should not have.

    ## Why it matters
    Columns are found by name, in many programs as a variable of that name and without regard to
    letter case. A column without a usable name can only be reached by its number.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNT RATE'
    TFORM1  = '1E      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNT_RATE'
    TFORM1  = '1E      '
    ```
    """
    count = header.structure.tfields or 0
    names = header.map_indices("TTYPE")
    used = {str(card.value).strip().upper() for card in names.values()}
    if len(names) < count <= COLUMNS_MAX:
        for n in range(1, count + 1):
            if n not in names:
                yield flag_missing(f"TTYPE{n}", message="absent", fix=_insert_name(header, n, used),
                                   title=phrase("make up a name"),
                                   column=n)  # fmt: skip
    seen: dict[str, int] = {}
    for n, card in names.items():
        if isinstance(card.value, str):
            yield from _flag_name(card, n, seen, used)


def _insert_name(header: Header, n: int, used: set[str]) -> Edit | None:
    """TTYPEn before TFORMn, with the name that other readers make up, where it is free."""
    form, name = header.find_card(f"TFORM{n}"), f"COL{n}"
    if form is None or name in used:
        return None
    return insert_before(form, f"{f'TTYPE{n}':<8}= '{name:<8}'")


def _rename_column(card: Card, name: str, used: set[str]) -> Edit | None:
    """The edit that gives a column a name that no other has."""
    return None if name.upper() in used else set_value(card, quote_string(name))


def _flag_name(card: Card, n: int, seen: dict[str, int], used: set[str]) -> Iterator[Flag]:
    value = str(card.value)
    if not value.strip():
        yield flag(card, message="empty", column=n)
        return
    continued = value.endswith("&")
    if not value.replace("_", "a").isalnum() or not value.isascii():
        # A name that goes on in CONTINUE cards ends in an ampersand here.
        rest = value[:-1] if continued else value
        if not re.fullmatch("[A-Za-z0-9_]+", rest):
            plain = re.sub("[^A-Za-z0-9_]+", "_", value.strip())
            new = None if continued else _rename_column(card, plain, used)
            yield flag(card, message="letters", fix=new,
                       title=phrase("call it {plain}", plain=plain), value=value)  # fmt: skip
    other = seen.setdefault(value.upper(), n)
    if other != n and not continued:
        name = f"{value.rstrip()}_{n}"
        yield flag(card, message="twice", fix=_rename_column(card, name, used),
                   title=phrase("call it {name}", name=name), value=value, other=other)  # fmt: skip


@rule(
    "TB114",
    "column-beyond-tfields",
    clause="7.2.2, 7.3.2",
    level="must",
    catalogue_rows=("T014",),
    fix="unsafe",
    needs=tuple(f"{root}n" for root in COLUMN_ROOTS),
    hdus=TABLE_KINDS,
    summary_ja="列番号が TFIELDS を超えている",
    message="{name} describes column {column}, but the table has {tfields} columns (TFIELDS)",
)
def column_beyond_tfields(header: Header) -> Iterator[Flag]:
    """A keyword describes a column that the table does not have.

    ## Why it matters
    Columns are numbered from 1 to TFIELDS. Either TFIELDS is too small, and columns are lost, or
    the keyword is left over from another table.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    TUNIT2  = 'count/s '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    ```
    """
    count = header.structure.tfields
    if count is None or count < 0:
        return
    for root in COLUMN_ROOTS:
        for n, position in header.layout.map_indices(root).items():
            if not 1 <= n <= count:
                card, name = header.card(position), f"{root}{n}"
                if card.form.fault == "long-name":  # TTYPE1000 is not column 100
                    continue
                level: Level | None = "style" if (root, n) in _TABLE_KEYWORDS else None
                clause = "7.2.1, 7.3.1" if root in ("TBCOL", "TFORM") else None
                yield flag(
                    card,
                    (0, 8),
                    level=level,
                    clause=clause,
                    fix=None if level else delete_value(card, header),
                    title=phrase("remove {name}", name=name),
                    name=name,
                    column=n,
                    tfields=count,
                )


@rule(
    "TB133",
    "column-keyword-twice",
    clause="4.1.2.3",
    level="must",
    reads="values",
    catalogue_rows=("T033",),
    needs=tuple(f"{root}n" for root in COLUMN_ROOTS),
    hdus=TABLE_KINDS,
    summary_ja="同じ列のキーワードが異なる値で二度現れる",
    message="{name} was {first} in card {number} and is {value} here; a column has one {name}",
)
def column_keyword_twice(header: Header) -> Iterator[Flag]:
    """A column keyword occurs twice with different values.

    ## Why it matters
    Some readers take the first and some the last, so the same column has two types, names or
    units; with TFORMn even the length of the row is uncertain.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    TFORM1  = '1J      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    ```
    """
    index = header.layout.index
    if len(index) == len(header.layout.names):
        return
    for root in COLUMN_ROOTS:
        for n in header.layout.map_indices(root):
            first, *others = header.find_cards(f"{root}{n}")
            for card in others:
                if card.value != first.value and card.form.fault != "long-name":
                    yield flag(
                        card,
                        name=f"{root}{n}",
                        first=first.text,
                        number=first.number,
                        value=card.text,
                    )


@rule(
    "TB135",
    "wide-table",
    clause="7.3.1",
    level="conv",
    reads="values",
    catalogue_rows=("T035",),
    needs=("XT_ICOL", "XT_NCOL"),
    hdus=("bintable",),
    summary_ja="列数 999 を超える表の規約 (XT_ICOL、XT_NCOL) が守られていない",
    message={
        "container": "XT_ICOL = {value} must be the number of the last column, TFIELDS = {tfields}",
        "half": "{name} is absent although the header has {other}",
        "count": "XT_NCOL = {value} must be larger than TFIELDS = {tfields}",
    },
)
def wide_table(header: Header) -> Iterator[Flag]:
    """A table of more than 999 columns does not follow the convention for such tables.

    ## Why it matters
    Column numbers have three digits. By convention the columns beyond TFIELDS are packed into the
    last one, which XT_ICOL names, and XT_NCOL counts them all; when the numbers do not fit, the
    extra columns cannot be unpacked.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   80
    TTYPE1  = 'XT_MORECOLS'
    TFORM1  = '80B     '
    XT_ICOL =                    2
    XT_NCOL =                 1010
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   80
    TTYPE1  = 'XT_MORECOLS'
    TFORM1  = '80B     '
    XT_ICOL =                    1
    XT_NCOL =                 1010
    ```
    """
    count = header.structure.tfields
    container, total = header.find_card("XT_ICOL"), header.find_card("XT_NCOL")
    if count is None:
        return
    for name, other in (("XT_ICOL", total), ("XT_NCOL", container)):
        if name not in header and other is not None:
            yield flag_missing(name, message="half", name=name, other=other.keyword)
    if container is not None and container.number_value not in (None, count):
        yield flag(container, message="container", value=container.text, tfields=count)
    if total is not None and (total.number_value or count + 1) <= count:
        yield flag(total, message="count", value=total.text, tfields=count)


@rule(
    "TB138",
    "column-unit",
    clause="7.3.2",
    level="style",
    reads="values",
    catalogue_rows=("T038",),
    needs=("TTYPEn", "TUNITn", "TFORMn", "ZFORMn", "TIMEUNIT"),
    hdus=("bintable", "table"),
    summary_ja="単位が必要な列に TUNITn がない",
    message="column {column}, {name}, has no unit; add TUNIT{column}",
)
def column_unit(header: Header) -> Iterator[Flag]:
    """A column of a dimensional quantity has no unit.

    ## Why it matters
    A right ascension may be in degrees or hours and an energy in eV or keV. Without TUNITn the
    reader must guess.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'ENERGY  '
    TFORM1  = '1E      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'ENERGY  '
    TFORM1  = '1E      '
    TUNIT1  = 'keV     '
    ```
    """
    names, units = header.layout.map_indices("TTYPE"), header.layout.map_indices("TUNIT")
    if names.keys() <= units.keys():
        return
    codes = read_type_codes(header)
    for n, card in header.map_indices("TTYPE").items():
        value = card.value
        if n in units or not isinstance(value, str) or value.upper() not in _DIMENSIONAL_NAMES:
            continue
        timed = value.upper() == "TIME" and "TIMEUNIT" in header
        if codes.get(n, "A") in _NUMBER_CODES and not timed:
            yield flag_missing(f"TUNIT{n}", column=n, name=value)
