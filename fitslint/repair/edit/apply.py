"""One file from opening it to writing it, with what a person asks for in place of fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fitslint.config.settings import Settings
from fitslint.model.finding import FileReport, Finding
from fitslint.repair.diff import Hunk, list_hunks
from fitslint.repair.edit.keywords import (
    KeywordEdit,
    build_edits,
    list_result_keywords,
    list_slip_warnings,
)
from fitslint.repair.logged_write import WriteOptions, write_and_log
from fitslint.repair.model import Plan, RepairError, WriteResult
from fitslint.repair.planner import Planner
from fitslint.repair.stream import open_stream
from fitslint.repair.write import roll_back_journal


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of one file."""

    plan: Plan
    hunks: tuple[Hunk, ...]
    written: WriteResult | None = None
    notes: tuple[str, ...] = ()
    """What a person may want to look at again, in sentences."""


def edit_file(
    path: str, keyword_edits: Sequence[KeywordEdit], settings: Settings, options: WriteOptions
) -> EditResult:
    """Make changes to the headers of one file.

    Raises
    ------
    RepairError
        when a change cannot be made, when the result would have an error or a warning that the
        file does not have, or an error in what was changed, or when it cannot be written; the file
        is then as it was.
    """
    if options.mode != "none":
        roll_back_journal(path, options.mode)
    planner = Planner(settings)
    with open_stream(path, settings.limits) as (base, container, identity):
        workspace = planner.open_workspace(base, path, container)
        plan, after = planner.plan_edits(
            workspace, lambda file: build_edits(file, keyword_edits), identity
        )
        original, report = workspace.original, workspace.start.report
        _refuse_worse(report, after.report, list_result_keywords(keyword_edits))
        hunks = tuple(list_hunks(original, base.read_at, plan.patches))
        notes = tuple(list_slip_warnings(original, keyword_edits))
        if options.mode == "none" or not plan.has_changes:
            return EditResult(plan, hunks, notes=notes)
        old, new = (original, base), (after.file, after.stream)
        written = write_and_log(plan, options, old, new, container)
        return EditResult(plan, hunks, written, notes + written.notes)


def _refuse_worse(before: FileReport, after: FileReport, named: frozenset[str]) -> None:
    """Refuse what is worse than it was, and what is wrong in the very cards that were changed."""
    had = {finding.fingerprint for finding in before.findings}
    for finding in after.findings:
        worse = finding.severity != "info" and finding.fingerprint not in had
        if worse or (finding.severity == "error" and finding.keyword in named):
            raise RepairError(
                f"refused: {_format_location(finding)}{finding.code} {finding.message}"
            )


def _format_location(finding: Finding) -> str:
    return f"HDU {finding.hdu}, {finding.keyword}: " if finding.keyword else ""
