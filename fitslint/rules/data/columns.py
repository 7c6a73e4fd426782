"""Values of the columns of binary tables (FITS 4.0 sections 7.3.2 and 7.3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.data_facts import DataFacts, Extremes
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.data.numbers import agrees, write_number
from fitslint.rules.data.places import flag_format
from fitslint.rules.edits import set_value
from fitslint.text import phrase

_BINARY = ("bintable", "compressed-table")
_TABLES = ("table", *_BINARY)


@rule(
    "DA122",
    "logical-bytes",
    clause="7.3.3.1",
    level="must",
    catalogue_rows=("T026",),
    needs=("TFORMn",),
    hdus=_BINARY,
    facts=("logicals",),
    summary_ja="論理値の列に T、F、0 以外のバイトがある",
    message="column {column} is logical and holds {byte} {where}: T, F or a zero byte stands there",
)
def logical_bytes(data: DataFacts) -> Iterator[Flag]:
    r"""A logical column holds a byte that is not T, F or zero.

    ## Why it matters
    Most readers take everything that is not T for false, and some everything that is not F for
    true. A column of the numbers 0 and 1 was meant as B.

    ## Example
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'FLAGGED '
    TFORM1  = '2L      '
    @unit T\x01
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'FLAGGED '
    TFORM1  = '2L      '
    @unit TF
    ```
    """
    for column, found in data.list_places("logical"):
        yield flag_format(data, column, found, byte=found.text)


@rule(
    "DA123",
    "text-bytes",
    clause="7.3.3.1",
    level="must",
    catalogue_rows=("T027",),
    needs=("TFORMn",),
    hdus=_BINARY,
    facts=("texts",),
    summary_ja="文字列の列に印字可能な ASCII 文字でないバイトがある",
    message={
        "": "column {column} is text and holds {byte} {where}, which is no printable ASCII",
        "after-nul": "column {column}: bytes that are not zero stand behind the NUL that ends a"
        " string, {where}",
    },
)
def text_bytes(data: DataFacts) -> Iterator[Flag]:
    r"""A text column holds bytes that are no printable ASCII.

    ## Why it matters
    Only the characters from blank to tilde may stand in a string, up to its first NUL. Of others
    (UTF-8, Latin-1, tabulators) readers raise, put question marks, or hand out what they take for
    the encoding. What stands behind a NUL is not defined: CFITSIO, STIL, gnuastro and nom.tam.fits
    cut the string there, astropy and fitsio keep it.

    ## Example
    ```fits bintable
    NAXIS1  =                    4
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'NAME    '
    TFORM1  = '4A      '
    @unit Z\xFCri
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    4
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'NAME    '
    TFORM1  = '4A      '
    @unit Zuri
    ```
    """
    for column, found in data.list_places("text"):
        yield flag_format(data, column, found, byte=found.text)
    for column, found in data.list_places("after-nul"):
        yield flag_format(data, column, found, message="after-nul", level="style", byte=found.text)


@rule(
    "DA124",
    "unused-bits",
    clause="7.3.3.1",
    level="must",
    catalogue_rows=("T028",),
    needs=("TFORMn",),
    hdus=_BINARY,
    facts=("bits",),
    summary_ja="ビット配列の列の余りのビットが 0 でない",
    message="column {column}: bits that belong to no element are set, {where}: the last byte is"
    " {byte}",
)
def unused_bits(data: DataFacts) -> Iterator[Flag]:
    r"""Bits of a bit column that belong to no element are set.

    ## Why it matters
    The bits stand from the left, and those that fill the last byte are zero. Where they are not,
    the program counted them from the right, or the repeat count is too small.

    ## Example
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'QUALITY '
    TFORM1  = '10X     '
    @unit \xA0\xFF
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'QUALITY '
    TFORM1  = '10X     '
    @unit \xA0\xC0
    ```
    """
    for column, found in data.list_places("bit"):
        yield flag_format(data, column, found, byte=found.text)


@rule(
    "DA120",
    "column-extremes",
    clause="7.3.2",
    level="should",
    catalogue_rows=("T025",),
    needs=("TDMINn", "TDMAXn"),
    hdus=_TABLES,
    facts=("extremes",),
    fix="unsafe",
    summary_ja="TDMIN、TDMAX が列の最小値、最大値と一致しない",
    message={
        "": "{keyword} is {stated}, and the {extreme} of the column is {actual}",
        "order": "TDMIN{column} is greater than TDMAX{column}, so both are undefined; the values"
        " are from {least} to {most}",
    },
)
def column_extremes(data: DataFacts) -> Iterator[Flag]:
    r"""TDMINn or TDMAXn is not the least or the greatest value of its column.

    ## Why it matters
    Programs choose the range of a plot or histogram by them without reading the column. They count
    in the units of the column, after TSCALn and TZEROn.

    ## Example
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    2
    TFIELDS =                    1
    TTYPE1  = 'PHA     '
    TFORM1  = '1I      '
    TDMIN1  =                    3
    TDMAX1  =                    4
    @unit \x00\x03\x00\x07
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    2
    TFIELDS =                    1
    TTYPE1  = 'PHA     '
    TFORM1  = '1I      '
    TDMIN1  =                    3
    TDMAX1  =                    7
    @unit \x00\x03\x00\x07
    ```
    """
    for column, found in sorted(data.extremes.items()):
        if found.minimum is None or found.maximum is None:
            continue
        low, high = (data.header.number(f"{root}{column}") for root in ("TDMIN", "TDMAX"))
        if low is not None and high is not None and low > high:
            card = data.header.find_cards(f"TDMIN{column}")[0]
            yield flag(card, message="order", level="style", column=column, least=found.minimum,
                       most=found.maximum)  # fmt: skip
            continue
        yield from _flag_extreme(data, f"TDMIN{column}", "minimum", found.minimum)
        yield from _flag_extreme(data, f"TDMAX{column}", "maximum", found.maximum)


def _flag_extreme(data: DataFacts, keyword: str, extreme: str, actual: float) -> Iterator[Flag]:
    card = data.header.find_card(keyword)
    if card is None or card.number_value is None or agrees(card.text, actual):
        return
    yield flag(
        card,
        keyword=keyword,
        stated=card.text.strip(),
        extreme=phrase(extreme),
        actual=actual,
        fix=set_value(card, write_number(actual)),
        title=phrase("write the {extreme}", extreme=phrase(extreme)),
    )


@rule(
    "DA121",
    "column-beyond-limits",
    clause="7.3.2",
    level="should",
    catalogue_rows=("T025",),
    needs=("TLMINn", "TLMAXn"),
    hdus=_TABLES,
    facts=("extremes",),
    summary_ja="列の値が TLMIN、TLMAX の範囲の外にある",
    message="a value of column {column} is {actual}, beyond {keyword} = {stated}",
)
def column_beyond_limits(data: DataFacts) -> Iterator[Flag]:
    r"""A column holds values outside of TLMINn and TLMAXn.

    ## Why it matters
    They are the least and the greatest *legal* value: programs that bin events into an image make
    room for no others, and drop them or stop.

    ## Example
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    2
    TFIELDS =                    1
    TTYPE1  = 'PHA     '
    TFORM1  = '1I      '
    TLMIN1  =                    0
    TLMAX1  =                    4
    @unit \x00\x03\x00\x07
    ```
    Use instead:
    ```fits bintable
    NAXIS1  =                    2
    NAXIS2  =                    2
    TFIELDS =                    1
    TTYPE1  = 'PHA     '
    TFORM1  = '1I      '
    TLMIN1  =                    0
    TLMAX1  =                   15
    @unit \x00\x03\x00\x07
    ```
    """
    for column, found in sorted(data.extremes.items()):
        low, high = (data.header.number(f"{root}{column}") for root in ("TLMIN", "TLMAX"))
        if found.minimum is None or found.maximum is None or _is_empty(low, high):
            continue
        yield from _flag_limit(data, column, "TLMIN", found, below=True)
        yield from _flag_limit(data, column, "TLMAX", found, below=False)


def _is_empty(low: float | None, high: float | None) -> bool:
    """Whether limits mean nothing: the least may be greater than the greatest to say so."""
    return low is not None and high is not None and low > high


def _flag_limit(
    data: DataFacts, column: int, root: str, found: Extremes, *, below: bool
) -> Iterator[Flag]:
    card = data.header.find_card(f"{root}{column}")
    actual = found.minimum if below else found.maximum
    limit = card.number_value if card is not None else None
    if card is None or limit is None or actual is None or agrees(card.text, actual):
        return
    if (actual < limit) if below else (actual > limit):
        keyword, stated = f"{root}{column}", card.text.strip()
        yield flag(card, column=column, actual=actual, keyword=keyword, stated=stated)
