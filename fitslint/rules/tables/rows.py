"""Rows and heap: NAXIS1, THEAP and PCOUNT against the columns (FITS 4.0 section 7.3)."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header
from fitslint.model.rule import Flag
from fitslint.rules.api import delete_card, flag, rule
from fitslint.rules.edits import set_value
from fitslint.rules.hdu_kinds import BINTABLE_KINDS
from fitslint.rules.tables.columns import has_all_columns, read_binary_columns
from fitslint.text import phrase

_P_REACH = 2**31 - 1
"""The largest offset, in bytes, that the signed 32-bit descriptor of a P column holds."""


@rule(
    "TB101",
    "row-width",
    clause="7.3.1",
    level="must",
    reads="values",
    catalogue_rows=("T001",),
    fix="unsafe",
    needs=("TFORMn",),
    hdus=BINTABLE_KINDS,
    summary_ja="NAXIS1 が列の幅の合計と一致しない",
    message="NAXIS1 = {naxis1} bytes, but the columns of a row take {width} bytes",
)
def row_width(header: Header) -> Iterator[Flag]:
    """NAXIS1 is not the sum of the column widths.

    ## Why it matters
    NAXIS1 is the length of a row in bytes. When it differs from what the TFORMn add up to, every
    row after the first is read from the wrong place.

    ## Example
    ```fits bintable
    TFIELDS =                    2
    NAXIS1  =                   10
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    TTYPE2  = 'RATE    '
    TFORM2  = '1D      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    2
    NAXIS1  =                   12
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    TTYPE2  = 'RATE    '
    TFORM2  = '1D      '
    ```
    """
    axes, count = header.structure.axes, header.structure.tfields
    columns = read_binary_columns(header)
    if not axes or axes[0] is None or count is None or not has_all_columns(header, columns):
        return
    width = sum(form.field_bytes for n, form in columns.items() if 1 <= n <= count)
    card = header.find_card("NAXIS1")
    if width != axes[0] and card is not None:
        # Refused where the rows were written with the other width.
        yield flag(
            card,
            fix=set_value(card, str(width)),
            title=phrase("write {width}", width=width),
            naxis1=axes[0],
            width=width,
        )


@rule(
    "TB109",
    "heap-start",
    clause="7.3.2",
    level="must",
    reads="values",
    catalogue_rows=("T009",),
    needs=("THEAP",),
    hdus=BINTABLE_KINDS,
    summary_ja="THEAP が主表の終わりからヒープの終わりまでの間にない",
    message={
        "overlap": "THEAP = {theap} bytes lies inside the table, which takes {table} bytes",
        "beyond": "THEAP = {theap} bytes lies behind the data, which end after {size} bytes",
    },
)
def heap_start(header: Header) -> Iterator[Flag]:
    """THEAP points into the rows of the table or behind the data unit.

    ## Why it matters
    The heap follows the NAXIS1 x NAXIS2 bytes of the rows, perhaps after a gap, and ends with
    PCOUNT. From a wrong start every variable-length array is read as garbage.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    NAXIS2  =                   10
    PCOUNT  =                  100
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PE(5)  '
    THEAP   =                   40
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    8
    NAXIS2  =                   10
    PCOUNT  =                  100
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PE(5)  '
    THEAP   =                   80
    ```
    """
    card, axes, pcount = header.find_card("THEAP"), header.structure.axes, header.structure.pcount
    theap = card.value if card else None
    if card is None or not isinstance(theap, int) or len(axes) != 2 or not pcount:
        return
    if axes[0] is None or axes[1] is None:
        return
    table = axes[0] * axes[1]
    if theap < table:
        yield flag(card, message="overlap", theap=theap, table=table)
    elif theap > table + pcount:
        yield flag(card, message="beyond", theap=theap, size=table + pcount)


@rule(
    "TB110",
    "heap-without-bytes",
    clause="7.3.2",
    level="must",
    fix="unsafe",
    catalogue_rows=("T010",),
    needs=("THEAP",),
    hdus=BINTABLE_KINDS,
    summary_ja="PCOUNT が 0 なのに THEAP がある",
    message="THEAP stands in a table with PCOUNT = 0, which has no heap; delete it",
)
def heap_without_bytes(header: Header) -> Iterator[Flag]:
    """THEAP is given although PCOUNT = 0.

    ## Why it matters
    PCOUNT is the number of bytes behind the rows. With none of them there is no heap to start
    anywhere, and the standard forbids the keyword.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    THEAP   =                    0
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    ```
    """
    card = header.find_card("THEAP")
    if card is not None and header.structure.pcount == 0:
        yield flag(card, (0, 8), fix=delete_card(card), title=phrase("delete THEAP"))


@rule(
    "TB111",
    "heap-without-arrays",
    clause="7.3.5",
    level="should",
    reads="values",
    catalogue_rows=("T011",),
    needs=("TFORMn", "TFIELDS"),
    hdus=BINTABLE_KINDS,
    summary_ja="PCOUNT が 0 より大きいが、可変長配列の列がない",
    message="PCOUNT = {pcount} bytes follow the rows, but no column holds variable-length arrays",
)
def heap_without_arrays(header: Header) -> Iterator[Flag]:
    """PCOUNT is over 0 in a table without variable-length arrays.

    ## Why it matters
    The bytes behind the rows are a heap that nothing points into: dead weight, or the remains of a
    column whose TFORMn was changed.

    ## Example
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    PCOUNT  =                  100
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                    4
    PCOUNT  =                    0
    TTYPE1  = 'COUNTS  '
    TFORM1  = '1J      '
    ```
    """
    pcount = header.structure.pcount
    if not pcount or pcount < 0:
        return
    columns = read_binary_columns(header)
    if has_all_columns(header, columns) and not any(form.is_variable for form in columns.values()):
        card = header.find_card("PCOUNT")
        if card is not None:
            yield flag(card, pcount=pcount)


@rule(
    "TB108",
    "heap-beyond-reach",
    clause="7.3.5",
    level="should",
    reads="values",
    catalogue_rows=("T008",),
    needs=("TFORMn",),
    hdus=BINTABLE_KINDS,
    summary_ja="ヒープが P 記述子の届く範囲を超えている",
    message="the heap of {pcount} bytes is larger than a P descriptor reaches ({reach} bytes); "
    "use Q",
)
def heap_beyond_reach(header: Header) -> Iterator[Flag]:
    """A heap is larger than the 32-bit descriptors of its P columns can address.

    ## Why it matters
    A P descriptor holds its offset in a signed 32-bit integer. Arrays behind 2147483647 bytes are
    out of reach, and offsets that ran over turn negative. Q descriptors have 64 bits.

    ## Example
    ```fits bintable
    @data 0
    TFIELDS =                    1
    NAXIS1  =                    8
    PCOUNT  =           3000000000
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1PE(30) '
    ```
    Use instead:
    ```fits bintable
    TFIELDS =                    1
    NAXIS1  =                   16
    TTYPE1  = 'SPECTRUM'
    TFORM1  = '1QE(30) '
    ```
    """
    pcount = header.structure.pcount
    if pcount is None or pcount <= _P_REACH:
        return
    for n, form in read_binary_columns(header).items():
        card = header.find_card(f"TFORM{n}")
        if form.code == "P" and form.repeat and card is not None:
            yield flag(card, pcount=pcount, reach=_P_REACH)
