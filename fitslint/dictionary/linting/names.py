"""Names of keywords: length, placeholders, and which entry a keyword belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.files.load import build_entry
from fitslint.dictionary.files.positions import KeyPath
from fitslint.dictionary.linting.remark import LintContext, Remark, Severity, soften_severity
from fitslint.dictionary.lookup import expand_entry
from fitslint.dictionary.matching.match import Dictionary, Template

KEYWORD_MAX = 8
_HIERARCH_MAX = 66
"""Characters of a name with blanks that leave room for HIERARCH, the equals sign and a value."""
_PLACEHOLDER_LETTERS = frozenset("ijklmn")
"""Letters that dictionaries use as placeholders of integers."""


def find_duplicates(subject: LintContext) -> Iterator[Remark]:
    """Two entries of one name."""
    seen: dict[str, KeyPath] = {}
    for path, table in subject.tables:
        name = table["name"]
        if name in seen:
            line = subject.document.find_line(seen[name])
            yield Remark((*path, "name"), "error", f"is defined twice, first on line {line}", True)
        seen.setdefault(name, path)


def find_long_names(subject: LintContext) -> Iterator[Remark]:
    """Keywords that do not fit in a card."""
    for path, table in subject.tables:
        name, at = table["name"], (*path, "name")
        if " " in name:
            if len(name) > _HIERARCH_MAX:
                sentence = f"has {len(name)} characters: HIERARCH leaves no room for a value"
                yield Remark(at, "error", sentence)
        elif len(_shorten_name(name)) > KEYWORD_MAX:
            yield Remark(at, "error", f"has {len(_shorten_name(name))} characters; the most are 8")


def find_odd_placeholders(subject: LintContext) -> Iterator[Remark]:
    """Lower-case letters that were hardly meant as placeholders, and limits of none."""
    for path, table in subject.tables:
        name = table["name"]
        stem = name.removesuffix("a")
        for run in re.findall("[a-z]+", stem):
            odd = [letter for letter in dict.fromkeys(run) if letter not in _PLACEHOLDER_LETTERS]
            if odd:
                sentence = (
                    f"the lower-case {odd[0]!r} in {name!r} stands for an integer; keywords are "
                    "written in capitals, indices as i, j, k, l, m or n"
                )
                yield Remark((*path, "name"), "error" if len(odd) > 1 else "warning", sentence)
                break
        letters = set(re.findall("[a-z]", stem))
        for letter, (low, high) in table.get("index", {}).items():
            at = (*path, "index", letter)
            if letter not in letters:
                yield Remark(at, "error", f"{name!r} has no placeholder {letter!r}")
            elif low > high:
                yield Remark(at, "error", f"the lowest index {low} is over the highest, {high}")


def find_overlaps(subject: LintContext) -> Iterator[Remark]:
    """Keywords that a template of the same dictionary matches as well."""
    names = [table["name"] for _, table in subject.tables]
    tables = {table["name"]: table for _, table in subject.tables}
    templates = [name for name in names if name != name.upper()]
    skeletons = _group_by_skeleton(templates)
    whole = subject.document.dictionary
    ranges = subject.document.head.get("index", {})
    for path, table in subject.tables:
        name = table["name"]
        for keyword in expand_entry(whole, name):
            others = [
                similar for similar in skeletons.get(_fold_digits(keyword), ()) if similar != name
            ]
            other = _find_template(keyword, others, tables, ranges)
            if other is None:
                continue
            if name == keyword:
                sentence = f"{other!r} matches it too; the entry of its own name wins"
                weight = soften_severity(table, _rate_overlap(table, tables[other]))
                yield Remark((*path, "name"), weight, sentence)
            elif names.index(name) < names.index(other):
                sentence = f"{keyword} belongs to {other!r} too"
                yield Remark((*path, "name"), "error", sentence)
            break


def _rate_overlap(table: Mapping[str, Any], other: Mapping[str, Any]) -> Severity:
    """A name that repeats its template is harmless; one that differs from it may surprise."""
    differs = any(table.get(key) != other.get(key) for key in ("type", "unit"))
    return "warning" if differs else "info"


def _find_template(
    keyword: str, others: list[str], tables: Mapping[str, Mapping[str, Any]], ranges: Any
) -> str | None:
    """The template among ``others`` that ``keyword`` belongs to."""
    entries = {name: build_entry(tables[name], ranges) for name in others}
    match = Dictionary({}, entries, entries.__getitem__).lookup(keyword) if entries else None
    return match.entry.name if match else None


def _group_by_skeleton(templates: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in templates:
        found.setdefault(Template(name).skeleton, []).append(name)
    return found


def _fold_digits(keyword: str) -> str:
    return re.sub("[0-9]+", "#", keyword)


def _shorten_name(name: str) -> str:
    """The shortest keyword of a template: one digit for a single placeholder, no version."""
    return re.sub("([a-z])\\1*", lambda run: "0" * len(run[0]), name.removesuffix("a"))
