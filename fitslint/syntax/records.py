"""Record-valued cards: a keyword record whose string holds a field specifier and a real value."""

from __future__ import annotations

from typing import NamedTuple

from fitslint.model.value import real
from fitslint.syntax.grammar import load


class Record(NamedTuple):
    """``DP1 = 'AXIS.1: 2.0'`` has the field ``AXIS.1`` and the value 2.0."""

    field: str
    value: float


def parse_record(text: str) -> Record | None:
    """The record in the characters of a string value; None when they are not one."""
    if ": " not in text:  # spares the grammar nearly every string
        return None
    from lark.exceptions import UnexpectedInput

    try:
        field, value = load("card").parse(text, start="record").children
    except UnexpectedInput:
        return None
    return Record(str(field), real(str(value)))


def write_record(record: Record) -> str:
    """The characters of the string value; :func:`parse_record` reads them back."""
    return f"{record.field}: {repr(record.value).upper()}"
