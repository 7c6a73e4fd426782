"""A baseline: the findings of today, so that tomorrow only new ones are told; JSON, a line a file.

A finding is known again by its fingerprint (schemas/baseline-1.0.0.json).
"""

from __future__ import annotations

import os
from typing import Any, ClassVar

from fitslint._version import __version__
from fitslint.engine.baseline import BASELINE_SCHEMA_ID
from fitslint.engine.withheld import name_from_folder
from fitslint.model.finding import FileReport
from fitslint.model.records import dataclass
from fitslint.report.json_report import dump_json
from fitslint.report.reporter import Reporter, Summary


@dataclass(frozen=True, slots=True)
class BaselineReporter(Reporter):
    """What ``--write-baseline`` writes; ``folder`` is where the baseline will lie."""

    folder: str = os.curdir
    name: ClassVar[str] = "baseline"
    for_programs: ClassVar[bool] = True

    def render_start(self) -> str:
        """The head."""
        tool = {"name": "fitslint", "version": __version__}
        return dump_json({"schema": BASELINE_SCHEMA_ID, "tool": tool}) + "\n"

    def render_file(self, report: FileReport) -> str:
        """The line of a file, known findings and all."""
        known = report.withheld.known if report.withheld else None
        by_rule: dict[str, list[str]] = {}
        for finding in (*report.findings, *(known or ())):
            by_rule.setdefault(finding.code, []).append(finding.fingerprint)
        if not by_rule:
            return ""
        line: dict[str, Any] = {
            "path": name_from_folder(report.path, self.folder),
            "findings": {code: sorted(marks) for code, marks in sorted(by_rule.items())},
        }
        totals = {cut.code: cut.total for cut in report.truncated if cut.code in by_rule}
        return dump_json({**line, "totals": totals} if totals else line) + "\n"

    def render_end(self, summary: Summary, *, any_file: bool) -> str:
        """How many findings there are, which tells that the baseline is whole."""
        tally = summary.tally
        known = tally.withheld["known"]
        return dump_json({"files": tally.files, "findings": tally.findings + known}) + "\n"
