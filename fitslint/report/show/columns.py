"""The columns of a table as a person asks for them: name, format, unit, shape, place in the row."""

from __future__ import annotations

from fitslint.model.file import Hdu
from fitslint.model.header import Header
from fitslint.model.records import dataclass
from fitslint.syntax.column_formats import parse_ascii_format, parse_binary_format

COLUMNS_MAX = 999
"""Columns that a table may have (FITS 4.0, section 7.2.1)."""
_TABLES = ("table", "bintable", "compressed-image", "compressed-table")
_TYPES = {
    "L": "logical", "X": "bit", "B": "uint8", "A": "character", "I": "int16", "J": "int32",
    "K": "int64", "E": "float32", "D": "float64", "C": "complex64", "M": "complex128",
}  # fmt: skip
_UNSIGNED = {("I", 2.0**15): "uint16", ("J", 2.0**31): "uint32", ("K", 2.0**63): "uint64"}
"""Integers whose TZEROn makes them unsigned (FITS 4.0, table 19)."""
_SIGNED_BYTE = -128.0
_FURTHER = ("TNULL", "TSCAL", "TZERO", "TDISP")


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column; keywords that are not there are empty."""

    number: int
    name: str
    format: str
    holds: str
    """Its format in words; empty where it is not legal."""
    unit: str
    shape: str
    """TDIMn."""
    start: int | None
    """First byte in the row, from 0; None where a format before it is not legal."""
    width: int | None
    """Bytes in the row."""
    further: dict[str, str]
    """TNULLn, TSCALn, TZEROn and TDISPn as they are written, by their name without index."""


def list_columns(hdu: Hdu) -> list[TableColumn]:
    """The columns of a table; none where the HDU is no table."""
    if hdu.kind not in _TABLES:
        return []
    header = hdu.header
    told = [*header.layout.map_indices("TFORM"), *header.layout.map_indices("TTYPE")]
    count = min(max([header.structure.tfields or 0, *told, 0]), COLUMNS_MAX)
    is_ascii = hdu.kind == "table"
    columns: list[TableColumn] = []
    at: int | None = 0
    for number in range(1, count + 1):
        form = _read_text(header, f"TFORM{number}")
        holds, width = _explain_format(header, number, form.rstrip(" "), is_ascii=is_ascii)
        if is_ascii:
            place = header.value(f"TBCOL{number}")
            at = place - 1 if isinstance(place, int) and place > 0 else None
        further = {root: _read_text(header, f"{root}{number}") for root in _FURTHER}
        columns.append(
            TableColumn(
                number, _read_text(header, f"TTYPE{number}"), form, holds,
                _read_text(header, f"TUNIT{number}"), _read_text(header, f"TDIM{number}"),
                at, width, {root: text for root, text in further.items() if text},
            )
        )  # fmt: skip
        at = None if at is None or width is None else at + width
    return columns


def _read_text(header: Header, keyword: str) -> str:
    """The string of a keyword, or what stands there instead."""
    card = header.find_card(keyword)
    if card is None:
        return ""
    value = card.value
    return value if isinstance(value, str) else card.text.strip(" ")


def _explain_format(
    header: Header, number: int, text: str, *, is_ascii: bool
) -> tuple[str, int | None]:
    """A format in words, and its bytes in a row."""
    if is_ascii:
        field = parse_ascii_format(text)
        if field is None:
            return "", None
        words = {"A": "text", "I": "integer"}.get(field.code, "real")
        return f"{words} of {field.width}", field.width
    form = parse_binary_format(text)
    if form is None:
        return "", None
    zero = header.number(f"TZERO{number}")
    kind = _TYPES[form.element]
    if zero is not None and header.number(f"TSCAL{number}") in (None, 1.0):
        kind = _UNSIGNED.get((form.element, zero), kind)
        kind = "int8" if (form.element, zero) == ("B", _SIGNED_BYTE) else kind
    if form.is_variable:
        most = "" if form.maximum is None else f" up to {form.maximum}"
        return f"variable{most} x {kind}" if form.repeat else "nothing", form.field_bytes
    return kind if form.repeat == 1 else f"{form.repeat} x {kind}", form.field_bytes
