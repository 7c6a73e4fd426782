"""What is known of all headers with one layout, so that a clean header costs little.

A court is convened once for a sequence of keywords and an HDU kind. It knows which rules could say
anything about such a header and where, and keeps the card shapes that were found clean.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from fitslint.model.form import CARD, CardForm
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Rule

MEMO_MAX = 8192
"""Entries of one memo; then it starts anew."""
_VOLATILE = frozenset(("CHECKSUM", "ZHECKSUM"))
_UNCOUNTED = frozenset(("", "COMMENT", "HISTORY", "CONTINUE", "HIERARCH"))

Forms = dict[bytes, CardForm]
Quick = Callable[[bytes], bool]


@dataclass(slots=True)
class Slot:
    """A card whose value some rules want to see."""

    position: int
    start: int
    """First byte of the card."""
    forms: Forms
    rules: tuple[tuple[Rule, Quick | None], ...]
    clean: set[bytes] = field(default_factory=set)
    """Card images that rules without ``quick`` had nothing to say about."""


@dataclass(slots=True)
class ValuesRule:
    """A header rule and the cards that its answer depends on."""

    rule: Rule
    starts: tuple[int, ...]
    clean: set[object] = field(default_factory=set)
    misses: int = 0
    """Headers in a row that were not known; a rule on ever-changing values is not remembered."""


@dataclass(slots=True)
class Court:
    """Everything prepared for the headers of one layout and kind."""

    layout: Layout
    unpack: Callable[[bytes], tuple[bytes, ...]]
    """The folded columns 9-80 of every card but the volatile ones."""
    forms: list[Forms]
    positions: tuple[int, ...]
    """Positions of the cards that ``unpack`` gives."""
    volatile: tuple[int, ...]
    slots: list[Slot]
    values_rules: list[ValuesRule]
    layout_rules: list[Rule]
    verdicts: dict[tuple[object, ...], tuple[Rule, ...]] = field(default_factory=dict)
    """By structure: the layout rules that flag such headers."""


@lru_cache(maxsize=4096)
def template(name: str) -> re.Pattern[str]:
    """The pattern of a keyword name or template: lower-case letters stand for indices.

    ``a`` is an optional version letter, every other lower-case letter an integer.
    """
    pattern = re.sub(
        "[a-z]", lambda match: "[A-Z]?" if match[0] == "a" else "(?:0|[1-9][0-9]*)",
        re.sub("([^a-z]+)", lambda match: re.escape(match[1]), name),
    )  # fmt: skip
    return re.compile(pattern)


def matches(name: str, templates: tuple[str, ...]) -> bool:
    """Whether a keyword is one of the names or fits one of the templates."""
    return any(
        name == one or (not one.isupper() and template(one).fullmatch(name) is not None)
        for one in templates
    )


def needed(layout: Layout, rule: Rule) -> tuple[int, ...]:
    """First bytes of the cards that a header rule needs, in order; empty when there is none."""
    where: list[int] = []
    for name, positions in layout.index.items():
        repeated = "*duplicates*" in rule.needs and len(positions) > 1 and name not in _UNCOUNTED
        hierarch = "HIERARCH" in rule.needs and name.startswith("HIERARCH ")
        if repeated or hierarch or matches(name, rule.needs):
            where += positions
    return tuple(position * CARD for position in sorted(where))


def convene(
    header: Header,
    card_rules: Callable[[str, str], tuple[Rule, ...]],
    header_rules: tuple[Rule, ...],
    forms_of: Callable[[str, str], Forms],
) -> Court:
    """Prepare the court of the layout and kind of ``header``.

    ``card_rules(kind, name)`` gives the card rules for a keyword, ``forms_of`` the memo of its
    clean shapes, shared by all layouts.
    """
    names, kind = header.layout.names, header.kind
    volatile = tuple(i for i, name in enumerate(names) if name in _VOLATILE)
    positions = tuple(i for i in range(len(names)) if i not in volatile)
    fields = ("80x" if i in volatile else "8x72s" for i in range(len(names)))
    slots = []
    for position, name in enumerate(names):
        rules = tuple((one, one.quick) for one in card_rules(kind, name) if one.reads == "value")
        if rules:
            slots.append(Slot(position, position * CARD, forms_of(kind, name), rules))
    values_rules, layout_rules = [], []
    for rule in header_rules:
        if rule.hdus and kind not in rule.hdus:
            continue
        starts = needed(header.layout, rule) if rule.needs else ()
        if rule.needs and not starts:
            continue
        if rule.reads == "values":
            values_rules.append(ValuesRule(rule, starts))
        else:
            layout_rules.append(rule)
    return Court(
        header.layout,
        struct.Struct("".join(fields)).unpack,
        [forms_of(kind, names[position]) for position in positions],
        positions,
        volatile,
        slots,
        values_rules,
        layout_rules,
    )
