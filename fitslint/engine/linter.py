"""Judging a file: its headers, then what concerns several of them or the bytes between."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from fitslint.config.settings import Settings
from fitslint.dictionary.chain import DictionaryChain
from fitslint.engine.dictionaries import DictionaryResolver
from fitslint.engine.findings import FindingCollector
from fitslint.engine.header_linter import PLANS_MAX, HeaderLinter
from fitslint.engine.plain_linter import RULE_FAILURES, Emit, PlainLinter, RuleGuard
from fitslint.engine.rule_index import RuleIndex
from fitslint.engine.ruleset import RuleSet, expand_selectors
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import FileReport, Finding, HduSummary, Status, Verdict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header
from fitslint.model.rule import Flag, Rule
from fitslint.source.patterns import Patterns
from fitslint.syntax.headers import CARDS_REMEMBERED, make_header

if TYPE_CHECKING:
    from fitslint.rules.lens.model_file import ModelFile

_NOT_CHECKED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "truncated", "skipped"))


LintHeader = Callable[[Header, Emit], None]
CallRule = Callable[..., Iterator[Flag]]

CARDS_MAX = 20_000
"""Cards of one header that are judged; no instrument writes a tenth of that."""
FINDINGS_MAX = 50_000
"""Findings of one file after which no further HDU is judged."""


class Linter:
    """Judges files one after the other and remembers the shapes and layouts that it saw.

    Parameters
    ----------
    settings : Settings
        rules, profile, limits.
    memo : bool
        False asks every rule about everything; every answer is the same, only slower.

    Raises
    ------
    UnknownSelector
        when the settings name a rule that does not exist.
    """

    def __init__(self, settings: Settings, *, memo: bool = True) -> None:
        self.settings = settings
        self.rules = RuleSet.from_settings(settings)
        rules = tuple(self.rules.rules.values())
        self._resolver = DictionaryResolver(settings.dictionary, settings.dictionary_path)
        self._header_linter = HeaderLinter(rules) if memo else None
        file_rules = [one for one in rules if one.scope == "file"]
        self._problem_rules = tuple(
            one for one in file_rules if not one.needs and not one.authority
        )
        self._authority_rules = tuple(one for one in file_rules if not one.needs and one.authority)
        self._file_rules = tuple(one for one in file_rules if one.needs)
        self._by_need = RuleIndex(self._file_rules, lambda one: one.needs)
        self._file_rules_by_layout: dict[
            int, tuple[object, tuple[Rule, ...], tuple[Rule, ...]]
        ] = {}
        self._rules_by_authority: dict[DictionaryChain, tuple[Rule, ...]] = {}
        self._ignores = tuple(
            (Patterns((pattern,)), frozenset(expand_selectors(selectors)))
            for pattern, selectors in settings.per_file_ignores
        )
        self._collector = self._new_collector("")

    def lint(self, file: FitsFile) -> FileReport:
        """The report on ``file``; never raises because of what the file contains.

        A rule that fails costs its own answer, which ``not_judged`` says. What anything else
        raises, such as the alarm of the program around, is not caught.
        """
        if self._header_linter is None:
            return self._lint_plainly(file)
        try:
            return self._lint_file(file, self._header_linter.lint, _call_rule)
        except RULE_FAILURES:
            self._header_linter = HeaderLinter(
                self.rules.rules.values()
            )  # a memo may be half written
            report = self._lint_plainly(file)
            if not report.not_judged:
                raise  # what does not happen again did not come from a rule
            return report

    def _lint_plainly(self, file: FitsFile) -> FileReport:
        """The same answer by the slow linter, which names the rules that fail."""
        guard = RuleGuard()
        self._collector = self._new_collector(file.path)
        linter = PlainLinter(self.rules.rules.values(), guard)
        report = self._lint_file(file, linter.lint, guard.call_rule)
        report.not_judged = tuple(sorted(guard.failed_rules.union(report.not_judged)))
        if report.not_judged and report.verdict == "conforms":
            report.verdict = "undetermined"
        return report

    def _lint_file(
        self, file: FitsFile, lint_header: LintHeader, call_rule: CallRule
    ) -> FileReport:
        collector = self._collector
        if collector.has_flags or self._ignores:
            collector = self._collector = self._new_collector(file.path)
        take = collector.add
        cut = list(file.limits_hit)
        summaries = [_summarise_hdu(hdu) for hdu in file.hdus]
        enough = time.monotonic() + self.settings.limits.seconds / 2
        authority = self._resolver.resolve(file)
        for hdu in file.hdus:
            if collector.flag_count > FINDINGS_MAX or time.monotonic() > enough:
                cut.append(_describe_stop(file, hdu, collector.flag_count))
                break
            if len(hdu.header.raw) > CARDS_MAX * CARD_SIZE:
                cut.append(_truncate_header(hdu))
            lint_header(hdu.header, take)
            if collector.has_flags:
                collector.close_hdu()
                hdu.header.drop_cards()
        self._run_file_rules(file, collector, authority, call_rule)
        findings = collector.sort_findings(len(file.hdus)) if collector.has_flags else []
        return FileReport(
            file.path,
            file.status,
            _decide_verdict(file.status, findings, cut, collector.failed_rules),
            self.settings.profile,
            summaries,
            findings,
            collector.finding_caps if findings else [],
            file.reason,
            cut,
            authority.ids if authority and authority.suits_file else (),
            authority.why if authority else "",
            tuple(sorted(collector.failed_rules)) if collector.failed_rules else (),
        )

    def lint_model(self, model: ModelFile) -> FileReport:
        """The report on a lens model; never raises because of what the file contains."""
        rules = RuleSet.from_settings(self.settings, models=True)
        collector = self._new_collector(model.path, rules)
        guard = RuleGuard()
        for rule in rules.rules.values():
            for flag in guard.call_rule(rule, model):
                collector.add(rule, flag, None)
        collector.close_hdu()
        failed = guard.failed_rules | collector.failed_rules
        findings, cut = collector.sort_findings(0), model.limits_hit
        return FileReport(
            model.path,
            "ok",
            _decide_verdict("ok", findings, cut, failed),
            self.settings.profile,
            findings=findings,
            truncated=collector.finding_caps,
            limits_hit=cut,
            not_judged=tuple(sorted(failed)),
        )

    def _new_collector(self, path: str, rules: RuleSet | None = None) -> FindingCollector:
        ignored = self._list_ignores(path) if self._ignores else frozenset()
        most, every = self.settings.limits.findings_per_rule, self.settings.every
        return FindingCollector(rules or self.rules, ignored, most, keep_repeats=every)

    def _list_ignores(self, path: str) -> frozenset[str]:
        codes = [codes for pattern, codes in self._ignores if pattern.match(path)]
        return frozenset().union(*codes)

    def _run_file_rules(
        self,
        file: FitsFile,
        collector: FindingCollector,
        authority: DictionaryChain | None,
        call_rule: CallRule,
    ) -> None:
        rules = list(self._problem_rules) if file.problems else []
        if authority:
            rules += self._list_authority_rules(authority)
        if len(file.hdus) == 1:
            rules += self._select_file_rules(file.hdus[0].header)[1]
        elif self._file_rules:
            wanted = {
                rule.code for hdu in file.hdus for rule in self._select_file_rules(hdu.header)[0]
            }
            rules += [rule for rule in self._file_rules if rule.code in wanted]
        if not rules:
            return
        families = authority.rule_families if authority else ()
        rules = [rule for rule in rules if not rule.authority or rule.is_for_hdu("", families)]
        headers = {hdu.number: hdu.header for hdu in file.hdus}
        for rule in rules:
            for flag in call_rule(rule, file):
                collector.add(rule, flag, headers.get(flag.hdu) if flag.hdu else None)
        collector.close_hdu()

    def _list_authority_rules(self, authority: DictionaryChain) -> tuple[Rule, ...]:
        """The file rules without needs that have something to ask of files of an authority."""
        known = self._rules_by_authority.get(authority)
        if known is None:
            known = self._rules_by_authority[authority] = tuple(
                rule
                for rule in self._authority_rules
                if rule.subchecks is None or any(rule.subchecks(authority, None))
            )
        return known

    def _select_file_rules(self, header: Header) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The file rules that need a keyword of this header: all, and those for a single HDU."""
        known = self._file_rules_by_layout.get(id(header.layout))
        if known is None:
            wanted = self._by_need.find_positions(header.layout)
            found = tuple(one for one in self._file_rules if one.code in wanted)
            known = header.layout, found, tuple(one for one in found if not one.multi_hdu_only)
            if len(self._file_rules_by_layout) >= PLANS_MAX:
                self._file_rules_by_layout.clear()
            if len(header) <= CARDS_REMEMBERED:
                self._file_rules_by_layout[id(header.layout)] = known
        return known[1], known[2]


def _truncate_header(hdu: Hdu) -> str:
    """Leave the header of an HDU its first cards; the sentence that says so."""
    header = hdu.header
    cards = len(header)
    hdu.header = make_header(
        header.raw[: CARDS_MAX * CARD_SIZE],
        offset=header.offset,
        hdu=header.hdu,
        end=header.end,
        fill=header.fill,
        starts=header.starts,
        stops=header.stops,
        is_text=header.is_text,
    )
    return f"HDU {hdu.number} has {cards} cards; the first {CARDS_MAX} were judged"


def _describe_stop(file: FitsFile, hdu: Hdu, count: int) -> str:
    left = len(file.hdus) - hdu.number
    why = f"after {count} findings" if count > FINDINGS_MAX else "for want of time"
    return f"HDU {hdu.number} and the {left} after it were not judged, {why}"


def _call_rule(rule: Rule, *arguments: object) -> Iterator[Flag]:
    return rule.check(*arguments)


def _decide_verdict(
    status: Status, findings: list[Finding], cut: list[str], failed: Collection[str]
) -> Verdict:
    for finding in findings:
        if finding.severity == "error":
            return "violates"
    return "undetermined" if cut or failed or status in _NOT_CHECKED else "conforms"


def _summarise_hdu(hdu: Hdu) -> HduSummary:
    header = hdu.header
    extname, extver = None, None
    if "EXTNAME" in header.layout.index:
        extname = header.string("EXTNAME")
        version = header.value("EXTVER")
        extver = version if type(version) is int else None
    return HduSummary(
        hdu.number,
        hdu.number - 1,
        header.kind,
        extname,
        extver,
        len(header),
        header.offset,
        header.size,
        hdu.data_bytes or 0,
    )
