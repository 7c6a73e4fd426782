"""One file from its first look to its last: judged, planned, told to the log, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from fitslint.config.settings import Settings
from fitslint.engine.linter import Linter
from fitslint.model.file import Container, FitsFile
from fitslint.model.finding import FileReport
from fitslint.repair.astropy_headers import HeadersReader, write_headers
from fitslint.repair.batch import WriteBatch
from fitslint.repair.corrections import Corrections, FileCorrections
from fitslint.repair.diff import Hunk, list_hunks
from fitslint.repair.fingerprint import compute_fingerprint
from fitslint.repair.log import Log
from fitslint.repair.logged_write import WriteOptions, prepare_log_entry, write_and_log
from fitslint.repair.model import FileIdentity, FileOutcome, Patch, Plan, RepairError
from fitslint.repair.named_folders import NamedFolders
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.patched_stream import PatchedReader
from fitslint.repair.planner import Planner
from fitslint.repair.report import note_stale_sums, shorten_report
from fitslint.repair.stream import open_stream
from fitslint.repair.workspace import FileState, Workspace
from fitslint.repair.write import find_journal, recover_file
from fitslint.source.files import decompress
from fitslint.syntax.scan_reader import BytesReader, Reader

__all__ = ["FixResult", "Fixer", "WriteOptions", "list_rule_codes", "write_and_log"]

_NOT_CHECKED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "skipped"))


@dataclass(slots=True)
class FixResult(FileOutcome):
    """A file, what was found before and after, and what was done to it."""

    before: FileReport = field(default_factory=lambda: FileReport("", "ok", "undetermined", ""))
    after: FileReport = field(default_factory=lambda: FileReport("", "ok", "undetermined", ""))
    hunks: tuple[Hunk, ...] = ()
    corrections: FileCorrections | None = None

    @property
    def not_checked(self) -> bool:
        """Whether it could not be read or judged to its end, or not be written."""
        undetermined = self.after.verdict == "undetermined"
        return self.error is not None or undetermined or self.after.status in _NOT_CHECKED

    def fail(self, error: RepairError) -> None:
        """Tell why it was not repaired; it is as it was."""
        path = self.plan.path
        self.error = str(error).removeprefix(f"{path}: ").removeprefix(f"{path} ")
        self.after = self.before
        if self.before.status == "unreadable" and not self.before.reason:
            self.before.reason = self.error


class Fixer:
    """Fixes one file after the other, with judges that stay warm.

    Parameters
    ----------
    settings, options, writing
        which rules are asked, which fixes are applied, and where the results go.
    corrections
        applied first, in memory.
    held
        gives the context in which a file is written, where nothing may interrupt it.

    Raises
    ------
    UnknownSelector
        when settings or options name a rule that does not exist.
    """

    def __init__(
        self,
        settings: Settings,
        options: FixOptions,
        write_options: WriteOptions,
        corrections: Corrections | None = None,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.settings = settings
        self.options = options
        self.write_options = write_options
        self.corrections = corrections
        self.uninterrupted = uninterrupted
        self.planner = Planner(settings)
        # The judge of the planner knows all rules. Where some are selected, others must not keep
        # those from speaking that require them.
        self._linter = Linter(settings) if settings.select else None
        rules = {} if settings.every else self.planner.linter.rules.rules
        self._merged_rules = {code: rule for code, rule in rules.items() if rule.once}
        guarded = write_options.mode in ("replace", "in-place") and not write_options.follow
        self._named_folders = NamedFolders(write_options.named_folders if guarded else ())
        self._selection = Selection.from_options(self.planner.codes, settings, options)

    def fix(self, path: str, batch: WriteBatch | None = None) -> FixResult:
        """Fix one file; nothing is raised because of what it holds or because it cannot be written.

        What was not written is told in ``error``, and the file is as it was. With ``together`` a
        small file is not written yet, but waits there.
        """
        done = self._start_result(path)
        with self._capture_errors(done):
            self._named_folders.refuse_outside(path)
            self._recover_journal(path, done)
            with open_stream(path, self.settings.limits) as (base, container, identity):
                if batch is None or not batch.contains(identity):
                    self._fix_stream(done, base, container, identity, batch)
                    return done
        # Named a second time: what is there after the first is what is fixed.
        if done.error is None:
            batch.write()
            return self.fix(path, batch)
        return done

    def fix_bytes(self, data: bytes) -> tuple[FixResult, bytes]:
        """Fix the bytes of a file; the new uncompressed stream, the old one when there is no new.

        Nothing is written, whatever the fixer was made for.
        """
        done, new = self._start_result("<bytes>"), data
        with self._capture_errors(done):
            base, container = decompress(BytesReader(data), self.settings.limits)
            self._fix_stream(done, base, container, None)
            after = PatchedReader(base, done.plan.patches)
            new = after.read_at(0, after.measure_size())
        return done, new

    def fix_objects(self, source: object, *, write: bool = True) -> FixResult:
        """Fix the headers of what astropy holds in memory, in place unless ``write`` is False.

        Raises
        ------
        NotCheckable
            when ``source`` holds no header.
        """
        reader = HeadersReader(source)
        done = self._start_result(reader.name)
        with self._capture_errors(done):
            self._fix_stream(done, reader, "fits", None)
            if write and done.plan.has_changes and done.error is None:
                write_headers(source, reader, done.plan.patches, self.settings.limits)
        return done

    def _start_result(self, path: str) -> FixResult:
        done = FixResult(Plan(path, 0))
        profile = self.settings.profile
        done.before = done.after = FileReport(path, "unreadable", "undetermined", profile)
        return done

    @contextmanager
    def _capture_errors(self, done: FixResult) -> Iterator[None]:
        """Turn what cannot be done into the error of ``done``."""
        try:
            yield
        except RepairError as error:
            done.fail(error)

    def _fix_stream(
        self,
        done: FixResult,
        base: Reader,
        container: Container,
        identity: FileIdentity | None,
        batch: WriteBatch | None = None,
    ) -> None:
        bench = self._open_workspace(done.plan.path, base, container, named=identity is not None)
        first = bench.start
        done.before = done.after = self._make_report(first)
        if first.report.status in _NOT_CHECKED:
            done.error = first.report.reason or first.report.status
            return
        if not first.stream.patches and not self._has_applicable_fix(first.report):
            return
        done.plan, after = self.planner.plan_workspace(bench, self.options, identity)
        if not done.plan.has_changes:
            return
        done.after = self._make_report(after)
        done.notes += note_stale_sums(done.plan, first.report, bench.original)
        old, new = (bench.original, base), (after.file, after.stream)
        if self.write_options.diff:
            done.hunks = tuple(list_hunks(bench.original, base.read_at, done.plan.patches))
        if self.write_options.corrections:
            done.corrections = FileCorrections(compute_fingerprint(*old), done.plan.patches)
        if self.write_options.mode == "none" or identity is None:
            return
        if batch is not None and batch.accepts(done.plan, container):
            entry = None
            if self.write_options.log is not None:
                log = Log(self.write_options.log)
                entry = prepare_log_entry(done.plan, self.write_options, log, (old, new), container)
            batch.add(done, entry)
            return
        with self.uninterrupted():
            done.written = write_and_log(done.plan, self.write_options, old, new, container)

    def _open_workspace(
        self, path: str, base: Reader, container: Container, *, named: bool
    ) -> Workspace:
        """The bench with the file, which is read and judged there, once."""
        known = self.corrections

        def correct(file: FitsFile, reader: Reader) -> tuple[Patch, ...]:
            return known.build_patches(file, reader, path if named else None) if known else ()

        data = self.options.data
        return Workspace(base, path, container, self.planner.linter, data=data, correct=correct)

    def _make_report(self, draft: FileState) -> FileReport:
        """What is told of a draft: of rules that are selected, and not of every finding."""
        if self._linter is None:
            return shorten_report(
                draft.report, self._merged_rules, self.settings.limits.findings_per_rule
            )
        report = self._linter.lint(draft.file)
        # A header that was too long is not so any more.
        report.limits_hit = draft.report.limits_hit
        return report

    def _has_applicable_fix(self, report: FileReport) -> bool:
        return any(map(self._selection.includes, report.findings))

    def _recover_journal(self, path: str, done: FixResult) -> None:
        """Roll back what a crash has left half written, before anything is judged."""
        journal = find_journal(path)
        if journal is None:
            return
        if self.write_options.mode == "none":
            raise RepairError(
                f"an earlier repair was cut short ({journal}); run `fitslint fix --recover` first"
            )
        if recover_file(path).rolled_back:
            done.notes.append("an earlier repair was cut short and has been rolled back")


def list_rule_codes(plan: Plan) -> Sequence[str]:
    """The codes of the rules whose fixes a plan applies."""
    return sorted({repair.finding.code for repair in plan.repairs})
