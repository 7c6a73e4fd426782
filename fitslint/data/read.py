"""Reading a data unit: one pass over its bytes, whoever wants to see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from fitslint.data.collector import CHUNK, Collector
from fitslint.data.plan import DataPlan, Wanted
from fitslint.model.data_facts import DataFacts, Places
from fitslint.model.file import Hdu
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.header import Header
from fitslint.source.readers import FileReader
from fitslint.syntax.scan_reader import Reader

Advance = Callable[[int], None]
"""Is told how many bytes have been dealt with since it was called last."""


class _Part(NamedTuple):
    """Bytes ``start:stop`` of a data unit, to be read ``step`` at a time."""

    start: int
    stop: int
    step: int


class DataReader:
    """Reads the data units of a file as the scanner comes to them, and leaves what it found there.

    Parameters
    ----------
    choose
        what is to be known of the data of a header; nothing of it leaves its data unread.
    advance
        is called after every chunk.
    """

    def __init__(self, choose: Callable[[Header], Wanted], advance: Advance | None = None) -> None:
        self._choose = choose
        self._advance = advance or _ignore

    def __call__(self, reader: Reader, hdu: Hdu) -> None:
        """Read the data unit of ``hdu``; what is cut short or fails leaves it without."""
        size = hdu.data_bytes
        if size is None or hdu.header.end is None:
            return
        unit = DataFacts(hdu.header, hdu.data_offset, size)
        padded = size + -size % BLOCK_SIZE
        wanted = self._choose(hdu.header)
        plan = DataPlan(unit, wanted, padded)
        for part in _list_parts(plan, padded):
            takers = [
                candidate
                for candidate in plan.collectors
                if candidate.start <= part.start and part.stop <= candidate.stop
            ]
            if takers and not self._read_part(reader, unit, takers, part):
                return
        if "fill" in wanted and padded > size:
            _judge_fill(reader, unit, padded)
        for collector in plan.collectors:
            collector.revisit(lambda at, count: reader.read_at(unit.offset + at, count)[:count])
        for collector in plan.collectors:
            collector.finish()
        hdu.data = unit

    def _read_part(
        self, reader: Reader, unit: DataFacts, takers: list[Collector], part: _Part
    ) -> bool:
        """Hand out a part of a data unit; whether all of it is there."""
        at, stop, step = part
        while at < stop:
            count = min(step, stop - at)
            hole = _measure_hole(reader, unit.offset + at, stop - at) // step * step
            if hole:
                count = hole
                for taker in takers:
                    taker.take_zeros(at, count)
            else:
                data = reader.read_at(unit.offset + at, count)
                if len(data) < count:
                    return False
                for taker in takers:
                    taker.take(at, data)
            at += count
            unit.bytes_read += count
            self._advance(count)
        return True


def _ignore(_bytes: int) -> None:
    """Tell nobody."""


def _list_parts(plan: DataPlan, padded: int) -> Iterator[_Part]:
    """The parts of a data unit that the same collectors take."""
    bounds = {
        0,
        padded,
        *(end for collector in plan.collectors for end in (collector.start, collector.stop)),
    }
    edges = sorted(edge for edge in bounds if 0 <= edge <= padded)
    for start, stop in pairwise(edges):
        step = CHUNK
        if plan.row_bytes and stop <= plan.row_end:
            step = max(CHUNK // plan.row_bytes, 1) * plan.row_bytes
        yield _Part(start, stop, step)


def _measure_hole(reader: Reader, offset: int, most: int) -> int:
    """Bytes from ``offset`` on, at most so many, that were never written and read as zeros."""
    return reader.measure_hole(offset, most) if isinstance(reader, FileReader) else 0


def _judge_fill(reader: Reader, unit: DataFacts, padded: int) -> None:
    """Note bytes behind the data that are not what fills their last block."""
    fill = reader.read_at(unit.offset + unit.size, padded - unit.size)[: padded - unit.size]
    wanted = b" " if unit.header.kind == "table" else b"\x00"
    rest = fill.lstrip(wanted)
    if rest:
        first = len(fill) - len(rest)
        count = len(fill) - fill.count(wanted)
        byte = unit.offset + unit.size + first
        unit.add_places("fill", 0, Places(count, byte, text=f"0x{rest[0]:02X}", number=len(fill)))
