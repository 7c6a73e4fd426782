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
        yield path, None, f"{report.status}: {escape_text(report.reason)}"
    for finding in report.findings if findings is None else findings:
        where = finding.line or f"{finding.hdu or 0}:{finding.card or 0}"
        message = escape_text(finding.message) + describe_places(finding)
        yield f"{path}:{where}:{finding.column or 0}", finding, message
    shown = {finding.code for finding in findings or ()}
    for cut in report.truncated:
        if findings is not None and cut.code not in shown:
            continue
        yield path, None, describe_cut(cut)
    for sentence in report.limits_hit:
        yield path, None, say("cut short: {sentence}", sentence=escape_text(sentence))
    if report.not_judged:
        yield path, None, say("not judged: {rules}", rules=", ".join(report.not_judged))


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
