"""Entries that differ from those of the FITS standard or of a dictionary that is extended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.load import load_dictionary, load_standard
from fitslint.dictionary.files.positions import KeyPath
from fitslint.dictionary.linting.remark import LintContext, Remark, Severity, soften_severity
from fitslint.dictionary.lookup import expand_entry, load_conflict_rows
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Dictionary
from fitslint.text import quote_short
from fitslint.units.spelling import is_same_unit

_RESERVED, _CONVENTIONS, _ESO = "fits/reserved", "fits/conventions", "fits/eso"


def find_standard_conflicts(subject: LintContext) -> Iterator[Remark]:
    """Keywords that the standard reserves with another type or unit."""
    if subject.document.id == _RESERVED:
        return
    for path, table in subject.tables:
        other = _find_entry(subject, table["name"], load_standard())
        if other is None:
            continue
        severity = soften_severity(table, "error")
        for key, sentence in _list_differences(table, other):
            clause = f" (section {other.clause})" if other.clause else ""
            yield Remark((*path, key), severity, f"{sentence} in the FITS standard{clause}")


def find_convention_conflicts(subject: LintContext) -> Iterator[Remark]:
    """Keywords that a convention, or the dictionary of ESO, has with another type or unit."""
    for path, table in subject.tables:
        name = table["name"]
        if _find_entry(subject, name, load_standard()) is not None:
            continue
        where = _ESO if name.startswith("ESO ") else _CONVENTIONS
        other = (
            None
            if subject.document.id == where
            else _find_entry(subject, name, load_dictionary(where))
        )
        for key, sentence in _list_differences(table, other) if other else ():
            yield Remark((*path, key), soften_severity(table, "warning"), f"{sentence} in {where}")


def find_base_conflicts(subject: LintContext) -> Iterator[Remark]:
    """Keywords that a dictionary this one extends defines otherwise."""
    for path, table in subject.tables:
        for above in subject.base_documents:
            other = _find_entry(subject, table["name"], above.dictionary)
            if other is not None:
                yield from _compare_entry(path, table, other, above.id)
                break


def _compare_entry(
    path: KeyPath, table: Mapping[str, Any], other: Entry, where: str
) -> Iterator[Remark]:
    for key, sentence in _list_differences(table, other, both=True):
        severity: Severity = "error" if key == "type" else "warning"
        severity = soften_severity(table, severity)
        yield Remark((*path, key), severity, f"{sentence} in {where}, which is extended")
    allowed = (other.fixed,) if other.fixed is not None else other.enum
    mine = [table["fixed"]] if "fixed" in table else table.get("enum", ())
    strange = [value for value in mine if allowed and value not in allowed]
    if strange:
        key = "fixed" if "fixed" in table else "enum"
        sentence = f"{quote_short(strange[0])} is not allowed in {where}, which is extended"
        yield Remark((*path, key), soften_severity(table, "warning"), sentence)


def find_unknown_conflicts(subject: LintContext) -> Iterator[Remark]:
    """Ids of conflicts that are not known."""
    known = load_conflict_rows()
    for path, table in subject.tables:
        for at, name in enumerate(table.get("conflict", ())):
            if known and name not in known:
                sentence = f"there is no conflict {name!r} in dictionaries/conflicts.toml"
                yield Remark((*path, "conflict", at), "warning", sentence)


def find_unknown_replacements(subject: LintContext) -> Iterator[Remark]:
    """Replacements that no dictionary knows."""
    everywhere = [
        subject.document.dictionary,
        *(document.dictionary for document in subject.base_documents),
        load_standard(),
    ]
    for path, table in subject.tables:
        name = table.get("replaced_by")
        if name and not any(
            name in dictionary.names or dictionary.lookup(name) for dictionary in everywhere
        ):
            sentence = f"{name!r} is in no dictionary that holds here"
            yield Remark((*path, "replaced_by"), "warning", sentence)


def _find_entry(subject: LintContext, name: str, other: Dictionary) -> Entry | None:
    """The entry of another dictionary for the keywords of one of ours."""
    for keyword in expand_entry(subject.document.dictionary, name):
        match = other.lookup(keyword)
        if match is not None:
            return match.entry
    return None


def _list_differences(
    table: Mapping[str, Any], other: Entry, *, both: bool = False
) -> Iterator[tuple[str, str]]:
    """(Key, what is different) of type and unit."""
    theirs = (other.type, *other.types.values())
    mine = (table["type"], *table.get("types", {}).values())
    if not any(_is_compatible(own, their, both=both) for own in mine for their in theirs):
        theirs_said = "has no value" if other.type == "none" else f"is {other.type}"
        yield "type", f"the type is {table['type']}, but {other.name} {theirs_said}"
    unit = table.get("unit")
    if unit and other.unit and not is_same_unit(unit, other.unit):
        yield "unit", f"the unit is {unit!r}, but that of {other.name} is {other.unit!r}"


def _is_compatible(mine: str, theirs: str, *, both: bool) -> bool:
    """Whether values of one type are values of the other as well."""
    pair = {mine, theirs}
    if len(pair) == 1 or "any" in pair or pair == {"string", "date"}:
        return True
    # An integer may stand where the standard has a real number (section 4.2.4).
    return not both and (mine, theirs) == ("integer", "real")
