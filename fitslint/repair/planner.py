"""Planning a repair: fixes in rounds, each read and judged again, until nothing is left to fix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.engine.ruleset import RuleSet
from fitslint.model.file import Container, FitsFile
from fitslint.model.finding import Edit
from fitslint.repair.model import UNREPAIRABLE, FileIdentity, Plan, RepairError
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.plan_builder import build_manual_plan, build_repair_plan
from fitslint.repair.rounds import FixRounds
from fitslint.repair.safeguards import ERROR_LEVEL, find_new_findings
from fitslint.repair.workspace import BuildPatches, FileState, Workspace
from fitslint.syntax.scan_reader import Reader
from fitslint.text import say

FINDINGS_PER_RULE = 1_000_000
"""Findings of one rule that are kept: a check tells the first hundred, a repair fixes them all."""


class Planner:
    """Plans repairs of one file after the other, with a linter that stays warm.

    Parameters
    ----------
    settings : Settings
        as for a check. The rules that they select are those whose fixes are applied; all that
        they do not ignore are asked whether a repair made something worse.

    Raises
    ------
    UnknownSelectorError
        when the settings name a rule that does not exist.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.codes = frozenset(RuleSet.from_settings(settings).rules)

    @cached_property
    def linter(self) -> Linter:
        """The linter, made when first needed: it knows all rules but those ignored."""
        settings = self.settings
        limits = replace(settings.limits, findings_per_rule=FINDINGS_PER_RULE)
        codes = (*settings.extend_select, *settings.select)
        # What a check tells once a file is fixed wherever it stands.
        wide = replace(settings, select=(), extend_select=codes, limits=limits, every=True)
        return Linter(wide)

    def open_workspace(
        self,
        reader: Reader,
        path: str,
        container: Container = "fits",
        *,
        data: bool = False,
        correct: BuildPatches | None = None,
    ) -> Workspace:
        """The workspace of a stream, which is read and judged there: once before any change.

        Raises
        ------
        RepairError
            when ``correct`` does.
        """
        return Workspace(reader, path, container, self.linter, data=data, correct=correct)

    def plan_fixes(
        self, workspace: Workspace, options: FixOptions, identity: FileIdentity | None = None
    ) -> tuple[Plan, FileState]:
        """What ``fix`` would write to the file of a workspace, and that file as it would be.

        Raises
        ------
        RepairError
            when the file cannot be read to its end or rules chase each other; nothing was changed.
        UnknownSelectorError
            when the options name a rule that does not exist.
        """
        refuse_unreadable(workspace)
        selection = Selection.from_options(self.codes, self.settings, options)
        rounds = FixRounds(workspace, options, selection)
        rounds.run()
        if rounds.has_open_findings():
            # What was to be fixed in a later round was not: nothing new is let through.
            rounds = FixRounds(workspace, options, selection, strict=True)
            rounds.run()
        findings = rounds.current.report.findings
        plan = build_repair_plan(
            workspace,
            rounds.current,
            repairs=tuple(rounds.repairs),
            refused=rounds.refused,
            remaining=tuple(finding for finding in findings if finding.code in self.codes),
            rounds=rounds.rounds,
            identity=identity,
        )
        return plan, rounds.current

    def plan_edits(
        self,
        workspace: Workspace,
        build: Callable[[FitsFile], Sequence[Edit]],
        identity: FileIdentity | None = None,
    ) -> tuple[Plan, FileState]:
        """What edits that a person asks for would write, and the file as it would be.

        ``build`` gives the edits for the file of the workspace.

        Raises
        ------
        RepairError
            when the result would have an error that the file does not have, or a keyword that no
            edit names would change.
        """
        refuse_unreadable(workspace)
        before = workspace.start
        edits = sorted(build(before.file), key=lambda edit: (edit.start, edit.end))
        after = workspace.try_edits(before, edits) if edits else before
        if isinstance(after, str):
            raise RepairError(after, workspace.path)
        for finding in find_new_findings(before.report, after.report, ERROR_LEVEL):
            why = say(
                "would not conform: {code}, {message}", code=finding.code, message=finding.message
            )
            raise RepairError(why, workspace.path, subject=True)
        return build_manual_plan(workspace, after, edits, identity), after


def refuse_unreadable(workspace: Workspace) -> None:
    """Refuse what cannot be read to its end, or is no FITS file.

    Raises
    ------
    RepairError
        with the reason.
    """
    report, reader = workspace.start.report, workspace.start.stream.base
    if report.status in UNREPAIRABLE or reader.fault:
        reason = report.reason or (reader.fault[1] if reader.fault else report.status)
        why = say("cannot be repaired: {reason}; it is as it was", reason=reason)
        raise RepairError(why, report.path, subject=True)
