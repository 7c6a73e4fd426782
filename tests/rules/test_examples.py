"""Every rule keeps the promises of its docstring."""

from __future__ import annotations

from collections import Counter

import pytest

from fitslint.rules import registry
from fitslint.testing.harness import find_broken_promises

RULES = sorted(registry.load_rules().values(), key=lambda rule: rule.code)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_keeps_its_promises(rule):
    assert list(find_broken_promises(rule)) == []


def test_there_are_rules():
    assert len(RULES) > 100


@pytest.mark.parametrize("field", ["code", "name", "summary", "summary_ja"])
def test_rules_can_be_told_apart(field):
    counted = Counter(getattr(rule, field) for rule in RULES)
    assert [value for value, times in counted.items() if times > 1] == []
