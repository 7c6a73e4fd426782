"""The layout of a table: where columns stand in a row, and the rows in the data unit."""

from __future__ import annotations

from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.syntax.column_formats import (
    BinaryFormat,
    TextFormat,
    parse_ascii_format,
    parse_binary_format,
)

BINARY_TABLES = ("bintable", "compressed-image", "compressed-table")
_COLUMNS_MAX = 999
_EVENT_LISTS = ("EVENTS", "STDEVT", "GTI", "STDGTI")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its number, and the bytes ``start:stop`` of a row."""

    number: int
    start: int
    stop: int
    form: BinaryFormat | TextFormat


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Sizes in bytes; ``heap`` is the place of the heap in the data unit."""

    width: int
    rows: int
    columns: tuple[Column, ...]
    heap: int
    heap_size: int

    @property
    def size(self) -> int:
        """Bytes of all rows."""
        return self.width * self.rows


def read_table_layout(header: Header) -> TableLayout | None:
    """The layout that a header describes; None where it contradicts itself.

    What is wrong with it is told by rules on headers; bytes cannot be judged by it.
    """
    structure = header.structure
    if structure.bitpix != 8 or len(structure.axes) != 2 or structure.gcount != 1:
        return None
    width, rows = structure.axes
    count, extra = structure.tfields, structure.pcount
    if width is None or rows is None or count is None or extra is None:
        return None
    if not (width > 0 and rows >= 0 and 0 <= count <= _COLUMNS_MAX and extra >= 0):
        return None
    is_ascii = header.kind == "table"
    columns = (_place_fields if is_ascii else _place_columns)(header, width, count)
    if columns is None:
        return None
    size = width * rows
    theap = header.value("THEAP")
    heap = theap if type(theap) is int and not is_ascii else size
    if not size <= heap <= size + extra:
        return None
    return TableLayout(width, rows, columns, heap, size + extra - heap)


def is_event_list(header: Header) -> bool:
    """Whether a table is a list of events or of good time intervals, by its name or class."""
    names = {(header.string(name) or "").strip().upper() for name in ("EXTNAME", "HDUCLAS1")}
    return not names.isdisjoint(_EVENT_LISTS)


def _place_columns(header: Header, width: int, count: int) -> tuple[Column, ...] | None:
    """Columns of a binary table, one behind the other, that fill the row."""
    found, start = [], 0
    for number in range(1, count + 1):
        text = header.string(f"TFORM{number}")
        form = parse_binary_format(text) if text is not None else None
        if form is None:
            return None
        found.append(Column(number, start, start + form.field_bytes, form))
        start += form.field_bytes
    return tuple(found) if start == width else None


def _place_fields(header: Header, width: int, count: int) -> tuple[Column, ...] | None:
    """Fields of an ASCII table, each at its TBCOLn."""
    found = []
    for number in range(1, count + 1):
        text, first = header.string(f"TFORM{number}"), header.value(f"TBCOL{number}")
        form = parse_ascii_format(text) if text is not None else None
        if form is None or type(first) is not int or first < 1 or first - 1 + form.width > width:
            return None
        found.append(Column(number, first - 1, first - 1 + form.width, form))
    return tuple(found)
