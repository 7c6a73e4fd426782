"""Waivers at work: findings taken out of reports, and what is to be said of the waivers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from fitslint.config.settings import Settings
from fitslint.config.waivers import Waiver
from fitslint.engine.findings import FindingCollector
from fitslint.engine.ruleset import RuleSet, expand_selectors
from fitslint.engine.tally import Tally
from fitslint.engine.withheld import name_from_folder, withhold_findings
from fitslint.model.finding import FileReport, Finding, WaivedFinding, Withheld
from fitslint.model.rule import Scope
from fitslint.rules.archive.waiver_use import WaiverUse
from fitslint.source.patterns import Patterns


class WaiverFilter:
    """Takes what waivers accept out of reports.

    Parameters
    ----------
    path : str
        the file of the waivers.
    today : str
        the day, YYYY-MM-DD; waivers whose last day is over accept nothing.

    Raises
    ------
    UnknownSelector
        when a waiver names a rule that does not exist.
    """

    def __init__(self, path: str, waivers: tuple[Waiver, ...], today: str) -> None:
        self.path = path
        self.waivers = waivers
        self.today = today
        self._folder = os.path.dirname(path) or os.curdir  # noqa: PTH120 -- names of any bytes
        self._codes = [frozenset(expand_selectors(waiver.rules)) for waiver in waivers]
        self._patterns = [Patterns(waiver.paths) if waiver.paths else None for waiver in waivers]

    def apply(self, report: FileReport) -> None:
        """Move the findings that are accepted from ``report.findings`` to ``report.withheld``."""
        numbers = self._list_numbers(report.path)
        if not numbers:
            return
        withheld = report.withheld = report.withheld or Withheld()
        withheld.waivers = tuple(numbers)
        active = [number for number in numbers if not self.waivers[number].is_expired(self.today)]
        found = {
            id(finding): number
            for finding in report.findings
            if (number := self._find_waiver(finding, active)) is not None
        }
        taken = withhold_findings(
            report,
            lambda finding: id(finding) in found,
            # Of what nobody saw, only a waiver for whole files can say that it is accepted.
            lambda code, hidden: hidden if self._accepts_all(code, active) else 0,
        )
        withheld.waived = [
            WaivedFinding(finding, found[id(finding)], self.waivers[found[id(finding)]].reason)
            for finding in taken
        ]

    def find_waiver(self, path: str, finding: Finding) -> int | None:
        """The number of a waiver that holds and accepts a finding in the file ``path``."""
        active = (
            number
            for number in self._list_numbers(path)
            if not self.waivers[number].is_expired(self.today)
        )
        return self._find_waiver(finding, active)

    def _list_numbers(self, path: str) -> list[int]:
        """The waivers that are for a file, those that are over too."""
        place = name_from_folder(path, self._folder)
        return [
            number
            for number, pattern in enumerate(self._patterns)
            if pattern is None or pattern.match_within(place)
        ]

    def _find_waiver(self, finding: Finding, numbers: Iterable[int]) -> int | None:
        return next((number for number in numbers if self._accepts(number, finding)), None)

    def _accepts(self, number: int, finding: Finding) -> bool:
        waiver = self.waivers[number]
        if finding.code not in self._codes[number]:
            return False
        if waiver.keyword is not None and not fnmatchcase(finding.keyword or "", waiver.keyword):
            return False
        if isinstance(waiver.hdu, str):
            return (finding.extname or "").rstrip().upper() == waiver.hdu.rstrip().upper()
        return waiver.hdu is None or waiver.hdu == finding.hdu

    def _accepts_all(self, code: str, numbers: Iterable[int]) -> bool:
        return any(
            code in self._codes[number]
            and self.waivers[number].hdu is None
            and self.waivers[number].keyword is None
            for number in numbers
        )

    def lint(
        self, settings: Settings, tally: Tally, *, is_whole: bool, scopes: Sequence[Scope] = ()
    ) -> FileReport | None:
        """The report on the waivers after a run; None where there is nothing to say of them.

        Parameters
        ----------
        tally
            what the run counted.
        is_whole
            whether the run saw all the files that the waivers could be for; otherwise it can tell
            of those only that name their files.
        scopes
            of rules that were asked beside those on files.
        """
        asked = set(RuleSet.from_settings(settings).rules)
        if scopes:
            asked.update(RuleSet.from_settings(settings, tuple(scopes)).rules)
        judged = frozenset(
            number
            for number, waiver in enumerate(self.waivers)
            if not self._codes[number].isdisjoint(asked)
            and (is_whole or (_names_files(waiver) and tally.waiver_files[number]))
        )
        use = WaiverUse(self.path, self.waivers, self.today, tally.waiver_uses, judged)
        report = lint_waiver_use(use, settings)
        return report if report.findings else None


def lint_waiver_use(use: WaiverUse, settings: Settings) -> FileReport:
    """What the rules on waivers say."""
    rules = RuleSet.from_settings(settings, ("waivers",))
    collector = FindingCollector(rules, frozenset(), settings.limits.findings_per_rule)
    for rule in rules.rules.values():
        for flag in rule.check(use):
            collector.add(rule, flag, None)
    collector.close_hdu()
    return FileReport(
        use.path, "ok", "violates" if collector.has_errors else "conforms", settings.profile,
        findings=collector.sort_findings(0), truncated=collector.finding_caps,
    )  # fmt: skip


def is_among_inputs(path: str, inputs: Sequence[str]) -> bool:
    """Whether a file lies in one of the folders among the inputs of a run."""
    place = os.path.realpath(path)
    folders = (os.path.realpath(name) for name in inputs if os.path.isdir(name))  # noqa: PTH112
    return any(os.path.commonpath((folder, place)) == folder for folder in folders)


def _names_files(waiver: Waiver) -> bool:
    """Whether the waiver is for files that it names one by one."""
    return bool(waiver.paths) and not any(sign in path for path in waiver.paths for sign in "*?[")
