"""What is known of all headers with one layout, so that a clean header costs little.

A plan is made once for a sequence of keywords and an HDU kind. It knows which rules could say
anything about such a header and where, and joins what is known of each keyword.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

from fitslint.engine.kernel import CHECKSUM_NAMES, COMMENTARY_NAMES
from fitslint.engine.keyword_plan import Forms, KeywordPlan, KeywordPlans, Precheck
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout, Structure
from fitslint.model.records import NamedTuple, dataclass, field
from fitslint.model.rule import Rule

PLANS_MAX = 1024

Matches = Callable[[bytes, int, int], object]


@dataclass(slots=True, eq=False)
class ValueCheck:
    """The rules on the value of one card that share a quick answer."""

    position: int
    turn: int
    """How many cards before it have values that somebody wants to see."""
    start: int
    stop: int
    """First byte of the card, and the byte behind it."""
    forms: Forms
    """The clean shapes of its keyword, which tell where the value stands."""
    precheck: Precheck | None
    rules: tuple[Rule, ...]
    recent_images: set[bytes] = field(default_factory=set)
    """The first images of the card that were clean: values that repeat are seldom many."""
    clean_images: BoundedDict[bytes, bool] | None = None
    """Images that rules without a quick answer had nothing to say about, once there are any."""


@dataclass(slots=True, eq=False)
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
    clean_keys: BoundedDict[object, bool] | None = None
    """Cards and sizes that it had nothing to say about, once there are any."""
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
    rules: list[DependentRule]
    """The rules on values that look at such cards only."""
    contented_rules: list[DependentRule]
    """Rules that look at other cards too, but whose quick answer does not, and was yes."""
    same_sizes: bool
    """Whether the sizes of the data are always the same as well."""
    patterns: Sequence[tuple[int, int, Matches, ValueCheck]]
    """Columns 9-80 of other cards, what tells at once that they are right, and their check."""
    varying_checks: list[ValueCheck]
    """The checks of all cards that are left."""
    varying_rules: list[DependentRule]
    clean_images: BoundedDict[tuple[object, ...], bool] = field(default_factory=BoundedDict)
    """Structure and images together that were clean."""
    last_clean: tuple[object, ...] = ()
    """Those of the header before, nearly always."""
    misses_in_a_row: int = 0
    """Headers in a row in which something new stood: then nothing is constant after all."""


@dataclass(slots=True)
class LayoutPlan:
    """Everything prepared for the headers of one layout and kind."""

    layout: Layout
    """Kept so that the identity under which the plan is filed stays taken."""
    plans: list[KeywordPlan]
    """Those of its keywords, card by card."""
    unpack: Callable[[bytes], tuple[bytes, ...]]
    """The folded columns 9-80 of the ordinary cards."""
    forms: list[Forms]
    positions: tuple[int, ...]
    """Positions of the ordinary cards."""
    commentary_runs: list[CommentaryRun]
    checksum_cards: list[int]
    value_checks: list[ValueCheck]
    dependent_rules: list[DependentRule]
    layout_rules: list[Rule]
    header_count: int = 0
    """Headers before the constant cards were parted."""
    images_by_start: dict[int, set[bytes]] = field(default_factory=dict)
    """The first images of cards that rules on values look at, by their first byte."""
    structure: Structure | None = None
    """The sizes of all headers so far, where they are the same."""
    owners: bytes | None = None
    """The cards as the kernel wants them, once it is asked."""
    constant_cards: ConstantCards | None = None
    failing_rules: BoundedDict[tuple[object, ...], tuple[Rule, ...]] = field(
        default_factory=BoundedDict
    )
    """By structure: the layout rules that flag such headers."""


class _Candidate(NamedTuple):
    """A header rule and what has to be there before it is asked."""

    rule: Rule
    least: int
    """How many cards of those that it needs."""
    groups: tuple[frozenset[str], ...]
    """One name of each; as sets, which are told apart and looked up quickly."""


def _make_candidate(rule: Rule) -> _Candidate:
    counts = rule.is_conditional and not rule.subchecks
    return _Candidate(
        rule, rule.min_present if counts else 0, tuple(map(frozenset, rule.needs_one_of))
    )


class LayoutPlanner:
    """Makes the plans of layouts.

    Parameters
    ----------
    rules
        the header rules.
    keyword_plans
        what is known of keywords, shared by all layouts.
    """

    def __init__(self, rules: Iterable[Rule], keyword_plans: KeywordPlans) -> None:
        self._rules = tuple(rules)
        self._by_need = RuleIndex(self._rules, lambda rule: rule.needs, tests=True)
        self._keyword_plans = keyword_plans
        self._groups = {group for rule in self._rules for group in _make_candidate(rule).groups}
        self._rules_by_kind: dict[tuple[object, ...], tuple[_Candidate, ...]] = {}

    def build_plan(self, header: Header) -> LayoutPlan:
        """The plan of the layout, kind and authority of ``header``."""
        names = header.layout.names
        plans = self._keyword_plans.list_plans(header, names)
        set_aside = CHECKSUM_NAMES | COMMENTARY_NAMES
        positions = tuple(i for i, name in enumerate(names) if name not in set_aside)
        fields = ("80x" if name in set_aside else "8x72s" for name in names)
        dependent_rules, layout_rules = self._select_rules(header)
        return LayoutPlan(
            layout=header.layout,
            plans=plans,
            unpack=struct.Struct("".join(fields)).unpack,
            forms=[plans[position].forms for position in positions],
            positions=positions,
            commentary_runs=_find_commentary(names, plans),
            checksum_cards=[i for i, name in enumerate(names) if name in CHECKSUM_NAMES],
            value_checks=_build_value_checks(plans),
            dependent_rules=dependent_rules,
            layout_rules=layout_rules,
        )

    def _select_rules(self, header: Header) -> tuple[list[DependentRule], list[Rule]]:
        """The header rules that can say something about such a header."""
        dependent_rules: list[DependentRule] = []
        layout_rules: list[Rule] = []
        where = self._by_need.find_positions(header.layout)
        names = header.layout.index.keys()
        absent = {group for group in self._groups if names.isdisjoint(group)}
        for rule, least, groups in self._list_kind_rules(header):
            if not absent.isdisjoint(groups) or len(where.get(rule.code, ())) < least:
                continue
            if rule.subchecks:
                dependent_rules += _build_subchecks(rule, header)
            elif rule.reads == "values":
                offsets = tuple([at * CARD_SIZE for at in sorted(where.get(rule.code, ()))])
                dependent_rules.append(DependentRule(rule, offsets, rule.precheck))
            else:
                layout_rules.append(rule)
        return dependent_rules, layout_rules

    def _list_kind_rules(self, header: Header) -> tuple[_Candidate, ...]:
        """The rules for HDUs of a kind, of files of an authority."""
        families = header.authority.rule_families if header.authority else None
        key = header.kind, families
        rules = self._rules_by_kind.get(key)
        if rules is None:
            rules = self._rules_by_kind[key] = tuple(
                _make_candidate(rule) for rule in self._rules
                if rule.is_for_hdu(header.kind, families)
            )  # fmt: skip
        return rules


def _find_commentary(names: Sequence[str], plans: Sequence[KeywordPlan]) -> list[CommentaryRun]:
    runs: list[CommentaryRun] = []
    position = 0
    while position < len(names):
        stop = position
        while stop < len(names) and names[stop] in COMMENTARY_NAMES:
            stop += 1
        if stop > position:
            forms = {names[at]: plans[at].forms for at in range(position, stop)}
            span = position * CARD_SIZE, stop * CARD_SIZE
            runs.append(CommentaryRun(*span, range(position, stop), list(forms.values())))
        position = stop + 1
    return runs


def _build_value_checks(plans: Iterable[KeywordPlan]) -> list[ValueCheck]:
    cards = ((position, plan) for position, plan in enumerate(plans) if plan.value_rules)
    return [
        ValueCheck(
            position, turn, position * CARD_SIZE, (position + 1) * CARD_SIZE,
            plan.forms, precheck, rules,
        )
        for turn, (position, plan) in enumerate(cards)
        for precheck, rules in plan.value_rules
    ]  # fmt: skip


def _build_subchecks(rule: Rule, header: Header) -> Iterator[DependentRule]:
    """The questions of a rule that asks several, each with the cards it depends on."""
    index = header.layout.index
    calls_by_offsets: dict[tuple[int, ...], list[tuple[object, ...]]] = {}
    for part in rule.subchecks(header.authority, header.layout) if rule.subchecks else ():
        positions = sorted(position for name in set(part.needs) for position in index.get(name, ()))
        offsets = tuple(position * CARD_SIZE for position in positions)
        if part.precheck is None and part.cacheable:
            # Questions on the same cards have one memory.
            calls_by_offsets.setdefault(offsets, []).append((part.argument,))
        else:
            yield DependentRule(
                rule, offsets, part.precheck, ((part.argument,),), part.cacheable, needs_sizes=False
            )
    for offsets, calls in calls_by_offsets.items():
        yield DependentRule(rule, offsets, arguments=tuple(calls), needs_sizes=False)
