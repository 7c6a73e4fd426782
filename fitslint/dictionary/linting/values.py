"""Types, formats and values of an entry that contradict each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.positions import KeyPath
from fitslint.dictionary.linting.remark import LintContext, Remark, soften_severity
from fitslint.dictionary.values.formats import ValueFormat, read_format
from fitslint.dictionary.values.patterns import PatternError, compile_pattern
from fitslint.text import quote_short

EntryTable = Mapping[str, Any]
_NUMBERS = ("integer", "real")
_WORDS = {
    "string": "a string", "date": "a date string", "logical": "true or false",
    "integer": "an integer", "real": "a number",
}  # fmt: skip
_UNREADABLE = object()


def find_format_faults(subject: LintContext) -> Iterator[Remark]:
    """A Fortran or C format that is none, or of another type."""
    for path, table in subject.tables:
        for key, language in (("fortran", "Fortran"), ("c", "C")):
            if key not in table:
                continue
            at = (*path, key)
            form = read_format(table[key])
            if form is None:
                sentence = f"{table[key]!r} is no {language} format of a value"
                yield Remark(at, soften_severity(table, "warning"), sentence)
            elif not _is_suitable(table["type"], form, table[key]):
                sentence = (
                    f"{table[key]!r} writes {_WORDS[form.type]}, but the type is {table['type']}"
                )
                yield Remark(at, soften_severity(table, "error"), sentence)


def _is_suitable(kind: str, form: ValueFormat, text: str) -> bool:
    if kind in ("any", "complex"):
        return True
    if kind == "logical" and text.startswith("%"):
        return form.type in ("logical", "string")  # C has no format of its own for T and F
    return form.type == {"date": "string"}.get(kind, kind)


def find_type_faults(subject: LintContext) -> Iterator[Remark]:
    """Values that are not of the type of their entry."""
    for path, table in subject.tables:
        kind = table["type"]
        for at, value in _list_values(path, table):
            if not _is_of_type(kind, value):
                yield Remark(at, "error", f"is {quote_short(value)}, but the type is {kind}")
        for key in ("minimum", "maximum"):
            if key in table and kind not in (*_NUMBERS, "any"):
                yield Remark((*path, key), "error", f"has no meaning for the type {kind}")
        if "pattern" in table and kind not in ("string", "date", "any"):
            yield Remark((*path, "pattern"), "error", f"has no meaning for the type {kind}")


def find_range_faults(subject: LintContext) -> Iterator[Remark]:
    """Ranges, lists and fixed values that leave nothing, or not what else is said."""
    for path, table in subject.tables:
        for at, value in [*_list_values(path, table), *_list_bounds(path, table)]:
            if isinstance(value, float) and not math.isfinite(value):
                yield Remark(at, "error", f"{value} is no number that a header can hold")
        low, high = table.get("minimum"), table.get("maximum")
        if low is not None and high is not None and low > high:
            yield Remark((*path, "minimum"), "error", f"{low} is over the maximum, {high}")
        for key in ("minimum", "maximum"):
            if table.get(f"exclusive_{key}") and key not in table:
                yield Remark((*path, f"exclusive_{key}"), "warning", f"there is no {key}")
        if "fixed" in table and table.get("recommended", table["fixed"]) != table["fixed"]:
            shown = quote_short(table["recommended"])
            sentence = f"{shown} can never be used: {_describe_constant(table)}"
            yield Remark((*path, "recommended"), "error", sentence)
        for at, value in _list_values(path, table):
            reason = (
                _explain_refusal(table, value, at[2]) if _is_of_type(table["type"], value) else None
            )
            if reason:
                yield Remark(at, "error", f"{quote_short(value)} is not allowed: {reason}")


def find_width_faults(subject: LintContext) -> Iterator[Remark]:
    """Values that their own format has no room for."""
    for path, table in subject.tables:
        form = read_format(table.get("fortran", "")) or ValueFormat("string")
        if form.width is None:
            continue
        for at, value in [*_list_values(path, table), *_list_bounds(path, table)]:
            text = _format_value(value, form)
            if len(text) > form.width:
                sentence = (
                    f"{quote_short(value)} takes {len(text)} columns; {table['fortran']} has "
                    f"{form.width}"
                )
                yield Remark(at, soften_severity(table, "error"), sentence)


def find_sample_faults(subject: LintContext) -> Iterator[Remark]:
    """Sample values that the entry itself does not allow."""
    for path, table in subject.tables:
        if "sample" not in table:
            continue
        value = _parse_sample(table["type"], table["sample"])
        if value is _UNREADABLE:
            reason: str | None = f"it is no value of type {table['type']}"
        else:
            reason = _explain_refusal(table, value, "sample")
        form = read_format(table.get("fortran", ""))
        if reason is None and form and form.width and len(_get_sample_text(table)) > form.width:
            reason = (
                f"it takes {len(_get_sample_text(table))} columns; {table['fortran']} has "
                f"{form.width}"
            )
        if reason:
            sentence = f"the sample {table['sample']!r} does not fit its entry: {reason}"
            yield Remark((*path, "sample"), soften_severity(table, "warning"), sentence)


def _list_values(path: KeyPath, table: EntryTable) -> Iterator[tuple[KeyPath, Any]]:
    """The values that an entry names, with their places."""
    for key in ("default", "fixed", "recommended"):
        if key in table:
            yield (*path, key), table[key]
    for at, value in enumerate(table.get("enum", ())):
        yield (*path, "enum", at), value


def _list_bounds(path: KeyPath, table: EntryTable) -> Iterator[tuple[KeyPath, Any]]:
    for key in ("minimum", "maximum"):
        if key in table:
            yield (*path, key), table[key]


def _is_of_type(kind: str, value: object) -> bool:
    if kind == "any":
        return True
    if kind in ("string", "date"):
        return isinstance(value, str)
    if kind == "logical":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return kind == "real" and isinstance(value, int | float)


def _explain_refusal(table: EntryTable, value: Any, key: str | int) -> str | None:
    """Why the other keys of an entry do not allow a value of it."""
    if (
        key not in ("fixed", "recommended")
        and "fixed" in table
        and not _is_consistent(value, table, key)
    ):
        return _describe_constant(table)
    if key != "enum" and "enum" in table and value not in table["enum"]:
        return f"the list is {', '.join(map(quote_short, table['enum']))}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = table.get("minimum"), table.get("maximum")
        if low is not None and (value < low or (value == low and table.get("exclusive_minimum"))):
            return f"the minimum is {low}"
        if high is not None and (
            value > high or (value == high and table.get("exclusive_maximum"))
        ):
            return f"the maximum is {high}"
    if isinstance(value, str) and "pattern" in table:
        try:
            matched = compile_pattern(table["pattern"]).fullmatch(value)
        except PatternError:
            return None  # told by another check
        if matched is None:
            return f"it does not match the pattern {table['pattern']!r}"
    return None


def _is_consistent(value: Any, table: EntryTable, key: str | int) -> bool:
    # A list beside a fixed value only has to hold it.
    return (key == "enum" and table["fixed"] in table["enum"]) or value == table["fixed"]


def _describe_constant(table: EntryTable) -> str:
    return f"the value is always {quote_short(table['fixed'])}"


def _format_value(value: Any, form: ValueFormat) -> str:
    """A value as its Fortran format writes it, with as many columns as it needs."""
    if isinstance(value, bool):
        return "T"
    if isinstance(value, str):
        return value
    if form.type == "real" and form.decimals is not None and abs(value) < 1e16:
        return f"{value:.{form.decimals}f}".replace("0.", ".", 1)
    return str(value) if isinstance(value, int) else ""


def _parse_sample(kind: str, sample: str) -> Any:
    """The value that a sample stands for; ``_UNREADABLE`` when it is of another type."""
    text = sample.strip()
    if kind in ("string", "date"):
        quoted = len(text) > 1 and text[0] == text[-1] == "'"
        return text[1:-1].replace("''", "'").rstrip() if quoted else text
    if kind == "logical":
        return {"T": True, "F": False}.get(text, _UNREADABLE)
    if kind == "integer":
        return int(text) if re.fullmatch("[+-]?[0-9]{1,30}", text) else _UNREADABLE
    if kind == "real":
        number = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([ED][+-]?[0-9]{1,4})?"
        return float(text.replace("D", "E")) if re.fullmatch(number, text) else _UNREADABLE
    return None


def _get_sample_text(table: EntryTable) -> str:
    value = _parse_sample(table["type"], table["sample"])
    return value if isinstance(value, str) else table["sample"].strip()
