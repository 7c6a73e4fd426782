"""What a person asks for, planned and written by the same means as a repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fitslint.config.settings import Settings
from fitslint.engine.judge import Judge
from fitslint.model.finding import FileReport, Finding
from fitslint.repair.diff import Hunk, hunks
from fitslint.repair.fixing import Writing, written_with_log
from fitslint.repair.hand import Change, edits, keywords_of
from fitslint.repair.model import Plan, RepairError, Written
from fitslint.repair.plan import Planner
from fitslint.repair.stream import opened
from fitslint.repair.virtual import Virtual
from fitslint.repair.write import find_journal, recover
from fitslint.source.files import read_unpacked


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of one file."""

    plan: Plan
    hunks: tuple[Hunk, ...]
    written: Written | None = None


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
    plan = Planner(settings).by_hand(path, lambda file: edits(file, changes))
    with opened(path, settings.limits) as (base, container, _):
        old = read_unpacked(base, path, container, settings.limits)
        stream = Virtual(base, plan.patches)
        new = read_unpacked(stream, path, container, settings.limits)
        judge = Judge(settings)
        _conforms(judge.judge(old), judge.judge(new), keywords_of(changes))
        told = tuple(hunks(old, base.read_at, plan.patches))
        if writing.mode == "none" or not plan.changes:
            return Edited(plan, told)
        made = written_with_log(plan, writing, (old, base), (new, stream), container)
        return Edited(plan, told, made)


def _conforms(before: FileReport, after: FileReport, named: frozenset[str]) -> None:
    """Refuse what is worse than it was, and what is wrong in the very cards that were changed."""
    had = {finding.fingerprint for finding in before.findings}
    for finding in after.findings:
        worse = finding.severity != "info" and finding.fingerprint not in had
        if worse or (finding.severity == "error" and finding.keyword in named):
            raise RepairError(f"refused: {_place(finding)}{finding.code} {finding.message}")


def _place(finding: Finding) -> str:
    return f"HDU {finding.hdu}, {finding.keyword}: " if finding.keyword else ""
