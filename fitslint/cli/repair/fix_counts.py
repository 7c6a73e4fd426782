"""What of a repaired file travels between processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fitslint.model.finding import FileReport
from fitslint.repair.fixer import FixResult
from fitslint.repair.model import DECLINED


@dataclass(slots=True)
class FixCountsReport(FileReport):
    """Counts for the closing sentence; the findings stay where they were made."""

    fixes: int = 0
    changed: bool = False
    refused: int = 0
    declined: int = 0
    failed: bool = False
    style: int = 0
    unsafe: int = 0


def build_counts_report(done: FixResult) -> FixCountsReport:
    """The counts of a file."""
    after = done.after
    made = done.error is None
    declined = sum(why == DECLINED for _, why in done.plan.refused)
    graded = Counter(one.fix.safety for one in after.findings if one.fix is not None)
    return FixCountsReport(
        after.path,
        after.status,
        after.verdict,
        after.profile,
        fixes=len(done.plan.repairs) if made else 0,
        changed=done.plan.has_changes and made,
        refused=len(done.plan.refused) - declined,
        declined=declined,
        failed=not made,
        style=graded["style"],
        unsafe=graded["unsafe"],
    )
