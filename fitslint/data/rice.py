"""Walking through integers that Rice packed, without making them (FITS 4.0 section 10.4.1)."""

from __future__ import annotations

from fitslint.data.decoders import DECODERS, EARLY, IMPOSSIBLE, BitReader

_HEAD_BITS = {1: 3, 2: 4, 4: 5}
"""Bits in which a block says how many low bits of its differences stand as they are."""
_PLAIN = {1: 6, 2: 14, 4: 25}
"""What says so of all their bits."""


def walk_rice(tile: bytes, pixels: int, block: int, value_bytes: int) -> int:
    """Bytes that so many pixels take; ``EARLY`` or ``IMPOSSIBLE`` where they cannot be read.

    Parameters
    ----------
    block
        pixels that are packed together.
    value_bytes
        of a pixel before it was packed: 1, 2 or 4.
    """
    if DECODERS is not None:
        # A header may say any number, and more than all pixels are never in a block.
        return int(DECODERS.walk_rice(tile, pixels, min(block, pixels), value_bytes))
    return walk_rice_slowly(tile, pixels, block, value_bytes)


def walk_rice_slowly(tile: bytes, pixels: int, block: int, value_bytes: int) -> int:
    """The same without compiled decoders."""
    bits = BitReader(tile)
    bits.at = 8 * value_bytes  # the first pixel as it is
    for first in range(0, pixels, block):
        count = min(block, pixels - first)
        low = bits.take(_HEAD_BITS[value_bytes]) - 1
        if bits.is_early:
            return EARLY
        if low > _PLAIN[value_bytes]:
            return IMPOSSIBLE
        if low == _PLAIN[value_bytes]:
            bits.at += 8 * value_bytes * count
        elif low >= 0:  # else all differences are zero and take no bits
            for _ in range(count):
                if not bits.skip_zeros():
                    return EARLY
                bits.at += low
        if bits.is_early:
            return EARLY
    return -(-bits.at // 8)
