"""Coordinates of columns: keywords of Table 22 point at columns that exist."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule

_COLUMN_KEYWORDS = compile_late(
    r"(?:T(?:CTYP|CUNI|CRPX|CRVL|CDLT|CROT)|[1-9](?:CTYP|CUNI|CRPX|CRVL|CDLT|CROT)"
    r"|(?:MJDOB|DOBS|DAVG|TRPOS|TRDIR|OBSG[XYZ]))(?P<a>[0-9]+)"
    r"|(?:T|[1-9])(?:CTY|CUN|CRP|CRV|CDE|CNA|CRD|CSY|CZP|CPR)(?P<b>[0-9]+)[A-Z]?"
    r"|(?:TWCS|WCAX|WCSN|LONP|LATP|EQUI|RADE|RFRQ|RWAV)(?P<c>[0-9]+)[A-Z]?"
    r"|T(?:PC?|CD?)(?P<d>[0-9]+)_(?P<k>[0-9]+)[A-Z]?"
    r"|(?:T|[1-9])(?:PV|V|PS|S)(?P<e>[0-9]+)_[0-9X]+[A-Z]?"
    r"|[1-9][1-9](?:PC|CD)(?P<f>[0-9]+)[A-Z]?"
)
"""Names of Table 22 that hold column numbers: pixel lists, arrays in columns, and both."""


@lru_cache(maxsize=8192)
def _find_column_numbers(name: str) -> tuple[int, ...]:
    match = _COLUMN_KEYWORDS.fullmatch(name) if len(name) <= 8 else None
    return tuple(int(number) for number in match.groups() if number) if match else ()


@rule(
    "TB134",
    "coordinate-column",
    clause="8.2",
    level="must",
    catalogue_rows=("T034",),
    once="rule",
    needs=("TFIELDS",),
    hdus=("table", "bintable"),
    summary_ja="座標系のキーワードが存在しない列を指している",
    message="{name} points at column {column}, but the table has {tfields} columns (TFIELDS)",
)
def coordinate_column(header: Header) -> Iterator[Flag]:
    """A coordinate keyword of a table points at a column that does not exist.

    ## Why it matters
    In tables the axis of a coordinate keyword is a column: TCRVL5 is the reference value of column
    5. When that column is missing, no image made from the table has coordinates.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'X       '
    TFORM1  = '1E      '
    TCRVL2  =                150.0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'X       '
    TFORM1  = '1E      '
    TCRVL1  =                150.0
    ```
    """
    count = header.structure.tfields
    if count is None or count < 0:
        return
    for name, where in header.layout.index.items():
        for column in _find_column_numbers(name):
            if not 1 <= column <= count:
                card = header.card(where[0])
                # Nothing is read wrongly: programs that drop columns leave such keywords behind.
                yield flag(card, (0, 8), level="should", name=name, column=column, tfields=count)
                break
