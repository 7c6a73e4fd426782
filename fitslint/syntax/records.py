"""Record-valued cards: a keyword record whose string holds a field specifier and a real value."""

from __future__ import annotations

from fitslint.model.records import NamedTuple
from fitslint.model.value import parse_real
from fitslint.syntax.grammar import load_parser


class RecordValue(NamedTuple):
    """``DP1 = 'AXIS.1: 2.0'`` has the field ``AXIS.1`` and the value 2.0."""

    field: str
    value: float


def parse_record(text: str) -> RecordValue | None:
    """The record in the characters of a string value; None when they are not one."""
    if ": " not in text:  # spares the grammar nearly every string
        return None
    from lark.exceptions import UnexpectedInput

    try:
        field, value = load_parser("card").parse(text, start="record").children
    except UnexpectedInput:
        return None
    return RecordValue(str(field), parse_real(str(value)))


def write_record(record: RecordValue) -> str:
    """The characters of the string value; :func:`parse_record` reads them back."""
    return f"{record.field}: {repr(record.value).upper()}"
