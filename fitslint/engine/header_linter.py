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
from fitslint.engine.kernel import FOUND_AFTER, ShapeMemory, look_up_cards
from fitslint.engine.keyword_plan import KeywordPlan, KeywordPlans, reduce_shape
from fitslint.engine.layout_plan import PLANS_MAX, CommentaryRun, LayoutPlan, LayoutPlanner
from fitslint.engine.plain_linter import Emit
from fitslint.engine.value_linter import find_failing_rules, lint_values
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Rule
from fitslint.syntax.cards import FOLD, PLAIN_TEXT, collapse_text
from fitslint.syntax.headers import CARDS_REMEMBERED

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
        # What the compiled kernel knows of shapes, this linter has taught it.
        self._memory = ShapeMemory(
            (self._lint_ordinary, self._lint_commentary, self._lint_checksum)
        )
        self._plans: BoundedDict[tuple[int, str, bool, DictionaryChain | None], LayoutPlan]
        self._plans = BoundedDict.create(PLANS_MAX)

    def lint(self, header: Header, emit: Emit) -> None:
        """Call ``emit(rule, flag, header)`` with every flag of a header."""
        key = id(header.layout), header.kind, header.is_text, header.authority
        plan = self._plans.get(key)
        if plan is None:
            plan = self._planner.build_plan(header)
            if len(header) <= CARDS_REMEMBERED:
                self._plans[key] = plan
        folded, texts = b"", None
        if plan.header_count == FOUND_AFTER and plan.owners is None:
            positions = {check.position for check in plan.value_checks}
            plan.owners = self._memory.number_cards(header.names, plan.plans, positions)
        # Fold and look up: all that most headers of an archive need of their cards.
        if plan.owners is None:
            folded = header.raw.translate(FOLD)
            rests = plan.unpack(folded)
            if not all(map(dict.get, plan.forms, rests)):
                for position, forms, rest in zip(plan.positions, plan.forms, rests, strict=True):
                    if rest not in forms:
                        self._lint_shape(
                            header, position, plan.plans[position], emit,
                            collapse_text(rest), rest=rest,
                        )  # fmt: skip
            self._lint_set_aside(header, plan, emit)
        else:
            unknown, texts = look_up_cards(header.raw, plan.owners)
            if unknown:
                self._memory.lint_cards(header, plan.plans, plan.owners, unknown, emit)
        lint_values(header, plan, folded, texts, emit)
        failing = plan.failing_rules.get(header.signature)
        for rule in find_failing_rules(header, plan) if failing is None else failing:
            for flag in rule.check(header):
                emit(rule, flag, header)
        if header.end != _END:
            self._lint_end_card(header, emit)

    def _lint_set_aside(self, header: Header, plan: LayoutPlan, emit: Emit) -> None:
        """Lint commentary and checksums."""
        for run in plan.commentary_runs:
            if not _is_plain(header.raw, run):
                for position in run.positions:
                    self._lint_commentary(header, position, plan.plans[position], emit)
        for position in plan.checksum_cards:
            self._lint_checksum(header, position, plan.plans[position], emit)

    def _lint_ordinary(
        self, header: Header, position: int, plan: KeywordPlan, emit: Emit
    ) -> CardForm | None:
        """Lint a card that the kernel does not know; its form when it is clean."""
        start = position * CARD_SIZE
        rest = header.raw[start + 8 : start + CARD_SIZE].translate(FOLD)
        # The kernel forgets when its table is full of other linters' shapes.
        return plan.forms.get(rest) or self._lint_shape(
            header, position, plan, emit, collapse_text(rest), rest=rest
        )

    def _lint_commentary(
        self, header: Header, position: int, plan: KeywordPlan, emit: Emit
    ) -> CardForm | None:
        start = position * CARD_SIZE
        text = header.raw[start + 8 : start + CARD_SIZE]
        plain = not text.translate(None, PLAIN_TEXT) and text.endswith(b" ")
        shape = _PLAIN_CARD if plain else collapse_text(text.translate(FOLD))
        return plan.forms.get(shape) or self._lint_shape(header, position, plan, emit, shape)

    def _lint_checksum(
        self, header: Header, position: int, plan: KeywordPlan, emit: Emit
    ) -> CardForm | None:
        start = position * CARD_SIZE + 8
        shape = header.raw[start : start + CARD_SIZE - 8].translate(FOLD)
        if _CHECKSUM.match(header.raw, start):
            shape = _ANY_CHECKSUM + shape[20:]  # it never repeats
        return plan.forms.get(shape) or self._lint_shape(header, position, plan, emit, shape)

    def _lint_shape(
        self, header: Header, position: int, plan: KeywordPlan, emit: Emit, shape: bytes,
        *, rest: bytes | None = None,
    ) -> CardForm | None:  # fmt: skip
        """Lint a card by its shape; the form when it is clean, and the card then is as well.

        The folded card is asked about first: rules that flag no card of its shape are done with.
        """
        forms = plan.forms
        key = reduce_shape(plan, shape)
        form = forms.get(key)
        if form is None:
            suspects = plan.suspects.get(key)
            if suspects is None:
                form, suspects = self._keywords.find_suspects(header, position, plan, shape)
                self._keywords.count_shape()
                if form.legal and not suspects:
                    forms[key] = form
                else:
                    plan.suspects[key] = suspects
                    form = None
            if form is None:
                card = header.card(position)
                # Which production is at fault shows on the real card only.
                rules = suspects or self._list_faulty_rules(header, card, plan)
                flagging: list[Rule] = []
                for rule in rules:
                    for flag in rule.check(card, header):
                        emit(rule, flag, header)
                        if flagging[-1:] != [rule]:
                            flagging.append(rule)
                if not suspects and _is_alone(card, header):
                    # The same card in other files is shown to the rules that flag it.
                    plan.suspects[card.raw] = tuple(flagging)
                return None
        if rest is not None and len(forms) < plan.shapes_kept and rest not in forms:
            forms[rest] = form
            self._keywords.count_shape()
        return form

    def _list_faulty_rules(self, header: Header, card: Card, plan: KeywordPlan) -> tuple[Rule, ...]:
        """The rules to ask about a faulty card: those that flagged it before, else all."""
        rules = plan.suspects.get(card.raw) if _is_alone(card, header) else None
        if rules is None:
            self._keywords.count_shape()
            return self._keywords.list_shape_rules(card, plan)
        return rules

    def _lint_end_card(self, header: Header, emit: Emit) -> None:
        card = header.end_card
        if card is not None:
            plan = self._keywords.get_plan(header, "END")
            for rule in self._keywords.list_shape_rules(card, plan):
                for flag in rule.check(card, header):
                    emit(rule, flag, header)


def _is_alone(card: Card, header: Header) -> bool:
    """Whether no twin and no card around decides what is said of a card."""
    index = header.layout.index
    name = header.names[card.number - 1]
    return card.form.kind == "value" and len(index[name]) == 1 and "CONTINUE" not in index


def _is_plain(raw: bytes, run: CommentaryRun) -> bool:
    """Whether a run of commentary is plain text such as was clean before: no look at each card."""
    for forms in run.forms:
        if _PLAIN_CARD not in forms:
            return False
    if raw[run.start : run.stop].translate(None, PLAIN_TEXT):
        return False
    return not raw[run.start + CARD_SIZE - 1 : run.stop : CARD_SIZE].strip(b" ")
