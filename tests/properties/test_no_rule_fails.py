"""Whatever keyword any dictionary knows, with any index, letter and value: no rule fails on it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from fitslint.config.settings import Settings
from fitslint.dictionary.files.load import list_ids, load_dictionary
from fitslint.engine.linter import Linter
from fitslint.engine.ruleset import RuleSet
from fitslint.model.finding import FileReport
from fitslint.model.rule import Flag
from fitslint.source.files import read_bytes
from tests import strategies as fits

VALUES = (
    "", "T", "0", "1", "-1", "1234567890123456789012", "1.5", "-1.5E-320", "1.5e400", "(1.5, -2)",
    "''", "'abc'", "'1PE(3)'", "'F8.3'", "'(2,3)'", "'2004-02-30T25:00:00'", "'-12:34:56.7'",
    "'1' 2", "f/8", "'x", "'\xe9'", "= 5",
)  # fmt: skip
INDICES = ("1", "2", "07", "99")
LETTERS = ("", "A", "Z")
PER_HEADER = 150
OPENINGS = {
    "primary": ["SIMPLE  =                    T", "BITPIX  =                   16",
                "NAXIS   =                    2", "NAXIS1  =                    2",
                "NAXIS2  =                    2"],
    "table": ["XTENSION= 'BINTABLE'", "BITPIX  =                    8",
              "NAXIS   =                    2", "NAXIS1  =                    4",
              "NAXIS2  =                    2", "PCOUNT  =                    0",
              "GCOUNT  =                    1", "TFIELDS =                    2",
              "TFORM1  = 'I'", "TFORM2  = '2A'"],
}  # fmt: skip


def spell(template: str, index: str, letter: str) -> str:
    """A keyword that a template stands for: ``PCi_ja`` gives PC1_1A."""
    name = template.removesuffix("a") + letter if template.endswith("a") else template
    return re.sub("[a-z]+", index, name)[: 70 if " " in name else 8]


def list_names(name: str) -> list[str]:
    """Every keyword of a dictionary, with all indices and letters, and its neighbours."""
    templates = [entry.name for entry in load_dictionary(name)]
    spelt = {
        spell(template, index, letter)
        for template in templates
        for index in INDICES
        for letter in LETTERS
    }
    # A letter or digit behind any name is what crashed the look for look-alikes.
    more = {(one + tail)[:8] for one in spelt for tail in ("A", "1") if " " not in one}
    return sorted(spelt | more)


def build_file(kind: str, cards: list[str]) -> bytes:
    before = b"" if kind == "primary" else fits.file_of(list(map(fits.padded, fits.PRIMARY)))
    return before + fits.file_of([fits.padded(card) for card in (*OPENINGS[kind], *cards)])


def check_names(name: str, values: tuple[str, ...]) -> int:
    """Judge every keyword with every value; the number of files."""
    settings = Settings() if name.startswith("fits/") else Settings(dictionary=(name,))
    judge, limits = Linter(settings), settings.limits
    names, count = list_names(name), 0
    for number, value in enumerate(values):
        kind = list(OPENINGS)[number % 2]
        for first in range(0, len(names), PER_HEADER):
            part = names[first : first + PER_HEADER]
            cards = [f"{one:<8}= {value}" for one in part]
            report = judge.lint(read_bytes(build_file(kind, cards), "any.fits", limits))
            assert report.not_judged == (), (value, part)
            assert report.status in ("ok", "truncated"), (value, report.reason)
            count += 1
    return count


@pytest.mark.parametrize("name", [one for one in list_ids() if one.startswith("fits/")])
def test_no_rule_fails_on_keywords_of_fits(name):
    assert check_names(name, VALUES) >= len(VALUES)


@pytest.mark.parametrize("name", [one for one in list_ids() if not one.startswith("fits/")])
def test_no_rule_fails_on_keywords_of_authorities(name):
    assert check_names(name, VALUES[::3]) >= len(VALUES[::3])


_CARDS = ["EXPTIME =              1.5e+02", "object  = 'M31'"]
FAULTY = build_file("primary", _CARDS) + bytes(fits.BLOCK)


def judge_with(monkeypatch, check) -> FileReport:
    """The report on a faulty file when the check of VF110 is another function."""
    rules = RuleSet.from_settings(Settings())
    changed = {**rules.rules, "VF110": replace(rules.rules["VF110"], check=check)}
    monkeypatch.setattr(RuleSet, "from_settings", lambda *_, **__: replace(rules, rules=changed))
    judge = Linter(Settings())
    return judge.lint(read_bytes(FAULTY, "any.fits", judge.settings.limits))


def fail(*_: object) -> None:
    raise IndexError("string index out of range")


def test_a_rule_that_fails_costs_its_own_answer_only(monkeypatch):
    judge = Linter(Settings())
    findings = judge.lint(read_bytes(FAULTY, "any.fits", judge.settings.limits)).findings
    report = judge_with(monkeypatch, fail)
    assert report.not_judged == ("VF110",)
    assert report.status == "ok"
    assert any(finding.code == "VF110" for finding in findings)
    assert report.findings == [finding for finding in findings if finding.code != "VF110"]


def test_what_the_program_around_raises_is_not_taken_for_a_failed_rule(monkeypatch):
    def ring(*_: object) -> None:
        raise TimeoutError("the alarm of the program around")

    with pytest.raises(TimeoutError, match="alarm"):
        judge_with(monkeypatch, ring)


def test_what_does_not_happen_again_did_not_come_from_a_rule(monkeypatch):
    left = [ValueError("raised once, by a signal handler")]

    def interrupt(*_: object) -> list[Flag]:
        if left:
            raise left.pop()
        return []

    with pytest.raises(ValueError, match="raised once"):
        judge_with(monkeypatch, interrupt)
