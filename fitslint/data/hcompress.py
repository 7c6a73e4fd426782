"""Walking through a transform that HCOMPRESS packed (FITS 4.0 section 10.4.4; White 1992).

The coefficients stand in four quadrants, of each the planes of bits from the highest on: as they
are, four cells in four bits, or as a tree of such codes that says which quarters hold anything.
Their signs stand behind all of them, one bit for each that is not zero.
"""

from __future__ import annotations

from itertools import groupby, product
from operator import itemgetter

from fitslint.data.decoders import DECODERS, EARLY, IMPOSSIBLE, BitReader

PLANES_MAX = 64
_PLAIN, _TREE = 0, 15
_FOUR_BITS = (3, 5, 10, 12, 15)
_FIVE_BITS = (6, 7, 9, 11, 13)
Cell = tuple[int, int, int]
"""Row and column of a cell, and which of the four below it hold anything."""


def walk_hcompress(stream: bytes, rows: int, columns: int, planes: bytes) -> int:
    """Bytes that a transform takes; ``EARLY`` or ``IMPOSSIBLE`` where it cannot be read.

    Parameters
    ----------
    stream
        what stands behind the numbers of planes.
    planes
        how many planes of bits the first, the second and third, and the last quadrant have.
    """
    if max(planes) > PLANES_MAX:
        return IMPOSSIBLE
    if DECODERS is not None:
        return int(DECODERS.walk_hcompress(stream, rows, columns, planes))
    return walk_hcompress_slowly(stream, rows, columns, planes)


def walk_hcompress_slowly(stream: bytes, rows: int, columns: int, planes: bytes) -> int:
    """The same without compiled decoders."""
    bits = BitReader(stream)
    ones = 0
    for high, wide, count in (
        (-(-rows // 2), -(-columns // 2), planes[0]), (-(-rows // 2), columns // 2, planes[1]),
        (rows // 2, -(-columns // 2), planes[1]), (rows // 2, columns // 2, planes[2]),
    ):  # fmt: skip
        found: set[tuple[int, int]] = set()
        for _ in range(count):
            codes = _read_plane(bits, high, wide)
            if codes is None:
                return IMPOSSIBLE
            if bits.is_early:
                return EARLY
            found.update(_list_below(codes, high, wide))
        ones += len(found)
    if bits.take(4):
        return IMPOSSIBLE
    used = -(-bits.at // 8) + -(-ones // 8)
    return EARLY if bits.is_early or used > len(stream) else used


def _read_plane(bits: BitReader, rows: int, columns: int) -> list[Cell] | None:
    """Codes of four cells each; None where the plane is written in no way that there is."""
    kind = bits.take(4)
    if kind == _PLAIN:
        codes = []
        for row, column in product(range(-(-rows // 2)), range(-(-columns // 2))):
            codes.append((row, column, bits.take(4)))
            if bits.is_early:
                break
        return codes
    return _read_tree(bits, rows, columns) if kind == _TREE else None


def _read_tree(bits: BitReader, rows: int, columns: int) -> list[Cell]:
    """Codes from the roughest level on; only quarters that hold anything have one below.

    The work is that of the cells which hold anything, however large the quadrant is: a tile of a
    few bytes may claim millions of pixels.
    """
    step = 1
    while 2 * step < max(rows, columns):
        step *= 2
    codes = [(0, 0, _take_code(bits))]
    while step > 1 and not bits.is_early:
        cells = _list_below(codes, -(-rows // step), -(-columns // step))
        codes = [(row, column, _take_code(bits)) for row, column in reversed(cells)]
        codes.reverse()
        step //= 2
    return codes


def _take_code(bits: BitReader) -> int:
    code = bits.take(3)
    if code < 4:
        return 1 << code
    code = code << 1 | bits.take(1)
    if code < 13:
        return _FOUR_BITS[code - 8]
    code = code << 1 | bits.take(1)
    if code < 31:
        return _FIVE_BITS[code - 26]
    return 14 if bits.take(1) else 0


def _list_below(codes: list[Cell], rows: int, columns: int) -> list[tuple[int, int]]:
    """The cells whose bit is set in their code, row by row; at odd edges some have no cell."""
    found = []
    for _, line in groupby(codes, itemgetter(0)):
        cells = list(line)
        for low, (row, column, code) in product((0, 1), cells):
            for right in (0, 1):
                at = 2 * row + low, 2 * column + right
                if code >> (3 - 2 * low - right) & 1 and at[0] < rows and at[1] < columns:
                    found.append(at)
    return found
