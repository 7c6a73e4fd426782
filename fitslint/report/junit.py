"""JUnit's XML, which every service for continuous integration reads: a suite a file.

Elements and attributes are those of https://github.com/jenkinsci/xunit-plugin (junit-10.xsd).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import ClassVar

from fitslint.model.finding import FileReport, Finding
from fitslint.model.late import compile_late
from fitslint.report.concise import list_cut_findings, list_hindrances
from fitslint.report.escape import escape_text
from fitslint.report.full import FullReporter
from fitslint.report.reporter import Reporter, Summary

_NOT_XML = compile_late("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JunitReporter(Reporter):
    """A test suite a file, in it a test case a rule that found something.

    What is at or over ``--fail-on`` fails its case, what is below stands in its output, and a file
    that could not be judged is an error. A file with nothing to say of is one case that passed.
    """

    __slots__ = ()
    name: ClassVar[str] = "junit"
    renders_clean_files: ClassVar[bool] = True
    for_programs: ClassVar[bool] = True

    def render_start(self) -> str:
        """The declaration and the root."""
        return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="fitslint">\n'

    def render_file(self, report: FileReport) -> str:
        """The suite of a file."""
        findings = self.select_findings(report)
        hindrances = list_hindrances(report)
        lines = _escape_xml("\n".join(list_cut_findings(report, findings)), lines=True)
        cut = f"<system-out>{lines}</system-out>\n" if lines else ""
        by_rule: dict[str, list[Finding]] = {}
        for finding in findings:
            by_rule.setdefault(f"{finding.code} {finding.name}", []).append(finding)
        failing = sum(any(map(self.is_failure, group)) for group in by_rule.values())
        cases = [*self._list_cases(report, by_rule), *_list_errors(report, hindrances)]
        if not cases:
            cases = [_format_case(report, "headers", "")]
        return (
            f'<testsuite name="{_escape_xml(report.path)}" tests="{len(cases)}" '
            f'failures="{failing}" errors="{len(hindrances)}" skipped="0">\n'
            f"{''.join(cases)}{cut}</testsuite>\n"
        )

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """The end of the root."""
        return "</testsuites>\n"

    def _list_cases(self, report: FileReport, by_rule: dict[str, list[Finding]]) -> Iterator[str]:
        for name, group in by_rule.items():
            graves = [finding for finding in group if self.is_failure(finding)]
            rest = [finding for finding in group if not self.is_failure(finding)]
            inside = ""
            if graves:
                said = _escape_xml(graves[0].message)
                text = _escape_xml(_format_findings(report, graves), lines=True)
                inside += f'<failure type="{graves[0].severity}" message="{said}">{text}</failure>'
            if rest:
                text = _escape_xml(_format_findings(report, rest), lines=True)
                inside += f"<system-out>{text}</system-out>"
            yield _format_case(report, name, inside)


def _list_errors(report: FileReport, hindrances: list[str]) -> Iterator[str]:
    for note in hindrances:
        inside = f'<error type="not judged" message="{_escape_xml(note)}"></error>'
        yield _format_case(report, "judged to the end", inside)


def _format_case(report: FileReport, name: str, inside: str) -> str:
    path = _escape_xml(report.path)
    return f'<testcase classname="{path}" name="{_escape_xml(name)}">{inside}</testcase>\n'


def _format_findings(report: FileReport, findings: list[Finding]) -> str:
    """The findings as people read them."""
    return "\n\n".join(
        "\n".join(FullReporter().format_finding(report.path, finding)) for finding in findings
    )


def _escape_xml(text: str, *, lines: bool = False) -> str:
    """Text that XML may hold, whatever it was made of; ``lines`` keeps the ends of lines."""
    shown = text if lines else escape_text(text)
    return escape(_NOT_XML.sub(_name_character, shown))


def _name_character(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
