"""Where a header ends: the quick way for sound headers, the careful way for all others."""

from __future__ import annotations

from typing import Literal

from fitslint.model.form import BLOCK, CARD
from fitslint.model.header import Header, Layout
from fitslint.model.records import dataclass, field
from fitslint.syntax.headers import make_header
from fitslint.syntax.scan_cards import (
    END,
    end_on_grid,
    is_end,
    is_header_block,
    leading_cards,
    plausible,
    starts_header,
)
from fitslint.syntax.scan_drift import Drift, walk
from fitslint.syntax.scan_reader import WINDOW, Reader

CARDS_KEPT = 20_000
"""Cards that are judged of a header that has no END within its limit."""
_PIECE = 4 * 1024 * 1024
"""Most bytes that are asked for at once while the end of a header is looked for."""
_HINTS = 64

Stop = Literal["end", "next", "cards", "file", "limit"]
Hint = tuple[int, bytes, bytes, Layout]

# Where END stood in the last sound header of every HDU number. A header with the same keywords in
# the same places ends there too; anything else is searched, so this decides the cost only.
_hints: dict[int, Hint] = {}


def sound_header(data: bytes, at: int, offset: int, hdu: int) -> tuple[Header, int] | None:
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
            if header.layout is layout or _orderly(header.layout, hdu):
                return header, length + len(tail)
    return _search(data, at, offset, hdu)


def _search(data: bytes, at: int, offset: int, hdu: int) -> tuple[Header, int] | None:
    end = data.find(END, at)
    while end >= 0 and (end - at) % CARD:
        end = data.find(END, end + 1)
    if end < 0:
        return None
    length = end - at
    tail = END + b" " * ((-length - CARD) % BLOCK)
    if not data.startswith(tail, end) or data.find(10, at, end) >= 0:
        return None
    header = make_header(data[at:end], offset=offset, hdu=hdu, end=END, fill=tail[CARD:])
    if not _orderly(header.layout, hdu):
        return None
    if hdu < _HINTS:
        _hints[hdu] = (length, tail, header.fill, header.layout)
    return header, length + len(tail)


def _orderly(layout: Layout, hdu: int) -> bool:
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
    how: Stop
    starts: tuple[int, ...] | None = None
    drifts: list[Drift] = field(default_factory=list)


def measure(reader: Reader, offset: int, limit: int) -> Extent:
    """The header at ``offset``, whatever is wrong with it."""
    data, at, how = until_end(reader, offset, limit)
    if how == "end":
        return _ended(data, at)
    if how in ("cards", "file"):
        drifted = _drifted(reader, offset, limit)
        if drifted is not None:
            return drifted
        # A valued END was read on from, but nothing better came.
        late = end_on_grid(data, 0, at, greedy=True)
        if late >= 0:
            return _ended(data, late)
    return _endless(data, at, how)


def until_end(reader: Reader, offset: int, limit: int) -> tuple[bytes, int, Stop]:
    """Bytes from ``offset`` on, the place where the header stops in them, and why."""
    data, done, want = bytearray(), 0, WINDOW
    while True:
        data += reader.read_at(offset + len(data), want - len(data))
        over = len(data) < want
        while done < len(data) - (0 if over else BLOCK - 1):
            found = _in_block(data, done)
            if found is not None:
                return bytes(data), *found
            done += BLOCK
        if over:
            return bytes(data), len(data), "file"
        if want >= limit:
            # Nobody looks at the rest, which may be large.
            return bytes(data[: (CARDS_KEPT + 1) * CARD]), len(data), "limit"
        want = min(4 * want, want + _PIECE, max(limit, WINDOW))


def _in_block(data: bytearray, start: int) -> tuple[int, Stop] | None:
    if start and starts_header(data, start):
        return start, "next"
    stop = min(start + BLOCK, len(data))
    at = end_on_grid(data, start, stop, greedy=False)
    if at >= 0:
        return at, "end"
    block = data[start:stop]
    if not is_header_block(block):
        return start + leading_cards(block) * CARD, "cards"
    return None


def _ended(data: bytes, at: int) -> Extent:
    stop = at // BLOCK * BLOCK + BLOCK
    end = data[at : at + CARD].ljust(CARD)
    return Extent(data[:at], end, data[at + CARD : stop], stop, "end")


def _endless(data: bytes, at: int, how: Stop) -> Extent:
    """A header without END: blank cards behind the last one are its fill."""
    stop = at
    if how == "limit":
        at = min(at, CARDS_KEPT * CARD)
    elif at < CARD <= len(data):
        at = CARD
    at -= at % CARD
    cards = len(data[:at].rstrip(b" "))
    cards += -cards % CARD
    if how not in ("file", "limit"):
        stop = max(at + -at % BLOCK, BLOCK)
    return Extent(data[:cards], None, data[at:stop] if how == "next" else b"", stop, how)


def _drifted(reader: Reader, offset: int, limit: int) -> Extent | None:
    """The header when its cards leave the 80-byte grid and END is found on another one."""
    data = reader.read_at(offset, min(limit, 64 * BLOCK))
    if not plausible(data):
        return None
    found = walk(data)
    if not found.drifts or not is_end(found.end):
        return None
    shift = sum(drift.shift for drift in found.drifts)
    grid = found.stop - CARD - shift
    stop = grid // BLOCK * BLOCK + BLOCK + shift
    fill = data[found.stop : stop]
    starts = tuple(offset + start for start in found.starts)
    return Extent(b"".join(found.cards), found.end, fill, stop, "end", starts, found.drifts)
