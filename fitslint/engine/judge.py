"""Judging a file: its headers, then what concerns several of them or the bytes between."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from fitslint.config.settings import Settings
from fitslint.dictionary.authority import Authority
from fitslint.engine.authorities import Authorities
from fitslint.engine.collect import Collector
from fitslint.engine.hearing import COURTS_MAX, Hearing
from fitslint.engine.names import RulesByName
from fitslint.engine.plain import RULE_FAILURES, Guard, PlainLinter, Take
from fitslint.engine.ruleset import RuleSet, expand
from fitslint.model.file import FitsFile, Hdu
from fitslint.model.finding import FileReport, Finding, HduSummary, Status, Verdict
from fitslint.model.form import CARD
from fitslint.model.header import Header
from fitslint.model.rule import Flag, Rule
from fitslint.source.patterns import Patterns
from fitslint.syntax.headers import CARDS_KEPT, make_header

if TYPE_CHECKING:
    from fitslint.rules.lens.model import ModelFile

_UNJUDGED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "truncated", "skipped"))


Lint = Callable[[Header, Take], None]
Ask = Callable[..., Iterator[Flag]]

CARDS_MAX = 20_000
"""Cards of one header that are judged; no instrument writes a tenth of that."""
FINDINGS_MAX = 50_000
"""Findings of one file after which no further HDU is judged."""


class Judge:
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
        self.rules = RuleSet.of(settings)
        rules = tuple(self.rules.rules.values())
        self._authorities = Authorities(settings.dictionary, settings.dictionary_path)
        self._hearing = Hearing(rules) if memo else None
        file_rules = [one for one in rules if one.scope == "file"]
        self._problem_rules = tuple(one for one in file_rules if not one.needs and not one.family)
        self._authority_rules = tuple(one for one in file_rules if not one.needs and one.family)
        self._file_rules = tuple(one for one in file_rules if one.needs)
        self._by_need = RulesByName(self._file_rules, lambda one: one.needs)
        self._wanted: dict[int, tuple[object, tuple[Rule, ...], tuple[Rule, ...]]] = {}
        self._of_authority: dict[Authority, tuple[Rule, ...]] = {}
        self._ignores = tuple(
            (Patterns((pattern,)), frozenset(expand(selectors)))
            for pattern, selectors in settings.per_file_ignores
        )
        self._collector = self._new_collector("")

    def judge(self, file: FitsFile) -> FileReport:
        """The report on ``file``; never raises because of what the file contains.

        A rule that fails costs its own answer, which ``not_judged`` says. What anything else
        raises, such as the alarm of the program around, is not caught.
        """
        if self._hearing is None:
            return self._judge_plainly(file)
        try:
            return self._judge(file, self._hearing.hear, _ask)
        except RULE_FAILURES:
            self._hearing = Hearing(self.rules.rules.values())  # a memo may be half written
            report = self._judge_plainly(file)
            if not report.not_judged:
                raise  # what does not happen again did not come from a rule
            return report

    def _judge_plainly(self, file: FitsFile) -> FileReport:
        """The same answer by the slow linter, which names the rules that fail."""
        guard = Guard()
        self._collector = self._new_collector(file.path)
        linter = PlainLinter(self.rules.rules.values(), guard)
        report = self._judge(file, linter.lint, guard.ask)
        report.not_judged = tuple(sorted(guard.failed.union(report.not_judged)))
        if report.not_judged and report.verdict == "conforms":
            report.verdict = "undetermined"
        return report

    def _judge(self, file: FitsFile, lint: Lint, ask: Ask) -> FileReport:
        collector = self._collector
        if collector.used or self._ignores:
            collector = self._collector = self._new_collector(file.path)
        take = collector.take
        cut = list(file.cut)
        summaries = [_summary(hdu) for hdu in file.hdus]
        enough = time.monotonic() + self.settings.limits.seconds / 2
        authority = self._authorities.settle(file)
        for hdu in file.hdus:
            if collector.count > FINDINGS_MAX or time.monotonic() > enough:
                cut.append(_stopped(file, hdu, collector.count))
                break
            if len(hdu.header.raw) > CARDS_MAX * CARD:
                cut.append(_shorten(hdu))
            lint(hdu.header, take)
            if collector.used:
                collector.close_hdu()
                hdu.header.forget()
        self._judge_file(file, collector, authority, ask)
        findings = collector.sorted_findings(len(file.hdus)) if collector.used else []
        return FileReport(
            file.path,
            file.status,
            _verdict(file.status, findings, cut, collector.failed),
            self.settings.profile,
            summaries,
            findings,
            collector.truncated if findings else [],
            file.reason,
            cut,
            authority.ids if authority and authority.judges else (),
            authority.why if authority else "",
            tuple(sorted(collector.failed)) if collector.failed else (),
        )

    def judge_model(self, model: ModelFile) -> FileReport:
        """The report on a lens model; never raises because of what the file contains."""
        rules = RuleSet.of(self.settings, models=True)
        collector = self._new_collector(model.path, rules)
        guard = Guard()
        for rule in rules.rules.values():
            for flag in guard.ask(rule, model):
                collector.take(rule, flag, None)
        collector.close_hdu()
        failed = guard.failed | collector.failed
        findings, cut = collector.sorted_findings(0), model.cut
        return FileReport(
            model.path,
            "ok",
            _verdict("ok", findings, cut, failed),
            self.settings.profile,
            findings=findings,
            truncated=collector.truncated,
            cut=cut,
            not_judged=tuple(sorted(failed)),
        )

    def _new_collector(self, path: str, rules: RuleSet | None = None) -> Collector:
        ignored = self._ignored(path) if self._ignores else frozenset()
        most, every = self.settings.limits.findings_per_rule, self.settings.every
        return Collector(rules or self.rules, ignored, most, every=every)

    def _ignored(self, path: str) -> frozenset[str]:
        codes = [codes for pattern, codes in self._ignores if pattern.match(path)]
        return frozenset().union(*codes)

    def _judge_file(
        self, file: FitsFile, collector: Collector, authority: Authority | None, ask: Ask
    ) -> None:
        rules = list(self._problem_rules) if file.problems else []
        if authority:
            rules += self._rules_of(authority)
        if len(file.hdus) == 1:
            rules += self._file_rules_for(file.hdus[0].header)[1]
        elif self._file_rules:
            wanted = {
                rule.code for hdu in file.hdus for rule in self._file_rules_for(hdu.header)[0]
            }
            rules += [rule for rule in self._file_rules if rule.code in wanted]
        if not rules:
            return
        families = authority.judging if authority else ()
        rules = [rule for rule in rules if not rule.family or rule.is_for("", families)]
        headers = {hdu.number: hdu.header for hdu in file.hdus}
        for rule in rules:
            for flag in ask(rule, file):
                collector.take(rule, flag, headers.get(flag.hdu) if flag.hdu else None)
        collector.close_hdu()

    def _rules_of(self, authority: Authority) -> tuple[Rule, ...]:
        """The file rules without needs that have something to ask of files of an authority."""
        known = self._of_authority.get(authority)
        if known is None:
            known = self._of_authority[authority] = tuple(
                rule
                for rule in self._authority_rules
                if rule.parts is None or any(rule.parts(authority, None))
            )
        return known

    def _file_rules_for(self, header: Header) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The file rules that need a keyword of this header: all, and those for a single HDU."""
        known = self._wanted.get(id(header.layout))
        if known is None:
            wanted = self._by_need.wanted(header.layout)
            found = tuple(one for one in self._file_rules if one.code in wanted)
            known = header.layout, found, tuple(one for one in found if not one.several)
            if len(self._wanted) >= COURTS_MAX:
                self._wanted.clear()
            if len(header) <= CARDS_KEPT:
                self._wanted[id(header.layout)] = known
        return known[1], known[2]


def _shorten(hdu: Hdu) -> str:
    """Leave the header of an HDU its first cards; the sentence that says so."""
    header = hdu.header
    cards = len(header)
    hdu.header = make_header(
        header.raw[: CARDS_MAX * CARD],
        offset=header.offset,
        hdu=header.hdu,
        end=header.end,
        fill=header.fill,
        starts=header.starts,
        stops=header.stops,
        text=header.text,
    )
    return f"HDU {hdu.number} has {cards} cards; the first {CARDS_MAX} were judged"


def _stopped(file: FitsFile, hdu: Hdu, count: int) -> str:
    left = len(file.hdus) - hdu.number
    why = f"after {count} findings" if count > FINDINGS_MAX else "for want of time"
    return f"HDU {hdu.number} and the {left} after it were not judged, {why}"


def _ask(rule: Rule, *arguments: object) -> Iterator[Flag]:
    return rule.check(*arguments)


def _verdict(
    status: Status, findings: list[Finding], cut: list[str], failed: Collection[str]
) -> Verdict:
    for finding in findings:
        if finding.severity == "error":
            return "violates"
    return "undetermined" if cut or failed or status in _UNJUDGED else "conforms"


def _summary(hdu: Hdu) -> HduSummary:
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
