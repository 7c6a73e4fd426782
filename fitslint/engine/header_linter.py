"""Linting one header quickly: what is known to be clean is passed over, the rest is put to rules.

The answers are those of :class:`fitslint.engine.plain_linter.PlainLinter`, which says in a few
lines what linting means. Here a header goes through four gates, each with a memory:

- the shapes of its cards (folded columns 9-80), by keyword: :meth:`HeaderLinter.lint`
- its commentary and checksums, which are nearly always plain or of one shape
- its values: :mod:`fitslint.engine.value_linter`
- its sequence of keywords: once a layout
"""

from __future__ import annotations

from collections.abc import Iterable

from fitslint.dictionary import DictionaryChain
from fitslint.engine.keyword_plan import Forms, KeywordPlan, KeywordPlans
from fitslint.engine.layout_plan import PLANS_MAX, CommentaryRun, LayoutPlan, LayoutPlanner
from fitslint.engine.plain_linter import Emit
from fitslint.engine.value_linter import find_failing_rules, lint_values
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Rule
from fitslint.syntax.cards import FOLD, PLAIN_TEXT, collapse_text
from fitslint.syntax.headers import CARDS_REMEMBERED

SHAPES_KEPT = 1024
"""Beyond so many, a shape of a keyword is kept only with its text collapsed."""

_END = b"END".ljust(CARD_SIZE)
_CHECKSUM = compile_late(rb"= '[0-9A-Za-z]{16}'")
_ANY_CHECKSUM = b"= 'AAAAAAAAAAAAAAAA'"
_PLAIN_CARD = b"a" * 71 + b" "


class HeaderLinter:
    """Puts headers to the card and header rules and remembers shapes and layouts.

    Parameters
    ----------
    rules
        those of cards and headers are taken.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self._keywords = KeywordPlans(rule for rule in rules if rule.scope == "card")
        header_rules = (rule for rule in rules if rule.scope == "header")
        self._planner = LayoutPlanner(header_rules, self._keywords)
        self._plans: BoundedDict[tuple[int, str, bool, DictionaryChain | None], LayoutPlan]
        self._plans = BoundedDict.of_size(PLANS_MAX)

    def lint(self, header: Header, emit: Emit) -> None:
        """Call ``emit(rule, flag, header)`` with every flag of a header."""
        key = id(header.layout), header.kind, header.is_text, header.authority
        plan = self._plans.get(key)
        if plan is None:
            plan = self._planner.build_plan(header)
            if len(header) <= CARDS_REMEMBERED:
                self._plans[key] = plan
        raw = header.raw
        # Fold and look up: all that most headers of an archive need of their cards.
        folded = raw.translate(FOLD)
        rests = plan.unpack(folded)
        if not all(map(dict.get, plan.forms, rests)):
            for position, forms, rest in zip(plan.positions, plan.forms, rests, strict=True):
                if rest not in forms:
                    self._lint_shape(header, position, forms, rest, emit)
        for run in plan.commentary_runs:
            if not _is_plain(raw, run):
                self._lint_commentary(header, run, folded, emit)
        for position, forms in plan.checksum_cards:
            rest = folded[position * CARD_SIZE + 8 : position * CARD_SIZE + CARD_SIZE]
            if _CHECKSUM.match(raw, position * CARD_SIZE + 8):
                rest = _ANY_CHECKSUM + rest[20:]  # it never repeats
            if rest not in forms:
                self._lint_shape(header, position, forms, rest, emit)
        lint_values(header, plan, folded, emit)
        failing = plan.failing_rules.get(header.signature)
        for rule in find_failing_rules(header, plan) if failing is None else failing:
            for flag in rule.check(header):
                emit(rule, flag, header)
        if header.end != _END:
            self._lint_end_card(header, emit)

    def _lint_commentary(
        self, header: Header, run: CommentaryRun, folded: bytes, emit: Emit
    ) -> None:
        for position in run.positions:
            start = position * CARD_SIZE
            text = header.raw[start + 8 : start + CARD_SIZE]
            plain = not text.translate(None, PLAIN_TEXT) and text.endswith(b" ")
            forms = self._keywords.get_plan(header, header.names[position]).forms
            shape = _PLAIN_CARD if plain else folded[start + 8 : start + CARD_SIZE]
            if shape not in forms:
                self._lint_shape(header, position, forms, shape, emit)

    def _lint_shape(
        self, header: Header, position: int, forms: Forms, rest: bytes, emit: Emit
    ) -> None:
        """Lint a card whose shape is not known to be clean.

        The folded card is asked about first: rules that flag no card of its shape are done with.
        """
        shape = collapse_text(rest)
        if shape not in forms:
            plan = self._keywords.get_plan(header, header.names[position])
            suspects = plan.suspects.get(shape)
            if suspects is None:
                form, suspects = self._keywords.find_suspects(header, position, plan, shape)
                if form.legal and not suspects:
                    forms[shape] = form
                else:
                    plan.suspects[shape] = suspects
                self._keywords.count_shape()
            if shape not in forms:
                card = header.card(position)
                if not suspects:  # which production is at fault shows on the real card only
                    self._lint_faulty_card(header, position, plan, emit)
                for rule in suspects:
                    for flag in rule.check(card, header):
                        emit(rule, flag, header)
                return
        if len(forms) < SHAPES_KEPT:
            forms[rest] = forms[shape]
            self._keywords.count_shape()

    def _lint_faulty_card(
        self, header: Header, position: int, plan: KeywordPlan, emit: Emit
    ) -> None:
        """Lint a faulty card; the same one in other files is shown to the rules that flag it."""
        card = header.card(position)
        # What hangs on twins and on the cards around is not kept with a card.
        name, index = header.names[position], header.layout.index
        alone = card.form.kind == "value" and len(index[name]) == 1 and "CONTINUE" not in index
        rules = plan.suspects.get(card.raw) if alone else None
        if rules is not None:
            for rule in rules:
                for flag in rule.check(card, header):
                    emit(rule, flag, header)
            return
        flagging = []
        for rule in self._keywords.list_shape_rules(card, plan):
            flags = list(rule.check(card, header))
            if flags:
                flagging.append(rule)
            for flag in flags:
                emit(rule, flag, header)
        if alone:
            plan.suspects[card.raw] = tuple(flagging)
            self._keywords.count_shape()

    def _lint_end_card(self, header: Header, emit: Emit) -> None:
        card = header.end_card
        if card is not None:
            plan = self._keywords.get_plan(header, "END")
            for rule in self._keywords.list_shape_rules(card, plan):
                for flag in rule.check(card, header):
                    emit(rule, flag, header)


def _is_plain(raw: bytes, run: CommentaryRun) -> bool:
    """Whether a run of commentary is plain text such as was clean before: no look at each card."""
    for forms in run.forms:
        if _PLAIN_CARD not in forms:
            return False
    if raw[run.start : run.stop].translate(None, PLAIN_TEXT):
        return False
    return not raw[run.start + CARD_SIZE - 1 : run.stop : CARD_SIZE].strip(b" ")
