"""One file from its first look to its last: judged, planned, told to the log, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from fitslint.config.settings import Settings
from fitslint.engine.judge import Judge
from fitslint.model.file import Container, FitsFile
from fitslint.model.finding import FileReport
from fitslint.repair.corrections import Corrected, Corrections
from fitslint.repair.diff import Hunk, hunks
from fitslint.repair.log import Log
from fitslint.repair.memory import HeadersReader, write_headers
from fitslint.repair.model import Identity, Outcome, Patch, Plan, RepairError
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.places import NamedFolders
from fitslint.repair.plan import Planner
from fitslint.repair.report import note_stale_sums, shorten_report
from fitslint.repair.rounds import Bench, Draft
from fitslint.repair.state import state_of
from fitslint.repair.stream import opened
from fitslint.repair.together import Together
from fitslint.repair.virtual import Virtual
from fitslint.repair.write import find_journal, recover
from fitslint.repair.writing import Writing, log_entry, written_with_log
from fitslint.source.files import unpacked
from fitslint.syntax.scan_reader import BytesReader, Reader

__all__ = ["Fixed", "Fixer", "Writing", "rules_of", "written_with_log"]

_UNJUDGED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "skipped"))


@dataclass(slots=True)
class Fixed(Outcome):
    """A file, what was found before and after, and what was done to it."""

    before: FileReport = field(default_factory=lambda: FileReport("", "ok", "undetermined", ""))
    after: FileReport = field(default_factory=lambda: FileReport("", "ok", "undetermined", ""))
    hunks: tuple[Hunk, ...] = ()
    corrected: Corrected | None = None

    @property
    def unjudged(self) -> bool:
        """Whether it could not be read or judged to its end, or not be written."""
        undetermined = self.after.verdict == "undetermined"
        return self.error is not None or undetermined or self.after.status in _UNJUDGED

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
        writing: Writing,
        corrections: Corrections | None = None,
        held: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.settings = settings
        self.options = options
        self.writing = writing
        self.corrections = corrections
        self.held = held
        self.planner = Planner(settings)
        # The judge of the planner knows all rules. Where some are selected, others must not keep
        # those from speaking that require them.
        self._judge = Judge(settings) if settings.select else None
        rules = {} if settings.every else self.planner.judge.rules.rules
        self._once = {code: rule for code, rule in rules.items() if rule.once}
        guarded = writing.mode in ("replace", "in-place") and not writing.follow
        self._named = NamedFolders(writing.named if guarded else ())
        self._selection = Selection.of(self.planner.codes, settings, options)

    def fix(self, path: str, together: Together | None = None) -> Fixed:
        """Fix one file; nothing is raised because of what it holds or because it cannot be written.

        What was not written is told in ``error``, and the file is as it was. With ``together`` a
        small file is not written yet, but waits there.
        """
        done = self._begun(path)
        with self._told_in(done):
            self._named.refuse_outside(path)
            self._recover(path, done)
            with opened(path, self.settings.limits) as (base, container, identity):
                if together is None or not together.holds(identity):
                    self._fix(done, base, container, identity, together)
                    return done
        # Named a second time: what is there after the first is what is fixed.
        if done.error is None:
            together.write()
            return self.fix(path, together)
        return done

    def fix_bytes(self, data: bytes) -> tuple[Fixed, bytes]:
        """Fix the bytes of a file; the new uncompressed stream, the old one when there is no new.

        Nothing is written, whatever the fixer was made for.
        """
        done, new = self._begun("<bytes>"), data
        with self._told_in(done):
            base, container = unpacked(BytesReader(data), self.settings.limits)
            self._fix(done, base, container, None)
            after = Virtual(base, done.plan.patches)
            new = after.read_at(0, after.measured())
        return done, new

    def fix_objects(self, source: object, *, write: bool = True) -> Fixed:
        """Fix the headers of what astropy holds in memory, in place unless ``write`` is False.

        Raises
        ------
        NotCheckable
            when ``source`` holds no header.
        """
        reader = HeadersReader(source)
        done = self._begun(reader.name)
        with self._told_in(done):
            self._fix(done, reader, "fits", None)
            if write and done.plan.changes and done.error is None:
                write_headers(source, reader, done.plan.patches, self.settings.limits)
        return done

    def _begun(self, path: str) -> Fixed:
        done = Fixed(Plan(path, 0))
        profile = self.settings.profile
        done.before = done.after = FileReport(path, "unreadable", "undetermined", profile)
        return done

    @contextmanager
    def _told_in(self, done: Fixed) -> Iterator[None]:
        """Turn what cannot be done into the error of ``done``."""
        try:
            yield
        except RepairError as error:
            done.fail(error)

    def _fix(
        self,
        done: Fixed,
        base: Reader,
        container: Container,
        identity: Identity | None,
        together: Together | None = None,
    ) -> None:
        bench = self._bench(done.plan.path, base, container, named=identity is not None)
        first = bench.first
        done.before = done.after = self._report(first)
        if first.report.status in _UNJUDGED:
            done.error = first.report.reason or first.report.status
            return
        if not first.stream.patches and not self._anything_to_do(first.report):
            return
        done.plan, after = self.planner.plan_on(bench, self.options, identity)
        if not done.plan.changes:
            return
        done.after = self._report(after)
        done.notes += note_stale_sums(done.plan, first.report, bench.original)
        old, new = (bench.original, base), (after.file, after.stream)
        if self.writing.diff:
            done.hunks = tuple(hunks(bench.original, base.read_at, done.plan.patches))
        if self.writing.corrections:
            done.corrected = Corrected(state_of(*old), done.plan.patches)
        if self.writing.mode == "none" or identity is None:
            return
        if together is not None and together.takes(done.plan, container):
            entry = None
            if self.writing.log is not None:
                log = Log(self.writing.log)
                entry = log_entry(done.plan, self.writing, log, (old, new), container)
            together.add(done, entry)
            return
        with self.held():
            done.written = written_with_log(done.plan, self.writing, old, new, container)

    def _bench(self, path: str, base: Reader, container: Container, *, named: bool) -> Bench:
        """The bench with the file, which is read and judged there, once."""
        known = self.corrections

        def correct(file: FitsFile, reader: Reader) -> tuple[Patch, ...]:
            return known.patches(file, reader, path if named else None) if known else ()

        data = self.options.data
        return Bench(base, path, container, self.planner.judge, data=data, correct=correct)

    def _report(self, draft: Draft) -> FileReport:
        """What is told of a draft: of rules that are selected, and not of every finding."""
        if self._judge is None:
            return shorten_report(draft.report, self._once, self.settings.limits.findings_per_rule)
        report = self._judge.judge(draft.file)
        # A header that was too long is not so any more.
        report.cut = draft.report.cut
        return report

    def _anything_to_do(self, report: FileReport) -> bool:
        return any(map(self._selection.takes, report.findings))

    def _recover(self, path: str, done: Fixed) -> None:
        """Roll back what a crash has left half written, before anything is judged."""
        journal = find_journal(path)
        if journal is None:
            return
        if self.writing.mode == "none":
            raise RepairError(
                f"an earlier repair was cut short ({journal}); run `fitslint fix --recover` first"
            )
        if recover(path).rolled_back:
            done.notes.append("an earlier repair was cut short and has been rolled back")


def rules_of(plan: Plan) -> Sequence[str]:
    """The codes of the rules whose fixes a plan applies."""
    return sorted({repair.finding.code for repair in plan.repairs})
