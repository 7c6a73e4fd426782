"""Axes of the algorithm -TAB, whose coordinates stand in a column of a binary table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fitslint.model.card import Card
from fitslint.model.file import FitsFile
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import replace as with_fields
from fitslint.model.rule import Flag
from fitslint.rules.api import flag, rule
from fitslint.rules.wcs.versions import LETTERS, find_axis_cards
from fitslint.text import phrase

_TYPES = tuple(f"CTYPE{axis}{letter}" for letter in LETTERS for axis in range(1, 10))
_SHAPE = compile_late(r" *\( *([0-9]{1,9}(?: *, *[0-9]{1,9})*) *\) *")
_ARRAYS = ("primary", "image", "compressed-image")


class _Axis(NamedTuple):
    """An axis of the algorithm -TAB and what its parameters name."""

    card: Card
    number: int
    version: str
    header: Header

    def name(self, root: str, term: int) -> str:
        """The keyword of a parameter: ``PS3_0A``."""
        return f"{root}{self.number}_{term}{self.version}"

    def text(self, term: int) -> str:
        """The value of PSi_m without trailing blanks; empty where it is absent."""
        return (self.header.string(self.name("PS", term)) or "").rstrip()

    def whole(self, term: int) -> int:
        """The value of PVi_m, whose default is 1."""
        number = self.header.number(self.name("PV", term))
        return 1 if number is None else round(number) if abs(number) < 1 << 31 else 0


def _tabular_axes(header: Header) -> Iterator[_Axis]:
    if b"-TAB" not in header.raw:
        return
    for version, cards in find_axis_cards(header, "CTYPE").items():
        for number, card in cards.items():
            value = card.value
            if isinstance(value, str) and value[4:].rstrip() == "-TAB":
                yield _Axis(card, number, version, header)


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
    for axis in _tabular_axes(header):
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
            for axis in _tabular_axes(hdu.header):
                if axis.text(0) and axis.text(1):
                    found = _judge_table(axis, file)
                    yield from (with_fields(one, hdu=hdu.number) for one in found)


def _judge_table(axis: _Axis, file: FitsFile) -> Iterator[Flag]:
    table = _find_table(axis, file)
    said = axis.header.find_card(axis.name("PS", 0))
    if said is None:
        return
    if table is None:
        yield flag(
            said,
            message="table",
            keyword=said.keyword,
            text=axis.text(0),
            extver=axis.whole(1),
            extlevel=axis.whole(2),
        )
        return
    for term in (1, 2):
        card = axis.header.find_card(axis.name("PS", term))
        name = axis.text(term)
        if card is not None and name and _find_column(table, name) is None:
            yield flag(card, message="column", keyword=card.keyword, text=name, table=axis.text(0))
    yield from _judge_shape(axis, table)


def _find_table(axis: _Axis, file: FitsFile) -> Header | None:
    wanted = axis.text(0).upper(), axis.whole(1), axis.whole(2)
    for hdu in file.hdus:
        header = hdu.header
        name = (header.string("EXTNAME") or "").rstrip().upper()
        version, level = (header.number(one) for one in ("EXTVER", "EXTLEVEL"))
        found = name, 1 if version is None else version, 1 if level is None else level
        if hdu.kind in ("bintable", "compressed-table") and found == wanted:
            return header
    return None


def _find_column(table: Header, name: str) -> int | None:
    for number, card in table.map_indices("TTYPE").items():
        value = card.value
        if isinstance(value, str) and value.rstrip().upper() == name.upper():
            return number
    return None


def _judge_shape(axis: _Axis, table: Header) -> Iterator[Flag]:
    """TDIMn of the column of coordinates against their number and PVi_3."""
    column = _find_column(table, axis.text(1))
    tdim = f"TDIM{column}"
    match = _SHAPE.fullmatch(table.string(tdim) or "") if column is not None else None
    if not match:
        return
    lengths = [int(word) for word in match[1].split(",")]
    shape = "(" + ", ".join(map(str, lengths)) + ")"
    said = axis.header.find_card(axis.name("PS", 1))
    asked = axis.header.find_card(axis.name("PV", 3))
    if len(lengths) != lengths[0] + 1 and said is not None:
        yield flag(said, message="dimensions", keyword=said.keyword, tdim=tdim, shape=shape)
    elif asked is not None and not 1 <= axis.whole(3) <= lengths[0]:
        yield flag(
            asked,
            message="axis",
            keyword=asked.keyword,
            text=asked.text.strip(),
            tdim=tdim,
            shape=shape,
            count=lengths[0],
        )
