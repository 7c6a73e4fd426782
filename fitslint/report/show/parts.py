"""What the bytes of a file belong to, and a drawing of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.form import BLOCK_SIZE
from fitslint.model.records import dataclass

PartKind = Literal["header", "data", "gap", "heap", "padding", "missing", "other"]
MARKS: dict[PartKind, str] = {
    "header": "H", "data": "d", "gap": "g", "heap": "v", "padding": ".", "missing": "x",
    "other": "?",
}  # fmt: skip
"""How a part is drawn. ``gap`` stands between a table and its heap; ``other`` belongs to no HDU."""
_DRAWN: tuple[PartKind, ...] = ("padding", "other", "gap", "data", "heap", "header")
"""In this order, where several parts share one place of the drawing the last is seen."""


_WITH_HEAP = ("BINTABLE", "A3DTABLE")


@dataclass(frozen=True, slots=True)
class FilePart:
    """Bytes ``start:stop`` of the uncompressed stream; those of ``missing`` are not there."""

    kind: PartKind
    start: int
    stop: int

    @property
    def length(self) -> int:
        """Bytes."""
        return self.stop - self.start


def list_hdu_parts(hdu: Hdu, end: int | None) -> list[FilePart]:
    """The parts of an HDU, where ``end`` is where the file or the next HDU begins, if known.

    Of a table with PCOUNT the heap begins at THEAP (FITS 4.0, section 7.3.2).
    """
    start, size = hdu.data_offset, hdu.data_bytes
    parts = [FilePart("header", hdu.header.offset, start)]
    if hdu.header.is_text or size is None:
        return parts
    stops: list[tuple[PartKind, int]] = [*_list_data_stops(hdu, size)]
    stops.append(("padding", start + size + -size % BLOCK_SIZE))
    for kind, stop in stops:
        there = stop if end is None else max(start, min(stop, end))
        if there > start:
            parts.append(FilePart(kind, start, there))
        if stop > there:
            parts.append(FilePart("missing", there, stop))
        start = stop
    return parts


def _list_data_stops(hdu: Hdu, size: int) -> Iterator[tuple[PartKind, int]]:
    """Where the parts of a data unit of ``size`` bytes end."""
    structure, at = hdu.header.structure, hdu.data_offset
    pcount = structure.pcount or 0
    if structure.extension not in _WITH_HEAP or not 0 < pcount <= size:
        yield "data", at + size
        return
    rows = size - pcount
    heap = hdu.header.value("THEAP")
    yield "data", at + rows
    yield "gap", at + (heap if isinstance(heap, int) and rows <= heap <= size else rows)
    yield "heap", at + size


def list_file_parts(file: FitsFile) -> list[tuple[Hdu | None, list[FilePart]]]:
    """The parts of every HDU in the order of the file, and between them what belongs to none."""
    found: list[tuple[Hdu | None, list[FilePart]]] = []
    at = 0
    for hdu, following in zip(file.hdus, [*file.hdus[1:], None], strict=True):
        start = hdu.header.offset
        if start > at:
            found.append((None, [FilePart("other", at, start)]))
        end = file.size if following is None else following.header.offset
        parts = list_hdu_parts(hdu, end)
        found.append((hdu, parts))
        at = max(part.stop for part in parts if part.kind != "missing")
    if file.size is not None and file.hdus and file.size > at:
        found.append((None, [FilePart("other", at, file.size)]))
    return found


def measure_parts(parts: Sequence[FilePart], kind: PartKind) -> int:
    """Bytes of all parts of a kind."""
    return sum(part.length for part in parts if part.kind == kind)


def draw_parts(parts: Sequence[FilePart], total: int, width: int) -> str:
    """A line of ``width`` marks, to the scale of a file of ``total`` bytes.

    No part is too small to be seen, but where another lies in the same place; an ``x`` behind the
    line says that bytes are missing.
    """
    places = [" "] * width
    for kind in _DRAWN:
        for part in parts:
            if part.kind != kind:
                continue
            first = min(part.start * width // total, width - 1)
            last = max(first + 1, min(-(-part.stop * width // total), width))
            # A part that begins within a place leaves it to the one before, if it has others.
            first += part.start * width % total > 0 and last - first > 1
            places[first:last] = MARKS[kind] * (last - first)
    missing = any(part.kind == "missing" for part in parts)
    return "".join(places) + (MARKS["missing"] if missing else "")
