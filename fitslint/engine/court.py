"""What is known of all headers with one layout, so that a clean header costs little.

A court is convened once for a sequence of keywords and an HDU kind. It knows which rules could say
anything about such a header and where, and keeps the card shapes that were found clean.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

from fitslint.dictionary.constraints import FastPattern
from fitslint.engine.names import RulesByName
from fitslint.model.form import CARD, CardForm
from fitslint.model.header import Header, Layout
from fitslint.model.records import dataclass, field
from fitslint.model.rule import Rule

_VOLATILE = frozenset(("CHECKSUM", "ZHECKSUM"))
_FEW, _WORTH = 3, 4
"""Images of one card that count as steady, and how many such cards are worth a look together."""
_COMMENTARY = frozenset(("COMMENT", "HISTORY", ""))

Forms = dict[bytes, CardForm]
Quick = Callable[[bytes], bool]
Matches = Callable[[bytes, int, int], object]


@dataclass(slots=True)
class Slot:
    """A card whose value some rules want to see."""

    position: int
    start: int
    """First byte of the card."""
    clean: dict[object, bool] = field(default_factory=dict)
    """Card images that rules without a quick answer had nothing to say about."""


Reading = tuple[
    int, set[bytes], Callable[[bytes], CardForm | None], Quick | None, tuple[Rule, ...], Slot
]
"""First byte of a card, images of it that were clean lately, its memo of clean shapes, a quick
answer and the rules that share it."""


@dataclass(slots=True)
class ValuesRule:
    """A header rule and the cards that its answer depends on."""

    rule: Rule
    starts: tuple[int, ...]
    quick: Callable[[Header], bool] | None = None
    calls: tuple[tuple[object, ...], ...] = ((),)
    """What the rule is called with behind the header, call by call."""
    remembered: bool = True
    """Whether the answer hangs on those cards (and, for rules without parts, sizes) alone."""
    sizes: bool = True
    """Whether it hangs on the sizes of the data as well."""
    clean: dict[object, bool] = field(default_factory=dict)
    misses: int = 0
    """Headers in a row that were not known; a rule on ever-changing values is not remembered."""


@dataclass(slots=True)
class Run:
    """Commentary cards that follow one another: their bytes, positions and the memos they use."""

    start: int
    stop: int
    positions: range
    forms: list[Forms]


@dataclass(slots=True)
class Steady:
    """Cards that say the same in file after file: they are looked up together, not one by one."""

    unpack: Callable[[bytes], tuple[bytes, ...]]
    """Their images."""
    readings: list[Reading]
    patterns: Sequence[tuple[int, int, Matches, Reading]]
    """Columns 9-80 of other cards, what tells at once that they are right, and their reading."""
    changing: list[Reading]
    """The readings of all cards that are left."""
    rules: list[ValuesRule]
    """The rules on values that look at such cards only."""
    changing_rules: list[ValuesRule]
    known: set[tuple[bytes, ...]] = field(default_factory=set)
    """Images together that were clean."""


@dataclass(slots=True)
class Court:
    """Everything prepared for the headers of one layout and kind."""

    layout: Layout
    """Kept so that the identity under which the court is filed stays taken."""
    unpack: Callable[[bytes], tuple[bytes, ...]]
    """The folded columns 9-80 of the ordinary cards."""
    forms: list[Forms]
    positions: tuple[int, ...]
    """Positions of the ordinary cards."""
    runs: list[Run]
    volatile: list[tuple[int, Forms]]
    readings: list[Reading]
    values_rules: list[ValuesRule]
    layout_rules: list[Rule]
    heard: int = 0
    """Headers so far."""
    steady: Steady | None = None
    verdicts: dict[tuple[object, ...], tuple[Rule, ...]] = field(default_factory=dict)
    """By structure: the layout rules that flag such headers."""


def convene(
    header: Header,
    card_rules: Callable[[Header, str], tuple[Rule, ...]],
    header_rules: tuple[Rule, ...],
    by_need: RulesByName,
    forms_of: Callable[[Header, str], Forms],
) -> Court:
    """Prepare the court of the layout, kind and authority of ``header``.

    ``card_rules(header, name)`` gives the card rules for a keyword, ``by_need`` the header rules
    that need one, ``forms_of`` the memo of its clean shapes, shared by all layouts.
    """
    names = header.layout.names
    set_aside = _VOLATILE | _COMMENTARY
    positions = tuple(i for i, name in enumerate(names) if name not in set_aside)
    fields = ("80x" if name in set_aside else "8x72s" for name in names)
    values_rules, layout_rules = _header_rules(header, header_rules, by_need)
    return Court(
        layout=header.layout,
        unpack=struct.Struct("".join(fields)).unpack,
        forms=[forms_of(header, names[position]) for position in positions],
        positions=positions,
        runs=_runs(header, forms_of),
        volatile=[(i, forms_of(header, name)) for i, name in enumerate(names) if name in _VOLATILE],
        readings=_readings(header, card_rules, forms_of),
        values_rules=values_rules,
        layout_rules=layout_rules,
    )


def _runs(header: Header, forms_of: Callable[[Header, str], Forms]) -> list[Run]:
    names = header.names
    runs: list[Run] = []
    position = 0
    while position < len(names):
        stop = position
        while stop < len(names) and names[stop] in _COMMENTARY:
            stop += 1
        if stop > position:
            memos = {name: forms_of(header, name) for name in names[position:stop]}
            run = Run(position * CARD, stop * CARD, range(position, stop), list(memos.values()))
            runs.append(run)
        position = stop + 1
    return runs


def _readings(
    header: Header,
    card_rules: Callable[[Header, str], tuple[Rule, ...]],
    forms_of: Callable[[Header, str], Forms],
) -> list[Reading]:
    readings: list[Reading] = []
    for position, name in enumerate(header.names):
        by_quick: dict[Quick | None, list[Rule]] = {}
        for one in card_rules(header, name):
            if one.reads != "value":
                continue
            quick = one.quick_for(name) if one.quick_for else one.quick
            if one.quick_of:
                quick = one.quick_of(header.authority.lookup(name))
                if quick is None:
                    continue
            by_quick.setdefault(quick, []).append(one)
        slot = Slot(position, position * CARD)
        known = forms_of(header, name).get
        readings += [
            (slot.start, set(), known, quick, tuple(rules), slot)
            for quick, rules in by_quick.items()
        ]
    return readings


def settle(court: Court) -> None:
    """Part what stays the same from what changes, after a number of headers."""
    few = [one for one in court.readings if one[3] is not None and 0 < len(one[1]) <= _FEW]
    starts = {one[0] for one in few}
    if len(starts) < _WORTH:
        return
    same: list[ValuesRule] = []
    rest: list[ValuesRule] = []
    for rule in court.values_rules:
        plain = rule.remembered and not rule.quick and not rule.sizes
        (same if plain and starts.issuperset(rule.starts) else rest).append(rule)
    cards = len(court.layout.names)
    fields = (f"{CARD}s" if at * CARD in starts else f"{CARD}x" for at in range(cards))
    others = [one for one in court.readings if one not in few]
    patterns = [
        (one[0] + 8, one[0] + CARD, one[3].on_card, one)
        for one in others
        if isinstance(one[3], FastPattern)
    ]
    changing = [one for one in others if not isinstance(one[3], FastPattern)]
    unpack = struct.Struct("".join(fields)).unpack
    court.steady = Steady(unpack, few, patterns, changing, same, rest)


def _header_rules(
    header: Header, header_rules: tuple[Rule, ...], by_need: RulesByName
) -> tuple[list[ValuesRule], list[Rule]]:
    """The header rules that can say something about such a header."""
    values_rules: list[ValuesRule] = []
    layout_rules: list[Rule] = []
    wanted = by_need.starts(header.layout)
    families = header.authority.judging if header.authority else None
    for rule in header_rules:
        if not rule.is_for(header.kind, families):
            continue
        if rule.parts:
            values_rules += _parts(rule, header)
            continue
        starts = wanted.get(rule.code, ())
        if rule.needs and len(starts) < rule.least:
            continue
        if not all(any(name in header for name in group) for group in rule.when):
            continue
        if rule.reads == "values":
            values_rules.append(ValuesRule(rule, starts, rule.quick))
        else:
            layout_rules.append(rule)
    return values_rules, layout_rules


def _parts(rule: Rule, header: Header) -> Iterator[ValuesRule]:
    """The questions of a rule that asks several, each with the cards it depends on."""
    index = header.layout.index
    together: dict[tuple[int, ...], list[tuple[object, ...]]] = {}
    for part in rule.parts(header.authority, header.layout) if rule.parts else ():
        positions = sorted(position for name in set(part.needs) for position in index.get(name, ()))
        starts = tuple(position * CARD for position in positions)
        if part.quick is None and part.remembered:
            # Questions on the same cards have one memory.
            together.setdefault(starts, []).append((part.argument,))
        else:
            yield ValuesRule(
                rule, starts, part.quick, ((part.argument,),), part.remembered, sizes=False
            )
    for starts, calls in together.items():
        yield ValuesRule(rule, starts, calls=tuple(calls), sizes=False)
