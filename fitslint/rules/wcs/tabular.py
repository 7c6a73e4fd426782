"""Axes of the algorithm -TAB, whose coordinates stand in a column of a binary table."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.tab_arrays import (
    TabAxis,
    find_column,
    group_tab_axes,
    judge_array,
    list_tab_axes,
)
from fitslint.rules.wcs.versions import LETTERS
from fitslint.text import phrase

_TYPES = tuple(f"CTYPE{axis}{letter}" for letter in LETTERS for axis in range(1, 10))
_ARRAYS = ("primary", "image", "compressed-image")


@rule(
    "WC136",
    "tab-keywords",
    clause="8.2, 8.4",
    level="must",
    catalogue_rows=("W036",),
    reads="values",
    needs=("CTYPEia", "PSi_ma"),
    needs_one_of=(_TYPES,),
    precheck=lambda header: b"-TAB" not in header.raw,
    hdus=_ARRAYS,
    summary_ja="-TAB 軸に表と列の名前 (PSi_0、PSi_1) がない",
    message="{keyword} = '{text}' takes its coordinates from a table, and {absent} does not say"
    " from which {what}",
)
def tab_keywords(header: Header) -> Iterator[Flag]:
    """An axis of the algorithm -TAB does not name its table and column.

    ## Why it matters
    PSi_0 names the extension with the table, PSi_1 the column of the coordinates. Without them
    there are none, and readers refuse the whole description.

    ## Example
    ```fits
    CTYPE1  = 'WAVE-TAB'
    PS1_0   = 'WCS-TABLE'
    ```
    Use instead:
    ```fits
    CTYPE1  = 'WAVE    '
    ```
    """
    for axis in list_tab_axes(header):
        for term, what in ((0, "extension"), (1, "column")):
            if not axis.text(term):
                yield flag(
                    axis.card,
                    keyword=axis.card.keyword,
                    text=str(axis.card.value).rstrip(),
                    absent=axis.name("PS", term),
                    what=phrase(what),
                )


@rule(
    "WC137",
    "tab-table",
    clause="8.2, 8.4",
    level="must",
    catalogue_rows=("W036",),
    needs=("PSi_ma",),
    summary_ja="-TAB 軸が参照する表・列がないか、列の TDIM が合わない",
    message={
        "table": "{keyword} = '{text}' names a table, and the file has no binary table of this"
        " EXTNAME with EXTVER = {extver} and EXTLEVEL = {extlevel}",
        "column": "{keyword} = '{text}' names a column, and the table '{table}' has none of this"
        " name",
        "dimensions": "{keyword}: the column of coordinates has {tdim} = {shape}; it should be (M,"
        " K1, … KM), one K for each of the M coordinates",
        "axis": "{keyword} = {text}: the column of coordinates has {tdim} = {shape}, of {count}"
        " coordinates",
        "sharing": "{keyword}: the column of coordinates has {tdim} = {shape}, of {count}"
        " coordinates, and {axes} axes look them up: it should be one for each",
        "twice": "{keyword} = {place} is the place of axis {other} in the same array, too: each"
        " axis needs one of its own",
        "type": "{keyword}: the column of coordinates is of type {letter} by {form}, and they are"
        " real numbers",
        "indices": "{keyword}: the column of indices has {form} = {had}, and axis {axis} has"
        " {wanted} points in the array: it should be one number for each",
    },
)
def tab_table(file: FitsFile) -> Iterator[Flag]:
    """The table of a -TAB axis is not in the file, or has no such column.

    ## Why it matters
    The coordinates are in the table. A copy of the image alone has lost them, and readers refuse
    the description, or crash.

    ## Example
    ```fits
    CTYPE1  = 'WAVE-TAB'
    PS1_0   = 'WCS-TABLE'
    PS1_1   = 'COORDS  '
    @hdu bintable
    EXTNAME = 'OTHER   '
    ```
    Use instead:
    ```fits
    CTYPE1  = 'WAVE-TAB'
    PS1_0   = 'WCS-TABLE'
    PS1_1   = 'COORDS  '
    @hdu bintable
    NAXIS1  =                   32
    NAXIS2  =                    1
    TFIELDS =                    1
    TTYPE1  = 'COORDS  '
    TFORM1  = '4D      '
    TDIM1   = '(1,4)   '
    EXTNAME = 'WCS-TABLE'
    ```
    """
    # Of a header text and of a part of a file nobody knows what else there was.
    if file.problems or any(hdu.header.is_text for hdu in file.hdus):
        return
    for hdu in file.hdus:
        if hdu.kind in _ARRAYS:
            for axes in group_tab_axes(hdu.header):
                found = _judge_tables(axes, file)
                yield from (with_fields(one, hdu=hdu.number) for one in found)


def _judge_tables(axes: list[TabAxis], file: FitsFile) -> Iterator[Flag]:
    """The table and the columns of axes that share an array."""
    table = _find_table(axes[0], file)
    if table is None:
        for axis in axes:
            said = axis.find("PS", 0)
            if said is not None:
                yield flag(
                    said, message="table", keyword=said.keyword, text=axis.text(0),
                    extver=axis.whole(1), extlevel=axis.whole(2),
                )  # fmt: skip
        return
    for axis in axes:
        for term in (1, 2):
            card, name = axis.find("PS", term), axis.text(term)
            if card is not None and name and find_column(table, name) is None:
                yield flag(
                    card, message="column", keyword=card.keyword, text=name, table=axis.text(0)
                )
    yield from judge_array(axes, table)


def _find_table(axis: TabAxis, file: FitsFile) -> Header | None:
    wanted = axis.text(0).upper(), axis.whole(1), axis.whole(2)
    for hdu in file.hdus:
        header = hdu.header
        name = (header.string("EXTNAME") or "").rstrip().upper()
        version, level = (header.number(one) for one in ("EXTVER", "EXTLEVEL"))
        found = name, 1 if version is None else version, 1 if level is None else level
        if hdu.kind in ("bintable", "compressed-table") and found == wanted:
            return header
    return None
