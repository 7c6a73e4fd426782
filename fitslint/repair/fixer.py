"""One file from opening it to writing it: read and judged, planned, told to the log, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.file import Container, FitsFile
from fitslint.model.finding import FileReport
from fitslint.model.records import replace
from fitslint.repair.astropy_headers import HeadersReader, write_headers
from fitslint.repair.diff import list_hunks
from fitslint.repair.fingerprint import FileCorrections, compute_fingerprint
from fitslint.repair.logged_write import (
    WriteBatch,
    WriteOptions,
    make_log_entry,
    open_log,
    write_and_log,
)
from fitslint.repair.model import UNREPAIRABLE, FileIdentity, Patch, Plan, RepairError
from fitslint.repair.named_folders import NamedFolders
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.planner import Planner
from fitslint.repair.report import FixResult, note_stale_sums, shorten_report
from fitslint.repair.stream import PatchedReader, open_stream
from fitslint.repair.workspace import FileState
from fitslint.repair.write import roll_back_journal
from fitslint.source.files import decompress
from fitslint.syntax.scan_reader import BytesReader, Reader
from fitslint.text import say

__all__ = ["FixResult", "Fixer", "WriteOptions", "list_rule_codes"]


class PatchSource(Protocol):
    """Corrections: what gives patches that are applied to a file before it is judged."""

    def build_patches(
        self, file: FitsFile, reader: Reader, path: str | None = None
    ) -> tuple[Patch, ...]:
        """The patches of ``file``; bytes have no ``path``."""


class Fixer:
    """Fixes one file after the other, with linters that stay warm.

    Parameters
    ----------
    settings, options, write_options
        which rules are asked, which fixes are applied, and where the results go.
    corrections
        applied first, in memory.
    uninterrupted
        gives the context in which a file is written, where nothing may interrupt it.

    Raises
    ------
    UnknownSelectorError
        when settings or options name a rule that does not exist.
    """

    def __init__(
        self,
        settings: Settings,
        options: FixOptions,
        write_options: WriteOptions,
        corrections: PatchSource | None = None,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        # Fixes of data need to know what is wrong with them.
        settings = replace(settings, data=options.data)
        self.settings = settings
        self.options = options
        self.write_options = write_options
        self.corrections = corrections
        self.uninterrupted = uninterrupted
        self.planner = Planner(settings)
        # The linter of the planner knows all rules. Where some are selected, others must not keep
        # those from speaking that require them.
        self._linter = Linter(settings) if settings.select else None
        rules = {} if settings.every else self.planner.linter.rules.rules
        self._merged_rules = {code: rule for code, rule in rules.items() if rule.once}
        guarded = write_options.mode in ("replace", "in-place") and not write_options.follow
        self._named_folders = NamedFolders(write_options.named_folders if guarded else ())
        self._selection = Selection.from_options(self.planner.codes, settings, options)

    def fix(self, path: str, batch: WriteBatch | None = None) -> FixResult:
        """Fix one file; nothing is raised because of what it holds or because it cannot be written.

        What was not written is told in ``error``, and the file is as it was. With ``batch`` a
        small file is not written yet, but waits there.
        """
        result = self._start_result(path)
        with self._capture_errors(result):
            self._named_folders.refuse_outside(path)
            if roll_back_journal(path, self.write_options.mode):
                result.notes.append(say("an earlier repair was cut short and has been rolled back"))
            with open_stream(path, self.settings.limits) as (base, container, identity):
                if batch is None or not batch.contains(identity):
                    self._fix_stream(result, base, container, identity, batch)
                    return result
        # Named a second time: what is there after the first is what is fixed.
        if result.error is None:
            batch.write()
            return self.fix(path, batch)
        return result

    def fix_bytes(self, data: bytes) -> tuple[FixResult, bytes]:
        """Fix the bytes of a file; the new uncompressed stream, the old one when there is no new.

        Nothing is written, whatever the fixer was made for.
        """
        result, new = self._start_result("<bytes>"), data
        with self._capture_errors(result):
            base, container = decompress(BytesReader(data), self.settings.limits)
            self._fix_stream(result, base, container, None)
            after = PatchedReader(base, result.plan.patches)
            new = after.read_at(0, after.measure_size())
        return result, new

    def fix_objects(self, source: object, *, write: bool = True) -> FixResult:
        """Fix the headers of what astropy holds in memory, in place unless ``write`` is False.

        Raises
        ------
        NotCheckableError
            when ``source`` holds no header.
        """
        reader = HeadersReader(source)
        result = self._start_result(reader.name)
        with self._capture_errors(result):
            self._fix_stream(result, reader, "fits", None)
            if write and result.plan.has_changes and result.error is None:
                write_headers(source, reader, result.plan.patches, self.settings.limits)
        return result

    def _start_result(self, path: str) -> FixResult:
        report = FileReport(path, "unreadable", "undetermined", self.settings.profile)
        return FixResult(Plan(path, 0), before=report, after=report)

    @contextmanager
    def _capture_errors(self, result: FixResult) -> Iterator[None]:
        """Turn what cannot be done into the error of a result."""
        try:
            yield
        except RepairError as error:
            result.record(error)

    def _fix_stream(
        self,
        result: FixResult,
        base: Reader,
        container: Container,
        identity: FileIdentity | None,
        batch: WriteBatch | None = None,
    ) -> None:
        """The road of every repair; without ``identity`` there is no file, and none is written."""
        path = result.plan.path if identity is not None else None

        def correct(file: FitsFile, reader: Reader) -> tuple[Patch, ...]:
            return self.corrections.build_patches(file, reader, path) if self.corrections else ()

        workspace = self.planner.open_workspace(
            base, result.plan.path, container, data=self.options.data, correct=correct
        )
        start = workspace.start
        result.before = result.after = self._make_report(start)
        if start.report.status in UNREPAIRABLE:
            result.error = start.report.reason or start.report.status
            return
        if not start.stream.patches and not any(
            map(self._selection.includes, start.report.findings)
        ):
            return
        result.plan, after = self.planner.plan_fixes(workspace, self.options, identity)
        if not result.plan.has_changes:
            return
        result.after = self._make_report(after)
        result.notes += note_stale_sums(result.plan, start.report, workspace.original)
        old, new = (workspace.original, base), (after.file, after.stream)
        if self.write_options.diff:
            result.hunks = tuple(list_hunks(workspace.original, base.read_at, result.plan.patches))
        if self.write_options.corrections:
            result.corrections = FileCorrections(compute_fingerprint(*old), result.plan.patches)
        if self.write_options.mode == "none" or identity is None:
            return
        if batch is not None and batch.accepts(result.plan, container):
            log = open_log(self.write_options)
            streams = (old, new)
            entry = make_log_entry(result.plan, self.write_options, log, streams, container)
            batch.add(result, entry)
            return
        with self.uninterrupted():
            result.record(write_and_log(result.plan, self.write_options, old, new, container))

    def _make_report(self, state: FileState) -> FileReport:
        """What is told of a state: of rules that are selected, and not of every finding."""
        if self._linter is None:
            report = shorten_report(
                state.report, self._merged_rules, self.settings.limits.findings_per_rule
            )
        else:
            report = self._linter.lint(state.file)
            # A header that was too long is not so any more.
            report.limits_hit = state.report.limits_hit
        if self.options.waivers is not None:
            report = replace(report)
            self.options.waivers.apply(report)
        return report


def list_rule_codes(plan: Plan) -> Sequence[str]:
    """The codes of the rules whose fixes a plan applies."""
    return sorted({repair.finding.code for repair in plan.repairs})
