"""Formats of table columns: TFORMn, TDISPn and TDIMn (FITS 4.0 sections 7.2 and 7.3).

The grammar runs once a *shape* (digits folded to 0); the numbers are then read from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from typing import Literal

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.syntax.grammar import load_common, load_parser

FormatKind = Literal["binary", "ascii", "display", "dimensions"]
FormatFault = Literal[
    "empty", "blank", "case", "private", "other-table", "junk", "decimals", "unknown"
]
"""Why a text is no format:

=========== =======================================================================
empty       nothing there
blank       blanks before or inside the format
case        a letter in lower case
private     a code that only CFITSIO knows (S U V W), never meant for a file
other-table an ASCII-table format in a binary table, or the other way round
junk        a legal format and then more
decimals    the width stands without the number of decimals
unknown     none of these
=========== =======================================================================
"""

ELEMENT_BYTES = {
    "L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "K": 8,
    "E": 4, "D": 8, "C": 8, "M": 16, "P": 8, "Q": 16,
}  # fmt: skip
"""Bytes of one element; X counts bits (Table 18)."""
INTEGER_RANGES = {"B": (0, 255), "I": (-(2**15), 2**15 - 1), "J": (-(2**31), 2**31 - 1),
            "K": (-(2**63), 2**63 - 1)}  # fmt: skip
"""Range of the stored integers by code."""

_DIGITS = str.maketrans("123456789", "000000000")
_PRIVATE = compile_late(r"[0-9]*[SUVW]|[0-9]*[PQ][SUVW](?:\([0-9]+\))?")
_NO_DECIMALS = compile_late(r"(?:F|E[NS]?|D|G)[0-9]+")
_LEADING = compile_late(r"[0-9]*(?:[PQ][LXBIJKAEDCM](?:\([0-9]+\))?|[LXBIJKAEDCM])")

_FAULTY: dict[FormatFault, re.Pattern[str]] = {
    "blank": compile_late(" +(?! *$)"),
    "case": compile_late("[a-z]"),
    "private": compile_late("[SUVWsuvw]"),
}
_BEGINNINGS: dict[FormatKind, re.Pattern[str]] = {
    "binary": compile_late(
        r"[0-9]*(?:[PQ](?:[LXBIJKAEDCM](?:\([0-9]*\)?)?)?|A[0-9]*|[LXBIJKEDCM])?"
    ),
    "ascii": compile_late(r"(?:[AI][0-9]*|[FED][0-9]*(?:\.[0-9]*)?)?"),
}
"""The longest text with which a format of a column can begin."""


@dataclass(frozen=True, slots=True)
class BinaryFormat:
    """TFORMn of a binary table.

    ``code`` is the letter of the field in the row, ``element`` that of the values (they differ in
    variable-length arrays). ``width`` is the length in characters of the substrings of an A field
    that is written as rAw, ``maximum`` the largest length of a variable-length array.
    """

    repeat: int
    code: str
    element: str
    width: int | None = None
    maximum: int | None = None

    @property
    def is_variable(self) -> bool:
        """Whether the field is a descriptor of an array in the heap."""
        return self.code in "PQ"

    @property
    def field_bytes(self) -> int:
        """Bytes of the field in a row."""
        if self.code == "X":
            return -(-self.repeat // 8)
        return self.repeat * ELEMENT_BYTES[self.code]


@dataclass(frozen=True, slots=True)
class TextFormat:
    """TFORMn of an ASCII table, or TDISPn: letters, width, and digits after the point."""

    code: str
    width: int
    decimals: int | None = None


Tokens = tuple[tuple[str, int, int], ...]
"""Name and columns (half open, from 0) of every token."""


def learn_common_formats() -> dict[tuple[str, str], Tokens]:
    """The tokens of the formats that most tables have, by the grammar; for the build."""
    found: dict[tuple[str, str], Tokens] = {}
    for start, shape in _list_common_shapes():
        tokens = _parse_shape(shape, start)
        if tokens is None:
            raise ValueError(f"the grammar refuses the common shape {shape!r}")
        found[start, shape] = tokens
    return found


def _list_common_shapes() -> Iterator[tuple[FormatKind, str]]:
    zeros = [count * "0" for count in range(6)]
    for number, code in product(zeros, "LXBIJKAEDCM"):
        yield "binary", number + code
    for number, pointer, element, most in product(zeros[:2], "PQ", "LXBIJKAEDCM", zeros):
        yield "binary", f"{number}{pointer}{element}" + (f"({most})" if most else "")
    for code, width in product("AI", zeros[1:4]):
        yield from (("ascii", code + width), ("display", code + width))
    for code, width, decimals in product("FED", zeros[1:3], zeros[1:3]):
        text = f"{code}{width}.{decimals}"
        yield from (("ascii", text), ("display", text))
    for first, second in product(zeros[1:5], zeros[1:5]):
        yield "dimensions", f"({first},{second})"


@cache
def _load_common() -> dict[tuple[str, str], Tokens]:
    return load_common("tform")


@lru_cache(maxsize=4096)
def _tokenise(shape: str, start: FormatKind) -> Tokens | None:
    """The tokens of a shape; None when it is not in the grammar."""
    return _load_common().get((start, shape)) or _parse_shape(shape, start)


def _parse_shape(shape: str, start: FormatKind) -> Tokens | None:
    from lark.exceptions import UnexpectedInput

    try:
        tree = load_parser("tform").parse(shape, start=start)
    except UnexpectedInput:
        return None
    return tuple(
        (token.type, token.start_pos, token.end_pos)  # type: ignore[union-attr,misc]
        for token in tree.children
    )


def _split_words(text: str, start: FormatKind) -> list[tuple[str, str]] | None:
    tokens = _tokenise(text.translate(_DIGITS), start)
    return None if tokens is None else [(name, text[a:b]) for name, a, b in tokens]


@lru_cache(maxsize=2048)
def parse_binary_format(text: str) -> BinaryFormat | None:
    """TFORMn of a binary table; None when it is not legal."""
    words = _split_words(text, "binary")
    if words is None:
        return None
    found = dict(words)
    code = found.get("CODE") or found.get("TEXT") or found["POINTER"]
    return BinaryFormat(
        repeat=int(found.get("REPEAT", "1")),
        code=code,
        element=found.get("ELEMENT", code),
        width=int(found["WIDTH"]) if "WIDTH" in found else None,
        maximum=int(found["MAXIMUM"]) if "MAXIMUM" in found else None,
    )


@lru_cache(maxsize=1024)
def parse_ascii_format(text: str) -> TextFormat | None:
    """TFORMn of an ASCII table; None when it is not legal."""
    return _parse_text_format(text, "ascii")


@lru_cache(maxsize=1024)
def parse_display_format(text: str) -> TextFormat | None:
    """TDISPn; None when it is not legal."""
    return _parse_text_format(text, "display")


def _parse_text_format(text: str, start: FormatKind) -> TextFormat | None:
    words = _split_words(text, start)
    if words is None:
        return None
    found = dict(words)
    width = int(found["WIDTH"])
    decimals = int(found["DECIMALS"]) if "DECIMALS" in found else None
    return TextFormat(words[0][1], width, decimals) if width else None


@lru_cache(maxsize=1024)
def parse_dimensions(text: str) -> tuple[int, ...] | None:
    """The axis lengths of TDIMn, the one that varies fastest first; None when it is not legal."""
    words = _split_words(text, "dimensions")
    return None if words is None else tuple(int(length) for _, length in words)


def explain_format(text: str, start: FormatKind) -> FormatFault | None:
    """Why ``text`` is not a format of the kind ``start``; None when it is one."""
    if _is_legal(text, start):
        return None
    bare = text.replace(" ", "")
    if not bare:
        return "empty"
    upper = bare.upper()
    other: FormatKind = "ascii" if start == "binary" else "binary"
    tests: tuple[tuple[bool, FormatFault], ...] = (
        (bare != text and _is_legal(upper, start), "blank"),
        (upper != bare and _is_legal(upper, start), "case"),
        (start == "binary" and _PRIVATE.fullmatch(upper) is not None, "private"),
        (start != "binary" and _NO_DECIMALS.fullmatch(upper) is not None, "decimals"),
        (start in ("binary", "ascii") and _is_legal(upper, other), "other-table"),
        (start == "binary" and _LEADING.match(bare) is not None, "junk"),
    )
    return next((fault for hit, fault in tests if hit), "unknown")


def locate_fault(text: str, start: FormatKind, fault: FormatFault) -> tuple[int, int]:
    """First and last column (half open, from 0) of what is wrong in a column format.

    All of it where something is missing rather than wrong.
    """
    matched = _FAULTY[fault].search(text) if fault in _FAULTY else None
    if matched:
        return matched.span()
    legal = _BEGINNINGS[start].match(text) if start in _BEGINNINGS else None
    at = legal.end() if legal else 0
    return (at, at + 1) if legal and at < len(text.rstrip(" ")) else (0, len(text))


def repair_format(text: str, start: FormatKind) -> str | None:
    """The same format without blanks and in upper case, where that is all that is wrong."""
    plain = text.replace(" ", "").upper()
    return plain if plain != text and _is_legal(plain, start) else None


def _is_legal(text: str, start: FormatKind) -> bool:
    if start == "binary":
        return parse_binary_format(text) is not None
    if start == "dimensions":
        return parse_dimensions(text) is not None
    return (parse_ascii_format if start == "ascii" else parse_display_format)(text) is not None
