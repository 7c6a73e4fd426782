"""Which rules on data are asked about a header, and what of its data they want to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fitslint.data.read import DataReader
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.data_facts import Fact
from fitslint.model.header import Header
from fitslint.model.rule import Rule


class DataLinter:
    """The rules on data among ``rules``."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rule for rule in rules if rule.scope == "data")
        self._by_need = RuleIndex(self._rules, lambda rule: rule.needs)

    def list_rules(self, header: Header) -> list[Rule]:
        """The rules that have something to ask about the data behind a header."""
        needed = self._by_need.find_codes(header.layout)
        return [
            rule
            for rule in self._rules
            if rule.is_for_hdu(header.kind) and (not rule.needs or rule.code in needed)
        ]

    def choose_facts(self, header: Header) -> frozenset[Fact]:
        """What they want to know."""
        return frozenset(fact for rule in self.list_rules(header) for fact in rule.facts)

    def make_reader(self, advance: Callable[[int], None]) -> DataReader:
        """What reads the data units of a file for them."""
        return DataReader(self.choose_facts, advance)
