"""Code Quality of GitLab: one list of issues.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, ClassVar

from fitslint.model.finding import FileReport, Finding, Severity
from fitslint.report.concise import list_cut_findings, list_hindrances
from fitslint.report.escape import escape_text
from fitslint.report.full import describe_place
from fitslint.report.json_report import dump_json
from fitslint.report.reporter import Reporter, Summary
from fitslint.report.sentences import describe_places

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


class GitlabReporter(Reporter):
    """An array of issues; the line of a finding is the number of its card."""

    __slots__ = ()
    name: ClassVar[str] = "gitlab"
    for_programs: ClassVar[bool] = True
    separator: ClassVar[str] = ",\n"

    def render_start(self) -> str:
        """The opening of the list."""
        return "[\n"

    def render_file(self, report: FileReport) -> str:
        """The issues of a file, with commas between."""
        return self.separator.join(map(dump_json, self._list_issues(report)))

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """The end of the list."""
        return "\n]\n" if any_file else "]\n"

    def _list_issues(self, report: FileReport) -> Iterator[dict[str, Any]]:
        findings = self.select_findings(report)
        for finding in findings:
            yield _build_issue(
                report.path, finding.code, _describe_finding(finding), finding.fingerprint,
                severity=_SEVERITIES[finding.severity], line=finding.line or finding.card or 1,
            )  # fmt: skip
        for note in list_hindrances(report):
            yield _build_issue(report.path, "not-judged", note, note, severity="major")
        for note in list_cut_findings(report, findings):
            yield _build_issue(report.path, "not-shown", note, note, severity="info")


def _describe_finding(finding: Finding) -> str:
    where = "" if finding.line is not None else f"{describe_place(finding)}: "
    return f"{where}{escape_text(finding.message)}{describe_places(finding)} ({finding.name})"


def _build_issue(
    path: str, check: str, text: str, mark: str, *, severity: str, line: int = 1
) -> dict[str, Any]:
    # GitLab takes two issues of one fingerprint for one, so that it is the file's, too.
    key = f"{path}\0{mark}".encode("utf-8", "surrogatepass")
    return {
        "description": text,
        "check_name": check,
        "fingerprint": hashlib.blake2b(key, digest_size=16).hexdigest(),
        "severity": severity,
        "location": {"path": path.removeprefix("./"), "lines": {"begin": line}},
    }
