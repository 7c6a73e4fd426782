"""What is known of all headers with one layout, so that a clean header costs little.

A court is convened once for a sequence of keywords and an HDU kind. It knows which rules could say
anything about such a header and where, and keeps the card shapes that were found clean.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

from fitslint.dictionary.constraints import PatternPrecheck
from fitslint.engine.kernel import CHECKSUM_NAMES, COMMENTARY_NAMES
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.header import Header, Layout, Structure
from fitslint.model.records import dataclass, field
from fitslint.model.rule import Rule
from fitslint.syntax.cards import PLAIN_TEXT

IMAGES_OF_CONSTANT, _CONSTANT_CARDS_MIN = 3, 4
"""Images of one card that count as steady, and how many such cards are worth a look together."""

CONSTANT_AFTER = 48
"""Headers of a layout after which cards that always say the same are looked up together."""
PLAIN_CARD = b"a" * 71 + b" "
"""Columns 9-80 that stand for those of all commentary that is plain text."""

Forms = dict[bytes, CardForm]
Precheck = Callable[[bytes], bool]
Matches = Callable[[bytes, int, int], object]


@dataclass(slots=True)
class ValueCard:
    """A card whose value some rules want to see."""

    position: int
    offset: int
    """First byte of the card."""
    turn: int
    """How many cards before it have values that somebody wants to see."""
    clean_images: dict[object, bool] = field(default_factory=dict)
    """Card images that rules without a quick answer had nothing to say about."""


ValueCheck = tuple[
    int,
    set[bytes],
    Callable[[bytes], CardForm | None],
    Precheck | None,
    tuple[Rule, ...],
    ValueCard,
]
"""First byte of a card, images of it that were clean lately, its memo of clean shapes, a quick
answer and the rules that share it."""


@dataclass(slots=True)
class DependentRule:
    """A header rule and the cards that its answer depends on."""

    rule: Rule
    offsets: tuple[int, ...]
    precheck: Callable[[Header], bool] | None = None
    arguments: tuple[tuple[object, ...], ...] = ((),)
    """What the rule is called with behind the header, call by call."""
    cacheable: bool = True
    """Whether the answer hangs on those cards (and, for rules without parts, sizes) alone."""
    needs_sizes: bool = True
    """Whether it hangs on the sizes of the data as well."""
    clean_keys: dict[object, bool] = field(default_factory=dict)
    misses_in_a_row: int = 0
    """Headers in a row that were not known; a rule on ever-changing values is not remembered."""


@dataclass(slots=True)
class CommentaryRun:
    """Commentary cards that follow one another: their bytes, positions and the memos they use."""

    start: int
    stop: int
    positions: range
    forms: list[Forms]


@dataclass(slots=True)
class ConstantCards:
    """Cards that say the same in file after file: they are looked up together, not one by one."""

    unpack: Callable[[bytes], tuple[bytes, ...]]
    """Their images."""
    value_checks: list[ValueCheck]
    patterns: Sequence[tuple[int, int, Matches, ValueCheck]]
    """Columns 9-80 of other cards, what tells at once that they are right, and their reading."""
    varying_checks: list[ValueCheck]
    """The readings of all cards that are left."""
    rules: list[DependentRule]
    """The rules on values that look at such cards only."""
    varying_rules: list[DependentRule]
    clean_images: set[tuple[Structure, tuple[bytes, ...]]] = field(default_factory=set)
    """Images together that were clean, with the sizes that some of the rules look at."""


@dataclass(slots=True)
class LayoutPlan:
    """Everything prepared for the headers of one layout and kind."""

    layout: Layout
    """Kept so that the identity under which the court is filed stays taken."""
    unpack: Callable[[bytes], tuple[bytes, ...]]
    """The folded columns 9-80 of the ordinary cards."""
    forms: list[Forms]
    positions: tuple[int, ...]
    """Positions of the ordinary cards."""
    commentary_runs: list[CommentaryRun]
    checksum_cards: list[tuple[int, Forms]]
    value_checks: list[ValueCheck]
    dependent_rules: list[DependentRule]
    layout_rules: list[Rule]
    header_count: int = 0
    """Headers before the constant cards were parted."""
    images_by_offset: dict[int, set[bytes]] = field(default_factory=dict)
    """First images of the cards that header rules depend on, by their first byte."""
    owners: bytes | None = None
    """The cards as the kernel wants them, once it is asked."""
    constant_cards: ConstantCards | None = None
    failing_rules: dict[tuple[object, ...], tuple[Rule, ...]] = field(default_factory=dict)
    """By structure: the layout rules that flag such headers."""


def build_layout_plan(
    header: Header,
    card_rules: Callable[[Header, str], tuple[Rule, ...]],
    header_rules: tuple[Rule, ...],
    by_need: RuleIndex,
    forms_of: Callable[[Header, str], Forms],
) -> LayoutPlan:
    """Prepare the court of the layout, kind and authority of ``header``.

    ``card_rules(header, name)`` gives the card rules for a keyword, ``by_need`` the header rules
    that need one, ``forms_of`` the memo of its clean shapes, shared by all layouts.
    """
    names = header.layout.names
    set_aside = CHECKSUM_NAMES | COMMENTARY_NAMES
    positions = tuple(i for i, name in enumerate(names) if name not in set_aside)
    fields = ("80x" if name in set_aside else "8x72s" for name in names)
    values_rules, layout_rules = _select_header_rules(header, header_rules, by_need)
    return LayoutPlan(
        layout=header.layout,
        unpack=struct.Struct("".join(fields)).unpack,
        forms=[forms_of(header, names[position]) for position in positions],
        positions=positions,
        commentary_runs=_find_commentary(header, forms_of),
        checksum_cards=[
            (i, forms_of(header, name)) for i, name in enumerate(names) if name in CHECKSUM_NAMES
        ],
        value_checks=_build_value_checks(header, card_rules, forms_of),
        dependent_rules=values_rules,
        layout_rules=layout_rules,
        images_by_offset={offset: set() for rule in values_rules for offset in rule.offsets},
    )


def _find_commentary(
    header: Header, forms_of: Callable[[Header, str], Forms]
) -> list[CommentaryRun]:
    names = header.names
    runs: list[CommentaryRun] = []
    position = 0
    while position < len(names):
        stop = position
        while stop < len(names) and names[stop] in COMMENTARY_NAMES:
            stop += 1
        if stop > position:
            memos = {name: forms_of(header, name) for name in names[position:stop]}
            run = CommentaryRun(
                position * CARD_SIZE, stop * CARD_SIZE, range(position, stop), list(memos.values())
            )
            runs.append(run)
        position = stop + 1
    return runs


def is_plain_run(raw: bytes, run: CommentaryRun) -> bool:
    """Whether a run of commentary is plain text such as was clean before: no look at each card."""
    for forms in run.forms:
        if PLAIN_CARD not in forms:
            return False
    if raw[run.start : run.stop].translate(None, PLAIN_TEXT):
        return False
    return not raw[run.start + CARD_SIZE - 1 : run.stop : CARD_SIZE].strip(b" ")


def _build_value_checks(
    header: Header,
    card_rules: Callable[[Header, str], tuple[Rule, ...]],
    forms_of: Callable[[Header, str], Forms],
) -> list[ValueCheck]:
    readings: list[ValueCheck] = []
    turn = 0
    for position, name in enumerate(header.names):
        by_quick: dict[Precheck | None, list[Rule]] = {}
        for one in card_rules(header, name):
            if one.reads != "value":
                continue
            quick = one.precheck_for_keyword(name) if one.precheck_for_keyword else one.precheck
            if one.precheck_for_entry:
                quick = one.precheck_for_entry(header.authority.lookup(name))
                if quick is None:
                    continue
            by_quick.setdefault(quick, []).append(one)
        if not by_quick:
            continue
        slot = ValueCard(position, position * CARD_SIZE, turn)
        turn += 1
        known = forms_of(header, name).get
        readings += [
            (slot.offset, set(), known, quick, tuple(rules), slot)
            for quick, rules in by_quick.items()
        ]
    return readings


def note_header(plan: LayoutPlan, raw: bytes) -> None:
    """Look at what changes from header to header, until there were enough of them."""
    plan.header_count += 1
    for offset, images in plan.images_by_offset.items():
        if len(images) <= IMAGES_OF_CONSTANT:
            images.add(raw[offset : offset + CARD_SIZE])
    if plan.header_count == CONSTANT_AFTER:
        _split_constant_cards(plan)


def _split_constant_cards(plan: LayoutPlan) -> None:
    """Part what stays the same from what changes, after a number of headers."""
    few = [
        one
        for one in plan.value_checks
        if one[3] is not None and 0 < len(one[1]) <= IMAGES_OF_CONSTANT
    ]
    starts = {one[0] for one in few}
    starts |= {
        offset
        for offset, images in plan.images_by_offset.items()
        if len(images) <= IMAGES_OF_CONSTANT
    }
    plan.images_by_offset.clear()
    if len(starts) < _CONSTANT_CARDS_MIN:
        return
    same: list[DependentRule] = []
    rest: list[DependentRule] = []
    for rule in plan.dependent_rules:
        (same if rule.cacheable and starts.issuperset(rule.offsets) else rest).append(rule)
    cards = len(plan.layout.names)
    fields = (
        f"{CARD_SIZE}s" if at * CARD_SIZE in starts else f"{CARD_SIZE}x" for at in range(cards)
    )
    others = [one for one in plan.value_checks if one not in few]
    patterns = [
        (one[0] + 8, one[0] + CARD_SIZE, one[3].on_card, one)
        for one in others
        if isinstance(one[3], PatternPrecheck)
    ]
    changing = [one for one in others if not isinstance(one[3], PatternPrecheck)]
    unpack = struct.Struct("".join(fields)).unpack
    plan.constant_cards = ConstantCards(unpack, few, patterns, changing, same, rest)


def _select_header_rules(
    header: Header, header_rules: tuple[Rule, ...], by_need: RuleIndex
) -> tuple[list[DependentRule], list[Rule]]:
    """The header rules that can say something about such a header."""
    values_rules: list[DependentRule] = []
    layout_rules: list[Rule] = []
    wanted = by_need.find_offsets(header.layout)
    families = header.authority.rule_families if header.authority else None
    for rule in header_rules:
        if not rule.is_for_hdu(header.kind, families):
            continue
        if rule.subchecks:
            values_rules += _build_subchecks(rule, header)
            continue
        starts = wanted.get(rule.code, ())
        if rule.needs and len(starts) < rule.min_present:
            continue
        if not all(any(name in header for name in group) for group in rule.needs_one_of):
            continue
        if rule.reads == "values":
            values_rules.append(DependentRule(rule, starts, rule.precheck))
        else:
            layout_rules.append(rule)
    return values_rules, layout_rules


def _build_subchecks(rule: Rule, header: Header) -> Iterator[DependentRule]:
    """The questions of a rule that asks several, each with the cards it depends on."""
    index = header.layout.index
    together: dict[tuple[int, ...], list[tuple[object, ...]]] = {}
    for part in rule.subchecks(header.authority, header.layout) if rule.subchecks else ():
        positions = sorted(position for name in set(part.needs) for position in index.get(name, ()))
        starts = tuple(position * CARD_SIZE for position in positions)
        if part.precheck is None and part.cacheable:
            # Questions on the same cards have one memory.
            together.setdefault(starts, []).append((part.argument,))
        else:
            yield DependentRule(
                rule, starts, part.precheck, ((part.argument,),), part.cacheable, needs_sizes=False
            )
    for starts, calls in together.items():
        yield DependentRule(rule, starts, arguments=tuple(calls), needs_sizes=False)
