"""One file from its first look to its last: judged, planned, told to the log, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from fitslint.config.settings import Settings
from fitslint.engine.judge import Judge
from fitslint.model.file import Container, FitsFile
from fitslint.model.finding import FileReport
from fitslint.repair.corrections import Corrected, Corrections
from fitslint.repair.diff import Hunk, hunks
from fitslint.repair.log import Entry, Log, new_entry
from fitslint.repair.model import (
    DataUnit,
    Identity,
    Mode,
    Outcome,
    Patch,
    Plan,
    RepairError,
    Written,
)
from fitslint.repair.options import FixOptions, Selection
from fitslint.repair.packing import recipe
from fitslint.repair.plan import Planner
from fitslint.repair.state import state_of
from fitslint.repair.stream import opened
from fitslint.repair.together import Together
from fitslint.repair.virtual import Virtual, composed
from fitslint.repair.write import find_journal, recover, write
from fitslint.source.files import read_unpacked, unpacked
from fitslint.syntax.scan_reader import BytesReader, Reader

Read = tuple[FitsFile, Reader]
"""A file and what it was read from."""
_UNJUDGED = frozenset(("unreadable", "not-fits", "timeout", "crashed", "skipped"))


@dataclass(frozen=True, slots=True)
class Writing:
    """How results are written, and what is told of them."""

    mode: Mode = "replace"
    output_dir: str | None = None
    backup: str | None = None
    follow: bool = False
    log: str | None = None
    diff: bool = False
    """Keep the differences."""
    corrections: bool = False
    """Keep what a file of corrections needs."""


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


@dataclass(slots=True)
class _Look:
    """An open file as it is, or as its corrections make it."""

    base: Reader
    stream: Virtual
    container: Container
    identity: Identity | None
    file: FitsFile


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
        self.judge = Judge(settings)
        self.planner = Planner(settings)
        self._selection = Selection.of(self.planner.codes, settings, options)

    def fix(self, path: str, together: Together | None = None) -> Fixed:
        """Fix one file; nothing is raised because of what it holds or because it cannot be written.

        What was not written is told in ``error``, and the file is as it was. With ``together`` a
        small file is not written yet, but waits there.
        """
        done = self._begun(path)
        with self._told_in(done):
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
        path = done.plan.path
        look = self._looked(path, base, container, identity)
        done.before = done.after = self.judge.judge(look.file)
        if done.before.status in _UNJUDGED:
            done.error = done.before.reason or done.before.status
            return
        corrected = look.stream.patches
        if not corrected and not self._anything_to_do(done.before):
            return
        done.plan = self._planned(path, look)
        if not done.plan.changes:
            return
        after = Virtual(base, done.plan.patches)
        file = read_unpacked(after, path, container, self.settings.limits)
        done.after = self.judge.judge(file)
        old = look.file if not corrected else self._read(base, path, container)
        if self.writing.diff:
            done.hunks = tuple(hunks(old, base.read_at, done.plan.patches))
        if self.writing.corrections:
            done.corrected = Corrected(state_of(old, base), done.plan.patches)
        if self.writing.mode == "none" or identity is None:
            return
        if together is not None and together.takes(done.plan, container):
            entry = None
            if self.writing.log is not None:
                log = Log(self.writing.log)
                entry = _entry(
                    done.plan, self.writing, log, ((old, base), (file, after)), container
                )
            together.add(done, entry)
            return
        with self.held():
            done.written = written_with_log(
                done.plan, self.writing, (old, base), (file, after), container
            )

    def _looked(
        self, path: str, base: Reader, container: Container, identity: Identity | None
    ) -> _Look:
        stream = Virtual(base)
        file = self._read(base, path, container)
        if self.corrections is not None:
            patches = self.corrections.patches(file, base, path if identity else None)
            if patches:
                stream = Virtual(base, patches)
                file = self._read(stream, path, container)
        return _Look(base, stream, container, identity, file)

    def _read(self, reader: Reader, path: str, container: Container) -> FitsFile:
        return read_unpacked(reader, path, container, self.settings.limits)

    def _anything_to_do(self, report: FileReport) -> bool:
        return any(map(self._selection.takes, report.findings))

    def _planned(self, path: str, look: _Look) -> Plan:
        if look.identity is not None and not look.stream.patches:
            return self.planner.plan(path, self.options)
        # The name of an unpacked stream must not promise that it is packed.
        name = path.removesuffix(".gz") if look.container == "gzip" else path
        plan = self.planner.plan(look.stream, self.options, name)
        changes = composed(look.stream, plan.patches)
        return replace(
            plan,
            path=path,
            size=look.base.size if look.base.size is not None else plan.size - look.stream.growth,
            patches=tuple(
                known(look.base, patch) for patch in changes if patch.growth or patch.new
            ),
            units=tuple(
                DataUnit(unit.hdu, old, unit.new, unit.length)
                for unit in plan.units
                if (old := look.stream.old_place(unit.old)) is not None
            ),
            identity=look.identity,
        )

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


def written_with_log(
    plan: Plan, how: Writing, old: Read, new: Read, container: Container
) -> Written:
    """Write a plan, told to the log before and after.

    Raises
    ------
    RepairError
        when file or log cannot be written; the file is then as it was.
    """
    folder = _folder(plan.path, how.output_dir) if how.output_dir is not None else None
    log = Log(how.log) if how.log is not None else None
    entry = None
    if log is not None:
        entry = _entry(plan, how, log, (old, new), container)
        log.planned(entry, plan.repairs)
    try:
        written = write(
            plan, how.mode, output_dir=folder, backup=how.backup, follow=how.follow,
            digests=log is not None,
        )  # fmt: skip
    except RepairError as error:
        if log is not None and entry is not None:
            log.failed(entry.id, str(error))
        raise
    if log is not None and entry is not None:
        log.written(entry.id, written)
    return written


def _entry(
    plan: Plan, how: Writing, log: Log, streams: tuple[Read, Read], container: Container
) -> Entry:
    """What the log tells of a plan."""
    old, new = streams
    result = plan.path
    if how.output_dir is not None:
        result = str(Path(_folder(plan.path, how.output_dir)) / Path(plan.path).name)
    gzip = container == "gzip" and how.mode != "copy"
    return new_entry(
        plan,
        old[1].read_at,
        (state_of(*old), state_of(*new)),
        container=container,
        mode=how.mode,
        result=result,
        packing=recipe(Path(plan.path), log.path) if gzip else None,
    )


def known(reader: Reader, patch: Patch) -> Patch:
    """A patch that knows the bytes that it replaces."""
    return replace(patch, old=reader.read_at(patch.start, patch.end - patch.start))


def _folder(path: str, output_dir: str) -> str:
    """Where a copy goes: a file that is named from here keeps its folders."""
    parent = Path(path).parent
    if parent.is_absolute() or ".." in parent.parts:
        return output_dir
    return str(Path(output_dir) / parent)


def rules_of(plan: Plan) -> Sequence[str]:
    """The codes of the rules whose fixes a plan applies."""
    return sorted({repair.finding.code for repair in plan.repairs})
