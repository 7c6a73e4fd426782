"""Value texts to Python values (FITS 4.0 section 4.2)."""

from __future__ import annotations

from fitslint.model.form import ValueType

Value = str | int | float | complex | bool | None
"""A header value; ``None`` is an undefined value (section 4.1.2.3)."""

_DIGITS_MAX = 4000  # Python refuses longer integers, and no card holds them


def parse_real(text: str) -> float:
    """The float that a real or integer text stands for; D exponents are read as E.

    Raises
    ------
    ValueError
        when the text is not a number of the FITS grammar (the caller's form says so beforehand).
    """
    return float(text.replace("D", "E"))


def unquote(text: str) -> str:
    """The characters of a quoted string: doubled quotes single, trailing blanks dropped.

    A null string stays empty and a string of blanks becomes one blank, so that the two stay apart
    (section 4.2.1.1).
    """
    inner = text[1:-1].replace("''", "'")
    stripped = inner.rstrip(" ")
    return " " if inner and not stripped else stripped


def decode_value(text: str, kind: ValueType) -> Value:
    """The Python value of a legal value text; ``None`` when it is undefined or faulty."""
    if kind == "string":
        return unquote(text)
    if kind == "integer":
        return int(text) if len(text) < _DIGITS_MAX else None
    if kind == "real":
        return parse_real(text)
    if kind == "logical":
        return text == "T"
    if kind == "complex":
        first, second = text[1:-1].split(",")
        return complex(parse_real(first.strip()), parse_real(second.strip()))
    return None
