"""Judging one header: what is known to be clean is passed over, the rest is put to the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from fitslint.dictionary import Authority, conventions, fits
from fitslint.engine.court import Court, Forms, Reading, Run, Slot, ValuesRule, convene, settle
from fitslint.engine.names import RulesByName
from fitslint.engine.plain import Take
from fitslint.model.card import Card
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.model.late import compile_late
from fitslint.model.rule import Rule
from fitslint.syntax.cards import FOLD, PLAIN_TEXT, collapse, fold, parse_folded
from fitslint.syntax.headers import CARDS_KEPT

COURTS_MAX = 1024
MEMO_MAX = 2048
"""Entries of one memo of a keyword, card or rule; then it starts anew."""
SHAPES_KEPT = 1024
"""Beyond so many, a shape is kept only with its text collapsed."""
SHAPES_MAX = 131_072
KEYWORDS_MAX = 16_384
IMAGES_MAX = 32
"""Images of one card that are kept as clean: enough for values that repeat."""
ACQUAINTED = 48
"""Headers of a layout after which cards that always say the same are looked up together."""
PATIENCE = 256
"""Headers with new values after which a rule is no longer remembered for a layout."""

_END = b"END".ljust(CARD)
_CHECKSUM = compile_late(rb"= '[0-9A-Za-z]{16}'")
_ANY_CHECKSUM = b"= 'AAAAAAAAAAAAAAAA'"
_PLAIN_CARD = b"a" * 71 + b" "

Key = TypeVar("Key")
Known = TypeVar("Known")


class Hearing:
    """Puts headers to the card and header rules and remembers shapes and layouts.

    ``take(rule, flag, header)`` is called with every flag.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = tuple(rules)
        self._card_rules = tuple(one for one in rules if one.scope == "card")
        self._header_rules = tuple(one for one in rules if one.scope == "header")
        self._by_keyword = RulesByName(self._card_rules, lambda one: one.keywords)
        self._by_need = RulesByName(self._header_rules, lambda one: one.needs)
        self._entry_rules = tuple(one for one in self._card_rules if one.entries)
        self._general: dict[tuple[object, ...], tuple[Rule, ...]] = {}
        self._courts: dict[tuple[int, str, bool, Authority | None], Court] = {}
        self._forms: dict[tuple[str, str, Authority | None], Forms] = {}
        self._shapes = 0
        self._suspects: dict[tuple[str, str, Authority | None], dict[bytes, tuple[Rule, ...]]] = {}

    def hear(self, header: Header, take: Take) -> None:
        """Judge a header."""
        key = id(header.layout), header.kind, header.text, header.authority
        court = self._courts.get(key) or self._convene(header)
        raw = header.raw
        folded = raw.translate(FOLD)
        rests = court.unpack(folded)
        if not all(map(dict.get, court.forms, rests)):
            self._unknown(header, court, rests, take)
        for run in court.runs:
            if not _is_plain(raw, run):
                self._run(header, run, folded, take)
        for position, forms in court.volatile:
            rest = folded[position * CARD + 8 : position * CARD + CARD]
            if _CHECKSUM.match(raw, position * CARD + 8):
                rest = _ANY_CHECKSUM + rest[20:]  # it never repeats
            if rest not in forms:
                self._shape(header, position, forms, rest, take)
        rules = self._read_values(header, court, folded, take)
        dirty = court.verdicts.get(header.signature)
        for rule in self._verdict(header, court) if dirty is None else dirty:
            for flag in rule.check(header):
                take(rule, flag, header)
        for one in rules:
            if one.quick is not None and one.quick(header):
                continue
            if one.misses < PATIENCE and one.remembered:
                self._values(header, one, take)
            else:
                for call in one.calls:
                    for flag in one.rule.check(header, *call):
                        take(one.rule, flag, header)
        if header.end != _END:
            self._hear_end(header, take)

    def _convene(self, header: Header) -> Court:
        if len(self._courts) >= COURTS_MAX:
            self._courts.clear()
        court = convene(header, self._named, self._header_rules, self._by_need, self._forms_of)
        if len(header) <= CARDS_KEPT:
            key = id(header.layout), header.kind, header.text, header.authority
            self._courts[key] = court
        return court

    def _named(self, header: Header, name: str) -> tuple[Rule, ...]:
        """The card rules for this very keyword in such an HDU."""
        authority: Authority | None = header.authority
        families = authority.judging if authority else None
        rules = self._by_keyword.of(name)
        if authority and self._entry_rules and authority.lookup(name):
            rules += self._entry_rules
        return tuple([rule for rule in rules if rule.is_for(header.kind, families)])

    def _asked(self, card: Card, header: Header, name: str) -> tuple[Rule, ...]:
        """The shape rules that want to see a card of this form."""
        form, kind = card.form, header.kind
        known = len(name) <= 8 and bool(fits().lookup(name) or conventions().lookup(name))
        families = header.authority.judging if header.authority else None
        key = kind, known, form.kind, form.type, form.fault, families
        general = self._general.get(key)
        if general is None:
            general = self._general[key] = tuple(
                rule
                for rule in self._card_rules
                if rule.reads == "shape"
                and not rule.keywords
                and not rule.entries
                and (known or not rule.known)
                and rule.is_for(kind, families)
                and rule.sees(form)
            )
        named = self._named(header, name)
        if not named:
            return general
        return general + tuple(one for one in named if one.reads == "shape" and one.sees(form))

    def _forms_of(self, header: Header, name: str) -> Forms:
        if len(self._forms) >= KEYWORDS_MAX:
            self._forms.clear()
        return self._forms.setdefault((header.kind, name, header.authority), {})

    # ---- shapes --------------------------------------------------------------------------------

    def _unknown(self, header: Header, court: Court, rests: tuple[bytes, ...], take: Take) -> None:
        """Judge the cards of unknown shape."""
        unknown = [
            one for one in zip(court.positions, court.forms, rests, strict=True)
            if one[2] not in one[1]
        ]  # fmt: skip
        for position, forms, rest in unknown:
            key = collapse(rest)
            if key not in forms:
                self._shape(header, position, forms, key, take)
            if key in forms and len(forms) < SHAPES_KEPT:
                forms[rest] = forms[key]
                self._count_shape()

    def _run(self, header: Header, run: Run, folded: bytes, take: Take) -> None:
        for position in run.positions:
            start = position * CARD
            text = header.raw[start + 8 : start + CARD]
            plain = not text.translate(None, PLAIN_TEXT) and text.endswith(b" ")
            forms = self._forms_of(header, header.names[position])
            key = _PLAIN_CARD if plain else collapse(folded[start + 8 : start + CARD])
            if key not in forms:
                self._shape(header, position, forms, key, take)

    def _shape(self, header: Header, position: int, forms: Forms, rest: bytes, take: Take) -> None:
        """Judge a card whose shape is not known to be clean."""
        name = header.names[position]
        if len(self._suspects) >= KEYWORDS_MAX:
            self._suspects.clear()
        known = self._suspects.setdefault((header.kind, name, header.authority), {})
        suspects = known.get(rest)
        if suspects is None:
            raw = header.raw[position * CARD : position * CARD + CARD]
            key = fold(raw) if name.startswith("HIERARCH ") else raw[:8] + rest
            card = Card(key, parse_folded(key), position + 1, folded=True)
            if card.form.legal:
                asked = self._asked(card, header, name)
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
            self._put(real, header, suspects, take)
        else:
            self._put_faulty(real, header, known, take)

    def _put_faulty(
        self, card: Card, header: Header, known: dict[bytes, tuple[Rule, ...]], take: Take
    ) -> None:
        """Judge a faulty card; the same one in other files is shown to the rules that flag it."""
        # What hangs on twins and on the cards around is not kept with a card.
        name, index = header.names[card.number - 1], header.layout.index
        alone = card.form.kind == "value" and len(index[name]) == 1 and "CONTINUE" not in index
        rules = known.get(card.raw) if alone else None
        if rules is not None:
            self._put(card, header, rules, take)
            return
        flagging = []
        for rule in self._asked(card, header, name):
            flags = list(rule.check(card, header))
            if flags:
                flagging.append(rule)
            for flag in flags:
                take(rule, flag, header)
        if alone:
            self._remember(known, card.raw, tuple(flagging))
            self._count_shape()

    @staticmethod
    def _put(card: Card, header: Header, rules: Iterable[Rule], take: Take) -> None:
        for rule in rules:
            for flag in rule.check(card, header):
                take(rule, flag, header)

    def _hear_end(self, header: Header, take: Take) -> None:
        card = header.end_card
        if card is not None:
            self._put(card, header, self._asked(card, header, "END"), take)

    # ---- values --------------------------------------------------------------------------------

    def _read_values(
        self, header: Header, court: Court, folded: bytes, take: Take
    ) -> list[ValuesRule]:
        """Put values to the rules that read them; the header rules that are left to be asked."""
        steady = court.steady
        if steady is None:
            self._readings(header, court.readings, folded, take)
            court.heard += 1
            if court.heard == ACQUAINTED:
                settle(court)
            return court.values_rules
        images = steady.unpack(header.raw)
        raw = header.raw
        if images in steady.known:
            slow = [one for start, end, match, one in steady.patterns if not match(raw, start, end)]
            self._readings(header, slow + steady.changing, folded, take)
            return steady.changing_rules
        self._readings(header, court.readings, folded, take)
        clean = [self._values(header, one, take) for one in steady.rules]
        seen = (raw[one[0] : one[0] + CARD] in one[1] for one in steady.readings)
        if all(clean) and all(seen) and len(steady.known) < MEMO_MAX:
            steady.known.add(images)
        return steady.changing_rules

    def _readings(self, header: Header, readings: list[Reading], folded: bytes, take: Take) -> None:
        raw = header.raw
        for start, seen, known, quick, rules, slot in readings:
            image = raw[start : start + CARD]
            # What was new so many times will be new again.
            if len(seen) < IMAGES_MAX and image in seen:
                continue
            form = known(folded[start + 8 : start + CARD]) or header.card(slot.position).form
            value = form.value
            if quick is None:
                self._slot(header, slot, rules, take, remember=True)
            elif not quick(image[value[0] : value[1]] if value else b""):
                self._slot(header, slot, rules, take, remember=False)
            elif len(seen) < IMAGES_MAX:
                seen.add(image)

    def _slot(
        self, header: Header, slot: Slot, rules: tuple[Rule, ...], take: Take, *, remember: bool
    ) -> None:
        """Put the value of a card to rules that gave no quick answer."""
        image = header.raw[slot.start : slot.start + CARD]
        if remember and image in slot.clean:
            return
        card = header.card(slot.position)
        form = card.form
        clean = True
        for rule in rules:
            if rule.sees(form):
                for flag in rule.check(card, header):
                    take(rule, flag, header)
                    clean = False
        if clean and remember:
            self._remember(slot.clean, image, known=True)

    def _verdict(self, header: Header, court: Court) -> tuple[Rule, ...]:
        """The layout rules that flag headers of this layout and structure."""
        dirty = tuple(one for one in court.layout_rules if any(one.check(header)))
        self._remember(court.verdicts, header.signature, dirty)
        return dirty

    def _values(self, header: Header, values: ValuesRule, take: Take) -> bool:
        """Put the cards that a rule depends on to it; whether nothing was wrong."""
        raw = header.raw
        key: object = tuple([raw[start : start + CARD] for start in values.starts])
        if values.sizes:
            key = header.structure, key
        if key in values.clean:
            values.misses = 0
            return True
        values.misses += 1
        clean = True
        for call in values.calls:
            for flag in values.rule.check(header, *call):
                take(values.rule, flag, header)
                clean = False
        if clean:
            self._remember(values.clean, key, known=True)
        return clean

    def _count_shape(self) -> None:
        """Memory does not grow with the number of files: in all, so many shapes are kept."""
        self._shapes += 1
        if self._shapes > SHAPES_MAX:
            self._shapes = 0
            for forms in self._forms.values():
                forms.clear()
            self._suspects.clear()

    def _remember(self, memo: dict[Key, Known], key: Key, known: Known) -> None:
        if len(memo) >= MEMO_MAX:
            memo.clear()
        memo[key] = known


def _is_plain(raw: bytes, run: Run) -> bool:
    """Whether a run of commentary is plain text such as was clean before: no look at each card."""
    for forms in run.forms:
        if _PLAIN_CARD not in forms:
            return False
    if raw[run.start : run.stop].translate(None, PLAIN_TEXT):
        return False
    return not raw[run.start + CARD - 1 : run.stop : CARD].strip(b" ")
