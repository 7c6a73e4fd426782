"""The ones-complement sum of CHECKSUM and DATASUM (FITS 4.0 section 4.4.2.7 and Appendix J)."""

from __future__ import annotations

from zlib import adler32

from fitslint.syntax.kernel import KERNEL

MODULUS = 2**32 - 1
"""Ones-complement sums of 32 bits are sums modulo this number; 0 and -0 are then the same."""
_WORD = 4
_ADLER = 65_521
_PIECE, _PIECE_ASCII = _ADLER // 255, _ADLER // 127


def add_words(data: bytes) -> int:
    """The sum of big-endian 32-bit words modulo 2**32 - 1; a last word is filled with zeros.

    Adler-32 holds the sum of the bytes of a piece, as long as it stays below 65521, and is several
    times faster than any sum of words without numpy: 14400 bytes take 12 µs.
    """
    if KERNEL is not None:
        total: int = KERNEL.add_words(data)
        return total
    length = _PIECE_ASCII if data.isascii() else _PIECE
    total = 0
    for place in range(_WORD):
        column = data[place::_WORD]
        total <<= 8
        for start in range(0, len(column), length):
            total += adler32(column[start : start + length], 0) & 0xFFFF
    return total % MODULUS
