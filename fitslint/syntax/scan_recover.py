"""The next header after a structural fault, and what stands between or behind HDUs."""

from __future__ import annotations

from fitslint.model.form import BLOCK_SIZE, CARD_SIZE
from fitslint.syntax.scan_cards import is_surely_card, starts_header
from fitslint.syntax.scan_reader import Deadline, Reader

CHUNK = 1024 * 1024
_NEAR = 16 * 1024
"""The first piece that is searched: most headers that went astray stand near."""
_OVERLAP = 3 * CARD_SIZE
_FIRST = (b"XTENSION=", b"SIMPLE  =")
_SAMPLE = 256 * 1024
_MANDATORY = (b"XTENSION", b"BITPIX  =", b"NAXIS   =")


def find_nearest_header(  # noqa: PLR0917 -- where, how far, on which grid, how long
    reader: Reader, start: int, stop: int | None, base: int, budget: int, deadline: Deadline
) -> int | None:
    """The nearest header that starts in ``start:stop``, on a block boundary or off it.

    Off the boundary (counted from ``base``) the second mandatory card must follow the first one.
    """
    last = start + budget if stop is None else min(stop, start + budget)
    piece = _NEAR
    while start < last and not deadline.is_over():
        data = reader.read_at(start, piece + _OVERLAP)
        hit = _find_first_hit(data, start, min(last - start, piece), base)
        if hit is not None:
            return hit
        if len(data) < piece + _OVERLAP:
            return None
        start += piece
        piece = min(4 * piece, CHUNK)
    return None


def _find_first_hit(data: bytes, start: int, length: int, base: int) -> int | None:
    best: int | None = None
    for word in _FIRST:
        stop = length + len(word) - 1 if best is None else best
        at = data.find(word, 0, stop)
        while at >= 0:
            aligned = (start + at - base) % BLOCK_SIZE == 0
            if starts_header(data, at) and (aligned or data.startswith(b"BITPIX", at + CARD_SIZE)):
                best = at
                break
            at = data.find(word, at + 1, stop)
    return None if best is None else start + best


def classify_bytes(reader: Reader, start: int) -> str:
    """What stands from ``start`` on: zeros, blanks, line-breaks, cards, text or junk."""
    data = reader.read_at(start, _SAMPLE)
    if not data.strip(b"\x00"):
        return "zeros"
    if not data.strip(b" "):
        return "blanks"
    if not data.strip(b" \r\n\x00\x1a"):
        return "line breaks"
    if is_surely_card(data, 0):
        return "cards"
    foreign = len(data.translate(None, bytes(range(0x20, 0x7F)) + b"\r\n\t"))
    return "text" if foreign == 0 else "junk"


def may_hold_header(reader: Reader, start: int) -> bool:
    """Whether cards of a header stand behind ``start`` on any grid, or might beyond the sample."""
    data = reader.read_at(start, _SAMPLE)
    return len(data) == _SAMPLE or any(word in data for word in _MANDATORY)


def is_text_mode_excess(reader: Reader, start: int, size: int, excess: int) -> bool:
    """Whether the data grew by ``excess`` bytes because every LF became CR LF on the way."""
    breaks, carry = 0, b""
    for at in range(start, min(size, start + 64 * CHUNK), CHUNK):
        data = reader.read_at(at, min(CHUNK, size - at))
        pairs = (carry + data).count(b"\r\n")
        if data.count(b"\n") != pairs:
            return False
        breaks += pairs
        carry = data[-1:]
    return breaks == excess > 0
