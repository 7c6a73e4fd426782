"""What a person asks for, planned and written by the same means as a repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fitslint.config.settings import Settings
from fitslint.model.finding import FileReport, Finding
from fitslint.repair.diff import Hunk, hunks
from fitslint.repair.hand import Change, edits, keywords_of, list_doubts
from fitslint.repair.model import Plan, RepairError, Written
from fitslint.repair.plan import Planner
from fitslint.repair.rounds import Bench
from fitslint.repair.stream import opened
from fitslint.repair.write import find_journal, recover
from fitslint.repair.writing import Writing, written_with_log


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of one file."""

    plan: Plan
    hunks: tuple[Hunk, ...]
    written: Written | None = None
    notes: tuple[str, ...] = ()
    """What a person may want to look at again, in sentences."""


def edit(path: str, changes: Sequence[Change], settings: Settings, writing: Writing) -> Edited:
    """Make changes to the headers of one file.

    Raises
    ------
    RepairError
        when a change cannot be made, when the result would have an error or a warning that the
        file does not have, or an error in what was changed, or when it cannot be written; the file
        is then as it was.
    """
    if writing.mode != "none" and find_journal(path):
        recover(path)
    planner = Planner(settings)
    with opened(path, settings.limits) as (base, container, identity):
        bench = Bench(base, path, container, planner.judge, data=False)
        plan, after = planner.by_hand_on(bench, lambda file: edits(file, changes), identity)
        _conforms(bench.first.report, after.report, keywords_of(changes))
        told = tuple(hunks(bench.original, base.read_at, plan.patches))
        notes = tuple(list_doubts(bench.original, changes))
        if writing.mode == "none" or not plan.changes:
            return Edited(plan, told, notes=notes)
        old, new = (bench.original, base), (after.file, after.stream)
        written = written_with_log(plan, writing, old, new, container)
        return Edited(plan, told, written, notes)


def _conforms(before: FileReport, after: FileReport, named: frozenset[str]) -> None:
    """Refuse what is worse than it was, and what is wrong in the very cards that were changed."""
    had = {finding.fingerprint for finding in before.findings}
    for finding in after.findings:
        worse = finding.severity != "info" and finding.fingerprint not in had
        if worse or (finding.severity == "error" and finding.keyword in named):
            raise RepairError(f"refused: {_place(finding)}{finding.code} {finding.message}")


def _place(finding: Finding) -> str:
    return f"HDU {finding.hdu}, {finding.keyword}: " if finding.keyword else ""
