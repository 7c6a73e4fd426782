"""What is told of a repair: the reports before and after as a check gives them, and what was done.

A repair works on a report that keeps every finding in every place; a check tells fewer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport, Finding, FindingCap, Severity
from fitslint.model.rule import Rule
from fitslint.repair.diff import Hunk
from fitslint.repair.fingerprint import FileCorrections
from fitslint.repair.model import UNREPAIRABLE, Plan, RepairError, WriteResult
from fitslint.text import say

_STALE_CHECKSUM = "checksum-stale"


@dataclass(slots=True)
class FixResult:
    """A file, what was found before and after, and what was done to it."""

    plan: Plan
    written: WriteResult | None = None
    error: str | None = None
    notes: list[str] = field(default_factory=list)
    before: FileReport = field(default_factory=lambda: FileReport("", "ok", "undetermined", ""))
    after: FileReport = field(default_factory=lambda: FileReport("", "ok", "undetermined", ""))
    hunks: tuple[Hunk, ...] = ()
    corrections: FileCorrections | None = None

    @property
    def not_checked(self) -> bool:
        """Whether it could not be read or judged to its end, or not be written."""
        undetermined = self.after.verdict == "undetermined"
        return self.error is not None or undetermined or self.after.status in UNREPAIRABLE

    def record(self, result: WriteResult | RepairError) -> None:
        """Tell how it was written, or why it was not repaired: it is then as it was."""
        if isinstance(result, WriteResult):
            self.written = result
            self.notes += result.notes
            return
        self.notes += getattr(result, "__notes__", ())
        self.error = result.describe_for(self.plan.path)
        self.after = self.before
        if self.before.status == "unreadable" and not self.before.reason:
            self.before.reason = self.error


def shorten_report(report: FileReport, rules: Mapping[str, Rule], limit: int) -> FileReport:
    """A report with what is told once a file told once, and ``limit`` findings of each rule.

    ``rules`` are those whose facts are told once; all findings are counted.
    """
    findings = report.findings
    if rules:
        findings = _merge_findings(findings, rules)
    if len(findings) <= limit:
        return report if findings is report.findings else replace(report, findings=findings)
    seen: Counter[str] = Counter()
    kept = []
    hidden: dict[str, Counter[Severity]] = {}
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= limit:
            kept.append(finding)
        else:
            hidden.setdefault(finding.code, Counter())[finding.severity] += 1
    cut = [FindingCap(code, limit, dict(counts)) for code, counts in sorted(hidden.items())]
    return replace(report, findings=kept, truncated=cut or report.truncated)


def _merge_findings(findings: list[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    if rules.keys().isdisjoint(finding.code for finding in findings):
        return findings
    places: Counter[object] = Counter()
    firsts: list[tuple[object, Finding]] = []
    for finding in findings:
        fact = _make_fact_key(finding, rules) or id(finding)
        places[fact] += 1
        if places[fact] == 1:
            firsts.append((fact, finding))
    return [
        finding if places[fact] == 1 else replace(finding, places=places[fact])
        for fact, finding in firsts
    ]


def _make_fact_key(finding: Finding, rules: Mapping[str, Rule]) -> object | None:
    rule = rules.get(finding.code)
    if rule is None:
        return None
    if rule.once == "rule":
        return finding.message_id, finding.severity
    return finding.code, finding.message, finding.severity, finding.keyword


def note_stale_sums(plan: Plan, report: FileReport, file: FitsFile) -> list[str]:
    """Sentences on HDUs that a plan changes and whose CHECKSUM did not hold before it.

    Nobody knows whether an edit made it wrong or damage did, so a repair does not make it right.
    """
    stale = {finding.hdu for finding in report.findings if finding.name == _STALE_CHECKSUM}
    if not stale:
        return []
    hdus = [hdu for hdu in file.hdus if hdu.number in stale]
    changed = [
        str(hdu.number)
        for hdu in hdus
        if any(hdu.header.offset <= patch.start < hdu.data_offset for patch in plan.patches)
    ]
    if not changed:
        return []
    return [
        say(
            "the CHECKSUM of HDU {changed} did not hold before this repair and is not made "
            "right by it",
            changed=", ".join(changed),
        )
    ]
