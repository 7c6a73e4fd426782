"""Which collectors a data unit needs for what is to be known of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator

from fitslint.data.arrays import ArrayCollector, Look
from fitslint.data.collector import Collector
from fitslint.data.columns import (
    NUMBER_TYPES,
    BitPart,
    ExtremesPart,
    LogicalPart,
    TextPart,
    choose_string_width,
    has_limits,
    make_extremes,
    read_dimensions,
)
from fitslint.data.contents import choose_look
from fitslint.data.descriptors import DescriptorPart, HeapUse
from fitslint.data.disk import DiskCollector, find_disk
from fitslint.data.empty_tiles import watch_tiles
from fitslint.data.fields import CharacterPart, NumberPart
from fitslint.data.orders import IntervalPart, OrderPart
from fitslint.data.packed_columns import PackedTable
from fitslint.data.pixels import PixelCollector
from fitslint.data.rows import ROW_MAX, RowCollector, RowPart
from fitslint.data.scaling import Scaling, read_scaling
from fitslint.data.sums import WordSum
from fitslint.data.table import (
    BINARY_TABLES,
    Column,
    TableLayout,
    is_event_list,
    read_table_layout,
)
from fitslint.data.tiles import choose_tile_look
from fitslint.data.tiling import Tiling, read_tiling
from fitslint.model.data_facts import DataFacts, Fact
from fitslint.source.image import PIXEL_TYPES
from fitslint.syntax.column_formats import BinaryFormat, TextFormat

Wanted = Collection[Fact]


class DataPlan:
    """The collectors of a data unit, and where its rows end."""

    def __init__(self, unit: DataFacts, wanted: Wanted, padded: int) -> None:
        self.collectors: list[Collector] = []
        self.row_bytes = 0
        """Of a row that is taken whole; 0 where nobody wants rows."""
        self.row_end = 0
        header = unit.header
        if "sum" in wanted:
            self.collectors.append(WordSum(unit, padded))
        if header.kind in ("primary", "image"):
            self._add_pixels(unit, wanted)
        elif header.kind in (*BINARY_TABLES, "table"):
            layout = read_table_layout(header)
            if layout is not None and layout.rows:
                self._add_rows(unit, wanted, layout)

    def _add_pixels(self, unit: DataFacts, wanted: Wanted) -> None:
        header = unit.header
        whole = header.structure.bitpix in (8, 16, 32, 64)
        scaling = read_scaling(header, ("BSCALE", "BZERO", "BLANK"), has_null=whole)
        if scaling is None or header.structure.bitpix not in PIXEL_TYPES:
            return
        if "pixels" in wanted:
            self.collectors.append(PixelCollector(unit, scaling))
        if "disk" in wanted and (disk := find_disk(header)) is not None:
            self.collectors.append(DiskCollector(unit, disk, scaling))

    def _add_rows(self, unit: DataFacts, wanted: Wanted, layout: TableLayout) -> None:
        if unit.header.kind == "table":
            parts = list(_list_text_parts(unit, wanted, layout))
        else:
            parts = list(_list_binary_parts(unit, wanted, layout))
            self._add_heap(unit, wanted, layout, parts)
        if not parts:
            return
        if layout.width > ROW_MAX:
            unit.left_out.append(f"the columns, for a row has {layout.width:,} bytes")
            self.collectors = [
                collector for collector in self.collectors if isinstance(collector, WordSum)
            ]
            return
        self.row_bytes, self.row_end = layout.width, layout.size
        self.collectors.append(RowCollector(unit, layout.width, layout.size, parts))

    def _add_heap(
        self, unit: DataFacts, wanted: Wanted, layout: TableLayout, parts: list[RowPart]
    ) -> None:
        """Add what looks at descriptors, and at what they point to."""
        use = HeapUse(unit, layout.heap, layout.heap_size, remembers="heap" in wanted)
        found = list(_list_descriptors(unit, layout, use))
        if not found:
            return
        arrays = ArrayCollector(unit, layout)
        packed = PackedTable(unit, wanted, layout, use, arrays.endings)
        tiling = read_tiling(unit.header) if unit.header.kind == "compressed-image" else None
        looks = dict(
            _list_looks(unit, wanted, layout, packed, endings=arrays.endings, tiling=tiling)
        )
        if not (looks or {"descriptors", "heap"} & set(wanted)):
            return
        self.collectors.append(use)
        parts += found
        if looks and "tiles" in wanted:
            watch_tiles(unit, layout, tiling, found)
        for part in found:
            if part.column in looks:
                arrays.watch(part, looks[part.column])
        self.collectors += [arrays, *packed.arrays] if looks else []


def _list_looks(
    unit: DataFacts, wanted: Wanted, layout: TableLayout, packed: PackedTable, *,
    endings: dict[int, Callable[[], None]], tiling: Tiling | None,
) -> Iterator[tuple[int, Look]]:  # fmt: skip
    """By column, what looks at its arrays: tiles, or values."""
    kind = unit.header.kind
    for column in layout.columns:
        form, number = column.form, column.number
        if not isinstance(form, BinaryFormat) or not form.is_variable:
            continue
        look = None
        if kind == "compressed-table":
            look = packed.choose_look(number)
        elif tiling is not None and "tiles" in wanted:
            look = choose_tile_look(unit, number, tiling)
        elif kind == "bintable":
            shape = read_dimensions(unit.header, number)
            width = shape[0] if shape else 0
            look = choose_look(unit, number, form.element, width, wanted=wanted, endings=endings)
        if look is not None:
            yield number, look


def _list_descriptors(
    unit: DataFacts, layout: TableLayout, use: HeapUse
) -> Iterator[DescriptorPart]:
    for column in layout.columns:
        form = column.form
        if isinstance(form, BinaryFormat) and form.is_variable and form.repeat == 1:
            shape = read_dimensions(unit.header, column.number)
            least = math.prod(shape) if shape else 0
            yield DescriptorPart(unit, column.number, column.start, form, least=least, use=use)


def _list_binary_parts(unit: DataFacts, wanted: Wanted, layout: TableLayout) -> Iterator[RowPart]:
    for column in layout.columns:
        form, number = column.form, column.number
        if not isinstance(form, BinaryFormat) or form.is_variable or not form.repeat:
            continue
        if form.code == "L" and "logicals" in wanted:
            yield LogicalPart(unit, number, column.start, column.stop)
        elif form.code == "A" and "texts" in wanted:
            width = choose_string_width(unit.header, number, form)
            yield TextPart(unit, number, column.start, column.stop, width)
        elif form.code == "X" and "bits" in wanted and form.repeat % 8:
            yield BitPart(unit, number, column.stop - 1, -form.repeat % 8)
        elif "extremes" in wanted:
            extremes = make_extremes(unit, number, form.code, column.start, column.stop)
            if extremes is not None:
                yield extremes
    if "order" in wanted:
        yield from _list_orders(unit, layout)


def _list_orders(unit: DataFacts, layout: TableLayout) -> Iterator[RowPart]:
    """Times of events, and good time intervals."""
    header = unit.header
    if not is_event_list(header):
        return
    names: dict[str, Column] = {}
    for column in layout.columns:
        form = column.form
        if isinstance(form, BinaryFormat) and form.code in NUMBER_TYPES and form.repeat == 1:
            name = (header.string(f"TTYPE{column.number}") or "").strip().upper()
            names.setdefault(name, column)
    start, stop = names.get("START"), names.get("STOP")
    first = names.get("TIME") if start is None else start
    for bound in (first, stop):
        if bound is not None:
            yield ExtremesPart(
                unit, bound.number, bound.start, bound.stop, code=bound.form.code, scaling=Scaling()
            )
    if first is not None:
        yield OrderPart(unit, first.number, first.start, first.stop, first.form.code)
    if start is not None and stop is not None and start.form.code == stop.form.code:
        yield IntervalPart(unit, stop.number, start.start, stop.start, stop.form.code)


def _list_text_parts(unit: DataFacts, wanted: Wanted, layout: TableLayout) -> Iterator[RowPart]:
    if "characters" in wanted:
        yield CharacterPart(unit, 0, 0, layout.width)
    for column in layout.columns:
        form, n = column.form, column.number
        if not isinstance(form, TextFormat) or form.code == "A":
            continue
        is_limited = "extremes" in wanted and has_limits(unit.header, n)
        if "fields" not in wanted and not is_limited:
            continue
        null = unit.header.string(f"TNULL{n}")
        names = f"TSCAL{n}", f"TZERO{n}", ""
        scaling = read_scaling(unit.header, names, has_null=False) if is_limited else None
        text = null.strip(" ").encode("latin-1", "replace") if null is not None else None
        yield NumberPart(unit, n, column.start, form, null=text, scaling=scaling)
