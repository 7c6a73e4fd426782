"""For eyes on many findings: under every file its rules, under every rule its places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from fitslint.model.finding import SEVERITIES, FileReport, Finding, Severity
from fitslint.report.concise import list_notes
from fitslint.report.escape import escape_text
from fitslint.report.full import describe_place
from fitslint.report.reporter import Reporter, Summary
from fitslint.report.sentences import (
    SAFETY_TITLES,
    describe_gaps,
    describe_places,
    describe_summary,
)
from fitslint.text import count_noun, say, translate


class GroupedReporter(Reporter):
    """A block a file: its rules, the gravest first, each with the places where it found something.

    A message that several places share is told once.
    """

    __slots__ = ()
    name: ClassVar[str] = "grouped"

    def render_file(self, report: FileReport) -> str:
        """The block of a file, with what kept it from being judged."""
        lines = [*self._list_lines(report)]
        return "".join(f"{line}\n" for line in (*lines, "")) if lines else ""

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """A sentence on all files, and one on what was not looked at."""
        said = describe_summary(summary, self.least), describe_gaps(summary)
        return "".join(f"{line}\n" for line in said if line)

    def _list_lines(self, report: FileReport) -> Iterator[str]:
        findings = self.select_findings(report)
        notes = list_notes(report, findings)
        if findings or notes:
            counts = say("{words}", words=tuple(_count_severities(findings)))
            yield self.paint("path", escape_text(report.path)) + (f": {counts}" if counts else "")
        for group in _group_by_rule(findings):
            yield from self._list_group(group)
        yield from (f"  {note}" for note in notes)

    def _list_group(self, findings: list[Finding]) -> Iterator[str]:
        first, number = findings[0], len(findings)
        times = say(", {number:,} times", number=number) if number > 1 else ""
        titles = (
            translate(SAFETY_TITLES[finding.fix.safety]) for finding in findings if finding.fix
        )
        safeties = dict.fromkeys(titles)
        fix = f" ({', '.join(safeties)})" if safeties else ""
        severity = self.paint(first.severity, say(first.severity))
        yield f"  {severity} {first.code} {first.name}{times}{fix}"
        shared = number > 1 and len({finding.message for finding in findings}) == 1
        if shared:
            yield f"    {escape_text(first.message)}"
        for finding in findings:
            what = "" if shared else f": {escape_text(finding.message)}"
            yield f"    {_describe_spot(finding)}{what}{describe_places(finding)}"


def _group_by_rule(findings: list[Finding]) -> list[list[Finding]]:
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.code), []).append(finding)
    ordered = sorted(groups, key=lambda key: (-SEVERITIES.index(key[0]), key[1]))
    return [groups[key] for key in ordered]


def _count_severities(findings: list[Finding]) -> Iterator[str]:
    for severity in reversed(SEVERITIES):
        number = sum(finding.severity == severity for finding in findings)
        if number:
            yield count_noun(number, severity)


def _describe_spot(finding: Finding) -> str:
    column = say(", column {number}", number=finding.column) if finding.column else ""
    if finding.line is not None:
        keyword = f", {escape_text(finding.keyword)}" if finding.keyword else ""
        return f"{say('line {number}', number=finding.line)}{column}{keyword}"
    return f"{describe_place(finding)}{column}"
