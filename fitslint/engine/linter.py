"""Linting a file: its headers, then what concerns several of them or the bytes between."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from fitslint.config.settings import Settings
from fitslint.dictionary.recognition.chain import DictionaryChain
from fitslint.engine.dictionaries import DictionaryResolver
from fitslint.engine.findings import FindingCollector
from fitslint.engine.header_linter import HeaderLinter
from fitslint.engine.layout_plan import PLANS_MAX
from fitslint.engine.plain_linter import RULE_FAILURES, PlainLinter, RuleGuard
from fitslint.engine.rule_index import RuleIndex
from fitslint.engine.ruleset import RuleSet, expand_selectors
from fitslint.model.bounded_dict import BoundedDict
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import FileReport, HduSummary, Status, Verdict
from fitslint.model.form import CARD_SIZE
from fitslint.model.header import Header, Layout
from fitslint.model.rule import Flag, Rule
from fitslint.source.patterns import Patterns
from fitslint.syntax.headers import CARDS_REMEMBERED, make_header
from fitslint.syntax.scan_reader import ReadData
from fitslint.text import phrase, say

if TYPE_CHECKING:
    from fitslint.engine.data_linter import DataLinter
    from fitslint.rules.lens.model_file import ModelFile

_PLAIN_CONTAINERS = ("fits", "text")
_NOT_CHECKED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "truncated", "skipped"))


CallRule = Callable[..., Iterator[Flag]]

CARDS_MAX = 20_000
"""Cards of one header that are judged; no instrument writes a tenth of that."""
_NO_FAMILIES: frozenset[str] = frozenset()
FINDINGS_MAX = 50_000
"""Findings of one file after which no further HDU is judged."""


class Linter:
    """Lints files one after the other and remembers the shapes and layouts that it saw.

    Parameters
    ----------
    settings : Settings
        rules, profile, limits.
    memo : bool
        False asks every rule about everything; every answer is the same, only slower.

    Raises
    ------
    UnknownSelectorError
        when the settings name a rule that does not exist.
    """

    def __init__(self, settings: Settings, *, memo: bool = True) -> None:
        self.settings = settings
        self.rules = RuleSet.from_settings(settings)
        rules = tuple(self.rules.rules.values())
        self._resolver = DictionaryResolver(settings.dictionary, settings.dictionary_path)
        self._header_linter = HeaderLinter(rules) if memo else None
        file_rules = [rule for rule in rules if rule.scope == "file"]
        self._problem_rules = tuple(
            rule for rule in file_rules if not rule.needs and not rule.authority
        )
        self._authority_rules = tuple(
            rule for rule in file_rules if not rule.needs and rule.authority
        )
        self._file_rules = tuple(rule for rule in file_rules if rule.needs)
        self._by_need = RuleIndex(self._file_rules, lambda rule: rule.needs)
        self._file_rules_by_layout: BoundedDict[
            tuple[int, frozenset[str] | None], tuple[Layout, tuple[Rule, ...], tuple[Rule, ...]]
        ] = BoundedDict.create(PLANS_MAX)
        """By identity of a layout, which is held so that no other takes its place, and families of
        the authority."""
        self._rules_by_authority: dict[DictionaryChain, tuple[Rule, ...]] = {}
        self._ignores = tuple(
            (Patterns((pattern,)), frozenset(expand_selectors(selectors)))
            for pattern, selectors in settings.per_file_ignores
        )
        self._collector = self._build_collector("")
        self._data_linter = _make_data_linter(rules) if settings.data else None

    def make_data_reader(self, advance: Callable[[int], None]) -> ReadData | None:
        """What reads the data units of a file for the rules on data; None where there are none."""
        return None if self._data_linter is None else self._data_linter.make_reader(advance)

    def lint(self, file: FitsFile, guard: RuleGuard | None = None) -> FileReport:
        """The report on ``file``; never raises because of what the file contains.

        A rule that fails costs its own answer, which ``not_judged`` says. What anything else
        raises, such as the alarm of the program around, is not caught. With a ``guard``, which
        takes the exceptions of rules and notes their codes, nothing is remembered.
        """
        header_linter: HeaderLinter | PlainLinter | None = self._header_linter
        call_rule: CallRule = _call_rule
        if guard is not None:
            header_linter, call_rule = (
                PlainLinter(self.rules.rules.values(), guard),
                guard.call_rule,
            )
        if header_linter is None:
            return self._lint_plainly(file)
        collector = self._get_collector(file)
        limits_hit = list(file.limits_hit)
        summaries = [_summarise_hdu(hdu) for hdu in file.hdus]
        stop_at = time.monotonic() + self.settings.limits.seconds / 2
        authority = self._resolver.resolve(file)
        evidence = self._resolver.describe_evidence(authority, file) if authority else ""
        try:
            for hdu in file.hdus:
                if collector.flag_count > FINDINGS_MAX or time.monotonic() > stop_at:
                    limits_hit.append(_describe_stop(file, hdu, collector.flag_count))
                    break
                if len(hdu.header.raw) > CARDS_MAX * CARD_SIZE:
                    limits_hit.append(_truncate_header(hdu))
                header_linter.lint(hdu.header, collector.add)
                if hdu.data is not None:
                    self._lint_data(hdu, collector, call_rule, limits_hit)
                if collector.has_flags:
                    collector.close_hdu()
                    hdu.header.drop_cards()
            self._run_file_rules(file, collector, authority, call_rule)
        except RULE_FAILURES:
            report = self._lint_plainly(file) if guard is None else None
            if report is None or not report.not_judged:
                raise  # what does not happen again did not come from a rule
            return report
        report = self._build_report(file, collector, limits_hit)
        report.hdus = summaries
        if authority:
            report.dictionaries = authority.ids if authority.suits_file else ()
            report.dictionary_evidence = evidence
        return report

    def _lint_data(
        self, hdu: Hdu, collector: FindingCollector, call_rule: CallRule, limits_hit: list[str]
    ) -> None:
        """Ask the rules on data about a data unit that was read."""
        unit = hdu.data
        if unit is None or self._data_linter is None:
            return
        limits_hit += (f"HDU {hdu.number}: not looked at: {what}" for what in unit.left_out)
        for rule in self._data_linter.list_rules(unit.header):
            for flag in call_rule(rule, unit):
                collector.add(rule, flag, hdu.header)

    def _build_report(
        self, file: FitsFile, collector: FindingCollector, limits_hit: list[str]
    ) -> FileReport:
        findings = collector.sort_findings(len(file.hdus)) if collector.has_flags else []
        failed = collector.failed_rules
        verdict = _decide_verdict(file.status, collector, limits_hit, failed)
        return FileReport(
            file.path,
            file.status,
            verdict,
            self.settings.profile,
            findings=findings,
            truncated=collector.finding_caps if findings else [],
            reason=file.reason,
            limits_hit=limits_hit,
            not_judged=tuple(sorted(failed)) if failed else (),
            is_packed=file.container not in _PLAIN_CONTAINERS,
        )

    def _lint_plainly(self, file: FitsFile) -> FileReport:
        """The same answer by the slow linter, which names the rules that fail."""
        guard = RuleGuard()
        self._collector = self._build_collector(file.path)
        if self._header_linter is not None:  # what it remembers may be half written
            self._header_linter = HeaderLinter(self.rules.rules.values())
        report = self.lint(file, guard)
        report.not_judged = tuple(sorted(guard.failed_rules.union(report.not_judged)))
        if report.not_judged and report.verdict == "conforms":
            report.verdict = "undetermined"
        return report

    def lint_model(self, model: ModelFile) -> FileReport:
        """The report on a lens model; never raises because of what the file contains."""
        rules = RuleSet.from_settings(self.settings, ("model",))
        collector = self._build_collector(model.path, rules)
        guard = RuleGuard()
        for rule in rules.rules.values():
            for flag in guard.call_rule(rule, model):
                collector.add(rule, flag, None)
        collector.close_hdu()
        failed = guard.failed_rules | collector.failed_rules
        limits_hit = model.limits_hit
        return FileReport(
            model.path,
            "ok",
            _decide_verdict("ok", collector, limits_hit, failed),
            self.settings.profile,
            findings=collector.sort_findings(0),
            truncated=collector.finding_caps,
            limits_hit=limits_hit,
            not_judged=tuple(sorted(failed)),
        )

    def _get_collector(self, file: FitsFile) -> FindingCollector:
        """The collector of a file: one that no flag has reached serves the next file too."""
        if self._collector.has_flags or self._ignores:
            self._collector = self._build_collector(file.path)
        return self._collector

    def _build_collector(self, path: str, rules: RuleSet | None = None) -> FindingCollector:
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
        rules = self._list_file_rules(file, authority)
        if call_rule is _call_rule:  # under guard every rule is asked
            rules = [rule for rule in rules if rule.precheck is None or not rule.precheck(file)]
        if not rules:
            return
        headers = {hdu.number: hdu.header for hdu in file.hdus}
        for rule in rules:
            for flag in call_rule(rule, file):
                collector.add(rule, flag, headers.get(flag.hdu) if flag.hdu else None)
        collector.close_hdu()

    def _list_file_rules(self, file: FitsFile, authority: DictionaryChain | None) -> Sequence[Rule]:
        """The file rules that have something to ask of a file."""
        families = authority.rule_families if authority else _NO_FAMILIES
        if len(file.hdus) == 1:
            wanted = self._select_file_rules(file.hdus[0].header, families)[1]
        else:
            codes = {
                rule.code for hdu in file.hdus
                for rule in self._select_file_rules(hdu.header, families)[0]
            }  # fmt: skip
            wanted = tuple(rule for rule in self._file_rules if rule.code in codes)
        if not file.problems and not authority:
            return wanted
        return (
            *(self._problem_rules if file.problems else ()),
            *(self._list_authority_rules(authority) if authority else ()),
            *wanted,
        )  # fmt: skip

    def _list_authority_rules(self, authority: DictionaryChain) -> tuple[Rule, ...]:
        """The file rules without needs that have something to ask of files of an authority."""
        known = self._rules_by_authority.get(authority)
        if known is None:
            known = self._rules_by_authority[authority] = tuple(
                rule
                for rule in self._authority_rules
                if rule.is_for_hdu("", authority.rule_families)
                and (rule.subchecks is None or any(rule.subchecks(authority, None)))
            )
        return known

    def _select_file_rules(
        self, header: Header, families: frozenset[str] | None
    ) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The file rules that need a keyword of this header: all, and those for a single HDU."""
        key = id(header.layout), families
        entry = self._file_rules_by_layout.get(key)
        if entry is None:
            codes = self._by_need.find_codes(header.layout)
            rules = tuple(
                rule for rule in self._file_rules
                if rule.code in codes and (not rule.authority or rule.is_for_hdu("", families))
            )  # fmt: skip
            entry = header.layout, rules, tuple(rule for rule in rules if not rule.multi_hdu_only)
            if len(header) <= CARDS_REMEMBERED:
                self._file_rules_by_layout[key] = entry
        return entry[1], entry[2]


def _make_data_linter(rules: tuple[Rule, ...]) -> DataLinter:
    from fitslint.engine.data_linter import DataLinter

    return DataLinter(rules)


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
    return say(
        "HDU {number} has {cards} cards; the first {most} were judged",
        number=hdu.number,
        cards=cards,
        most=CARDS_MAX,
    )


def _describe_stop(file: FitsFile, hdu: Hdu, count: int) -> str:
    left = len(file.hdus) - hdu.number
    why = (
        phrase("after {count} findings", count=count)
        if count > FINDINGS_MAX
        else phrase("for want of time")
    )
    return say(
        "HDU {number} and the {left} after it were not judged, {why}",
        number=hdu.number,
        left=left,
        why=why,
    )


def _call_rule(rule: Rule, *arguments: object) -> Iterator[Flag]:
    return rule.check(*arguments)


def _decide_verdict(
    status: Status, collector: FindingCollector, limits_hit: list[str], failed: Collection[str]
) -> Verdict:
    if collector.has_flags and collector.has_errors:
        return "violates"
    return "undetermined" if limits_hit or failed or status in _NOT_CHECKED else "conforms"


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
        hdu.data is not None,
    )
