"""Linting what a header says: rules on values, asked only where something new stands."""

from __future__ import annotations

from collections.abc import Iterable

from fitslint.engine.constant_cards import note_header
from fitslint.engine.layout_plan import ConstantCards, DependentRule, LayoutPlan, ValueCheck
from fitslint.engine.plain_linter import Emit
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Rule

ValueTexts = list[bytes | None]
"""By turn: the text of a value that is looked at, None where it is not known."""
IMAGES_MAX = 32
"""Images of one card that are kept as clean: enough for values that repeat."""
UNCACHED_AFTER = 256
"""Headers with new values after which a rule is no longer remembered for a layout."""


def lint_values(
    header: Header, plan: LayoutPlan, folded: bytes, texts: ValueTexts | None, emit: Emit
) -> None:
    """Ask the rules on values of cards and headers.

    What the values say is in ``texts``, where the kernel found it, else behind ``folded`` cards.
    """
    constant = plan.constant_cards
    if constant is None:
        run_value_checks(header, plan.value_checks, folded, texts, emit)
        _run_dependent_rules(header, plan.dependent_rules, emit)
        note_header(plan, header)
        return
    raw = header.raw
    key = header.structure if constant.same_sizes else None, constant.unpack(raw)
    if key == constant.last_clean:  # it is not hashed
        constant.misses_in_a_row = 0
    elif key in constant.clean_images:
        constant.last_clean = key
        constant.misses_in_a_row = 0
    else:
        _lint_constant_cards(header, plan, constant, key, folded, texts=texts, emit=emit)
    checks = constant.varying_checks
    if constant.patterns:
        checks = [
            check for start, stop, match, check in constant.patterns if not match(raw, start, stop)
        ] + checks
    run_value_checks(header, checks, folded, texts, emit)
    _run_dependent_rules(header, constant.varying_rules, emit)


def _lint_constant_cards(
    header: Header,
    plan: LayoutPlan,
    constant: ConstantCards,
    key: tuple[object, ...],
    folded: bytes,
    *,
    texts: ValueTexts | None,
    emit: Emit,
) -> None:
    """Ask about cards that seldom change, of which one did; remember them when they are clean."""
    clean = run_value_checks(header, constant.value_checks, folded, texts, emit)
    clean = _run_dependent_rules(header, constant.rules, emit) and clean
    for dependent in constant.contented_rules:
        if dependent.precheck is not None and not dependent.precheck(header):
            _ask_header_rule(header, dependent, emit)
            clean = False  # what it answers hangs on other cards as well
    if clean:
        constant.clean_images[key] = True
    constant.misses_in_a_row += 1
    if constant.misses_in_a_row >= UNCACHED_AFTER:
        plan.constant_cards = None


def run_value_checks(
    header: Header,
    checks: Iterable[ValueCheck],
    folded: bytes,
    texts: ValueTexts | None,
    emit: Emit,
) -> bool:
    """Ask the rules on the values of cards; whether none flagged anything."""
    raw = header.raw
    clean = True
    for check in checks:
        recent = check.recent_images
        # What was new so many times will be new again.
        is_open = len(recent) < IMAGES_MAX
        if is_open and raw[check.start : check.stop] in recent:
            continue
        if check.precheck is None:
            image, known = raw[check.start : check.stop], check.clean_images
            if known is not None and image in known:
                continue
            if _ask_value_rules(header, check, emit):
                check.clean_images = BoundedDict() if known is None else known
                check.clean_images[image] = True
            else:
                clean = False
            continue
        text = texts[check.turn] if texts is not None else None
        if text is None:
            form = check.forms.get(folded[check.start + 8 : check.stop])
            value = (form or header.card(check.position).form).value
            text = raw[check.start + value[0] : check.start + value[1]] if value else b""
        if check.precheck(text):
            if is_open:
                recent.add(raw[check.start : check.stop])
        elif not _ask_value_rules(header, check, emit):
            clean = False
    return clean


def _ask_value_rules(header: Header, check: ValueCheck, emit: Emit) -> bool:
    """Ask the rules about a card; whether none flagged it."""
    card = header.card(check.position)
    clean = True
    for rule in check.rules:
        if rule.is_for_form(card.form):
            for flag in rule.check(card, header):
                emit(rule, flag, header)
                clean = False
    return clean


def find_failing_rules(header: Header, plan: LayoutPlan) -> tuple[Rule, ...]:
    """The layout rules that flag headers of this layout and structure."""
    rules = plan.failing_rules.get(header.signature)
    if rules is None:
        rules = tuple(rule for rule in plan.layout_rules if any(rule.check(header)))
        plan.failing_rules[header.signature] = rules
    return rules


def _run_dependent_rules(header: Header, rules: Iterable[DependentRule], emit: Emit) -> bool:
    """Ask header rules about the cards they depend on; whether none flagged anything."""
    raw = header.raw
    clean = True
    for dependent in rules:
        if dependent.precheck is not None and dependent.precheck(header):
            continue
        key: object = None
        if dependent.cacheable and dependent.misses_in_a_row < UNCACHED_AFTER:
            key = tuple([raw[start : start + CARD_SIZE] for start in dependent.offsets])
            if dependent.needs_sizes:
                key = header.structure, key
            if dependent.clean_keys is not None and key in dependent.clean_keys:
                dependent.misses_in_a_row = 0
                continue
            dependent.misses_in_a_row += 1
        if not _ask_header_rule(header, dependent, emit):
            clean = False
        elif key is not None:
            if dependent.clean_keys is None:
                dependent.clean_keys = BoundedDict()
            dependent.clean_keys[key] = True
    return clean


def _ask_header_rule(header: Header, dependent: DependentRule, emit: Emit) -> bool:
    """Ask a header rule all it asks; whether it flagged nothing."""
    clean = True
    for arguments in dependent.arguments:
        for flag in dependent.rule.check(header, *arguments):
            emit(dependent.rule, flag, header)
            clean = False
    return clean
