"""Judging one header: what is known to be clean is passed over, the rest is put to the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from fitslint.dictionary import DictionaryChain, load_conventions, load_standard
from fitslint.engine.layout_plan import (
    CommentaryRun,
    DependentRule,
    Forms,
    LayoutPlan,
    ValueCard,
    ValueCheck,
    build_layout_plan,
    split_constant_cards,
)
from fitslint.engine.plain_linter import Emit
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Rule
from fitslint.syntax.cards import FOLD, PLAIN_TEXT, collapse_text, fold_card, parse_card_key
from fitslint.syntax.headers import CARDS_REMEMBERED

PLANS_MAX = 1024
MEMO_MAX = 2048
"""Entries of one memo of a keyword, card or rule; then it starts anew."""
SHAPES_KEPT = 1024
"""Beyond so many, a shape is kept only with its text collapsed."""
SHAPES_MAX = 131_072
KEYWORDS_MAX = 16_384
IMAGES_MAX = 32
"""Images of one card that are kept as clean: enough for values that repeat."""
CONSTANT_AFTER = 48
"""Headers of a layout after which cards that always say the same are looked up together."""
UNCACHED_AFTER = 256
"""Headers with new values after which a rule is no longer remembered for a layout."""

_END = b"END".ljust(CARD_SIZE)
_CHECKSUM = compile_late(rb"= '[0-9A-Za-z]{16}'")
_ANY_CHECKSUM = b"= 'AAAAAAAAAAAAAAAA'"
_PLAIN_CARD = b"a" * 71 + b" "

Key = TypeVar("Key")
Item = TypeVar("Item")


class HeaderLinter:
    """Puts headers to the card and header rules and remembers shapes and layouts.

    ``take(rule, flag, header)`` is called with every flag.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self._card_rules = tuple(one for one in rules if one.scope == "card")
        self._header_rules = tuple(one for one in rules if one.scope == "header")
        self._by_keyword = RuleIndex(self._card_rules, lambda one: one.keywords)
        self._by_need = RuleIndex(self._header_rules, lambda one: one.needs)
        self._entry_rules = tuple(one for one in self._card_rules if one.dictionary_only)
        self._keywordless_rules: dict[tuple[object, ...], tuple[Rule, ...]] = {}
        self._plans: dict[tuple[int, str, bool, DictionaryChain | None], LayoutPlan] = {}
        self._forms: dict[tuple[str, str, DictionaryChain | None], Forms] = {}
        self._shape_count = 0
        self._suspects_by_shape: dict[
            tuple[str, str, DictionaryChain | None], dict[bytes, tuple[Rule, ...]]
        ] = {}

    def lint(self, header: Header, emit: Emit) -> None:
        """Judge a header."""
        key = id(header.layout), header.kind, header.is_text, header.authority
        court = self._plans.get(key) or self._add_plan(header)
        raw = header.raw
        folded = raw.translate(FOLD)
        rests = court.unpack(folded)
        if not all(map(dict.get, court.forms, rests)):
            self._lint_new_shapes(header, court, rests, emit)
        for run in court.commentary_runs:
            if not _is_plain(raw, run):
                self._lint_commentary(header, run, folded, emit)
        for position, forms in court.checksum_cards:
            rest = folded[position * CARD_SIZE + 8 : position * CARD_SIZE + CARD_SIZE]
            if _CHECKSUM.match(raw, position * CARD_SIZE + 8):
                rest = _ANY_CHECKSUM + rest[20:]  # it never repeats
            if rest not in forms:
                self._lint_shape(header, position, forms, rest, emit)
        rules = self._lint_values(header, court, folded, emit)
        dirty = court.failing_rules.get(header.signature)
        for rule in self._find_failing_rules(header, court) if dirty is None else dirty:
            for flag in rule.check(header):
                emit(rule, flag, header)
        for one in rules:
            if one.precheck is not None and one.precheck(header):
                continue
            if one.misses_in_a_row < UNCACHED_AFTER and one.cacheable:
                self._run_dependent_rule(header, one, emit)
            else:
                for call in one.arguments:
                    for flag in one.rule.check(header, *call):
                        emit(one.rule, flag, header)
        if header.end != _END:
            self._lint_end_card(header, emit)

    def _add_plan(self, header: Header) -> LayoutPlan:
        if len(self._plans) >= PLANS_MAX:
            self._plans.clear()
        court = build_layout_plan(
            header, self._list_keyword_rules, self._header_rules, self._by_need, self._get_forms
        )
        if len(header) <= CARDS_REMEMBERED:
            key = id(header.layout), header.kind, header.is_text, header.authority
            self._plans[key] = court
        return court

    def _list_keyword_rules(self, header: Header, name: str) -> tuple[Rule, ...]:
        """The card rules for this very keyword in such an HDU."""
        authority: DictionaryChain | None = header.authority
        families = authority.rule_families if authority else None
        rules = self._by_keyword.find_rules(name)
        if authority and self._entry_rules and authority.lookup(name):
            rules += self._entry_rules
        return tuple([rule for rule in rules if rule.is_for_hdu(header.kind, families)])

    def _list_shape_rules(self, card: Card, header: Header, name: str) -> tuple[Rule, ...]:
        """The shape rules that want to see a card of this form."""
        form, kind = card.form, header.kind
        known = len(name) <= 8 and bool(
            load_standard().lookup(name) or load_conventions().lookup(name)
        )
        families = header.authority.rule_families if header.authority else None
        key = kind, known, form.kind, form.type, form.fault, families
        general = self._keywordless_rules.get(key)
        if general is None:
            general = self._keywordless_rules[key] = tuple(
                rule
                for rule in self._card_rules
                if rule.reads == "shape"
                and not rule.keywords
                and not rule.dictionary_only
                and (known or not rule.registered_only)
                and rule.is_for_hdu(kind, families)
                and rule.is_for_form(form)
            )
        named = self._list_keyword_rules(header, name)
        if not named:
            return general
        return general + tuple(
            one for one in named if one.reads == "shape" and one.is_for_form(form)
        )

    def _get_forms(self, header: Header, name: str) -> Forms:
        if len(self._forms) >= KEYWORDS_MAX:
            self._forms.clear()
        return self._forms.setdefault((header.kind, name, header.authority), {})

    # ---- shapes --------------------------------------------------------------------------------

    def _lint_new_shapes(
        self, header: Header, plan: LayoutPlan, rests: tuple[bytes, ...], emit: Emit
    ) -> None:
        """Judge the cards of unknown shape."""
        unknown = [
            one for one in zip(plan.positions, plan.forms, rests, strict=True)
            if one[2] not in one[1]
        ]  # fmt: skip
        for position, forms, rest in unknown:
            key = collapse_text(rest)
            if key not in forms:
                self._lint_shape(header, position, forms, key, emit)
            if key in forms and len(forms) < SHAPES_KEPT:
                forms[rest] = forms[key]
                self._count_shape()

    def _lint_commentary(
        self, header: Header, run: CommentaryRun, folded: bytes, emit: Emit
    ) -> None:
        for position in run.positions:
            start = position * CARD_SIZE
            text = header.raw[start + 8 : start + CARD_SIZE]
            plain = not text.translate(None, PLAIN_TEXT) and text.endswith(b" ")
            forms = self._get_forms(header, header.names[position])
            key = _PLAIN_CARD if plain else collapse_text(folded[start + 8 : start + CARD_SIZE])
            if key not in forms:
                self._lint_shape(header, position, forms, key, emit)

    def _lint_shape(
        self, header: Header, position: int, forms: Forms, rest: bytes, emit: Emit
    ) -> None:
        """Judge a card whose shape is not known to be clean."""
        name = header.names[position]
        if len(self._suspects_by_shape) >= KEYWORDS_MAX:
            self._suspects_by_shape.clear()
        known = self._suspects_by_shape.setdefault((header.kind, name, header.authority), {})
        suspects = known.get(rest)
        if suspects is None:
            raw = header.raw[position * CARD_SIZE : position * CARD_SIZE + CARD_SIZE]
            key = fold_card(raw) if name.startswith("HIERARCH ") else raw[:8] + rest
            card = Card(key, parse_card_key(key), position + 1, folded=True)
            if card.form.legal:
                asked = self._list_shape_rules(card, header, name)
                suspects = tuple([one for one in asked if any(one.check(card, header))])
                if not suspects:
                    self._remember(forms, rest, card.form)
                    self._count_shape()
                    return
            else:  # which production is at fault shows on the real card only
                suspects = ()
            self._remember(known, rest, suspects)
            self._count_shape()
        real = header.card(position)
        if suspects:
            self._apply_rules(real, header, suspects, emit)
        else:
            self._lint_faulty_card(real, header, known, emit)

    def _lint_faulty_card(
        self, card: Card, header: Header, known: dict[bytes, tuple[Rule, ...]], emit: Emit
    ) -> None:
        """Judge a faulty card; the same one in other files is shown to the rules that flag it."""
        # What hangs on twins and on the cards around is not kept with a card.
        name, index = header.names[card.number - 1], header.layout.index
        alone = card.form.kind == "value" and len(index[name]) == 1 and "CONTINUE" not in index
        rules = known.get(card.raw) if alone else None
        if rules is not None:
            self._apply_rules(card, header, rules, emit)
            return
        flagging = []
        for rule in self._list_shape_rules(card, header, name):
            flags = list(rule.check(card, header))
            if flags:
                flagging.append(rule)
            for flag in flags:
                emit(rule, flag, header)
        if alone:
            self._remember(known, card.raw, tuple(flagging))
            self._count_shape()

    @staticmethod
    def _apply_rules(card: Card, header: Header, rules: Iterable[Rule], emit: Emit) -> None:
        for rule in rules:
            for flag in rule.check(card, header):
                emit(rule, flag, header)

    def _lint_end_card(self, header: Header, emit: Emit) -> None:
        card = header.end_card
        if card is not None:
            self._apply_rules(card, header, self._list_shape_rules(card, header, "END"), emit)

    # ---- values --------------------------------------------------------------------------------

    def _lint_values(
        self, header: Header, plan: LayoutPlan, folded: bytes, emit: Emit
    ) -> list[DependentRule]:
        """Put values to the rules that read them; the header rules that are left to be asked."""
        steady = plan.constant_cards
        if steady is None:
            self._run_value_checks(header, plan.value_checks, folded, emit)
            plan.header_count += 1
            if plan.header_count == CONSTANT_AFTER:
                split_constant_cards(plan)
            return plan.dependent_rules
        images = steady.unpack(header.raw)
        raw = header.raw
        if images in steady.clean_images:
            slow = [one for start, end, match, one in steady.patterns if not match(raw, start, end)]
            self._run_value_checks(header, slow + steady.varying_checks, folded, emit)
            return steady.varying_rules
        self._run_value_checks(header, plan.value_checks, folded, emit)
        clean = [self._run_dependent_rule(header, one, emit) for one in steady.rules]
        seen = (raw[one[0] : one[0] + CARD_SIZE] in one[1] for one in steady.value_checks)
        if all(clean) and all(seen) and len(steady.clean_images) < MEMO_MAX:
            steady.clean_images.add(images)
        return steady.varying_rules

    def _run_value_checks(
        self, header: Header, readings: list[ValueCheck], folded: bytes, emit: Emit
    ) -> None:
        raw = header.raw
        for start, seen, known, quick, rules, slot in readings:
            image = raw[start : start + CARD_SIZE]
            # What was new so many times will be new again.
            if len(seen) < IMAGES_MAX and image in seen:
                continue
            form = known(folded[start + 8 : start + CARD_SIZE]) or header.card(slot.position).form
            value = form.value
            if quick is None:
                self._apply_value_rules(header, slot, rules, emit, remember=True)
            elif not quick(image[value[0] : value[1]] if value else b""):
                self._apply_value_rules(header, slot, rules, emit, remember=False)
            elif len(seen) < IMAGES_MAX:
                seen.add(image)

    def _apply_value_rules(
        self,
        header: Header,
        slot: ValueCard,
        rules: tuple[Rule, ...],
        emit: Emit,
        *,
        remember: bool,
    ) -> None:
        """Put the value of a card to rules that gave no quick answer."""
        image = header.raw[slot.offset : slot.offset + CARD_SIZE]
        if remember and image in slot.clean_images:
            return
        card = header.card(slot.position)
        form = card.form
        clean = True
        for rule in rules:
            if rule.is_for_form(form):
                for flag in rule.check(card, header):
                    emit(rule, flag, header)
                    clean = False
        if clean and remember:
            self._remember(slot.clean_images, image, known=True)

    def _find_failing_rules(self, header: Header, plan: LayoutPlan) -> tuple[Rule, ...]:
        """The layout rules that flag headers of this layout and structure."""
        dirty = tuple(one for one in plan.layout_rules if any(one.check(header)))
        self._remember(plan.failing_rules, header.signature, dirty)
        return dirty

    def _run_dependent_rule(self, header: Header, values: DependentRule, emit: Emit) -> bool:
        """Put the cards that a rule depends on to it; whether nothing was wrong."""
        raw = header.raw
        key: object = tuple([raw[start : start + CARD_SIZE] for start in values.offsets])
        if values.needs_sizes:
            key = header.structure, key
        if key in values.clean_keys:
            values.misses_in_a_row = 0
            return True
        values.misses_in_a_row += 1
        clean = True
        for call in values.arguments:
            for flag in values.rule.check(header, *call):
                emit(values.rule, flag, header)
                clean = False
        if clean:
            self._remember(values.clean_keys, key, known=True)
        return clean

    def _count_shape(self) -> None:
        """Memory does not grow with the number of files: in all, so many shapes are kept."""
        self._shape_count += 1
        if self._shape_count > SHAPES_MAX:
            self._shape_count = 0
            for forms in self._forms.values():
                forms.clear()
            self._suspects_by_shape.clear()

    def _remember(self, memo: dict[Key, Item], key: Key, known: Item) -> None:
        if len(memo) >= MEMO_MAX:
            memo.clear()
        memo[key] = known


def _is_plain(raw: bytes, run: CommentaryRun) -> bool:
    """Whether a run of commentary is plain text such as was clean before: no look at each card."""
    for forms in run.forms:
        if _PLAIN_CARD not in forms:
            return False
    if raw[run.start : run.stop].translate(None, PLAIN_TEXT):
        return False
    return not raw[run.start + CARD_SIZE - 1 : run.stop : CARD_SIZE].strip(b" ")
