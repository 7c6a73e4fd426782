"""Where a header ends: the quick way for sound headers, the careful way for all others."""

from __future__ import annotations

from typing import Literal

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.model.header import Header, Layout, Structure
from fitslint.model.records import dataclass, field
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import (
    END,
    count_leading_cards,
    find_end,
    is_end,
    is_header_block,
    may_be_card,
    starts_header,
)
from fitslint.syntax.scan_drift import Drift, follow_cards
from fitslint.syntax.scan_reader import WINDOW, Reader

CARDS_JUDGED = 20_000
"""Cards that are judged of a header that has no END within its limit."""
_PIECE = 4 * 1024 * 1024
"""Most bytes that are asked for at once while the end of a header is looked for."""
_HINTS = 64

StopReason = Literal["end", "next", "cards", "file", "limit"]
EndHint = tuple[int, bytes, bytes, Layout]

# Where END stood in the last sound header of every HDU number. A header with the same keywords in
# the same places ends there too; anything else is searched, so this decides the cost only.
_hints: dict[int, EndHint] = {}
_BITPIX = frozenset((8, 16, 32, 64, -32, -64))


def compute_data_size(structure: Structure) -> int | None:
    """Bytes of the data unit; None when the header cannot tell.

    An illegal BITPIX makes every size a guess, whose misfit would be reported as a second fault.
    """
    if structure.bitpix not in _BITPIX and structure.naxis != 0:
        return None
    return structure.data_bytes


def read_sound_header(data: bytes, at: int, offset: int, hdu: int) -> tuple[Header, int] | None:
    """A header without any structural fault that starts at ``data[at]``, and its length.

    None sends to `measure`: there is no END on the grid, its block is not filled with blanks, a
    second END or first card stands inside, or there are line breaks.
    """
    hint = _hints.get(hdu)
    if hint is not None:
        length, tail, fill, layout = hint
        end = at + length
        if data.startswith(tail, end) and data.find(10, at, end) < 0:
            header = make_header(data[at:end], offset=offset, hdu=hdu, end=END, fill=fill)
            if header.layout is layout or _is_orderly(header.layout, hdu):
                return header, length + len(tail)
    return _search_end(data, at, offset, hdu)


def _search_end(data: bytes, at: int, offset: int, hdu: int) -> tuple[Header, int] | None:
    end = data.find(END, at)
    while end >= 0 and (end - at) % CARD_SIZE:
        end = data.find(END, end + 1)
    if end < 0:
        return None
    length = end - at
    tail = END + b" " * ((-length - CARD_SIZE) % BLOCK_SIZE)
    if not data.startswith(tail, end) or data.find(10, at, end) >= 0:
        return None
    header = make_header(data[at:end], offset=offset, hdu=hdu, end=END, fill=tail[CARD_SIZE:])
    if not _is_orderly(header.layout, hdu):
        return None
    if hdu < _HINTS:
        _hints[hdu] = (length, tail, header.fill, header.layout)
    return header, length + len(tail)


def _is_orderly(layout: Layout, hdu: int) -> bool:
    first, other = ("SIMPLE", "XTENSION") if hdu == 1 else ("XTENSION", "SIMPLE")
    index = layout.index
    return index.get(first) == (0,) and other not in index and "END" not in index


@dataclass(slots=True)
class Extent:
    """A header as far as it goes; ``stop`` counts from its first byte."""

    raw: bytes
    end: bytes | None
    fill: bytes
    stop: int
    stop_reason: StopReason
    starts: tuple[int, ...] | None = None
    drifts: list[Drift] = field(default_factory=list)


def measure_header(reader: Reader, offset: int, limit: int) -> Extent:
    """The header at ``offset``, whatever is wrong with it."""
    data, at, how = read_until_end(reader, offset, limit)
    if how == "end":
        return _build_extent(data, at)
    if how in ("cards", "file"):
        drifted = _follow_drift(reader, offset, limit)
        if drifted is not None:
            return drifted
        # A valued END was read on from, but nothing better came.
        late = find_end(data, 0, at, greedy=True)
        if late >= 0:
            return _build_extent(data, late)
    return _build_endless_extent(data, at, how)


def read_until_end(reader: Reader, offset: int, limit: int) -> tuple[bytes, int, StopReason]:
    """Bytes from ``offset`` on, the place where the header stops in them, and why."""
    data, done, want = bytearray(), 0, WINDOW
    while True:
        data += reader.read_at(offset + len(data), want - len(data))
        over = len(data) < want
        while done < len(data) - (0 if over else BLOCK_SIZE - 1):
            found = _search_block(data, done)
            if found is not None:
                return bytes(data), *found
            done += BLOCK_SIZE
        if over:
            return bytes(data), len(data), "file"
        if want >= limit:
            # Nobody looks at the rest, which may be large.
            return bytes(data[: (CARDS_JUDGED + 1) * CARD_SIZE]), len(data), "limit"
        want = min(4 * want, want + _PIECE, max(limit, WINDOW))


def _search_block(data: bytearray, start: int) -> tuple[int, StopReason] | None:
    if start and starts_header(data, start):
        return start, "next"
    stop = min(start + BLOCK_SIZE, len(data))
    at = find_end(data, start, stop, greedy=False)
    if at >= 0:
        return at, "end"
    block = data[start:stop]
    if not is_header_block(block):
        return start + count_leading_cards(block) * CARD_SIZE, "cards"
    return None


def _build_extent(data: bytes, at: int) -> Extent:
    stop = at // BLOCK_SIZE * BLOCK_SIZE + BLOCK_SIZE
    end = data[at : at + CARD_SIZE].ljust(CARD_SIZE)
    return Extent(data[:at], end, data[at + CARD_SIZE : stop], stop, "end")


def _build_endless_extent(data: bytes, at: int, how: StopReason) -> Extent:
    """A header without END: blank cards behind the last one are its fill."""
    stop = at
    if how == "limit":
        at = min(at, CARDS_JUDGED * CARD_SIZE)
    elif at < CARD_SIZE <= len(data):
        at = CARD_SIZE
    at -= at % CARD_SIZE
    cards = len(data[:at].rstrip(b" "))
    cards += -cards % CARD_SIZE
    if how not in ("file", "limit"):
        stop = max(at + -at % BLOCK_SIZE, BLOCK_SIZE)
    return Extent(data[:cards], None, data[at:stop] if how == "next" else b"", stop, how)


def _follow_drift(reader: Reader, offset: int, limit: int) -> Extent | None:
    """The header when its cards leave the 80-byte grid and END is found on another one."""
    data = reader.read_at(offset, min(limit, 64 * BLOCK_SIZE))
    if not may_be_card(data):
        return None
    found = follow_cards(data)
    if not found.drifts or not is_end(found.end):
        return None
    shift = sum(drift.shift for drift in found.drifts)
    grid = found.stop - CARD_SIZE - shift
    stop = grid // BLOCK_SIZE * BLOCK_SIZE + BLOCK_SIZE + shift
    fill = data[found.stop : stop]
    starts = tuple(offset + start for start in found.starts)
    return Extent(b"".join(found.cards), found.end, fill, stop, "end", starts, found.drifts)
