"""Numbers and text that the algorithms of compressed tables packed (FITS 4.0 section 10.3)."""

from __future__ import annotations

from fitslint.data.rice import read_rice, walk_rice
from fitslint.data.tiles import judge_walk, unpack_gzip
from fitslint.data.tiling import RICE_BLOCK
from fitslint.syntax.column_formats import ELEMENT_BYTES

_RICE_BYTES = {"B": 1, "I": 2, "J": 4}
_GZIP = ("GZIP_1", "GZIP_2")


def measure_elements(element: str, count: int) -> int:
    """Bytes of so many elements, by the letter of TFORMn."""
    return -(-count // 8) if element == "X" else count * ELEMENT_BYTES[element]


def unpack_values(
    packed: bytes, algorithm: str, element: str, count: int, *, keeps: bool
) -> tuple[bytes, str]:
    """The bytes of elements, and what is wrong with what holds them.

    There are none where nobody knows how to unpack them. That they are as many as ``count`` says is
    left to the caller, but for Rice, which does not tell.

    Parameters
    ----------
    keeps
        the values themselves are wanted; without, those of Rice are left out.
    """
    if algorithm == "NOCOMPRESS":
        return packed, ""
    if algorithm == "RICE_1":
        width = _RICE_BYTES.get(element)
        if width is None:
            return b"", ""
        if not keeps:
            return b"", judge_walk(walk_rice(packed, count, RICE_BLOCK, width), len(packed))
        used, values = read_rice(packed, count, RICE_BLOCK, width)
        fault = judge_walk(used, len(packed))
        return b"" if fault else values, fault
    if algorithm not in _GZIP:
        return b"", ""
    values, fault = unpack_gzip(packed, measure_elements(element, count))
    if algorithm == "GZIP_2" and element in "IJKED" and values:
        values = _gather_bytes(values, ELEMENT_BYTES[element])
    return values, fault


def _gather_bytes(planes: bytes, width: int) -> bytes:
    """Numbers of ``width`` bytes whose first bytes stand before all second ones, and so on."""
    count = len(planes) // width
    values = bytearray(count * width)
    for place in range(width):
        values[place::width] = planes[place * count : (place + 1) * count]
    return bytes(values) + planes[count * width :]
