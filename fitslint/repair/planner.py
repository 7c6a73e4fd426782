"""Planning a repair: fixes in rounds, each read and judged again, until nothing is left to fix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.engine.ruleset import RuleSet
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.repair.model import FileIdentity, Plan, RepairError
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.plan_builder import build_repair_plan, list_repairs, make_manual_finding
from fitslint.repair.rounds import FixRounds
from fitslint.repair.safeguards import ERROR_LEVEL, find_new_findings
from fitslint.repair.stream import OpenStream, UnreadableError, open_stream
from fitslint.repair.workspace import FileState, Workspace
from fitslint.source.files import decompress, read_file
from fitslint.syntax.scan_reader import BytesReader, Reader

FINDINGS_PER_RULE = 1_000_000
"""Findings of one rule that are kept: a check tells the first hundred, a repair mends them all."""
_PLANNERS_MAX = 8

Source = str | os.PathLike[str] | bytes | Reader


class Planner:
    """Plans repairs of one file after the other, with a judge that stays warm.

    Parameters
    ----------
    settings : Settings
        as for a check. The rules that they select are those whose fixes are applied; all that
        they do not ignore are asked whether a repair made something worse.

    Raises
    ------
    UnknownSelector
        when the settings name a rule that does not exist.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.codes = frozenset(RuleSet.from_settings(settings).rules)
        self._linter: Linter | None = None

    def plan(self, source: Source, options: FixOptions | None = None, name: str = "") -> Plan:
        """What ``fix`` would write.

        Parameters
        ----------
        source : str, path, bytes or Reader
            a file, its bytes, or what gives them; gzip is unpacked.
        name : str
            the path that is told where ``source`` has none.

        Raises
        ------
        RepairError
            when the file cannot be read or rules chase each other; nothing was changed.
        UnknownSelector
            when the options name a rule that does not exist.
        """
        options = options or FixOptions()
        with self._open_workspace(source, name, data=options.data) as (bench, identity):
            return self.plan_workspace(bench, options, identity)[0]

    def plan_workspace(
        self, workspace: Workspace, options: FixOptions, identity: FileIdentity | None = None
    ) -> tuple[Plan, FileState]:
        """What ``fix`` would write to the file on a bench, and that file as it would be.

        Raises
        ------
        RepairError
            when the file cannot be read to its end or rules chase each other.
        UnknownSelector
            when the options name a rule that does not exist.
        """
        refuse_unreadable(workspace)
        wanted = Selection.from_options(self.codes, self.settings, options)
        loop = FixRounds(workspace, options, wanted)
        loop.run()
        if loop.has_open_findings():
            # What was to be mended in a later round was not: nothing new is let through.
            loop = FixRounds(workspace, options, wanted, strict=True)
            loop.run()
        plan = build_repair_plan(
            workspace,
            loop.current,
            repairs=tuple(loop.repairs),
            refused=loop.refused,
            remaining=tuple(one for one in loop.current.report.findings if one.code in self.codes),
            rounds=loop.rounds,
            identity=identity,
        )
        return plan, loop.current

    def plan_edits(
        self, source: Source, build: Callable[[FitsFile], Sequence[Edit]], name: str = ""
    ) -> Plan:
        """What edits that a person asks for would write: ``make`` gives those for a file.

        Raises
        ------
        RepairError
            when the result would have an error that the file does not have, or a keyword that no
            edit names would change.
        """
        with self._open_workspace(source, name, data=False) as (bench, identity):
            return self.plan_edits_on(bench, build, identity)[0]

    def plan_edits_on(
        self,
        workspace: Workspace,
        build: Callable[[FitsFile], Sequence[Edit]],
        identity: FileIdentity | None = None,
    ) -> tuple[Plan, FileState]:
        """What edits that a person asks for would write to the file on a bench, and that file.

        Raises
        ------
        RepairError
            as :meth:`by_hand`.
        """
        refuse_unreadable(workspace)
        edits = sorted(build(workspace.start.file), key=lambda edit: (edit.start, edit.end))
        after = workspace.try_edits(workspace.start, edits) if edits else workspace.start
        if isinstance(after, str):
            raise RepairError(f"{workspace.path}: {after}")
        for one in find_new_findings(workspace.start.report, after.report, ERROR_LEVEL):
            raise RepairError(f"{workspace.path} would not conform: {one.code}, {one.message}")
        plan = build_repair_plan(
            workspace,
            after,
            repairs=tuple(list_repairs(workspace.start, map(make_manual_finding, edits), 1)),
            remaining=tuple(after.report.findings),
            rounds=1 if edits else 0,
            identity=identity,
        )
        return plan, after

    @property
    def linter(self) -> Linter:
        """The judge, made when first needed: it knows all rules but those ignored."""
        if self._linter is None:
            asked = self.settings
            limits = replace(asked.limits, findings_per_rule=FINDINGS_PER_RULE)
            named = (*asked.extend_select, *asked.select)
            # What a check tells once a file is mended wherever it stands.
            wide = replace(asked, select=(), extend_select=named, limits=limits, every=True)
            self._linter = Linter(wide)
        return self._linter

    @contextmanager
    def _open_workspace(
        self, source: Source, name: str, *, data: bool
    ) -> Iterator[tuple[Workspace, FileIdentity | None]]:
        path = name or (os.fspath(source) if isinstance(source, str | os.PathLike) else "-")
        with self._open_source(source) as (reader, container, identity):
            yield Workspace(reader, path, container, self.linter, data=data), identity

    @contextmanager
    def _open_source(self, source: Source) -> Iterator[OpenStream]:
        limits = self.settings.limits
        if not isinstance(source, str | os.PathLike):
            reader = BytesReader(source) if isinstance(source, bytes) else source
            yield (*decompress(reader, limits), None)
            return
        path = os.fspath(source)
        try:
            with open_stream(path, limits) as stream:
                yield stream
        except UnreadableError:
            reason = read_file(path, limits).reason or "it is no file that can be written"
            raise RepairError(f"{path} cannot be repaired: {reason}") from None


_NOT_CHECKED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "skipped"))


def refuse_unreadable(workspace: Workspace) -> None:
    """Refuse what cannot be read to its end, or is no FITS file.

    Raises
    ------
    RepairError
        with the reason.
    """
    report, reader = workspace.start.report, workspace.start.stream.base
    if report.status in _NOT_CHECKED or reader.fault:
        reason = report.reason or (reader.fault[1] if reader.fault else report.status)
        raise RepairError(f"{report.path} cannot be repaired: {reason}; it is as it was")


@lru_cache(maxsize=_PLANNERS_MAX)
def get_planner(settings: Settings) -> Planner:
    """The planner of some settings, kept with what its judge learnt; not for several threads."""
    return Planner(settings)


def plan_repair(
    source: Source, settings: Settings | None = None, options: FixOptions | None = None
) -> Plan:
    """What ``fix`` would write to one file; see :meth:`Planner.plan`."""
    return get_planner(settings or Settings()).plan(source, options)
