"""Every row of the catalogue of checks has a rule, a later subject or a reason."""

from __future__ import annotations

import csv

import pytest

from fitslint.rules import registry
from fitslint.rules.coverage import (
    explain_missing_edit,
    group_rules_by_row,
    list_rows,
    read_open_rows,
)
from fitslint.testing.examples import build_example
from fitslint.testing.harness import lint_bytes

LATER_GROUPS = "UWSQXB"
REASONS_MAX = 5


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


GRADED = ("safe", "style", "unsafe")
SOMETIMES = {
    "F005": "OBJECT  = 'M 31    '\n@bytes left over",
    "F006": "OBJECT  = 'M 31    '\n@bytes left over",
    "F007": "OBJECT  = 'M 31    '\n@hdu primary\nOBJECT  = 'M 31    '",
    "F008": "@noend\nOBJECT  = 'M 31    '",
    "F010": "OBJECT  = 'M 31    '\nEND     =                    T",
    "F012": "OBJECT  = 'M 31    '\nEND\nFILTER  = 'B       '",
    "F015": "@prefix \\xef\\xbb\\xbf\nOBJECT  = 'M 31    '",
    "R018": "RA      = '150.5   '",
    "C015": "EXPTIME =                  1.5 / [s]    FILTER  = 'B       '",
    "D004": "DATE-OBS= '2004-02-29T24:00:00'",
    "L008": "HIERARCH ESO TEL AIRM = 1.05\nHIERARCH ESO  TEL AIRM = 1.05",
    "L009": "EXPTIME =                 30.0\nHIERARCH EXPTIME = 30.0",
    "O005": "@hdu image\nXTENSION= 'IUEIMAGE'\nBITPIX  = 8\nNAXIS   = 0\nPCOUNT  = 0\nGCOUNT  = 1",
    "Q003": "MJDREFI =                55197\nMJDREFF =                  1.5",
    "W019": "EQUINOX =               1950.0\nRADESYS = 'ICRS    '",
}
"""Rows whose rules mend only some of what they find, with one of those."""
HIDDEN = {"H006": "test_sums_of_repairs", "R020": "test_examples"}
"""Rows whose rules are tried elsewhere: their edits hang on a sum, or on the name of the file."""


@pytest.fixture(scope="module")
def graded(shared):
    """The rows of the catalogue that think of a repair, and the rules that answer them."""
    with (shared / "spec" / "checks.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    rules = group_rules_by_row(registry.load_rules().values())
    return {
        line["id"]: rules[line["id"]]
        for line in rows
        if line["autofix"].startswith(GRADED) and line["id"] in rules
    }


def test_a_row_with_a_repair_has_an_edit_or_says_why_not(graded):
    silent = [
        row_id
        for row_id, rules in graded.items()
        if not any(rule.fix or explain_missing_edit(rule) for rule in rules)
        and row_id not in SOMETIMES
        and row_id not in HIDDEN
    ]
    assert silent == []


def test_no_rule_with_a_fix_says_why_it_has_none(graded):
    rules = {rule.code: rule for rules in graded.values() for rule in rules}
    assert [code for code, rule in rules.items() if rule.fix and explain_missing_edit(rule)] == []


@pytest.mark.parametrize("row_id", sorted(SOMETIMES))
def test_what_can_be_mended_has_an_edit(row_id):
    codes = {rule.code for rule in group_rules_by_row(registry.load_rules().values())[row_id]}
    found = lint_bytes(build_example(SOMETIMES[row_id]).data, "x.fits").findings
    assert [one.code for one in found if one.code in codes and one.fix and one.fix.edits]
