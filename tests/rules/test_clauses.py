"""Every clause that is cited is one of the standard, or of a text that is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from fitslint.dictionary.files.load import load_dictionary
from fitslint.report.sentences import describe_clause
from fitslint.rules import registry

TABLE = tomllib.loads(Path(__file__).with_name("clauses.toml").read_text("utf-8"))
RULES = registry.load_rules()
FITS = "fits/reserved"
PARTS = re.compile(r", ")


def unknown(clause: str) -> list[str]:
    """The parts of a clause that the table does not have; a text may be cited down to a section."""
    return [
        part
        for part in PARTS.split(clause)
        if part not in TABLE["standard"]
        and not any(part == text or part.startswith((f"{text} ", f"{text}/", f"{text} ("))
                    for text in TABLE["other"])
    ]  # fmt: skip


def is_local(code: str) -> bool:
    """Rules of hscPipe, Lenstool, NoRH and Subaru cite sections inside the text that they name."""
    return code.startswith(("HS", "LM", "NR", "PR", "SB"))


@pytest.mark.parametrize("code", sorted(code for code in RULES if not is_local(code)))
def test_a_rule_cites_what_there_is(code):
    assert unknown(RULES[code].clause) == []


@pytest.mark.parametrize("code", sorted(filter(is_local, RULES)))
def test_a_rule_of_another_text_names_it(code):
    named = RULES[code].clause.split(",")[0]
    assert unknown(named) == []
    assert named not in TABLE["standard"]
    assert "FITS 4.0" not in describe_clause(RULES[code].clause)


@pytest.mark.parametrize("name", ["fits/reserved", "fits/conventions"])
def test_a_dictionary_cites_what_there_is(name):
    cited = {entry.clause for entry in load_dictionary(name) if entry.clause}
    assert len(cited) > 10
    assert {clause: unknown(clause) for clause in cited if unknown(clause)} == {}


def test_keywords_are_cited_where_the_standard_has_them():
    entries = {entry.name: entry for entry in load_dictionary(FITS)}
    wrong = {
        name: entries[name].clause
        for section, names in TABLE["keywords"].items()
        for name in names
        if section not in PARTS.split(entries[name].clause or "")
    }
    assert wrong == {}


def test_the_table_has_nothing_that_nobody_cites():
    cited = [rule.clause for rule in RULES.values()]
    for name in ("fits/reserved", "fits/conventions"):
        cited += [entry.clause or "" for entry in load_dictionary(name)]
    parts = {part for clause in cited for part in PARTS.split(clause)}
    # Units have rules of their own to come.
    assert set(TABLE["standard"]) - parts <= {"4.3.1"}
