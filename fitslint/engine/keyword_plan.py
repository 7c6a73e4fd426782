"""What is known of one keyword in the HDUs of one kind and authority, whatever the layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from fitslint.dictionary import DictionaryChain, load_conventions, load_standard
from fitslint.engine.kernel import number_owner
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE, CardForm
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.records import dataclass, field
from fitslint.model.rule import Rule
from fitslint.syntax.cards import fold_card, parse_card_key

_KINDS_MAX = 256
"""Kinds of HDU and authorities together."""
KEYWORDS_MAX = 32_768
"""More than a header of :data:`fitslint.engine.linter.CARDS_MAX` cards can have."""
SHAPES_MAX = 131_072
"""Shapes that are kept in all; then all of them start anew."""
SHAPES_KEPT, _PRIVATE_SHAPES_KEPT = 1024, 16_384
"""Beyond so many, a shape of a keyword is kept only with its text collapsed; and beyond so many of
the keywords that share a plan."""
_GENERAL_MAX = 16_384
_SHAPES_CUT = 1024
"""Shapes without their comments that are kept: each is asked for twice, and many come back."""

_ORDINARY_NAME = compile_late(r"[A-Z0-9_-]{1,8}")
_SPECIAL_NAMES = frozenset(("COMMENT", "HISTORY", "CONTINUE", "HIERARCH", "END"))
_PLAIN_COMMENT = compile_late(rb"(= (?:'[^']*(?:''[^']*)*' *|[^'/]*)/) [ -<>-~]*(?<![0-9A-Za-z])\Z")
"""Of a folded card, with its equals sign: what stands before a comment that has a blank behind its
slash and no letter in column 80, and holds no equals sign as another card in it would. No general
rule tells one such comment from another."""

Precheck = Callable[[bytes], bool]
"""Whether the text of a value is surely right."""
Forms = dict[bytes, CardForm]
"""The shapes (columns 9-80, folded) of a keyword's cards that no rule flags, and their forms."""
Suspects = tuple[Rule, ...]
"""The rules that flag a shape; none where it is faulty and only the real card shows how."""


class RuleGroup:
    """Rules on shapes that are asked together, sorted out by the form of a card."""

    __slots__ = ("_by_form", "_by_precheck", "rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_form: dict[tuple[object, ...], tuple[Rule, ...]] = {}
        self._by_precheck: dict[
            tuple[object, ...], tuple[tuple[Precheck | None, list[Rule]], ...]
        ] = {}

    def list_rules(self, form: CardForm) -> tuple[Rule, ...]:
        """The rules for cards of this form; there are some tens of kinds, types and faults."""
        key = form.kind, form.type, form.fault
        rules = self._by_form.get(key)
        if rules is None:
            rules = tuple(rule for rule in self.rules if rule.is_for_form(form))
            self._by_form[key] = rules
        return rules

    def list_rules_for(self, card: Card) -> Iterator[Rule]:
        """The rules for a card, those left out that its image alone tells to be content."""
        form, raw = card.form, card.raw
        key = form.kind, form.type, form.fault
        parts = self._by_precheck.get(key)
        if parts is None:
            rules: dict[Precheck | None, list[Rule]] = {}
            for rule in self.list_rules(form):
                rules.setdefault(rule.precheck, []).append(rule)
            parts = self._by_precheck[key] = tuple(rules.items())
        for precheck, some in parts:
            if precheck is None or not precheck(raw):
                yield from some

    def find_suspects(self, card: Card, header: Header) -> Suspects:
        """The rules that flag a card."""
        if not self.rules:
            return ()
        return tuple([
            rule for rule in self.list_rules(card.form) if any(rule.check(card, header))
        ])  # fmt: skip


@dataclass(slots=True, eq=False)
class KeywordPlan:
    """The rules that look at the cards of a keyword, and the shapes that they have seen.

    Ordinary keywords that nobody has defined share one: no rule tells their shapes apart.
    """

    value_rules: list[tuple[Precheck | None, tuple[Rule, ...]]]
    """Rules on its value, those with the same quick answer together."""
    own_rules: RuleGroup
    """Rules on the shapes of this very keyword."""
    field_rules: RuleGroup
    """Rules on the keyword and the value field."""
    is_ordinary: bool
    """Whether a legal card of it is one with a value whose form does not hang on the name."""
    shapes_kept: int = SHAPES_KEPT
    owner: int = field(default_factory=number_owner)
    """What the kernel knows it by."""
    forms: Forms = field(default_factory=dict)
    suspects: dict[bytes, Suspects] = field(default_factory=dict)
    """By shape, or by the image of a faulty card."""
    clean_fields: set[bytes] = field(default_factory=set)
    """Value fields that the rules on them had nothing to say about."""


class KeywordPlans:
    """Gives every keyword its plan, and finds out which rules flag the shape of a card.

    A shape is looked at in three parts that have a memory each, since the parts come back where
    the whole is new: the keyword, whose rules are looked up once; its value field, about which the
    rules of registered keywords are asked once a keyword; and the card behind the keyword, about
    which the general rules, to which one keyword is like another, are asked once for all.
    """

    def __init__(self, card_rules: Iterable[Rule]) -> None:
        rules = tuple(card_rules)
        self._by_keyword = RuleIndex(rules, lambda rule: rule.keywords)
        self._entry_rules = tuple(rule for rule in rules if rule.dictionary_only)
        open_rules = [
            rule for rule in rules
            if rule.reads == "shape" and not rule.keywords and not rule.dictionary_only
        ]  # fmt: skip
        self._general_rules = RuleGroup(filter(_is_general, open_rules))
        self._field_rules = [rule for rule in open_rules if not _is_general(rule)]
        self._field_groups: dict[tuple[object, ...], RuleGroup] = {}
        self._private_plans: dict[RuleGroup, KeywordPlan] = {}
        self._plans: BoundedDict[tuple[str, DictionaryChain | None], dict[str, KeywordPlan]]
        self._plans = BoundedDict.create(_KINDS_MAX)
        self._plan_count = 0
        self._general_memo: BoundedDict[bytes, tuple[CardForm, Suspects]]
        self._general_memo = BoundedDict.create(_GENERAL_MAX)
        self._shape_count = 0

    def get_plan(self, header: Header, name: str) -> KeywordPlan:
        """The plan of a keyword in an HDU like that of ``header``."""
        return self.list_plans(header, (name,))[0]

    def list_plans(self, header: Header, names: Iterable[str]) -> list[KeywordPlan]:
        """The plans of keywords in an HDU like that of ``header``."""
        key = header.kind, header.authority
        known = self._plans.get(key)
        if known is None:
            known = self._plans[key] = {}
        plans: list[KeywordPlan] = []
        for name in names:
            plan = known.get(name)
            if plan is None:
                if self._plan_count > KEYWORDS_MAX:
                    self._forget_plans()
                plan = known[name] = self._build_plan(header, name)
                self._plan_count += 1
            plans.append(plan)
        return plans

    def _forget_plans(self) -> None:
        for known in self._plans.values():
            known.clear()
        self._plan_count = 0

    def _build_plan(self, header: Header, name: str) -> KeywordPlan:
        authority: DictionaryChain | None = header.authority
        families = authority.rule_families if authority else None
        is_ordinary = name not in _SPECIAL_NAMES and bool(_ORDINARY_NAME.fullmatch(name))
        registered = len(name) <= 8 and bool(
            load_standard().lookup(name) or load_conventions().lookup(name)
        )
        field_rules = self._get_field_rules(header.kind, families, registered=registered)
        rules = self._by_keyword.find_rules(name)
        if authority and authority.lookup(name):
            rules += self._entry_rules
        elif is_ordinary and not registered and not rules:
            return self._get_private_plan(field_rules)
        rules = tuple([rule for rule in rules if rule.is_for_hdu(header.kind, families)])
        return KeywordPlan(
            _group_value_rules(rules, header, name),
            RuleGroup(rule for rule in rules if rule.reads == "shape"),
            field_rules,
            is_ordinary,
        )

    def _get_private_plan(self, field_rules: RuleGroup) -> KeywordPlan:
        """The plan of all keywords that no dictionary and no rule knows by name."""
        plan = self._private_plans.get(field_rules)
        if plan is None:
            plan = self._private_plans[field_rules] = KeywordPlan(
                [], RuleGroup(()), field_rules, is_ordinary=True, shapes_kept=_PRIVATE_SHAPES_KEPT
            )
        return plan

    def _get_field_rules(
        self, kind: str, families: frozenset[str] | None, *, registered: bool
    ) -> RuleGroup:
        """The rules on the value fields of all keywords, or of those that are not registered."""
        key = kind, families, registered
        group = self._field_groups.get(key)
        if group is None:
            rules = [
                rule for rule in self._field_rules
                if (registered or not rule.registered_only) and rule.is_for_hdu(kind, families)
            ]  # fmt: skip
            same = tuple(rule.code for rule in rules)
            group = self._field_groups.setdefault(same, RuleGroup(rules))
            self._field_groups[key] = group
        return group

    def list_shape_rules(self, card: Card, plan: KeywordPlan) -> tuple[Rule, ...]:
        """The rules that want to see a card of this form, in whatever it says."""
        groups = (self._general_rules, plan.field_rules, plan.own_rules)
        return tuple([rule for group in groups for rule in group.list_rules_for(card)])

    def find_suspects(
        self, header: Header, position: int, plan: KeywordPlan, rest: bytes
    ) -> tuple[CardForm, Suspects]:
        """The form of a new shape, and the rules that flag it: none as well where it is faulty.

        ``rest`` are columns 9-80, folded and perhaps collapsed.
        """
        raw = header.raw[position * CARD_SIZE : (position + 1) * CARD_SIZE]
        if not (plan.is_ordinary and rest.startswith(b"= ")):
            hierarch = header.names[position].startswith("HIERARCH ")
            key = fold_card(raw) if hierarch else raw[:8] + rest
            return self._ask_everybody(Card(key, parse_card_key(key), position + 1, folded=True),
                                       header, plan)  # fmt: skip
        key = raw[:8] + rest
        general_key = _cut_comment(rest)
        entry = self._general_memo.get(general_key)
        if entry is None:
            card = Card(key, parse_card_key(key), position + 1, folded=True)
            legal = card.form.legal
            suspects = self._general_rules.find_suspects(card, header) if legal else ()
            entry = self._general_memo[general_key] = card.form, suspects
        form, suspects = entry
        if not form.legal:
            return entry
        value_field = rest[: form.comment[0] - 8] if form.comment else rest
        known = value_field in plan.clean_fields
        if known and not plan.own_rules.rules:
            return entry
        card = Card(key, form, position + 1, folded=True)
        if not known:
            flagging = plan.field_rules.find_suspects(card, header)
            if not flagging:
                plan.clean_fields.add(value_field)
                self.count_shape()
            suspects += flagging
        return form, suspects + plan.own_rules.find_suspects(card, header)

    def _ask_everybody(
        self, card: Card, header: Header, plan: KeywordPlan
    ) -> tuple[CardForm, Suspects]:
        """What the rules say of a folded card, whatever part of it they look at."""
        if not card.form.legal:
            return card.form, ()
        groups = self._general_rules, plan.field_rules, plan.own_rules
        return card.form, tuple(
            rule for group in groups for rule in group.find_suspects(card, header)
        )

    def count_shape(self) -> None:
        """Memory does not grow with the number of files: in all, so many shapes are kept."""
        self._shape_count += 1
        if self._shape_count > SHAPES_MAX:
            self._shape_count = 0
            for known in self._plans.values():
                for plan in known.values():
                    plan.forms.clear()
                    plan.suspects.clear()
                    plan.clean_fields.clear()


def reduce_shape(plan: KeywordPlan, shape: bytes) -> bytes:
    """What of a shape the rules on a keyword tell apart."""
    return shape if plan.own_rules.rules or not plan.is_ordinary else _cut_comment(shape)


@lru_cache(_SHAPES_CUT)
def _cut_comment(rest: bytes) -> bytes:
    plain = _PLAIN_COMMENT.match(rest)
    return plain[1] if plain else rest


def _is_general(rule: Rule) -> bool:
    """Whether one ordinary keyword is like another to a rule on shapes."""
    return not (rule.hangs_on or rule.hdus or rule.authority)


def _group_value_rules(
    rules: Iterable[Rule], header: Header, name: str
) -> list[tuple[Precheck | None, tuple[Rule, ...]]]:
    by_precheck: dict[Precheck | None, list[Rule]] = {}
    for rule in rules:
        if rule.reads != "value":
            continue
        precheck = rule.precheck
        if rule.precheck_for_keyword:
            precheck = rule.precheck_for_keyword(name)
        if rule.precheck_for_entry:
            precheck = rule.precheck_for_entry(header.authority.lookup(name))
            if precheck is None:
                continue
        by_precheck.setdefault(precheck, []).append(rule)
    return [(precheck, tuple(rules)) for precheck, rules in by_precheck.items()]
