"""TNULLn, TSCALn and TZEROn against the type of their column (FITS 4.0 sections 7.2.2, 7.3.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.hdu_kinds import BINTABLE_KINDS, TABLE_KINDS
from fitslint.rules.tables.columns import read_original_columns, read_text_columns, read_type_codes
from fitslint.syntax.column_formats import INTEGER_RANGES
from fitslint.text import phrase

_UNSCALED_CODES = "ALX"


@rule(
    "TB115",
    "null-without-integers",
    clause="7.3.2",
    level="must",
    fix="unsafe",
    reads="values",
    catalogue_rows=("T015",),
    needs=("TNULLn", "TFORMn", "ZFORMn"),
    hdus=BINTABLE_KINDS,
    summary_ja="整数でない列に TNULLn がある",
    message="TNULL{column} belongs to a column of type {code}; only B, I, J and K columns have a "
    "null value",
)
def null_without_integers(header: Header) -> Iterator[Flag]:
    """TNULLn is given for a binary-table column that does not hold integers.

    ## Why it matters
    Undefined reals are NaN and undefined strings are empty; TNULLn has a meaning for integers
    alone, and some readers refuse the column. Before the card goes, the values it marks have to be
    replaced in the data: nothing else records them.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    TNULL1  =                  -99
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    ```
    """
    if not header.layout.map_indices("TNULL"):
        return
    columns = read_original_columns(header)
    for n, card in header.map_indices("TNULL").items():
        form = columns.get(n)
        if form is not None and form.element not in INTEGER_RANGES:
            title = phrase("delete TNULL{n}", n=n)
            yield flag(card, fix=delete_card(card), title=title, column=n, code=form.element)


@rule(
    "TB116",
    "null-out-of-range",
    clause="7.3.2",
    level="must",
    reads="values",
    fix="unsafe",
    catalogue_rows=("T016",),
    needs=("TNULLn", "TFORMn", "ZFORMn"),
    hdus=BINTABLE_KINDS,
    summary_ja="TNULLn の値が列の型に収まらない",
    message="TNULL{column} = {value} does not fit a column of type {code}, which holds {least} to "
    "{most}; Table.read of astropy refuses the table",
)
def null_out_of_range(header: Header) -> Iterator[Flag]:
    """TNULLn is a number that the column cannot hold.

    ## Why it matters
    TNULLn is compared with the stored integers, before TSCALn and TZEROn. A value outside their
    range marks nothing, so undefined entries pass as data. No reader's values change without it,
    and astropy reads the table; but it tells which number was meant, so it is not deleted unasked.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TNULL1  =               -99999
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    ```
    """
    if not header.layout.map_indices("TNULL"):
        return
    columns = read_original_columns(header)
    for n, card in header.map_indices("TNULL").items():
        form, value = columns.get(n), card.value
        if form is None or type(value) is not int or form.element not in INTEGER_RANGES:
            continue
        least, most = INTEGER_RANGES[form.element]
        if not least <= value <= most:
            yield flag(
                card, column=n, value=value, code=form.element, least=least, most=most,
                fix=delete_card(card), title=phrase("delete it"),
            )  # fmt: skip


@rule(
    "TB117",
    "null-too-wide",
    clause="7.2.2",
    level="must",
    reads="values",
    catalogue_rows=("T017",),
    needs=("TNULLn", "TFORMn"),
    hdus=("table",),
    summary_ja="ASCII 表の TNULLn がフィールドの幅より長い",
    message="TNULL{column} = '{value}' has {length} characters, but the field only {width}",
)
def null_too_wide(header: Header) -> Iterator[Flag]:
    """TNULLn of an ASCII table is longer than its field.

    ## Why it matters
    TNULLn is the string that stands in the field when a value is undefined. It can never be found
    in a field that is narrower.

    ## Example
    ```fits table
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TBCOL1  =                    1
    TFORM1  = 'I4      '
    TNULL1  = 'UNDEFINED'
    ```
    Use instead:
    ```fits table
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TBCOL1  =                    1
    TFORM1  = 'I4      '
    TNULL1  = '****    '
    ```
    """
    if not header.layout.map_indices("TNULL"):
        return
    columns = read_text_columns(header)
    for n, card in header.map_indices("TNULL").items():
        form, value = columns.get(n), card.value
        if form is not None and isinstance(value, str) and len(value) > form.width:
            yield flag(card, column=n, value=value, length=len(value), width=form.width)


@rule(
    "TB118",
    "scaled-text",
    clause="7.2.2, 7.3.2",
    level="must",
    fix="unsafe",
    reads="values",
    catalogue_rows=("T018",),
    needs=("TSCALn", "TZEROn", "TFORMn", "ZFORMn"),
    hdus=TABLE_KINDS,
    summary_ja="文字列、論理値、ビットの列に TSCALn または TZEROn がある",
    message="{root}{column} belongs to a column of type {code}, whose values cannot be scaled",
)
def scaled_text(header: Header) -> Iterator[Flag]:
    """TSCALn or TZEROn is given for a column of characters, logicals or bits.

    ## Why it matters
    Only numbers can be multiplied and shifted. Readers that apply the keywords fail; the others
    hide that the keyword belongs to another column.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   10
    TTYPE1  = 'NAME    '
    TFORM1  = '10A     '
    TSCAL1  =                  2.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   10
    TTYPE1  = 'NAME    '
    TFORM1  = '10A     '
    ```
    """
    roots = [root for root in ("TSCAL", "TZERO") if header.layout.map_indices(root)]
    if not roots:
        return
    codes = read_type_codes(header)
    for root in roots:
        for n, card in header.map_indices(root).items():
            code = codes.get(n, "")
            if code and code in _UNSCALED_CODES:
                title = phrase("delete {root}{n}", root=root, n=n)
                yield flag(card, fix=delete_card(card), title=title, root=root, column=n, code=code)


@rule(
    "TB119",
    "zero-scale",
    clause="7.2.2, 7.3.2",
    level="should",
    reads="values",
    catalogue_rows=("T019",),
    needs=("TSCALn",),
    hdus=TABLE_KINDS,
    summary_ja="TSCALn が 0 である",
    message="TSCAL{column} = 0 makes every value of the column the same",
)
def zero_scale(header: Header) -> Iterator[Flag]:
    """TSCALn is 0.

    ## Why it matters
    Every stored value is multiplied by TSCALn: with 0 the whole column reads as TZEROn.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TSCAL1  =                  0.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TSCAL1  =                  1.0
    ```
    """
    for n, card in header.map_indices("TSCAL").items():
        if card.number_value == 0:
            yield flag(card, column=n)


def _has_no_extremes(header: Header) -> bool:
    return not any(header.layout.map_indices(root) for root in ("TDMIN", "TDMAX"))


@rule(
    "TB125",
    "extremes-beyond-column",
    clause="7.2.2, 7.3.2",
    level="should",
    reads="values",
    catalogue_rows=("T025",),
    needs=("TDMINn", "TDMAXn", "TSCALn", "TZEROn", "TFORMn", "ZFORMn"),
    precheck=_has_no_extremes,
    hdus=BINTABLE_KINDS,
    requires=("TB119",),
    summary_ja="TDMINn または TDMAXn が列の型で表せる範囲にない",
    message="{keyword} = {value} cannot be in column {column}, which holds {low} to {high}",
)
def extremes_beyond_column(header: Header) -> Iterator[Flag]:
    """TDMINn or TDMAXn is a value that no cell of the column can have.

    ## Why it matters
    They are the extremes of the values after TSCALn and TZEROn. Either they are those of other
    data, or the column was meant to be unsigned and has lost its TZEROn.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TDMAX1  =              65535.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1I      '
    TZERO1  =                32768
    TDMAX1  =              65535.0
    ```
    """
    columns = read_original_columns(header)
    scales, zeros = header.map_indices("TSCAL"), header.map_indices("TZERO")
    for root in ("TDMIN", "TDMAX"):
        for n, card in header.map_indices(root).items():
            form, value = columns.get(n), card.number_value
            if form is None or form.element not in INTEGER_RANGES or value is None:
                continue
            scale, zero = (
                family[n].number_value if n in family else default
                for family, default in ((scales, 1.0), (zeros, 0.0))
            )
            if scale is None or zero is None or not math.isfinite(scale * zero):
                continue
            low, high = sorted(zero + scale * end for end in INTEGER_RANGES[form.element])
            # Half a step: writers round what they print.
            slack = abs(scale) / 2 + _ROUNDING * max(abs(low), abs(high))
            if not low - slack <= value <= high + slack:
                yield flag(card, keyword=card.keyword, value=card.text.strip(), column=n,
                           low=_write_limit(low), high=_write_limit(high))  # fmt: skip


def _write_limit(limit: float) -> str:
    return f"{limit:.15g}"


_ROUNDING = 1e-7
"""Relative; extremes are often written as single-precision numbers."""
