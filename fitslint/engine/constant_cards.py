"""Cards that say the same in file after file: found, and looked up together from then on."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import groupby

from fitslint.dictionary.values.constraints import PatternPrecheck
from fitslint.engine.layout_plan import ConstantCards, DependentRule, LayoutPlan
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header

CONSTANT_AFTER = 48
"""Headers of a layout after which cards that always say the same are looked up together."""
IMAGES_OF_CONSTANT, _CONSTANT_CARDS_MIN = 3, 4
"""Images of one card that count as constant, and how many such cards are worth a look together."""


def note_header(plan: LayoutPlan, header: Header) -> None:
    """Look at what changes from header to header, until there were enough of them."""
    plan.header_count += 1
    if plan.header_count == 1:
        return  # most layouts are seen once, and pay nothing for it
    raw, images_by_start = header.raw, plan.images_by_start
    if not images_by_start:
        images_by_start.update((check.start, set()) for check in plan.value_checks)
        images_by_start.update(
            (start, set()) for rule in plan.dependent_rules for start in rule.offsets
        )
        plan.structure = header.structure
    if header.structure is not plan.structure:
        plan.structure = None
    for start, images in images_by_start.items():
        if len(images) <= IMAGES_OF_CONSTANT:
            images.add(raw[start : start + CARD_SIZE])
    if plan.header_count == CONSTANT_AFTER:
        plan.constant_cards = _split_constant_cards(plan, header)


def _split_constant_cards(plan: LayoutPlan, header: Header) -> ConstantCards | None:
    """Part what stays the same from what changes, after a number of headers.

    What is only taken for constant costs time when it changes, never an answer.
    """
    constant = {
        start for start, images in plan.images_by_start.items()
        if len(images) <= IMAGES_OF_CONSTANT
    }  # fmt: skip
    plan.images_by_start.clear()
    if len(constant) < _CONSTANT_CARDS_MIN:
        return None
    same_sizes = plan.structure is not None
    rules = [
        dependent for dependent in plan.dependent_rules
        if dependent.cacheable and constant.issuperset(dependent.offsets)
        and (same_sizes or not dependent.needs_sizes)
    ]  # fmt: skip
    others = [dependent for dependent in plan.dependent_rules if dependent not in rules]
    contented = _find_contented_rules(others, header, constant) if same_sizes else []
    varying = [check for check in plan.value_checks if check.start not in constant]
    # Cards that follow one another are one field.
    runs = groupby(range(len(header)), lambda at: at * CARD_SIZE in constant)
    fields = (f"{CARD_SIZE * len([*run])}{'s' if same else 'x'}" for same, run in runs)
    return ConstantCards(
        unpack=struct.Struct("".join(fields)).unpack,
        value_checks=[check for check in plan.value_checks if check.start in constant],
        rules=rules,
        contented_rules=contented,
        same_sizes=same_sizes,
        patterns=[
            (check.start + 8, check.stop, check.precheck.on_card, check)
            for check in varying
            if isinstance(check.precheck, PatternPrecheck)
        ],
        varying_checks=[
            check for check in varying if not isinstance(check.precheck, PatternPrecheck)
        ],
        varying_rules=[dependent for dependent in others if dependent not in contented],
    )


def _find_contented_rules(
    rules: Sequence[DependentRule], header: Header, constant: set[int]
) -> list[DependentRule]:
    """The rules whose quick answer is yes, and looks at constant cards only."""
    quick = [dependent.rule for dependent in rules if dependent.rule.precheck_needs is not None]
    where = RuleIndex(quick, lambda rule: rule.precheck_needs or ()).find_positions(header.layout)
    return [
        dependent for dependent in rules
        if dependent.rule in quick and dependent.precheck is not None
        and constant.issuperset([at * CARD_SIZE for at in where.get(dependent.rule.code, ())])
        and dependent.precheck(header)
    ]  # fmt: skip
