"""Coordinates that columns of a table have: of images in its cells, and of lists of pixels."""

from __future__ import annotations

from collections.abc import Iterator

from fitslint.model.header import Header, Layout
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.model.value import Value
from fitslint.wcs.axes import parse_celestial

_ROOTS = {
    "CTYP": "CTYPE", "CTY": "CTYPE", "CUNI": "CUNIT", "CUN": "CUNIT", "CRVL": "CRVAL",
    "CRV": "CRVAL", "CDLT": "CDELT", "CDE": "CDELT", "CRPX": "CRPIX", "CRP": "CRPIX",
    "CROT": "CROTA", "PC": "PC", "P": "PC", "CD": "CD", "C": "CD", "PV": "PV", "V": "PV",
    "WCAX": "WCSAXES", "WCSN": "WCSNAME", "LONP": "LONPOLE", "LATP": "LATPOLE",
    "EQUI": "EQUINOX", "RADE": "RADESYS", "RFRQ": "RESTFRQ", "RWAV": "RESTWAV",
}  # fmt: skip
"""Keywords of columns, and those of images that they stand for (FITS 4.0, table 22)."""
_AXIS = "(CTYP|CTY|CUNI|CUN|CRVL|CRV|CDLT|CDE|CRPX|CRP|CROT)"
_NUMBER = "([1-9][0-9]{0,2})"
_CELL = compile_late(
    rf"([1-9]){_AXIS}{_NUMBER}([A-Z]?)|([1-9])([1-9])(PC|CD){_NUMBER}([A-Z]?)"
    rf"|([1-9])(PV|V){_NUMBER}_([0-9]{{1,2}})([A-Z]?)"
)
_LIST = compile_late(
    rf"T{_AXIS}{_NUMBER}([A-Z]?)|T(PC|P|CD|C){_NUMBER}_{_NUMBER}([A-Z]?)"
    rf"|T(PV|V){_NUMBER}_([0-9]{{1,2}})([A-Z]?)"
)
_WORD = compile_late(rf"(WCAX|WCSN|LONP|LATP|EQUI|RADE|RFRQ|RWAV){_NUMBER}([A-Z]?)")
_OF_HDU = ("RADESYS", "RADECSYS", "EQUINOX")
"""What holds for all columns that do not say otherwise, as WCSLIB takes it."""
_DIMENSIONS = compile_late(r" *\( *([0-9]{1,9}) *, *([0-9]{1,9}) *(?:,[0-9, ]*)?\) *")
_LEAST = (0.5, 1.0)
"""TLMINn of a list whose pixels count from 1: the edge of the first pixel, or its centre."""
_SIDE_MAX = 1e9


@dataclass(frozen=True, slots=True)
class ColumnCoordinates:
    """One description, in the keywords of an image.

    Attributes
    ----------
    columns : tuple of int
        one with images in its cells, or two of a list of pixels.
    version : str
    values : dict of str to value
    shape : (int, int), optional
        pixels, where the table tells them.
    """

    columns: tuple[int, ...]
    version: str
    values: dict[str, Value]
    shape: tuple[int, int] | None


_Key = tuple[int, str]
"""A column and the letter of a version."""


def list_column_coordinates(header: Header) -> Iterator[ColumnCoordinates]:
    """The descriptions of the columns of a table: of cells, then pairs of celestial columns."""
    if header.kind not in ("bintable", "table") and not header.is_text:
        return
    cells, lists, words = header.layout.compute_once("coordinates of columns", _sort_names)
    for (column, version), names in cells.items():
        values = {own: header.value(name) for own, name in names.items()}
        _add_words(header, values, words, (column, version))
        yield ColumnCoordinates((column,), version, values, _read_dimensions(header, column))
    for longitude, latitude, version in _pair_columns(header, lists):
        yield _join_columns(header, (longitude, latitude), version, words)


def _sort_names(
    layout: Layout,
) -> tuple[dict[_Key, dict[str, str]], list[tuple[str, _Key]], dict[_Key, dict[str, str]]]:
    """Keywords of cells by column and version, CTYPE of lists with theirs, and other words."""
    cells: dict[_Key, dict[str, str]] = {}
    words: dict[_Key, dict[str, str]] = {}
    lists: list[tuple[str, _Key]] = []
    for name in layout.index:
        if told := _CELL.fullmatch(name):
            own, key = _translate_cell(told.groups())
            cells.setdefault(key, {})[own] = name
        elif told := _WORD.fullmatch(name):
            key = int(told[2]), told[3]
            words.setdefault(key, {})[f"{_ROOTS[told[1]]}{told[3]}"] = name
        elif name.startswith(("TCTYP", "TCTY")) and (told := _LIST.fullmatch(name)):
            lists.append((name, (int(told[2]), told[3])))
    lists.sort(key=lambda item: item[1])
    return cells, lists, words


def _translate_cell(parts: tuple[str | None, ...]) -> tuple[str, _Key]:
    """The keyword of an image, and the column with the version, of one of a cell."""
    if parts[1]:
        axis, root, column, letter = (part or "" for part in parts[:4])
        return f"{_ROOTS[root]}{axis}{letter}", (int(column), letter)
    if parts[6]:
        i, j, root, column, letter = (part or "" for part in parts[4:9])
        return f"{root}{i}_{j}{letter}", (int(column), letter)
    axis, root, column, term, letter = (part or "" for part in parts[9:])
    return f"PV{axis}_{int(term)}{letter}", (int(column), letter)


def _add_words(
    header: Header, values: dict[str, Value], words: dict[_Key, dict[str, str]], key: _Key
) -> None:
    for own, name in words.get(key, {}).items():
        values.setdefault(own, header.value(name))
    if not key[1] and "RADESYS" not in values and "EQUINOX" not in values:
        values |= {name: header.value(name) for name in _OF_HDU if name in header}


def _read_dimensions(header: Header, column: int) -> tuple[int, int] | None:
    told = _DIMENSIONS.fullmatch(header.string(f"TDIM{column}") or "")
    shape = (int(told[1]), int(told[2])) if told else (0, 0)
    return shape if min(shape) > 0 else None


def _pair_columns(header: Header, lists: list[tuple[str, _Key]]) -> Iterator[tuple[int, int, str]]:
    """Columns of longitude and latitude of one system, projection and version."""
    waiting: dict[tuple[str, str, str, bool], int] = {}
    for name, (column, version) in lists:
        kind = parse_celestial(header.string(name) or "")
        if kind is None:
            continue
        other = waiting.pop((kind.system, kind.code, version, not kind.latitude), None)
        if other is None:
            waiting[kind.system, kind.code, version, kind.latitude] = column
        else:
            yield (other, column, version) if kind.latitude else (column, other, version)


def _join_columns(
    header: Header, columns: tuple[int, int], version: str, words: dict[_Key, dict[str, str]]
) -> ColumnCoordinates:
    """The coordinates of two columns, of which the longitude becomes axis 1."""
    axes = {column: axis for axis, column in enumerate(columns, 1)}
    values: dict[str, Value] = {}
    for name in header.layout.index:
        told = _LIST.fullmatch(name)
        parts = tuple(part or "" for part in told.groups()) if told else ()
        if not parts:
            continue
        if parts[0] and parts[2] == version and int(parts[1]) in axes:
            own = f"{_ROOTS[parts[0]]}{axes[int(parts[1])]}"
        elif parts[3] and parts[6] == version and {int(parts[4]), int(parts[5])} <= axes.keys():
            own = f"{_ROOTS[parts[3]]}{axes[int(parts[4])]}_{axes[int(parts[5])]}"
        elif parts[7] and parts[10] == version and int(parts[8]) in axes:
            own = f"PV{axes[int(parts[8])]}_{int(parts[9])}"
        else:
            continue
        values[own + version] = header.value(name)
    for column in columns:
        _add_words(header, values, words, (column, version))
    values.pop(f"WCSAXES{version}", None)  # of all columns with coordinates
    first, second = (_read_length(header, column) for column in columns)
    return ColumnCoordinates(
        columns, version, values, (first, second) if first and second else None
    )


def _read_length(header: Header, column: int) -> int:
    """Pixels of a list along a column, by TLMINn and TLMAXn; 0 where they are not told."""
    low, high = header.number(f"TLMIN{column}"), header.number(f"TLMAX{column}")
    if low not in _LEAST or high is None or not 1.0 <= high < _SIDE_MAX:
        return 0
    return int(high)
