"""Names of files as text: any bytes have one, and it leads back to them."""

from __future__ import annotations

import os
import re

_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2})")


def escape_path(path: str) -> str:
    """The name of a file as text that any program can store, reversed by :func:`unescape_path`.

    Bytes that are no UTF-8 read ``\\xff``; in such a name, and in one with a backslash, a backslash
    reads ``\\\\``. Every other name is itself, line breaks included.
    """
    if "\\" not in path and path.isascii():
        return path
    text = os.fsencode(path.replace("\\", "\\\\"))
    return text.decode("utf-8", "backslashreplace")


def unescape_path(text: str) -> str:
    """The name by which the system knows a file, from what :func:`escape_path` made of it."""
    if "\\" not in text:
        return text
    pieces = _ESCAPE.split(text)
    pieces[1::2] = ["\\" if one == "\\" else _decode_byte(one) for one in pieces[1::2]]
    return os.fsdecode(os.fsencode("".join(pieces)))


def _decode_byte(escape: str) -> str:
    return bytes([int(escape[1:], 16)]).decode("ascii", "surrogateescape")


_LONG_MAX = 1 << 63


def bound_long(number: int | None) -> int | None:
    """A number that a column of 64 bits holds; others, as of a clock that is off, are not told."""
    return number if number is not None and -_LONG_MAX <= number < _LONG_MAX else None


def clean_text(text: str) -> str:
    """Text of a header without what no UTF-8 can say (half a surrogate pair)."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
