"""What linting means: every rule is asked about every card and header that it is for.

:mod:`fitslint.engine.header_linter` gives the same answers and skips what cannot be wrong; a
property test holds the two together. This one is slow and asks each rule under guard, so
that it tells which rule fails on a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fitslint.dictionary import DictionaryChain, load_conventions, load_standard
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.card import Card
from fitslint.model.header import Header
from fitslint.model.records import replace
from fitslint.model.rule import Flag, Rule

Emit = Callable[[Rule, Flag, Header], None]
RULE_FAILURES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What a rule with a mistake in it raises. A rule does no input or output, so that everything else
(an OSError, a TimeoutError of an alarm) comes from the program around it and belongs there."""


class RuleGuard:
    """Asks rules and notes which of them fail."""

    def __init__(self) -> None:
        self.failed_rules: set[str] = set()
        """Codes of the rules that raised."""

    def call_rule(self, rule: Rule, *arguments: object) -> Iterator[Flag]:
        """What a rule flags, up to where it fails."""
        try:
            yield from rule.check(*arguments)
        except RULE_FAILURES:
            self.failed_rules.add(rule.code)


class PlainLinter:
    """Asks card and header rules about a header, one after the other, and remembers nothing."""

    def __init__(self, rules: Iterable[Rule], guard: RuleGuard) -> None:
        rules = tuple(rules)
        self._guard = guard
        self._card_rules = tuple(rule for rule in rules if rule.scope == "card")
        self._header_rules = tuple(rule for rule in rules if rule.scope == "header")
        self._by_keyword = RuleIndex(self._card_rules, lambda rule: rule.keywords)
        self._by_need = RuleIndex(self._header_rules, lambda rule: rule.needs, tests=True)

    def lint(self, header: Header, emit: Emit) -> None:
        """Call ``emit(rule, flag, header)`` with every flag of a header."""
        end = header.end_card
        for name, card in zip((*header.names, "END"), (*header.cards, end), strict=True):
            if card is not None:
                for rule in self._list_card_rules(card, header, name):
                    for flag in self._guard.call_rule(rule, card, header):
                        emit(rule, flag, header)
        wanted = self._by_need.find_positions(header.layout)
        for rule in self._header_rules:
            if _may_flag(rule, header, len(wanted.get(rule.code, ()))):
                for flag in self._guard.call_rule(_merge_subchecks(rule), header):
                    emit(rule, flag, header)

    def _list_card_rules(self, card: Card, header: Header, name: str) -> Iterator[Rule]:
        """The rules that want to see a card."""
        authority: DictionaryChain | None = header.authority
        families = authority.rule_families if authority else None
        named = self._by_keyword.find_rules(name)
        entry = authority.lookup(name) if authority else None
        known = len(name) <= 8 and bool(
            load_standard().lookup(name) or load_conventions().lookup(name)
        )
        for rule in self._card_rules:
            if rule.keywords or rule.dictionary_only:
                asked = rule in named or bool(rule.dictionary_only and entry)
            else:
                asked = rule.reads == "shape" and (known or not rule.registered_only)
            if name == "END" and rule.reads == "value":
                asked = False
            if asked and rule.precheck_for_entry and authority:
                asked = rule.precheck_for_entry(authority.lookup(name)) is not None
            if asked and rule.is_for_hdu(header.kind, families) and rule.is_for_form(card.form):
                yield rule


def _may_flag(rule: Rule, header: Header, needed: int) -> bool:
    """Whether a header rule has something to say of a header with so many cards that it needs."""
    families = header.authority.rule_families if header.authority else None
    if not rule.is_for_hdu(header.kind, families):
        return False
    if rule.is_conditional and not rule.subchecks and needed < rule.min_present:
        return False
    return all(any(name in header for name in group) for group in rule.needs_one_of)


def _merge_subchecks(rule: Rule) -> Rule:
    """The rule, or one that asks all its questions in one call."""
    if rule.subchecks is None:
        return rule
    parts, check = rule.subchecks, rule.check

    def ask_all(header: Header) -> Iterator[Flag]:
        for part in parts(header.authority, header.layout):
            yield from check(header, part.argument)

    return replace(rule, check=ask_all)
