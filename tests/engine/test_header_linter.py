"""What is known to be clean is not put to a rule again: this is what makes archives quick."""

from __future__ import annotations

import random

import pytest

from fitslint.config.settings import Settings
from fitslint.engine import value_linter
from fitslint.engine.header_linter import HeaderLinter
from fitslint.engine.linter import Linter
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.records import replace
from fitslint.rules.docs import parse_rule_page
from fitslint.rules.registry import load_rules
from fitslint.source.files import read_bytes
from fitslint.testing.examples import build_example
from tests.benchmarks.generate import header

WARM, MORE = 400, 100


def test_new_values_in_a_known_layout_are_not_put_to_card_rules(monkeypatch):
    """Every value of these headers differs; hardly any shape and no value needs another look."""
    judge, rng = Linter(Settings()), random.Random(7)
    files = [
        read_bytes(header(rng, number), "x.fits", judge.settings.limits)
        for number in range(WARM + MORE)
    ]
    for file in files[:WARM]:
        judge.lint(file)
    asked = []
    shape, value = HeaderLinter._lint_shape, value_linter._ask_value_rules

    def lint_shape(self, header, *args, **rest):
        asked.append(header)
        return shape(self, header, *args, **rest)

    def ask_value_rules(header, *args):
        asked.append(header)
        return value(header, *args)

    monkeypatch.setattr(HeaderLinter, "_lint_shape", lint_shape)
    monkeypatch.setattr(value_linter, "_ask_value_rules", ask_value_rules)
    reports = [judge.lint(file) for file in files[WARM:]]
    assert {report.verdict for report in reports} == {"conforms"}
    assert len(asked) < MORE / 2, f"{len(asked)} cards of {MORE} headers were put to rules"


def image(*cards):
    text = "".join(card.ljust(80) for card in (*cards, "END")).ljust(2880)
    return text.encode() + bytes(2880)


TWINS = {
    "MK123": [
        image("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 0", "GROUPS  = T",
              f"PCOUNT  = {pcount}", "GCOUNT  = 1", "PTYPE2  = 'VV'")
        for pcount in (2, 1)
    ],
    "IM110": [
        image("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 2", f"NAXIS2  = {length}",
              "CTYPE1  = 'X'")
        for length in (2, 1)
    ],
    "WC119": [
        image("SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0", f"EQUINOX = {year}")
        for year in ("              2000.0", "              2000.0E1")
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", TWINS)
def test_sizes_that_decide_are_not_remembered_by_their_sign(code):
    """Two headers of one layout that differ in a size which is not zero in either."""
    good, bad = TWINS[code]
    judge = Linter(Settings())
    for data, wanted in ((good, False), (bad, True), (good, False)):
        findings = judge.lint(read_bytes(data, "any.fits", judge.settings.limits)).findings
        assert any(finding.code == code for finding in findings) == wanted


CHANGES = {
    "WC126": [(b"'RA---TAN'", b"'GLON-CAR'"), (b"'DEC--TAN'", b"'GLAT-CAR'")],
    "WC119": [(b"              2000.0 / equinox", b"              1950.0 / equinox")],
}
"""What no header had before, and the rule that then has something to say."""


@pytest.mark.parametrize("code", CHANGES)
def test_quick_answers_are_asked_for_again_when_constant_cards_change(code):
    """The other cards that such a rule looks at are new in every header."""
    fast, plain, rng = Linter(Settings()), Linter(Settings(), memo=False), random.Random(8)
    limits, datas = fast.settings.limits, [header(rng, number) for number in range(70)]
    for number in (60, 62, 69):
        for old, new in CHANGES[code]:
            assert old in datas[number]
            datas[number] = datas[number].replace(old, new)
    told = []
    for data in datas[:58] + datas[60:]:
        report = fast.lint(read_bytes(data, "any.fits", limits))
        if len(told) >= 58:
            assert report.findings == plain.lint(read_bytes(data, "any.fits", limits)).findings
        told.append(code in {finding.code for finding in report.findings})
    assert [number for number, flagged in enumerate(told) if flagged] == [58, 60, 67]


QUICK = [rule for rule in load_rules().values() if rule.precheck_needs is not None]


@pytest.mark.parametrize("rule", QUICK, ids=[rule.code for rule in QUICK])
def test_quick_answers_hang_on_the_cards_that_they_name(rule):
    page = parse_rule_page(rule)
    for block in (page.bad, page.good):
        for hdu in read_bytes(build_example(block.text, block.kind).data, "any.fits").hdus:
            layout, raw = hdu.header.layout, hdu.header.raw
            named = RuleIndex((rule,), lambda asked: asked.precheck_needs).find_positions(layout)
            answer = rule.precheck(hdu.header)
            for position in set(range(len(hdu.header))) - named.get(rule.code, set()):
                start = position * 80 + 8
                other = raw[:start] + b"=               -12345.6".ljust(72) + raw[start + 72 :]
                assert rule.precheck(replace(hdu.header, raw=other)) == answer
