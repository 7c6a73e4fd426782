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
from fitslint.engine.kernel import (
    ASKED_AFTER,
    PLAIN_SHAPE,
    find_turn,
    fold_shape,
    look_up_cards,
    number_cards,
    teach_card,
)
from fitslint.engine.keyword_plan import Forms, KeywordPlan, KeywordPlans
from fitslint.engine.layout_plan import PLANS_MAX, CommentaryRun, LayoutPlan, LayoutPlanner
from fitslint.engine.plain_linter import Emit
from fitslint.engine.value_linter import find_failing_rules, lint_values
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.header import Header
from fitslint.model.rule import Rule
from fitslint.syntax.cards import FOLD, PLAIN_TEXT, collapse_text
from fitslint.syntax.headers import CARDS_REMEMBERED

SHAPES_KEPT = 1024
"""Beyond so many, a shape of a keyword is kept only with its text collapsed."""

_END = b"END".ljust(CARD_SIZE)


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
        if plan.owners is None and plan.header_count == ASKED_AFTER:
            plan.owners = self._number_cards(header, plan)
        # Fold and look up: all that most headers of an archive need of their cards.
        folded, texts = b"", None
        if plan.owners is None:
            folded = header.raw.translate(FOLD)
            self._lint_cards(header, plan, folded, emit)
        else:
            unknown, texts = look_up_cards(header.raw, plan.owners)
            if unknown:
                self._lint_unknown_cards(header, plan.owners, unknown, emit)
        lint_values(header, plan, (folded, texts), emit)
        failing = plan.failing_rules.get(header.signature)
        for rule in find_failing_rules(header, plan) if failing is None else failing:
            for flag in rule.check(header):
                emit(rule, flag, header)
        if header.end != _END:
            self._lint_end_card(header, emit)

    def _number_cards(self, header: Header, plan: LayoutPlan) -> bytes | None:
        numbers = [self._keywords.get_plan(header, name).number for name in header.names]
        return number_cards(header.names, numbers, {check.position for check in plan.value_checks})

    def _lint_cards(self, header: Header, plan: LayoutPlan, folded: bytes, emit: Emit) -> None:
        """Lint the cards whose shape is not known, without the kernel."""
        rests = plan.unpack(folded)
        if not all(map(dict.get, plan.forms, rests)):
            for position, forms, rest in zip(plan.positions, plan.forms, rests, strict=True):
                if rest not in forms:
                    self._lint_shape(header, position, forms, rest, emit)
        for run in plan.commentary_runs:
            if not _is_plain(header.raw, run):
                for position in run.positions:
                    self._lint_card(header, position, emit)
        for position, _ in plan.checksum_cards:
            self._lint_card(header, position, emit)

    def _lint_unknown_cards(
        self, header: Header, owners: bytes, unknown: list[int], emit: Emit
    ) -> None:
        """Lint the cards that the kernel does not know, and teach it those that are clean."""
        names = header.names
        for _, position in sorted((find_turn(names[place]), place) for place in unknown):
            form = self._lint_card(header, position, emit)
            if form is not None:
                teach_card(header.raw, owners, position, form)

    def _lint_card(self, header: Header, position: int, emit: Emit) -> CardForm | None:
        """Lint a card of any kind; its form when it is clean."""
        name = header.names[position]
        forms = self._keywords.get_plan(header, name).forms
        shape = fold_shape(header.raw, position, name)
        if shape not in forms:
            self._lint_shape(header, position, forms, shape, emit)
        return forms.get(shape) or forms.get(collapse_text(shape))

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
        if PLAIN_SHAPE not in forms:
            return False
    if raw[run.start : run.stop].translate(None, PLAIN_TEXT):
        return False
    return not raw[run.start + CARD_SIZE - 1 : run.stop : CARD_SIZE].strip(b" ")
