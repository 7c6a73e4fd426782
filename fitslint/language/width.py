"""Columns of a terminal that a text takes, and lines of text without blanks between its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_WIDE = ("W", "F")
_NO_START = "、。，．・：；？！）」』】〕》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ～)]}"
"""What does not begin a line (JIS X 4051)."""
_NO_END = "（「『【〔《([{"
"""What does not end a line."""
_PIECE = re.compile(r"[\x21-\x7e]+ ?|.", re.DOTALL)


def measure_width(text: str) -> int:
    """How many columns ``text`` takes, where a Japanese character takes two."""
    return sum(
        0
        if unicodedata.combining(char)
        else 2
        if unicodedata.east_asian_width(char) in _WIDE
        else 1
        for char in text
    )


def pad_text(text: str, width: int) -> str:
    """``text`` with blanks behind it up to so many columns."""
    return text + " " * (width - measure_width(text))


def wrap_text(text: str, width: int) -> Iterator[str]:
    """The lines of a paragraph, each of at most ``width`` columns where its words allow that."""
    line = ""
    for unit in _join_units(text):
        if line and measure_width(line) + measure_width(unit.rstrip(" ")) > width:
            yield line.rstrip(" ")
            line = unit.lstrip(" ")
        else:
            line += unit
    if line.strip(" "):
        yield line.rstrip(" ")


def _join_units(text: str) -> Iterator[str]:
    """Words and characters, with what may not begin or end a line joined to its neighbour."""
    unit = ""
    for piece in _PIECE.findall(" ".join(text.split("\n"))):
        if unit and piece[0] not in _NO_START and unit[-1] not in _NO_END:
            yield unit
            unit = ""
        unit += piece
    if unit:
        yield unit
