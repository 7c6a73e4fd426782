"""The report of a file as a check gives it, out of one that keeps every finding in every place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport, Finding, FindingCap
from fitslint.model.rule import Rule
from fitslint.repair.model import Plan

_STALE_CHECKSUM = "checksum-stale"


def shorten_report(report: FileReport, rules: Mapping[str, Rule], limit: int) -> FileReport:
    """A report with what is told once a file told once, and ``most`` findings of each rule.

    ``rules`` are those whose facts are told once; all findings are counted.
    """
    findings = report.findings
    if rules:
        findings = _merge_findings(findings, rules)
    if len(findings) <= limit:
        return report if findings is report.findings else replace(report, findings=findings)
    seen: Counter[str] = Counter()
    kept = []
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= limit:
            kept.append(finding)
    cut = [FindingCap(code, limit, many) for code, many in sorted(seen.items()) if many > limit]
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
    stale = {one.hdu for one in report.findings if one.name == _STALE_CHECKSUM}
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
        f"the CHECKSUM of HDU {', '.join(changed)} did not hold before this repair and is not made "
        "right by it"
    ]
