"""Names of keywords: length, placeholders, and which entry a keyword belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fitslint.dictionary.catalogue import instances
from fitslint.dictionary.entry import entry
from fitslint.dictionary.linting.remark import Remark, Severity, Subject, unless_explained
from fitslint.dictionary.match import Dictionary, Template
from fitslint.dictionary.positions import Path

LONGEST = 8
_LONGEST_NAME = 66
"""Characters of a name with blanks that leave room for HIERARCH, the equals sign and a value."""
_USUAL = frozenset("ijklmn")
"""Letters that dictionaries use as placeholders of integers."""


def duplicates(subject: Subject) -> Iterator[Remark]:
    """Two entries of one name."""
    seen: dict[str, Path] = {}
    for path, table in subject.tables:
        name = table["name"]
        if name in seen:
            line = subject.document.line(seen[name])
            yield Remark((*path, "name"), "error", f"is defined twice, first on line {line}", True)
        seen.setdefault(name, path)


def lengths(subject: Subject) -> Iterator[Remark]:
    """Keywords that do not fit in a card."""
    for path, table in subject.tables:
        name, at = table["name"], (*path, "name")
        if " " in name:
            if len(name) > _LONGEST_NAME:
                sentence = f"has {len(name)} characters: HIERARCH leaves no room for a value"
                yield Remark(at, "error", sentence)
        elif len(_shortest(name)) > LONGEST:
            yield Remark(at, "error", f"has {len(_shortest(name))} characters; the most are 8")


def placeholders(subject: Subject) -> Iterator[Remark]:
    """Lower-case letters that were hardly meant as placeholders, and limits of none."""
    for path, table in subject.tables:
        name = table["name"]
        stem = name.removesuffix("a")
        for run in re.findall("[a-z]+", stem):
            odd = [letter for letter in dict.fromkeys(run) if letter not in _USUAL]
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


def swallowing(subject: Subject) -> Iterator[Remark]:
    """Keywords that a template of the same dictionary matches as well."""
    names = [table["name"] for _, table in subject.tables]
    tables = {table["name"]: table for _, table in subject.tables}
    templates = [name for name in names if name != name.upper()]
    skeletons = _by_skeleton(templates)
    whole = subject.document.dictionary
    ranges = subject.document.head.get("index", {})
    for path, table in subject.tables:
        name = table["name"]
        for keyword in instances(whole, name):
            others = [one for one in skeletons.get(_skeleton(keyword), ()) if one != name]
            other = _matching(keyword, others, tables, ranges)
            if other is None:
                continue
            if name == keyword:
                sentence = f"{other!r} matches it too; the entry of its own name wins"
                weight = unless_explained(table, _weight(table, tables[other]))
                yield Remark((*path, "name"), weight, sentence)
            elif names.index(name) < names.index(other):
                sentence = f"{keyword} belongs to {other!r} too"
                yield Remark((*path, "name"), "error", sentence)
            break


def _weight(table: Mapping[str, Any], other: Mapping[str, Any]) -> Severity:
    """A name that repeats its template is harmless; one that differs from it may surprise."""
    differs = any(table.get(key) != other.get(key) for key in ("type", "unit"))
    return "warning" if differs else "info"


def _matching(
    keyword: str, others: list[str], tables: Mapping[str, Mapping[str, Any]], ranges: Any
) -> str | None:
    """The template among ``others`` that ``keyword`` belongs to."""
    entries = {name: entry(tables[name], ranges) for name in others}
    match = Dictionary({}, entries, entries.__getitem__).lookup(keyword) if entries else None
    return match.entry.name if match else None


def _by_skeleton(templates: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in templates:
        found.setdefault(Template(name).skeleton, []).append(name)
    return found


def _skeleton(keyword: str) -> str:
    return re.sub("[0-9]+", "#", keyword)


def _shortest(name: str) -> str:
    """The shortest keyword of a template: one digit for a single placeholder, no version."""
    return re.sub("([a-z])\\1*", lambda run: "0" * len(run[0]), name.removesuffix("a"))
