"""Judging a file: the rules called where they have something to say, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from fitslint.config.settings import Settings
from fitslint.engine.collect import Collector
from fitslint.engine.court import MEMO_MAX, Court, Forms, Slot, ValuesRule, convene, matches, needed
from fitslint.engine.ruleset import RuleSet, expand
from fitslint.model.card import Card
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import FileReport, Finding, HduSummary, Verdict
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.model.rule import Flag, Rule
from fitslint.syntax.cards import FOLD, collapse, fold, parse_folded

COURTS_MAX = 1024
SHAPES_MAX = 512
"""Shapes of one keyword in one HDU kind; then its memo starts anew."""
SHAPES_KEPT = 64
"""Beyond so many, a shape is kept only with its text collapsed."""
DIRTY_MAX = 16_384
PATIENCE = 256
"""Headers with new values after which a rule is no longer remembered for a layout."""

_END = b"END".ljust(CARD)
_UNJUDGED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "truncated", "skipped"))
_CHECKSUM = re.compile(rb"= '[0-9A-Za-z]{16}'")


class Judge:
    """Judges files one after the other and remembers the shapes and layouts that it saw.

    Parameters
    ----------
    settings : Settings
        rules, profile, limits.
    memo : bool
        False forgets everything at once; every answer is the same, only slower.

    Raises
    ------
    UnknownSelector
        when the settings name a rule that does not exist.
    """

    def __init__(self, settings: Settings, *, memo: bool = True) -> None:
        self.settings = settings
        self.rules = RuleSet.of(settings)
        self._memo = memo
        rules = tuple(self.rules.rules.values())
        self._card_rules = tuple(one for one in rules if one.scope == "card")
        self._header_rules = tuple(one for one in rules if one.scope == "header")
        file_rules = [one for one in rules if one.scope == "file"]
        self._problem_rules = tuple(one for one in file_rules if not one.needs)
        self._file_rules = tuple(one for one in file_rules if one.needs)
        self._file_needs: dict[int, tuple[object, tuple[str, ...]]] = {}
        self._ignores = tuple(
            (pattern, frozenset(expand(selectors)))
            for pattern, selectors in settings.per_file_ignores
        )
        self._candidates: dict[tuple[str, str], tuple[Rule, ...]] = {}
        self._courts: dict[tuple[int, str], Court] = {}
        self._forms: dict[tuple[str, str], Forms] = {}
        self._dirty: dict[tuple[str, str], set[bytes]] = {}

    def judge(self, file: FitsFile) -> FileReport:
        """The report on ``file``; never raises because of what the file contains."""
        collector = Collector(
            self.rules, self._ignored(file.path), self.settings.limits.findings_per_rule
        )
        status, reason = file.status, file.reason
        try:
            for hdu in file.hdus:
                self._judge_header(hdu.header, collector)
            self._judge_file(file, collector)
        except Exception as error:  # noqa: BLE001 -- a rule that fails must not hide the file
            status, reason = "crashed", f"a rule failed: {type(error).__name__}: {error}"
            if isinstance(error, MemoryError | RecursionError):
                reason = f"judging took too much memory: {type(error).__name__}"
        findings = collector.sorted_findings(file) if collector.findings else []
        return FileReport(
            path=file.path,
            status=status,
            verdict=_verdict(status, findings),
            profile=self.settings.profile,
            hdus=[_summary(hdu) for hdu in file.hdus],
            findings=findings,
            truncated=collector.truncated if findings else [],
            reason=reason,
            cut=file.cut,
        )

    def _ignored(self, path: str) -> frozenset[str]:
        if not self._ignores:
            return frozenset()
        codes = [
            codes
            for pattern, codes in self._ignores
            if fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern)
        ]
        return frozenset().union(*codes)

    # ---- one header ----------------------------------------------------------------------------

    def _judge_header(self, header: Header, collector: Collector) -> None:
        court = self._courts.get((id(header.layout), header.kind)) or self._convene(header)
        flagged: set[str] = set()
        raw = header.raw
        folded = raw.translate(FOLD)
        rests = court.unpack(folded)
        if not all(map(dict.get, court.forms, rests)):
            unknown = [
                one for one in zip(court.positions, court.forms, rests, strict=True)
                if one[2] not in one[1]
            ]  # fmt: skip
            for position, forms, rest in unknown:
                key = collapse(rest)
                if key not in forms:
                    self._judge_shape(header, position, forms, key, collector, flagged)
                elif len(forms) < SHAPES_KEPT and self._memo:
                    forms[rest] = forms[key]
        for position in court.volatile:
            self._judge_volatile(header, position, collector, flagged)
        for slot in court.slots:
            self._judge_slot(header, slot, folded, collector, flagged)
        signature = header.structure.signature
        dirty = court.verdicts.get(signature)
        if dirty is None:
            dirty = tuple(one for one in court.layout_rules if any(one.check(header)))
            if len(court.verdicts) >= MEMO_MAX:
                court.verdicts.clear()
            if self._memo:
                court.verdicts[signature] = dirty
        for rule in dirty:
            self._take(rule, rule.check(header), header, collector, flagged)
        for values_rule in court.values_rules:
            self._judge_values(header, values_rule, collector, flagged)
        if header.end != _END and header.end is not None:
            self._judge_raw(header.end_card, header, collector, flagged)
        if flagged:
            collector.close_hdu(flagged)

    def _convene(self, header: Header) -> Court:
        if len(self._courts) >= COURTS_MAX:
            self._courts.clear()
        court = convene(header, self._rules_for, self._header_rules, self._forms_of)
        if self._memo:
            self._courts[id(header.layout), header.kind] = court
        return court

    def _rules_for(self, kind: str, name: str) -> tuple[Rule, ...]:
        """The card rules for a keyword in an HDU kind."""
        name = name if len(name) <= 8 else "HIERARCH"
        key = kind, name
        rules = self._candidates.get(key)
        if rules is None:
            rules = tuple(
                rule
                for rule in self._card_rules
                if (not rule.hdus or kind in rule.hdus)
                and (not rule.keywords or matches(name, rule.keywords))
            )
            if len(self._candidates) >= DIRTY_MAX:
                self._candidates.clear()
            self._candidates[key] = rules
        return rules

    def _forms_of(self, kind: str, name: str) -> Forms:
        if len(self._forms) >= DIRTY_MAX:
            self._forms.clear()
        return self._forms.setdefault((kind, name), {})

    def _judge_shape(  # noqa: PLR0913, PLR0917 -- one card in its place, and where flags go
        self,
        header: Header,
        position: int,
        forms: Forms,
        rest: bytes,
        collector: Collector,
        flagged: set[str],
    ) -> None:
        """Judge a card whose shape is not known to be clean."""
        start = position * CARD
        name = header.names[position]
        dirty = self._dirty.setdefault((header.kind, name), set())
        if rest not in dirty:
            raw = header.raw[start : start + CARD]
            key = (fold(raw) if name.startswith("HIERARCH ") else raw[:8] + rest)
            card = Card(key, parse_folded(key), position + 1, start, folded=True)
            if not self._flags_any(card, header, name):
                if len(forms) >= SHAPES_MAX:
                    forms.clear()
                if self._memo:
                    forms[rest] = card.form
                return
            if len(dirty) >= SHAPES_MAX:
                dirty.clear()
            if self._memo:
                dirty.add(rest)
        self._judge_raw(header.card(position), header, collector, flagged)

    def _flags_any(self, card: Card, header: Header, name: str) -> bool:
        form = card.form
        return any(
            True
            for rule in self._rules_for(header.kind, name)
            if rule.reads == "shape"
            and (not rule.kinds or form.kind in rule.kinds)
            and (not rule.faults or form.fault in rule.faults)
            for _ in rule.check(card, header)
        )

    def _judge_raw(
        self, card: Card | None, header: Header, collector: Collector, flagged: set[str]
    ) -> None:
        """Ask the shape rules about the real card."""
        if card is None:
            return
        form = card.form
        name = "END" if form.kind == "end" else header.names[card.number - 1]
        for rule in self._rules_for(header.kind, name):
            if (
                rule.reads == "shape"
                and (not rule.kinds or form.kind in rule.kinds)
                and (not rule.faults or form.fault in rule.faults)
            ):
                self._take(rule, rule.check(card, header), header, collector, flagged)

    def _judge_volatile(
        self, header: Header, position: int, collector: Collector, flagged: set[str]
    ) -> None:
        """A checksum never repeats: its sixteen characters are taken as one shape."""
        start = position * CARD
        forms = self._forms_of(header.kind, header.names[position])
        rest = header.raw[start + 8 : start + CARD]
        if _CHECKSUM.match(rest):
            rest = b"= 'AAAAAAAAAAAAAAAA'" + rest[20:]
        rest = rest.translate(FOLD)
        key = collapse(rest)
        if key not in forms:
            self._judge_shape(header, position, forms, key, collector, flagged)

    def _judge_slot(
        self,
        header: Header,
        slot: Slot,
        folded: bytes,
        collector: Collector,
        flagged: set[str],
    ) -> None:
        start = slot.start
        form = slot.forms.get(folded[start + 8 : start + CARD])
        if form is None:
            form = header.card(slot.position).form
        value = form.value
        text = header.raw[start + value[0] : start + value[1]] if value else b""
        for rule, quick in slot.rules:
            if quick is not None and quick(text):
                continue
            image = header.raw[start : start + CARD] + rule.code.encode()
            if quick is None and image in slot.clean:
                continue
            card = header.card(slot.position)
            if (rule.kinds and form.kind not in rule.kinds) or (
                rule.faults and form.fault not in rule.faults
            ):
                continue
            found = self._take(rule, rule.check(card, header), header, collector, flagged)
            if not found and quick is None and self._memo:
                if len(slot.clean) >= SHAPES_MAX:
                    slot.clean.clear()
                slot.clean.add(image)

    def _judge_values(
        self, header: Header, court: ValuesRule, collector: Collector, flagged: set[str]
    ) -> None:
        rule = court.rule
        if court.misses >= PATIENCE or not self._memo:
            self._take(rule, rule.check(header), header, collector, flagged)
            return
        raw = header.raw
        key = (header.structure, *[raw[start : start + CARD] for start in court.starts])
        if key in court.clean:
            court.misses = 0
            return
        court.misses += 1
        if not self._take(rule, rule.check(header), header, collector, flagged):
            if len(court.clean) >= SHAPES_MAX:
                court.clean.clear()
            court.clean.add(key)

    # ---- the file ------------------------------------------------------------------------------

    def _judge_file(self, file: FitsFile, collector: Collector) -> None:
        if file.problems:
            for rule in self._problem_rules:
                self._take_file(rule, file, collector)
        if not self._file_rules:
            return
        wanted = {code for hdu in file.hdus for code in self._file_rules_for(hdu.header)}
        for rule in self._file_rules if wanted else ():
            if rule.code in wanted:
                self._take_file(rule, file, collector)

    def _file_rules_for(self, header: Header) -> tuple[str, ...]:
        """The codes of the file rules that need a keyword of this header, remembered by layout."""
        layout = header.layout
        known = self._file_needs.get(id(layout))
        if known is None:
            codes = tuple(one.code for one in self._file_rules if needed(layout, one))
            known = (layout, codes)
            if len(self._file_needs) >= COURTS_MAX:
                self._file_needs.clear()
            self._file_needs[id(layout)] = known
        return known[1]

    def _take_file(self, rule: Rule, file: FitsFile, collector: Collector) -> None:
        by_number = {hdu.number: hdu.header for hdu in file.hdus}
        found: set[str] = set()
        for flag in rule.check(file):
            collector.add(rule, flag, by_number.get(flag.hdu) if flag.hdu else None)
            found.add(rule.code)
        collector.close_hdu(found - {rule.code})

    @staticmethod
    def _take(
        rule: Rule,
        flags: Iterable[Flag],
        header: Header,
        collector: Collector,
        flagged: set[str],
    ) -> bool:
        found = False
        for flag in flags:
            collector.add(rule, flag, header)
            found = True
        if found:
            flagged.add(rule.code)
        return found


def _verdict(status: str, findings: list[Finding]) -> Verdict:
    if any(finding.severity == "error" for finding in findings):
        return "violates"
    return "undetermined" if status in _UNJUDGED else "conforms"


def _summary(hdu: Hdu) -> HduSummary:
    header = hdu.header
    extname, extver = None, None
    if "EXTNAME" in header.layout.index:
        extname = header.string("EXTNAME")
        version = header.value("EXTVER")
        extver = version if type(version) is int else None
    return HduSummary(
        hdu=hdu.number,
        index=hdu.number - 1,
        kind=header.kind,
        extname=extname,
        extver=extver,
        cards=len(header),
        offset=header.offset,
        header_bytes=header.size,
        data_bytes=hdu.data_bytes or 0,
    )
