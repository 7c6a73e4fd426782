"""Where authorities disagree: a finding that rests on it names both sides and weighs less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from fitslint.data_files import load_data_file
from fitslint.dictionary.matching.entry import Entry
from fitslint.dictionary.matching.match import Dictionary
from fitslint.model.finding import Severity
from fitslint.model.records import NamedTuple
from fitslint.text import ENGLISH, get_language, say

ANY_KEYWORD = "*"


class Conflict(NamedTuple):
    """What two authorities want of the same keywords."""

    id: str
    severity: Severity
    sides: str
    """One sentence of each side."""
    allows_fix: bool
    """Whether a fix suits both sides."""


class Conflicts:
    """The conflicts that matter in files of some families of dictionaries."""

    def __init__(self, families: Iterable[str]) -> None:
        self._conflicts_by_rule: dict[str, Conflict] = {}
        self._keywords_by_rule: dict[str, list[tuple[Dictionary, Conflict]]] = {}
        wanted = set(families)
        for table in load_data_file("conflicts")["conflict"]:
            if table["family"] in wanted:
                self._add(table)

    def _add(self, table: Mapping[str, Any]) -> None:
        sides = _describe_sides(table)
        conflict = Conflict(table["id"], table["severity"], sides, bool(table.get("fix")))
        for code in table.get("rules", ()):
            if ANY_KEYWORD in table["keywords"]:
                self._conflicts_by_rule[code] = conflict
                continue
            names = Dictionary(
                {"id": table["id"]}, table["keywords"], lambda name: Entry(name, "any")
            )
            self._keywords_by_rule.setdefault(code, []).append((names, conflict))

    def find(self, code: str, message: str, keyword: str | None) -> Conflict | None:
        """The conflict that a finding rests on: by rule, or rule and message, and keyword."""
        for key in (f"{code}.{message}", code):
            for names, conflict in self._keywords_by_rule.get(key, ()):
                # A keyword that is missing is named by its template.
                if keyword and (names.lookup(keyword) or keyword in names.names):
                    return conflict
            if key in self._conflicts_by_rule:
                return self._conflicts_by_rule[key]
        return None


_AUTHORITY_NAMES = {
    "fits": "FITS 4.0",
    "subaru": "Subaru",
    "norh": "NoRH",
    "manual": "the FITS manual",
    "samples": "its samples",
}


def _describe_sides(table: Mapping[str, Any]) -> str:
    first, second = table["between"]
    if second == "fits":
        first, second = second, first
    said = [
        (_AUTHORITY_NAMES[first], table.get("standard")),
        (_AUTHORITY_NAMES[second], table.get("authority")),
        ("elsewhere", table.get("elsewhere")),
    ]
    language = get_language()
    told = [
        f"{say(who)}: {text.get(language, text[ENGLISH]).rstrip('.。')}"
        for who, text in said
        if text
    ]
    return "; ".join(told[:2]) if len(told) > 1 else ""


def load_family_conflicts(families: frozenset[str]) -> Conflicts:
    """The conflicts of some families, read once in each language."""
    return _load_conflicts(families, get_language())


@lru_cache(maxsize=32)
def _load_conflicts(families: frozenset[str], _language: str) -> Conflicts:
    return Conflicts(families)
