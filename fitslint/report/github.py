"""Annotations of GitHub Actions: a workflow command a finding.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions; GitHub shows ten
annotations of each kind a step, and the others in the log only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from fitslint.model.finding import FileReport, Finding, Severity
from fitslint.report.concise import list_cut_findings, list_hindrances
from fitslint.report.escape import escape_columns, escape_text
from fitslint.report.full import describe_place
from fitslint.report.reporter import Reporter
from fitslint.report.sentences import describe_places
from fitslint.text import say

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


class GithubReporter(Reporter):
    """``::error file=a.fits,title=VF110 lowercase-exponent::HDU 1, card 5, EXPTIME: ...``."""

    __slots__ = ()
    name: ClassVar[str] = "github"

    def render_file(self, report: FileReport) -> str:
        """A command for every finding, and one for what kept the file from being judged."""
        findings = self.select_findings(report)
        commands = [_format_finding(report.path, finding) for finding in findings]
        commands += [
            _format_command(command, {"file": report.path, "title": title}, note)
            for command, title, notes in (
                ("error", say("not judged"), list_hindrances(report)),
                ("notice", say("not shown"), list_cut_findings(report, findings)),
            )
            for note in notes
        ]
        return "".join(commands)


def _format_finding(path: str, finding: Finding) -> str:
    properties = {"file": path}
    if finding.line is not None:
        properties["line"] = str(finding.line)
        properties |= {"col": str(finding.column)} if finding.column else {}
    properties["title"] = f"{finding.code} {finding.name}"
    return _format_command(_COMMANDS[finding.severity], properties, "\n".join(_list_text(finding)))


def _list_text(finding: Finding) -> Iterator[str]:
    where = "" if finding.line is not None else f"{describe_place(finding)}: "
    yield f"{where}{escape_text(finding.message)}{describe_places(finding)}"
    if finding.image is not None:
        yield "".join(escape_columns(finding.image)).rstrip()


def _format_command(command: str, properties: dict[str, str], text: str) -> str:
    told = ",".join(
        f"{key}={_escape_data(escape_text(value)).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
    )
    return f"::{command} {told}::{_escape_data(text)}\n"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
