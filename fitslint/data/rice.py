"""Integers that Rice packed, walked through or read (FITS 4.0 section 10.4.1)."""

from __future__ import annotations

from fitslint.data.decoders import DECODERS, EARLY, IMPOSSIBLE, BitReader

_HEAD_BITS = {1: 3, 2: 4, 4: 5}
"""Bits in which a block says how many low bits of its differences stand as they are."""
_PLAIN = {1: 6, 2: 14, 4: 25}
"""What says so of all their bits."""
_TAKE_MAX = 8


def walk_rice(tile: bytes, pixels: int, block: int, value_bytes: int) -> int:
    """Bytes that so many pixels take; ``EARLY`` or ``IMPOSSIBLE`` where they cannot be read.

    Parameters
    ----------
    block
        pixels that are packed together.
    value_bytes
        of a pixel before it was packed: 1, 2 or 4.
    """
    return _call_decoder(tile, pixels, block, value_bytes, keeps=False)[0]


def read_rice(tile: bytes, pixels: int, block: int, value_bytes: int) -> tuple[int, bytes]:
    """The same, and the pixels with their highest byte first; none where they cannot be read."""
    return _call_decoder(tile, pixels, block, value_bytes, keeps=True)


def _call_decoder(
    tile: bytes, pixels: int, block: int, value_bytes: int, *, keeps: bool
) -> tuple[int, bytes]:
    if DECODERS is None:
        return read_rice_slowly(tile, pixels, block, value_bytes)
    # A header may say any number, and more than all pixels are never in a block.
    used, values = DECODERS.read_rice(tile, pixels, min(block, pixels), value_bytes, keeps)
    return int(used), bytes(values)


def read_rice_slowly(tile: bytes, pixels: int, block: int, value_bytes: int) -> tuple[int, bytes]:
    """The same without compiled decoders."""
    bits = BitReader(tile)
    width, values = 8 * value_bytes, bytearray()
    last = _take_many(bits, width)
    bits.at = width  # the first pixel as it is
    for first in range(0, pixels, block):
        low = bits.take(_HEAD_BITS[value_bytes]) - 1
        if bits.is_early:
            return EARLY, b""
        if low > _PLAIN[value_bytes]:
            return IMPOSSIBLE, b""
        for _ in range(min(block, pixels - first)):
            step = 0  # below 0 all differences are zero and take no bits
            if low == _PLAIN[value_bytes]:
                step = _take_many(bits, width)
            elif low >= 0:
                begun = bits.at
                if not bits.skip_zeros():
                    return EARLY, b""
                step = ((bits.at - begun - 1) << low | _take_many(bits, low)) & 0xFFFFFFFF
            if bits.is_early:
                return EARLY, b""
            last += ~(step >> 1) if step & 1 else step >> 1
            values += (last % (1 << width)).to_bytes(value_bytes)
    return -(-bits.at // 8), bytes(values)


def _take_many(bits: BitReader, count: int) -> int:
    """The next bits as a number."""
    value = 0
    while count:
        part = min(count, _TAKE_MAX)
        value = value << part | bits.take(part)
        count -= part
    return value
