"""Many files to fix: in this process when they are few, else in worker processes."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from fitslint.cli.repair.outcome import slim
from fitslint.cli.repair.telling import FixFormat
from fitslint.config.settings import Settings
from fitslint.engine.checker import Batch, Checker, FileTimeout
from fitslint.engine.run import FEW
from fitslint.engine.tally import Tally
from fitslint.engine.workers import Workers
from fitslint.model.finding import FileReport
from fitslint.repair.corrections import load
from fitslint.repair.fixing import Fixed, Fixer, Writing
from fitslint.repair.model import Plan
from fitslint.repair.options import FixOptions
from fitslint.repair.together import Together
from fitslint.report.format import Format

_AT_ONCE = 64
"""Files whose plans are made before they are written together."""
_LONG = 2.0
"""A chunk that takes more time (seconds) makes the next ones shorter, down to one file."""
_A_CORE = 4
"""Workers a core, where nobody says how many: most of the time they wait for the device."""
_PATIENCE = 6 * 3600.0
"""Seconds before a silent worker is ended: it may be copying large files."""
_ENDING = 600.0
"""Seconds that workers get to finish the file that they are writing."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done with every file."""

    settings: Settings
    options: FixOptions
    writing: Writing
    corrections: str | None = None
    """Path of the corrections that are applied first."""


class FixChecker(Checker):
    """Fixes inputs where a checker checks them; what it reports is what is left."""

    def __init__(
        self,
        work: Work,
        formats: Sequence[Format],
        on_file: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(work.settings, formats, keep=True)
        self.work = work
        self.formats = tuple(formats)
        self._on_file = on_file
        self._fixer: Fixer | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return FixChecker, (self.work, self.formats)

    def ready(self) -> Fixer:
        """The fixer, made when first needed.

        Raises
        ------
        UnknownSelector
            when the settings name a rule that does not exist.
        RepairError
            when the corrections cannot be used.
        """
        if self._fixer is None:
            work = self.work
            corrections = load(work.corrections) if work.corrections is not None else None
            self._fixer = Fixer(work.settings, work.options, work.writing, corrections, self._held)
        return self._fixer

    def batch(self, inputs: Sequence[str]) -> Batch:
        """Fix ``inputs`` in order."""
        begun = time.monotonic()
        result = Batch(Tally())
        texts: list[list[str]] = [[] for _ in self.formats]
        for done in self._all_fixed(inputs):
            for form, parts in zip(self.formats, texts, strict=True):
                text = _text(form, done)
                if text:
                    parts.append(text)
            result.tally.add(done.after)
            if done.error is not None:
                result.tally.unjudged += 1
            result.reports.append(slim(done))
        result.texts = tuple(
            form.separator.join(parts) for form, parts in zip(self.formats, texts, strict=True)
        )
        result.seconds = time.monotonic() - begun
        return result

    def _all_fixed(self, inputs: Sequence[str]) -> Iterator[Fixed]:
        """Fix inputs, the small ones together; who is asked about each has each done at once."""
        if self._on_file is not None:
            yield from (self.fixed(path) for path in inputs if self._on_file(path))
            return
        for start in range(0, len(inputs), _AT_ONCE):
            together = Together(self.work.writing, self._held)
            some = [self.fixed(path, together) for path in inputs[start : start + _AT_ONCE]]
            together.write()
            yield from some

    def fixed(self, path: str, together: Together | None = None) -> Fixed:
        """Fix one input, or let it wait for others; never raises because of what it holds."""
        watch = self.watch
        try:
            watch.started = time.monotonic()
            done = self.ready().fix(path, together)
            watch.started = 0.0
        except FileTimeout:
            watch.started = 0.0
            self._fixer = None
            if together is not None:
                together.drop(path)
            limit = f"{self.settings.limits.seconds:g}"
            return self._given_up(path, f"not done within {limit} s; the file is as it was")
        except Exception as error:
            watch.started = 0.0
            if os.environ.get("FITSLINT_DEBUG"):
                raise
            self._fixer = None
            if together is not None:
                together.drop(path)
            said = " ".join(f"internal error: {type(error).__name__}: {error}".split())
            return self._given_up(path, said[:300])
        return done

    def _given_up(self, path: str, reason: str) -> Fixed:
        done = Fixed(Plan(path, 0), error=reason)
        done.before = done.after = self.failed(path, "crashed", reason)
        return done

    @contextlib.contextmanager
    def _held(self) -> Iterator[None]:
        """Let neither the clock nor Ctrl-C nor the end of all work interrupt a write."""
        self.watch.started = 0.0
        if not hasattr(signal, "pthread_sigmask"):
            yield
            return
        held = {signal.SIGINT, signal.SIGTERM}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class FixWorkers(Workers):
    """Worker processes that are given time to finish the file that they write."""

    def __init__(self, checker: FixChecker, jobs: int) -> None:
        super().__init__(checker, jobs)
        self.seconds = _PATIENCE
        self.size = _AT_ONCE

    def _adapt(self, batch: Batch) -> None:
        # The more small files are written together the better; large ones are shared out.
        if batch.seconds > _LONG:
            self.size = max(1, self.size // 2)
        elif batch.seconds < _LONG / 4:
            self.size = min(_AT_ONCE, self.size * 2)

    def _loop(self, inputs: Iterator[str]) -> Iterator[Batch]:
        try:
            yield from super()._loop(inputs)
        finally:
            for worker in self._workers:
                worker.process.terminate()
            until = time.monotonic() + _ENDING
            for worker in self._workers:
                worker.process.join(max(0.0, until - time.monotonic()))


def fix_batches(inputs: Iterable[str], checker: FixChecker, *, alone: bool) -> Generator[Batch]:
    """Batches of answers in the order of ``inputs``; ``alone`` stays in this process.

    Raises
    ------
    UnknownSelector, RepairError
        before anything is read, as :meth:`FixChecker.ready` says.
    """
    checker.ready()
    source = iter(inputs)
    jobs = 1 if alone else checker.settings.jobs or _A_CORE * (os.cpu_count() or 1)
    first = list(islice(source, FEW)) if jobs > 1 else []
    if jobs == 1 or len(first) < FEW:
        return _here(checker, chain(first, source))
    return FixWorkers(checker, jobs).run(chain(first, source))


def _here(checker: FixChecker, inputs: Iterator[str]) -> Generator[Batch]:
    with checker.watch:
        while chunk := list(islice(inputs, _AT_ONCE)):
            yield checker.batch(chunk)


def _text(form: Format, done: Fixed) -> str:
    if isinstance(form, FixFormat):
        return form.fixed(done)
    report = _told(done)
    say = report.findings or report.status != "ok" or report.truncated or report.cut
    return form.file(report) if say or form.clean else ""


def _told(done: Fixed) -> FileReport:
    """What is left, with the reason why the file was not repaired."""
    if done.error is None:
        return done.after
    return replace(done.after, reason=done.after.reason or done.error)
