"""Which rows of the catalogue of checks are answered by which rules, and why others are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from fitslint.model.late import compile_late
from fitslint.model.records import dataclass
from fitslint.model.rule import Rule
from fitslint.rules.registry import load_fits_rules

_ROW_ID = compile_late("[A-Z][0-9]{3}")
_LISTED_ROW = compile_late("^([A-Z][0-9]{3}) *=", re.MULTILINE)
_GROUP_ORDER = "FCKVMRTIUDWSQXZHLNOBP"
"""The groups of the catalogue in its order."""


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One row: the rules that answer it, or a note (``later: units``) and a title."""

    id: str
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    note: str = ""
    title: str = ""


def list_rows(rules: Iterable[Rule]) -> Iterator[CatalogueRow]:
    """Every row of the catalogue, in its order."""
    answered = group_rules_by_row(rules)
    waiting = {row.id: row for row in read_open_rows()}
    for row_id in sorted(answered.keys() | waiting.keys(), key=_rank_row):
        found = answered.get(row_id)
        if found:
            codes, names = tuple(rule.code for rule in found), tuple(rule.name for rule in found)
            yield CatalogueRow(row_id, codes, names, title=found[0].summary)
        else:
            yield waiting[row_id]


def find_missing_rows(rules: Iterable[Rule]) -> tuple[int, tuple[str, ...]]:
    """How many rows the catalogue has, and which of them none of the rules ``asked`` answers."""
    text = Path(__file__).with_name("coverage.toml").read_text("utf-8")
    # A look at the names is enough, and a tenth of the time of a TOML parser.
    every = {row for rule in load_fits_rules().values() for row in rule.catalogue_rows} | set(
        _LISTED_ROW.findall(text)
    )
    known = {row for row in every if _ROW_ID.fullmatch(row)}
    left = known.difference(*(rule.catalogue_rows for rule in rules))
    return len(known), tuple(sorted(left, key=_rank_row))


def group_rules_by_row(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules that answer each row."""
    answered: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.code):
        for row_id in rule.catalogue_rows:
            answered.setdefault(row_id, []).append(rule)
    return answered


def read_open_rows() -> Iterator[CatalogueRow]:
    """The rows that wait for a later subject or have a reason."""
    import tomllib  # a check does without

    document = tomllib.loads(Path(__file__).with_name("coverage.toml").read_text("utf-8"))
    for subject, titles in document.get("later", {}).items():
        for row_id, title in titles.items():
            yield CatalogueRow(row_id, note=f"later: {subject}", title=title)
    for row_id, reason in document["reason"].items():
        yield CatalogueRow(row_id, note=reason)


def explain_missing_edit(rule: Rule) -> str:
    """Why a rule has no edit although the catalogue thinks of one; empty where it has, or none."""
    import tomllib

    text = Path(__file__).with_name("coverage.toml").read_text("utf-8")
    reasons: dict[str, str] = tomllib.loads(text)["no-edit"]
    return next((reasons[row_id] for row_id in rule.catalogue_rows if row_id in reasons), "")


def _rank_row(row_id: str) -> tuple[int, str, int, str]:
    """The catalogue in its order, then the rules of authorities (S9-03, D-01, N-T1) by name."""
    match = _ROW_ID.fullmatch(row_id)
    if match:
        return _GROUP_ORDER.index(row_id[0]), "", int(row_id[1:]), ""
    group, _, rest = row_id.partition("-")
    number = re.search("[0-9]+", rest)
    letters = rest[: number.start()] if number else rest
    return len(_GROUP_ORDER), group + letters, int(number[0]) if number else 0, row_id
