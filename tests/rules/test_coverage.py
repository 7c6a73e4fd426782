"""Every row of the catalogue of checks has a rule, a later subject or a reason."""

from __future__ import annotations

import csv

import pytest

from fitslint.rules import registry
from fitslint.rules.coverage import group_rules_by_row, list_rows, read_open_rows

LATER_GROUPS = "UWSQXZB"
REASONS_MAX = 10


@pytest.fixture(scope="module")
def table():
    return {row.id: row for row in list_rows(registry.load_rules().values())}


def test_rows_are_those_of_the_catalogue(table, shared):
    wanted = set()
    for name in ("checks", "subaru-rules", "norh-rules"):
        with (shared / "spec" / f"{name}.tsv").open(encoding="utf-8") as file:
            wanted |= {line["id"] for line in csv.DictReader(file, delimiter="\t")}
    assert wanted - table.keys() == set()
    assert table.keys() - wanted == set()


def test_a_row_is_answered_or_waits_but_not_both():
    waiting = [row.id for row in read_open_rows()]
    assert len(waiting) == len(set(waiting))
    assert sorted(set(waiting) & group_rules_by_row(registry.load_rules().values()).keys()) == []


def test_few_rows_have_a_reason(table):
    reasons = [r.id for r in table.values() if r.note and not r.note.startswith("later: ")]
    reasons = [row_id for row_id in reasons if "-" not in row_id]
    assert len(reasons) <= REASONS_MAX


def test_rows_without_a_rule_say_why(table):
    assert [row.id for row in table.values() if not row.codes and not row.note] == []


def test_most_rows_of_the_built_groups_have_a_rule(table):
    built = [row for row in table.values() if row.id[0] not in LATER_GROUPS and "-" not in row.id]
    assert sum(bool(row.codes) for row in built) >= 0.85 * len(built)
