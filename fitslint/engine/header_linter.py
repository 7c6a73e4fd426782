"""Judging one header: what is known to be clean is passed over, the rest is put to the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from fitslint.dictionary import DictionaryChain, load_conventions, load_standard
from fitslint.engine.kernel import FOUND_AFTER, ShapeMemory, look_up_cards
from fitslint.engine.layout_plan import (
    PLAIN_CARD,
    DependentRule,
    Forms,
    LayoutPlan,
    ValueCard,
    ValueCheck,
    build_layout_plan,
    is_plain_run,
    note_header,
)
from fitslint.engine.plain_linter import Emit
from fitslint.engine.rule_index import RuleIndex
from fitslint.model.card import Card
from fitslint.model.form import CARD_SIZE, CardForm
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
UNCACHED_AFTER = 256
"""Headers with new values after which a rule is no longer remembered for a layout."""

_END = b"END".ljust(CARD_SIZE)
_CHECKSUM = compile_late(rb"= '[0-9A-Za-z]{16}'")
_ANY_CHECKSUM = b"= 'AAAAAAAAAAAAAAAA'"

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
        self._memory = ShapeMemory(
            self._get_forms, (self._lint_new_shape, self._lint_commentary, self._lint_checksum)
        )
        self._shape_count = 0
        self._suspects_by_shape: dict[
            tuple[str, str, DictionaryChain | None], dict[bytes, tuple[Rule, ...]]
        ] = {}

    def lint(self, header: Header, emit: Emit) -> None:
        """Judge a header."""
        key = id(header.layout), header.kind, header.is_text, header.authority
        court = self._plans.get(key) or self._add_plan(header)
        folded, texts = b"", None
        if court.owners is None:
            folded = header.raw.translate(FOLD)
            self._lint_cards(header, court, folded, emit)
        else:
            unknown, texts = look_up_cards(header.raw, court.owners)
            if unknown:
                self._memory.lint_cards(header, court.owners, unknown, emit)
        rules = self._lint_values(header, court, folded, texts, emit)
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

    def _lint_cards(self, header: Header, plan: LayoutPlan, folded: bytes, emit: Emit) -> None:
        """Judge the cards of unknown shape."""
        rests = plan.unpack(folded)
        if not all(map(dict.get, plan.forms, rests)):
            unknown = [
                one for one in zip(plan.positions, plan.forms, rests, strict=True)
                if one[2] not in one[1]
            ]  # fmt: skip
            for position, forms, _ in unknown:
                self._lint_new_shape(header, position, forms, emit)
        for run in plan.commentary_runs:
            if not is_plain_run(header.raw, run):
                for position in run.positions:
                    forms = self._get_forms(header, header.names[position])
                    self._lint_commentary(header, position, forms, emit)
        for position, forms in plan.checksum_cards:
            self._lint_checksum(header, position, forms, emit)

    def _lint_new_shape(
        self, header: Header, position: int, forms: Forms, emit: Emit
    ) -> CardForm | None:
        """Judge an ordinary card of unknown shape; its form when it is clean."""
        start = position * CARD_SIZE
        rest = header.raw[start + 8 : start + CARD_SIZE].translate(FOLD)
        key = collapse_text(rest)
        if key not in forms:
            self._lint_shape(header, position, forms, key, emit)
        form = forms.get(key)
        if form and len(forms) < SHAPES_KEPT:
            forms[rest] = form
            self._count_shape()
        return form

    def _lint_commentary(
        self, header: Header, position: int, forms: Forms, emit: Emit
    ) -> CardForm | None:
        start = position * CARD_SIZE
        text = header.raw[start + 8 : start + CARD_SIZE]
        plain = not text.translate(None, PLAIN_TEXT) and text.endswith(b" ")
        key = PLAIN_CARD if plain else collapse_text(text.translate(FOLD))
        if key not in forms:
            self._lint_shape(header, position, forms, key, emit)
        return forms.get(key)

    def _lint_checksum(
        self, header: Header, position: int, forms: Forms, emit: Emit
    ) -> CardForm | None:
        start = position * CARD_SIZE + 8
        rest = header.raw[start : start + CARD_SIZE - 8].translate(FOLD)
        if _CHECKSUM.match(header.raw, start):
            rest = _ANY_CHECKSUM + rest[20:]  # it never repeats
        if rest not in forms:
            self._lint_shape(header, position, forms, rest, emit)
        return forms.get(rest)

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
        self,
        header: Header,
        plan: LayoutPlan,
        folded: bytes,
        texts: list[bytes | None] | None,
        emit: Emit,
    ) -> list[DependentRule]:
        """Put values to the rules that read them; the header rules that are left to be asked."""
        steady = plan.constant_cards
        if steady is None:
            self._run_value_checks(header, plan.value_checks, folded, texts, emit)
            note_header(plan, header.raw)
            if plan.header_count == FOUND_AFTER:
                wanted = {check[5].position for check in plan.value_checks}
                plan.owners = self._memory.number_cards(header, wanted)
            return plan.dependent_rules
        images = steady.unpack(header.raw)
        raw = header.raw
        key = header.structure, images
        if key in steady.clean_images:
            slow = [one for start, end, match, one in steady.patterns if not match(raw, start, end)]
            self._run_value_checks(header, slow + steady.varying_checks, folded, texts, emit)
            return steady.varying_rules
        self._run_value_checks(header, plan.value_checks, folded, texts, emit)
        clean = [self._run_dependent_rule(header, one, emit) for one in steady.rules]
        seen = (raw[one[0] : one[0] + CARD_SIZE] in one[1] for one in steady.value_checks)
        if all(clean) and all(seen) and len(steady.clean_images) < MEMO_MAX:
            steady.clean_images.add(key)
        return steady.varying_rules

    def _run_value_checks(
        self,
        header: Header,
        readings: list[ValueCheck],
        folded: bytes,
        texts: list[bytes | None] | None,
        emit: Emit,
    ) -> None:
        """Put values to their rules; ``texts`` are what the kernel knows of them."""
        for start, seen, known, quick, rules, slot in readings:
            image = header.raw[start : start + CARD_SIZE]
            # What was new so many times will be new again.
            if len(seen) < IMAGES_MAX and image in seen:
                continue
            if quick is None:
                self._apply_value_rules(header, slot, rules, emit, remember=True)
                continue
            text = texts[slot.turn] if texts else None
            if text is None:
                rest = folded[start + 8 : start + CARD_SIZE]
                form = known(rest) or header.card(slot.position).form
                text = image[form.value[0] : form.value[1]] if form.value else b""
            if (
                quick(text) or self._apply_value_rules(header, slot, rules, emit, remember=False)
            ) and len(seen) < IMAGES_MAX:
                seen.add(image)

    def _apply_value_rules(
        self,
        header: Header,
        slot: ValueCard,
        rules: tuple[Rule, ...],
        emit: Emit,
        *,
        remember: bool,
    ) -> bool:
        """Put the value of a card to rules that gave no quick answer; whether it was clean."""
        image = header.raw[slot.offset : slot.offset + CARD_SIZE]
        if remember and image in slot.clean_images:
            return True
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
        return clean

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
