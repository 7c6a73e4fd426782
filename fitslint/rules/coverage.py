"""Which rows of the catalogue of checks are answered by which rules, and why others are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.model.rule import Rule
from fitslint.rules.registry import for_fits

_CATALOGUED = compile_late("[A-Z][0-9]{3}")
_LISTED = compile_late("^([A-Z][0-9]{3}) *=", re.MULTILINE)
_GROUPS = "FCKVMRTIUDWSQXZHLNOBP"
"""The groups of the catalogue in its order."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the rules that answer it, or a note (``later: units``) and a title."""

    id: str
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    note: str = ""
    title: str = ""


def rows(rules: Iterable[Rule]) -> Iterator[Row]:
    """Every row of the catalogue, in its order."""
    answered = by_row(rules)
    waiting = {row.id: row for row in unanswered()}
    for row_id in sorted(answered.keys() | waiting.keys(), key=_place):
        found = answered.get(row_id)
        if found:
            codes, names = tuple(rule.code for rule in found), tuple(rule.name for rule in found)
            yield Row(row_id, codes, names, title=found[0].summary)
        else:
            yield waiting[row_id]


def unjudged(asked: Iterable[Rule]) -> tuple[int, tuple[str, ...]]:
    """How many rows the catalogue has, and which of them none of the rules ``asked`` answers."""
    text = Path(__file__).with_name("coverage.toml").read_text("utf-8")
    # A look at the names is enough, and a tenth of the time of a TOML parser.
    every = {row for rule in for_fits().values() for row in rule.checks} | set(
        _LISTED.findall(text)
    )
    known = {row for row in every if _CATALOGUED.fullmatch(row)}
    left = known.difference(*(rule.checks for rule in asked))
    return len(known), tuple(sorted(left, key=_place))


def by_row(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules that answer each row."""
    answered: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.code):
        for row_id in rule.checks:
            answered.setdefault(row_id, []).append(rule)
    return answered


def unanswered() -> Iterator[Row]:
    """The rows that wait for a later subject or have a reason."""
    import tomllib  # a check does without

    document = tomllib.loads(Path(__file__).with_name("coverage.toml").read_text("utf-8"))
    for subject, titles in document["later"].items():
        for row_id, title in titles.items():
            yield Row(row_id, note=f"later: {subject}", title=title)
    for row_id, reason in document["reason"].items():
        yield Row(row_id, note=reason)


def _place(row_id: str) -> tuple[int, str, int, str]:
    """The catalogue in its order, then the rules of authorities (S9-03, D-01, N-T1) by name."""
    match = _CATALOGUED.fullmatch(row_id)
    if match:
        return _GROUPS.index(row_id[0]), "", int(row_id[1:]), ""
    group, _, rest = row_id.partition("-")
    number = re.search("[0-9]+", rest)
    letters = rest[: number.start()] if number else rest
    return len(_GROUPS), group + letters, int(number[0]) if number else 0, row_id
