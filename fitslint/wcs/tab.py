"""Coordinates that are looked up in a table (-TAB): whether headers tell a table that can be read.

Greisen et al. 2006 (Paper III), section 6; FITS 4.0, section 8.2. Nothing of a data unit is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from fitslint.model.records import dataclass
from fitslint.wcs.keywords import (
    HeaderValues,
    KeywordError,
    read_integer,
    read_string,
    show_value,
)

_NUMBER_MAX = 2**31
_FORM = re.compile(r" *([0-9]{0,18})([LXBIJKAEDCMPQ])")
_DIM = re.compile(r" *\( *([0-9]{1,18}(?: *, *[0-9]{1,18}){0,98}) *\)")
_CTYPE = re.compile("CTYPE([1-9][0-9]?)([A-Z]?)")
_REAL = "BIJKED"
_COLUMNS_MAX = 999


@dataclass(frozen=True, slots=True)
class TabAxis:
    """What the header of an image says of one axis that is looked up.

    Attributes
    ----------
    axis : int
    version : str
    extname : str
        PSi_0: EXTNAME of the table.
    column, index_column : str
        PSi_1 and PSi_2: TTYPEn of the coordinates and of the index vector; the latter may be
        blank: the indices are 1 to K then.
    extver, extlevel : int
        PVi_1 and PVi_2.
    dimension : int
        PVi_3: which axis of the coordinate array it is, from 1.
    """

    axis: int
    version: str
    extname: str
    column: str
    index_column: str
    extver: int
    extlevel: int
    dimension: int

    @classmethod
    def from_values(cls, values: HeaderValues, axis: int, version: str = "") -> TabAxis:
        """What PSi_m and PVi_m say of an axis.

        Raises
        ------
        KeywordError
            where the table or its column is not told, or a number is none.
        """
        names = [f"PS{axis}_{m}{version}" for m in range(3)]
        told = [(read_string(values, name) or "").strip(" ") for name in names]
        for name, text, what in zip(names, told, ("table", "column"), strict=False):
            if not text:
                raise KeywordError(name, f"is absent or blank, which tells the {what} of -TAB")
        numbers = [
            read_integer(values, f"PV{axis}_{m}{version}", 1, _NUMBER_MAX) or 1 for m in (1, 2, 3)
        ]
        return cls(axis, version, told[0], told[1], told[2], numbers[0], numbers[1], numbers[2])

    @property
    def table(self) -> tuple[str, int, int, str]:
        """What axes of one coordinate array have in common."""
        return self.extname.upper(), self.extver, self.extlevel, self.column.upper()


@dataclass(frozen=True, slots=True)
class TabProblem:
    """Why an axis cannot be looked up.

    Attributes
    ----------
    keyword : str
    sentence : str
    hdu : int
        the HDU whose keyword it is, counted from 0.
    """

    keyword: str
    sentence: str
    hdu: int


@dataclass(frozen=True, slots=True)
class TabColumn:
    """A column as TTYPEn, TFORMn and TDIMn tell it; the shape has the fastest axis first."""

    number: int
    code: str
    shape: tuple[int, ...]


def is_tab(ctype: str) -> bool:
    """Whether a type is looked up in a table."""
    return ctype[4:8] == "-TAB" and len(ctype.rstrip(" ")) == 8


def check_tab(headers: Sequence[HeaderValues], hdu: int) -> Iterator[TabProblem]:
    """What stands against looking up the -TAB axes of an HDU in the tables of its file.

    Parameters
    ----------
    headers : sequence of mapping
        of all HDUs of the file, the primary one first.
    hdu : int
        the image, counted from 0.
    """
    axes = []
    for axis, version in _list_tab_axes(headers[hdu]):
        try:
            axes.append(TabAxis.from_values(headers[hdu], axis, version))
        except KeywordError as error:
            yield TabProblem(error.keyword, str(error), hdu)
    arrays: dict[tuple[str, tuple[str, int, int, str]], list[TabAxis]] = {}
    for tab in axes:
        arrays.setdefault((tab.version, tab.table), []).append(tab)
    for sharing in arrays.values():
        yield from _check_array(headers, hdu, sharing)


def _list_tab_axes(values: HeaderValues) -> list[tuple[int, str]]:
    found = []
    for keyword, value in values.items():
        told = _CTYPE.fullmatch(keyword)
        if told and isinstance(value, str) and is_tab(value):
            found.append((int(told[1]), told[2]))
    return found


def _check_array(
    headers: Sequence[HeaderValues], hdu: int, sharing: list[TabAxis]
) -> Iterator[TabProblem]:
    first = sharing[0]
    name = f"PS{first.axis}_0{first.version}"
    places = [at for at, values in enumerate(headers) if _is_table(values, first)]
    if not places:
        shown = f"{show_value(first.extname)}, EXTVER {first.extver}, EXTLEVEL {first.extlevel}"
        yield TabProblem(name, f"{name} names a table {shown} that the file has not", hdu)
        return
    if len(places) > 1:
        told = ", ".join(str(at + 1) for at in places[:5])
        yield TabProblem(name, f"{name} names more than one table: HDUs {told}", hdu)
    table = places[0]
    if table == hdu:
        yield TabProblem(name, f"{name} names the HDU that it stands in", hdu)
        return
    rows = headers[table].get("NAXIS2")
    if rows != 1:
        sentence = f"NAXIS2 = {show_value(rows)}: a table of coordinates has one row"
        yield TabProblem("NAXIS2", sentence, table)
    try:
        yield from _check_columns(headers[table], table, hdu, sharing)
    except KeywordError as error:
        yield TabProblem(error.keyword, str(error), table)


def _is_table(values: HeaderValues, tab: TabAxis) -> bool:
    name = values.get("EXTNAME")
    if not isinstance(name, str) or name.strip(" ").upper() != tab.extname.upper():
        return False
    kind = values.get("XTENSION")
    told = [values.get(word) for word in ("EXTVER", "EXTLEVEL")]
    numbers = tuple(1 if number is None else number for number in told)
    is_table = isinstance(kind, str) and kind.rstrip(" ") in ("BINTABLE", "A3DTABLE")
    return is_table and numbers == (tab.extver, tab.extlevel)


def _check_columns(
    values: HeaderValues, table: int, hdu: int, sharing: list[TabAxis]
) -> Iterator[TabProblem]:
    first = sharing[0]
    columns = _number_columns(values)
    number = columns.get(first.column.upper())
    if number is None:
        name = f"PS{first.axis}_1{first.version}"
        sentence = f"{name} = {show_value(first.column)} is no column of the table"
        yield TabProblem(name, sentence, hdu)
        return
    column = read_tab_column(values, number)
    problem = _judge_coordinates(column, sharing)
    if problem:
        keyword, reason = problem
        yield TabProblem(keyword, f"{keyword} {reason}", table)
        return
    seen: dict[int, TabAxis] = {}
    for tab in sharing:
        name = f"PV{tab.axis}_3{tab.version}"
        if tab.dimension > len(column.shape) - 1:
            reason = f"= {tab.dimension}, where the array has {len(column.shape) - 1} axes"
            yield TabProblem(name, f"{name} {reason}", hdu)
            continue
        if tab.dimension in seen:
            reason = f"= {tab.dimension}, as axis {seen[tab.dimension].axis} has"
            yield TabProblem(name, f"{name} {reason}", hdu)
        seen.setdefault(tab.dimension, tab)
        if tab.index_column:
            yield from _check_index(values, (table, hdu), tab, column)


def _judge_coordinates(column: TabColumn, sharing: list[TabAxis]) -> tuple[str, str] | None:
    """The keyword, and why the column is no coordinate array of the axes."""
    if column.code not in _REAL:
        return f"TFORM{column.number}", f"has {column.code}, where -TAB needs real numbers"
    if len(column.shape) < 2:
        return f"TDIM{column.number}", "is absent: a coordinate array has (M,K1,...,KM)"
    if column.shape[0] != len(column.shape) - 1:
        reason = f"tells {column.shape[0]} coordinates for {len(column.shape) - 1} axes"
        return f"TDIM{column.number}", reason
    if column.shape[0] != len(sharing):
        reason = f"tells {column.shape[0]} coordinates, where {len(sharing)} axes look them up"
        return f"TDIM{column.number}", reason
    if 0 in column.shape:
        return f"TDIM{column.number}", "tells an array without elements"
    return None


def _check_index(
    values: HeaderValues, places: tuple[int, int], tab: TabAxis, coordinates: TabColumn
) -> Iterator[TabProblem]:
    table, hdu = places
    number = _number_columns(values).get(tab.index_column.upper())
    if number is None:
        name = f"PS{tab.axis}_2{tab.version}"
        sentence = f"{name} = {show_value(tab.index_column)} is no column of the table"
        yield TabProblem(name, sentence, hdu)
        return
    index = read_tab_column(values, number)
    wanted = coordinates.shape[tab.dimension]
    if index.code not in _REAL or math.prod(index.shape) != wanted:
        name = f"TFORM{number}"
        had = show_value(math.prod(index.shape))
        sentence = f"{name} has {had} {index.code}, where {wanted} indices"
        yield TabProblem(name, f"{sentence} of axis {tab.axis} are needed", table)


def _number_columns(values: HeaderValues) -> dict[str, int]:
    """Column numbers by their names in capitals; the first of equal ones."""
    count = read_integer(values, "TFIELDS", 0, _COLUMNS_MAX) or 0
    found: dict[str, int] = {}
    for number in range(1, count + 1):
        name = values.get(f"TTYPE{number}")
        if isinstance(name, str):
            found.setdefault(name.strip(" ").upper(), number)
    return found


def read_tab_column(values: HeaderValues, number: int) -> TabColumn:
    """A column as its keywords tell it.

    Raises
    ------
    KeywordError
        where TFORMn or TDIMn cannot be read, or TDIMn tells more elements than TFORMn.
    """
    name = f"TFORM{number}"
    text = read_string(values, name)
    told = _FORM.match(text or "")
    if told is None:
        raise KeywordError(name, f"= {show_value(text)} is no format of a column")
    repeat = int(told[1]) if told[1] else 1
    dimensions = read_string(values, f"TDIM{number}")
    if dimensions is None:
        return TabColumn(number, told[2], (repeat,))
    shape = _DIM.fullmatch(dimensions)
    if shape is None:
        raise KeywordError(f"TDIM{number}", f"= {show_value(dimensions)} is no shape of an array")
    sizes = tuple(int(size) for size in shape[1].split(","))
    if math.prod(sizes) > repeat:
        reason = f"tells {show_value(math.prod(sizes))} elements, where {name} tells {repeat}"
        raise KeywordError(f"TDIM{number}", reason)
    return TabColumn(number, told[2], sizes)
