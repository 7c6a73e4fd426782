"""TDISPn, TDIMn and the limits of columns against the column format (FITS 4.0 section 7.3.2)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fitslint.model.card import Card
from fitslint.model.finding import Level
from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.edits import overwrite_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS, TABLE_KINDS
from fitslint.rules.tables.columns import read_original_columns, read_type_codes
from fitslint.syntax.column_formats import (
    BinaryFormat,
    explain_format,
    parse_dimensions,
    parse_display_format,
    repair_format,
)
from fitslint.text import phrase

_DISPLAYS = {
    "A": "A", "L": "L", "I": "BIJKX", "B": "BIJKX", "O": "BIJKX", "Z": "BIJKX",
    "F": "BIJKEDCM", "E": "BIJKEDCM", "EN": "BIJKEDCM", "ES": "BIJKEDCM", "D": "BIJKEDCM",
    "G": "ALXBIJKEDCM",
}  # fmt: skip
"""Column types that a display format is for (Table 20); scaled integers are shown as reals."""
_ASCII_DISPLAYS = {
    "A": "A", "L": "", "I": "I", "B": "I", "O": "I", "Z": "I",
    "F": "IFED", "E": "IFED", "EN": "IFED", "ES": "IFED", "D": "IFED", "G": "AIFED",
}  # fmt: skip
"""The same for the types of ASCII tables (Table 16)."""
_INTEGER_CODES = ("B", "I", "J", "K")
_REAL_CODES = ("F", "E", "EN", "ES", "D")


@rule(
    "TB121",
    "display-format",
    clause="7.2.2, 7.3.2",
    level="must",
    fix="unsafe",
    changes=("own",),
    reads="values",
    catalogue_rows=("T021",),
    needs=("TDISPn", "TFORMn", "ZFORMn", "TSCALn", "TZEROn"),
    hdus=TABLE_KINDS,
    summary_ja="TDISPn が規格の書式でないか、列の型に合わない",
    message={
        "illegal": "'{value}' is no display format; use Aw, Lw, Iw.m, Fw.d, Ew.d, Gw.d, Dw.d, "
        "ENw.d, ESw.d, Bw.m, Ow.m or Zw.m",
        "decimals": "'{value}' lacks the number of decimals, as in '{value}.3'",
        "case": "'{value}' must be written '{new}'",
        "type": "'{value}' cannot show a column of type {code}",
        "integer": "'{value}' shows integers (type {code}) as reals, for which CFITSIO prints 0.00;"
        " write '{new}'",
    },
)
def display_format(header: Header) -> Iterator[Flag]:
    """TDISPn is not a display format, or not one for the type of its column.

    ## Why it matters
    TDISPn is how a table is printed. Programs hand it on to their formatter, which fails or prints
    asterisks when it is another language's format or made for another type.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    TDISP1  = '%8.3f   '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'RATE    '
    TFORM1  = '1E      '
    ```
    """
    if not header.layout.map_indices("TDISP"):
        return
    codes = read_type_codes(header)
    shown = _ASCII_DISPLAYS if header.kind == "table" else _DISPLAYS
    for n, card in header.map_indices("TDISP").items():
        value = card.value
        if not isinstance(value, str) or not value.strip():
            continue
        form = parse_display_format(value)
        code = codes.get(n)
        if form is None:
            yield _flag_illegal(card, value)
        elif code is not None and code not in shown[form.code]:
            title = phrase("delete TDISP{n}", n=n)
            yield flag(
                card, message="type", fix=delete_card(card), title=title, value=value, code=code
            )
        elif code in _INTEGER_CODES and form.code in _REAL_CODES and not _has_scaling(header, n):
            new = f"I{form.width}"
            edit = overwrite_value(card, f"'{new:<8}'")
            yield flag(
                card,
                message="integer",
                level="should",
                fix=edit,
                safety="safe",
                title=phrase("write '{new}'", new=new),
                value=value,
                code=code,
                new=new,
            )


def _has_scaling(header: Header, n: int) -> bool:
    """Whether the stored integers of a column may stand for reals."""
    return f"TSCAL{n}" in header or f"TZERO{n}" in header


def _flag_illegal(card: Card, value: str) -> Flag:
    new = repair_format(value, "display")
    if new is not None:
        edit = overwrite_value(card, f"'{new:<8}'")
        title = phrase("write '{new}'", new=new)
        return flag(
            card, message="case", fix=edit, safety="safe", title=title, value=value, new=new
        )
    message = "decimals" if explain_format(value, "display") == "decimals" else "illegal"
    title = phrase("delete {keyword}", keyword=card.keyword)
    return flag(card, message=message, fix=delete_card(card), title=title, value=value)


@rule(
    "TB122",
    "array-dimensions",
    clause="7.3.2",
    level="must",
    reads="values",
    catalogue_rows=("T022",),
    needs=("TDIMn", "TFORMn", "ZFORMn"),
    hdus=BINTABLE_KINDS,
    changes=("own",),
    summary_ja="TDIMn の書式が誤っているか、要素数が TFORMn の繰り返し数を超える",
    message={
        "illegal": "'{value}' is no list of axis lengths in parentheses, as in '(64,64)'",
        "blank": "'{value}' contains blanks; write '{new}'",
        "product": "{value} are {product} elements, but {format} has {repeat}",
        "smaller": "{value} are {product} of the {repeat} elements of {format}: fitsio and"
        " nom.tam.fits cannot read such a column",
        "characters": "{value} cuts strings of {repeat} characters ({format}) to {product}: astropy"
        " reads no more, and fitsio refuses the table",
    },
)
def array_dimensions(header: Header) -> Iterator[Flag]:
    """TDIMn is not a list of axis lengths, or an array of that size does not fit into the field.

    ## Why it matters
    TDIMn = '(l,m,n)' gives a field the shape of an array. When it needs more elements than the
    repeat count of TFORMn, the array would run into the next column.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   24
    TTYPE1  = 'STAMP   '
    TFORM1  = '6E      '
    TDIM1   = '(3,3)   '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   24
    TTYPE1  = 'STAMP   '
    TFORM1  = '6E      '
    TDIM1   = '(3,2)   '
    ```
    """
    if not header.layout.map_indices("TDIM"):
        return
    columns = read_original_columns(header)
    for n, card in header.map_indices("TDIM").items():
        value = card.value
        if not isinstance(value, str) or value.endswith("&"):
            continue  # a list that goes on in CONTINUE cards
        new = repair_format(value, "dimensions")
        lengths = parse_dimensions(new or value)
        if new is not None:
            edit = overwrite_value(card, f"'{new:<8}'")
            # Blanks between the lengths are read everywhere; a leading one is part of the value.
            level: Level | None = "should" if value.startswith(" ") else "style"
            yield flag(card, message="blank", level=level, fix=edit, safety="safe",
                       title=phrase("write '{new}'", new=new), value=value, new=new)  # fmt: skip
        elif lengths is None:
            yield flag(card, message="illegal", value=value)
        form = columns.get(n)
        if lengths is None or form is None or form.is_variable:
            continue
        yield from _flag_size(header, card, n, form, math.prod(lengths))


def _flag_size(
    header: Header, card: Card, n: int, form: BinaryFormat, product: int
) -> Iterator[Flag]:
    """What is wrong with the number of elements that TDIMn gives a field."""
    if product == form.repeat:
        return
    root = "ZFORM" if header.structure.ztable and f"ZFORM{n}" in header else "TFORM"
    level: Level | None = None
    message = "product"
    if product < form.repeat:
        # 7.3.2 lets the field be larger than the array.
        level, message = "conv", "characters" if form.element == "A" else "smaller"
    yield flag(
        card,
        message=message,
        level=level,
        value=card.value,
        product=product,
        format=f"{root}{n} = {header.string(f'{root}{n}')}",
        repeat=form.repeat,
    )


@rule(
    "TB124",
    "column-limits",
    clause="7.2.2, 7.3.2",
    level="must",
    reads="values",
    catalogue_rows=("T024",),
    needs=("TDMINn", "TDMAXn", "TLMINn", "TLMAXn"),
    hdus=TABLE_KINDS,
    summary_ja="列の最小値が最大値より大きい",
    message={
        "order": "{low}{column} = {least} is larger than {high}{column} = {most}",
        "outside": "TDMIN{column} to TDMAX{column} is not inside TLMIN{column} to TLMAX{column}",
    },
)
def column_limits(header: Header) -> Iterator[Flag]:
    """The minimum that is given for a column is larger than the maximum.

    ## Why it matters
    TDMINn and TDMAXn are the extremes of the data, TLMINn and TLMAXn the limits of what is legal;
    programs bin histograms and allocate images by them.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'PI      '
    TFORM1  = '1I      '
    TLMIN1  =               1024.0
    TLMAX1  =                  1.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    2
    TTYPE1  = 'PI      '
    TFORM1  = '1I      '
    TLMIN1  =                  1.0
    TLMAX1  =               1024.0
    ```
    """
    families = {root: header.map_indices(root) for root in ("TDMIN", "TDMAX", "TLMIN", "TLMAX")}
    for low, high in (("TDMIN", "TDMAX"), ("TLMIN", "TLMAX")):
        for n, card in families[low].items():
            other = families[high].get(n)
            least, most = card.number_value, other.number_value if other else None
            if least is not None and most is not None and least > most:
                yield flag(
                    card, message="order", low=low, high=high, column=n, least=least, most=most
                )
    for n, card in families["TDMIN"].items():
        yield from _flag_outside(card, n, families)


def _flag_outside(card: Card, n: int, families: dict[str, dict[int, Card]]) -> Iterator[Flag]:
    numbers = [family[n].number_value if n in family else None for family in families.values()]
    least, most, low, high = (math.nan if number is None else number for number in numbers)
    if low <= high and (least < low or most > high) and least <= most:
        yield flag(card, message="outside", level="should", column=n)
