"""One line a finding, for editors, grep and eyes in a hurry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from fitslint.model.finding import FileReport, Finding
from fitslint.report.escape import escape_text
from fitslint.report.reporter import Reporter
from fitslint.report.sentences import describe_cut, describe_places
from fitslint.text import say


def list_report_lines(
    report: FileReport, findings: Sequence[Finding] | None = None
) -> Iterator[tuple[str, Finding | None, str]]:
    """(place, finding, message) of everything there is to say of a file.

    The place is ``path:hdu:card:column``, 0 where a finding has none, and ``path:line:column`` in
    files of lines; the finding is None for the line that says why a file could not be judged.
    Of the findings only those of ``findings`` count, if it is given.
    """
    path = escape_text(report.path)
    if report.status != "ok" and report.reason:
        yield path, None, _describe_failure(report)
    for finding in report.findings if findings is None else findings:
        where = finding.line or f"{finding.hdu or 0}:{finding.card or 0}"
        message = escape_text(finding.message) + describe_places(finding)
        yield f"{path}:{where}:{finding.column or 0}", finding, message
    cut = list_cut_findings(report, findings)
    yield from ((path, None, note) for note in (*cut, *list_gaps(report)))


def list_notes(report: FileReport, findings: Sequence[Finding]) -> list[str]:
    """What there is to say of a file beside its findings: why it was not judged, or not whole."""
    return [*list_hindrances(report), *list_cut_findings(report, findings)]


def list_hindrances(report: FileReport) -> list[str]:
    """Why a file was not judged, or not to its end."""
    failure = [_describe_failure(report)] if report.status != "ok" and report.reason else []
    return [*failure, *list_gaps(report)]


def _describe_failure(report: FileReport) -> str:
    return f"{say(report.status)}: {escape_text(report.reason or '')}"


def list_cut_findings(report: FileReport, findings: Sequence[Finding] | None) -> list[str]:
    """The rules of which more was found than is shown, of those in ``findings`` if it is given."""
    shown = {finding.code for finding in findings or ()}
    return [describe_cut(cut) for cut in report.truncated if findings is None or cut.code in shown]


def list_gaps(report: FileReport) -> list[str]:
    """What of a file was not judged, because of a limit or because a rule failed."""
    gaps = [
        say("cut short: {sentence}", sentence=escape_text(sentence))
        for sentence in report.limits_hit
    ]
    if report.not_judged:
        gaps.append(say("not judged: {rules}", rules=", ".join(report.not_judged)))
    return gaps


class ConciseReporter(Reporter):
    """``path:hdu:card:column: severity CODE message``, or ``path:line:column: ...``."""

    __slots__ = ()
    name: ClassVar[str] = "concise"

    def render_file(self, report: FileReport) -> str:
        """A line for every finding, and one for what kept the file from being judged."""
        return "".join(
            self._format_line(*line)
            for line in list_report_lines(report, self.select_findings(report))
        )

    def _format_line(self, place: str, finding: Finding | None, message: str) -> str:
        if finding is None:
            return f"{self.paint('path', place)}: {message}\n"
        severity = self.paint(finding.severity, finding.severity)
        return f"{self.paint('path', place)}: {severity} {finding.code} {message}\n"
