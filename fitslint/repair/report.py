"""The report of a file as a check would give it, out of one in which every finding is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from fitslint.model.finding import FileReport, Truncation


def limit_findings(report: FileReport, most: int) -> FileReport:
    """A report with at most so many findings of each rule; the others are counted."""
    if len(report.findings) <= most:
        return report
    seen: Counter[str] = Counter()
    kept = []
    for finding in report.findings:
        seen[finding.code] += 1
        if seen[finding.code] <= most:
            kept.append(finding)
    cut = [Truncation(code, most, many) for code, many in sorted(seen.items()) if many > most]
    return replace(report, findings=kept, truncated=cut or report.truncated)
