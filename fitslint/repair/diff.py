"""What a repair changes, card by card."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fitslint.model.file import FitsFile, Hdu
from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.repair.model import Patch
from fitslint.text import say

Sign = Literal[" ", "-", "+"]
ReadAt = Callable[[int, int], bytes]
_CONTEXT_CARDS = 2
"""Cards shown around a change."""
_BYTES_SHOWN = 2 * CARD_SIZE
"""Bytes shown of a change outside the headers."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring changes: what is taken away, what is written, and the cards around it.

    ``old`` and ``new`` are (first card counted from 1, number of cards) on either side.
    """

    location: str
    old: tuple[int, int]
    new: tuple[int, int]
    records: tuple[tuple[Sign, bytes], ...]


def list_hunks(file: FitsFile, read_at: ReadAt, patches: Sequence[Patch]) -> Iterator[Hunk]:
    """The differences that ``patches`` make to ``file``, in its order.

    Parameters
    ----------
    file
        the structure of the file as it is.
    read_at
        gives the bytes ``offset:offset + count`` of its uncompressed stream.
    patches
        disjoint and in order.
    """
    waiting = deque(patches)
    outside = _make_data_hunk(read_at)
    for hdu in file.hdus:
        start, stop = _find_extent(hdu)
        while waiting and waiting[0].start < start:
            yield outside(waiting.popleft())
        own = []
        while waiting and waiting[0].end <= stop:
            own.append(waiting.popleft())
        if own:
            yield from _diff_header(hdu, read_at(start, stop - start), start, own)
    yield from map(outside, waiting)


def _find_extent(hdu: Hdu) -> tuple[int, int]:
    header = hdu.header
    if header.stops and header.is_text:
        return header.offset, max(header.offset, hdu.data_offset, *header.stops)
    return header.offset, header.offset + header.size


def _diff_header(hdu: Hdu, old: bytes, start: int, patches: Sequence[Patch]) -> Iterator[Hunk]:
    new, position = bytearray(), 0
    for patch in patches:
        new += old[position : patch.start - start] + patch.new
        position = patch.end - start
    new += old[position:]
    name = hdu.header.string("EXTNAME")
    location = f"HDU {hdu.number}" + (f" ({name})" if name else "")
    split = _split_lines if hdu.header.is_text and b"\n" in old else _split_cards
    grown = (len(new) - len(old)) // BLOCK_SIZE
    if split is _split_cards and grown and len(new) % BLOCK_SIZE == 0:
        location += f", {'+' if grown > 0 else '-'}{abs(grown)} header block"
        location += "s" if abs(grown) > 1 else ""
    yield from _diff_cards(location, split(old), split(bytes(new)))


def _split_cards(header: bytes) -> list[bytes]:
    """The cards, blank fill behind the last one left out."""
    text = header.rstrip(b" ")
    return [header[at : at + CARD_SIZE] for at in range(0, len(text), CARD_SIZE)]


def _split_lines(header: bytes) -> list[bytes]:
    return header.splitlines(keepends=True)


def _diff_cards(location: str, old: list[bytes], new: list[bytes]) -> Iterator[Hunk]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT_CARDS):
        records: list[tuple[Sign, bytes]] = []
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                records += [(" ", record) for record in old[old_from:old_to]]
                continue
            records += [("-", record) for record in old[old_from:old_to]]
            records += [("+", record) for record in new[new_from:new_to]]
        first, last = group[0], group[-1]
        yield Hunk(
            location,
            (first[1] + 1, last[2] - first[1]),
            (first[3] + 1, last[4] - first[3]),
            tuple(records),
        )


def _make_data_hunk(read_at: ReadAt) -> Callable[[Patch], Hunk]:
    """Changes outside the headers are told by their bytes, and only the first of them."""

    def make_hunk(patch: Patch) -> Hunk:
        gone, new = patch.end - patch.start, len(patch.new)
        location = say(
            "byte {start}, {gone} bytes become {new}", start=patch.start, gone=gone, new=new
        )
        records: list[tuple[Sign, bytes]] = []
        if gone:
            records.append(("-", read_at(patch.start, min(gone, _BYTES_SHOWN))))
        if new:
            records.append(("+", patch.new[:_BYTES_SHOWN]))
        return Hunk(location, (patch.start, gone), (patch.start, new), tuple(records))

    return make_hunk
