"""Fields of ASCII tables: where they stand in the row (FITS 4.0 section 7.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.tables.columns import read_text_columns


@rule(
    "TB129",
    "field-position",
    clause="7.2.1",
    level="should",
    reads="values",
    catalogue_rows=("T029",),
    needs=("TBCOLn", "TFORMn"),
    hdus=("table",),
    summary_ja="ASCII 表のフィールドが行からはみ出すか、互いに重なる",
    message={
        "outside": "field {column} takes characters {first} to {last}, but a row has {naxis1}",
        "overlap": "field {column} begins at character {first}, inside field {other}, which ends "
        "at {end}",
    },
)
def field_position(header: Header) -> Iterator[Flag]:
    """A field of an ASCII table reaches beyond the row or into another field.

    ## Why it matters
    TBCOLn and the width in TFORMn cut the row into fields. Outside the row lies the next row, and
    two fields that share characters cannot both be written.

    ## Example
    ```fits table
    TFIELDS =                    2
    NAXIS1  =                   10
    TTYPE1  = 'STAR    '
    TBCOL1  =                    1
    TFORM1  = 'I5      '
    TTYPE2  = 'MAG     '
    TBCOL2  =                    7
    TFORM2  = 'F6.2    '
    ```
    Use instead:
    ```fits table
    TFIELDS =                    2
    NAXIS1  =                   12
    TTYPE1  = 'STAR    '
    TBCOL1  =                    1
    TFORM1  = 'I5      '
    TTYPE2  = 'MAG     '
    TBCOL2  =                    7
    TFORM2  = 'F6.2    '
    ```
    """
    width = header.structure.axes[0] if header.structure.axes else None
    columns = read_text_columns(header)
    starts = {n: card for n, card in header.map_indices("TBCOL").items() if type(card.value) is int}
    order = sorted((int(card.number_value or 0), n) for n, card in starts.items() if n in columns)
    end, other = 0, 0
    for first, n in order:
        last = first + columns[n].width - 1
        card = starts[n]
        if width is not None and (first < 1 or last > width):
            yield flag(card, message="outside", level="must", column=n, first=first, last=last,
                       naxis1=width)  # fmt: skip
        elif other and first <= end:
            yield flag(card, message="overlap", column=n, first=first, other=other, end=end)
        if last > end:
            end, other = last, n
