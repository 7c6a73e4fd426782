"""What fills the last block of a data unit (FITS 4.0 sections 3.3.2, 7.1.3, 7.2.3 and 7.3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.data_facts import DataFacts
from fitslint.model.finding import Edit
from fitslint.model.rule import Flag
from fitslint.rules.api import flag_missing, rule
from fitslint.text import phrase

_CLAUSES = {"image": "7.1.3", "table": "7.2.3"}


@rule(
    "DA101",
    "data-fill",
    clause="3.3.2, 7.3.3",
    level="must",
    catalogue_rows=("F013", "F014"),
    facts=("fill",),
    fix="safe",
    summary_ja="データ部の末尾の詰め物が 0 (ASCII 表では空白) でない",
    message="{count} of the {size} bytes of fill behind the data are not {wanted}; the first is"
    " {first}, at byte {place}",
)
def data_fill(data: DataFacts) -> Iterator[Flag]:
    """The fill behind the data is not zero, or blank in an ASCII table.

    ## Why it matters
    What stands there is counted in DATASUM, and it often is a rest of the memory of the program
    that wrote it, or of data that the header says nothing of: NAXISn or PCOUNT may be too small.

    ## Example
    ```fits
    NAXIS   =                    1
    NAXIS1  =                  100
    @pad x
    ```
    Use instead:
    ```fits
    NAXIS   =                    1
    NAXIS1  =                  100
    ```
    """
    kind = data.header.kind
    wanted = phrase("blanks") if kind == "table" else phrase("zero")
    clause = "3.3.2" if kind in ("primary", "groups") else _CLAUSES.get(kind, "7.3.3")
    for _, found in data.list_places("fill"):
        end = data.offset + data.size + found.number
        filler = b" " if kind == "table" else b"\x00"
        fill = Edit(found.byte, end, filler * (end - found.byte))
        # DATASUM counts the fill: where there is one, it and CHECKSUM would have to follow.
        has_sum = "DATASUM" in data.header or "CHECKSUM" in data.header
        yield flag_missing(
            None, byte=found.byte, place=found.byte, clause=clause, count=found.count,
            size=found.number, wanted=wanted, first=found.text, fix=None if has_sum else fill,
            title=phrase("fill with {wanted}", wanted=wanted),
        )  # fmt: skip
