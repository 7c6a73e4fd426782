"""Planning a repair: fixes in rounds, each read and judged again, until nothing is left to fix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from fitslint.config.settings import Settings
from fitslint.engine.judge import Judge
from fitslint.engine.ruleset import RuleSet
from fitslint.model.file import FitsFile
from fitslint.model.finding import Edit
from fitslint.repair.loop import Loop
from fitslint.repair.model import Identity, Plan, RepairError
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.result import asked_for, made_plan, made_repairs
from fitslint.repair.rounds import Bench, Draft
from fitslint.repair.safeguards import ERROR, fresh
from fitslint.repair.stream import Opened, Unreadable, opened
from fitslint.source.files import read_file, unpacked
from fitslint.syntax.scan_reader import BytesReader, Reader

FINDINGS = 1_000_000
"""Findings of one rule that are kept: a check tells the first hundred, a repair mends them all."""
_PLANNERS = 8

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
        self.codes = frozenset(RuleSet.of(settings).rules)
        self._judge: Judge | None = None

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
        with self._bench(source, name, data=options.data) as (bench, identity):
            return self.plan_on(bench, options, identity)[0]

    def plan_on(
        self, bench: Bench, options: FixOptions, identity: Identity | None = None
    ) -> tuple[Plan, Draft]:
        """What ``fix`` would write to the file on a bench, and that file as it would be.

        Raises
        ------
        RepairError
            when the file cannot be read to its end or rules chase each other.
        UnknownSelector
            when the options name a rule that does not exist.
        """
        refuse_hopeless(bench)
        wanted = Selection.of(self.codes, self.settings, options)
        loop = Loop(bench, options, wanted)
        loop.run()
        if loop.disappointed():
            # What was to be mended in a later round was not: nothing new is let through.
            loop = Loop(bench, options, wanted, strict=True)
            loop.run()
        plan = made_plan(
            bench,
            loop.draft,
            repairs=tuple(loop.repairs),
            refused=loop.refused,
            left=tuple(one for one in loop.draft.report.findings if one.code in self.codes),
            rounds=loop.rounds,
            identity=identity,
        )
        return plan, loop.draft

    def by_hand(
        self, source: Source, make: Callable[[FitsFile], Sequence[Edit]], name: str = ""
    ) -> Plan:
        """What edits that a person asks for would write: ``make`` gives those for a file.

        Raises
        ------
        RepairError
            when the result would have an error that the file does not have, or a keyword that no
            edit names would change.
        """
        with self._bench(source, name, data=False) as (bench, identity):
            return self.by_hand_on(bench, make, identity)[0]

    def by_hand_on(
        self,
        bench: Bench,
        make: Callable[[FitsFile], Sequence[Edit]],
        identity: Identity | None = None,
    ) -> tuple[Plan, Draft]:
        """What edits that a person asks for would write to the file on a bench, and that file.

        Raises
        ------
        RepairError
            as :meth:`by_hand`.
        """
        refuse_hopeless(bench)
        edits = sorted(make(bench.first.file), key=lambda edit: (edit.start, edit.end))
        after = bench.tried(bench.first, edits) if edits else bench.first
        if isinstance(after, str):
            raise RepairError(f"{bench.path}: {after}")
        for one in fresh(bench.first.report, after.report, ERROR):
            raise RepairError(f"{bench.path} would not conform: {one.code}, {one.message}")
        plan = made_plan(
            bench,
            after,
            repairs=tuple(made_repairs(bench.first, map(asked_for, edits), 1)),
            left=tuple(after.report.findings),
            rounds=1 if edits else 0,
            identity=identity,
        )
        return plan, after

    @property
    def judge(self) -> Judge:
        """The judge, made when first needed: it knows all rules but those ignored."""
        if self._judge is None:
            asked = self.settings
            limits = replace(asked.limits, findings_per_rule=FINDINGS)
            named = (*asked.extend_select, *asked.select)
            # What a check tells once a file is mended wherever it stands.
            wide = replace(asked, select=(), extend_select=named, limits=limits, every=True)
            self._judge = Judge(wide)
        return self._judge

    @contextmanager
    def _bench(
        self, source: Source, name: str, *, data: bool
    ) -> Iterator[tuple[Bench, Identity | None]]:
        path = name or (os.fspath(source) if isinstance(source, str | os.PathLike) else "-")
        with self._opened(source) as (reader, container, identity):
            yield Bench(reader, path, container, self.judge, data=data), identity

    @contextmanager
    def _opened(self, source: Source) -> Iterator[Opened]:
        limits = self.settings.limits
        if not isinstance(source, str | os.PathLike):
            reader = BytesReader(source) if isinstance(source, bytes) else source
            yield (*unpacked(reader, limits), None)
            return
        path = os.fspath(source)
        try:
            with opened(path, limits) as stream:
                yield stream
        except Unreadable:
            reason = read_file(path, limits).reason or "it is no file that can be written"
            raise RepairError(f"{path} cannot be repaired: {reason}") from None


_HOPELESS = frozenset(("unreadable", "not-fits", "timeout", "crashed", "skipped"))


def refuse_hopeless(bench: Bench) -> None:
    """Refuse what cannot be read to its end, or is no FITS file.

    Raises
    ------
    RepairError
        with the reason.
    """
    report, reader = bench.first.report, bench.first.stream.base
    if report.status in _HOPELESS or reader.fault:
        reason = report.reason or (reader.fault[1] if reader.fault else report.status)
        raise RepairError(f"{report.path} cannot be repaired: {reason}; it is as it was")


@lru_cache(maxsize=_PLANNERS)
def planner(settings: Settings) -> Planner:
    """The planner of some settings, kept with what its judge learnt; not for several threads."""
    return Planner(settings)


def plan(
    source: Source, settings: Settings | None = None, options: FixOptions | None = None
) -> Plan:
    """What ``fix`` would write to one file; see :meth:`Planner.plan`."""
    return planner(settings or Settings()).plan(source, options)
