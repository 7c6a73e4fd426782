"""Many files to fix: in this process when they are few, else in worker processes."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from fitslint.cli.fix.report import FixReporter, build_counts_report
from fitslint.config.settings import Settings
from fitslint.engine.checker import Batch, FileChecker, FileTimeout
from fitslint.engine.run import PARALLEL_FROM
from fitslint.engine.tally import Tally
from fitslint.engine.workers import Workers
from fitslint.model.finding import FileReport
from fitslint.repair.corrections import load_corrections
from fitslint.repair.fixer import Fixer, FixResult, WriteOptions
from fitslint.repair.logged_write import WriteBatch
from fitslint.repair.model import Plan
from fitslint.repair.options import FixOptions
from fitslint.report.reporter import Reporter
from fitslint.text import describe_crash, say

_BATCH_SIZE = 64
"""Files whose plans are made before they are written together."""
_LONG_SECONDS = 2.0
"""A chunk that takes more time (seconds) makes the next ones shorter, down to one file."""
_WORKERS_PER_CORE = 4
"""Workers a core, where nobody says how many: most of the time they wait for the device."""
_SILENCE_SECONDS = 6 * 3600.0
"""Seconds before a silent worker is ended: it may be copying large files."""
_ENDING_SECONDS = 600.0
"""Seconds that workers get to finish the file that they are writing."""


@dataclass(frozen=True, slots=True)
class FixJob:
    """What is to be done with every file."""

    settings: Settings
    options: FixOptions
    writing: WriteOptions
    corrections: str | None = None
    """Path of the corrections that are applied first."""


class FixChecker(FileChecker):
    """Fixes inputs where a checker checks them; what it reports is what is left."""

    def __init__(
        self,
        job: FixJob,
        formats: Sequence[Reporter],
        start_file: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(job.settings, formats, keep_reports=True)
        self.job = job
        self.formats = tuple(formats)
        self._start_file = start_file
        self._fixer: Fixer | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return FixChecker, (self.job, self.formats)

    def get_fixer(self) -> Fixer:
        """The fixer, made when first needed.

        Raises
        ------
        UnknownSelectorError
            when the settings name a rule that does not exist.
        RepairError
            when the corrections cannot be used.
        """
        if self._fixer is None:
            job = self.job
            path = job.corrections
            corrections = load_corrections(path) if path is not None else None
            self._fixer = Fixer(
                job.settings, job.options, job.writing, corrections, self._hold_interrupts
            )
        return self._fixer

    def check_batch(self, inputs: Sequence[str]) -> Batch:
        """Fix ``inputs`` in order."""
        started = time.monotonic()
        batch = Batch(Tally())
        texts: list[list[str]] = [[] for _ in self.formats]
        for result in self._fix_all(inputs):
            for reporter, parts in zip(self.formats, texts, strict=True):
                text = _render_result(reporter, result)
                if text:
                    parts.append(text)
            batch.tally.add(result.after)
            if result.error is not None:
                batch.tally.not_checked += 1
            batch.reports.append(build_counts_report(result))
        batch.texts = tuple(
            reporter.separator.join(parts)
            for reporter, parts in zip(self.formats, texts, strict=True)
        )
        batch.seconds = time.monotonic() - started
        return batch

    def _fix_all(self, inputs: Sequence[str]) -> Iterator[FixResult]:
        """Fix inputs, the small ones together; who is asked about each has each done at once."""
        if self._start_file is not None:
            yield from (self.fix_file(path) for path in inputs if self._start_file(path))
            return
        for start in range(0, len(inputs), _BATCH_SIZE):
            batch = WriteBatch(self.job.writing, self._hold_interrupts)
            chunk = inputs[start : start + _BATCH_SIZE]
            results = [self.fix_file(path, batch) for path in chunk]
            batch.write()
            yield from results

    def fix_file(self, path: str, batch: WriteBatch | None = None) -> FixResult:
        """Fix one input, or let it wait for others; never raises because of what it holds."""
        timer = self.timer
        try:
            timer.started = time.monotonic()
            result = self.get_fixer().fix(path, batch)
            timer.started = 0.0
        except FileTimeout:
            timer.started = 0.0
            self._fixer = None
            if batch is not None:
                batch.discard(path)
            limit = f"{self.settings.limits.seconds:g}"
            return self._give_up(
                path, say("not done within {limit} s; the file is as it was", limit=limit)
            )
        except Exception as error:
            timer.started = 0.0
            if os.environ.get("FITSLINT_DEBUG"):
                raise
            self._fixer = None
            if batch is not None:
                batch.discard(path)
            return self._give_up(path, describe_crash(error))
        return result

    def _give_up(self, path: str, reason: str) -> FixResult:
        result = FixResult(Plan(path, 0), error=reason)
        result.before = result.after = self.report_failure(path, "crashed", reason)
        return result

    @contextlib.contextmanager
    def _hold_interrupts(self) -> Iterator[None]:
        """Let neither the clock nor Ctrl-C nor the end of all work interrupt a write."""
        self.timer.started = 0.0
        if not hasattr(signal, "pthread_sigmask"):
            yield
            return
        blocked = {signal.SIGINT, signal.SIGTERM}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class FixWorkers(Workers):
    """Worker processes that are given time to finish the file that they write."""

    def __init__(self, checker: FixChecker, jobs: int) -> None:
        super().__init__(checker, jobs)
        self.seconds = _SILENCE_SECONDS
        self.size = _BATCH_SIZE

    def _adapt_chunk_size(self, batch: Batch) -> None:
        # The more small files are written together the better; large ones are shared out.
        if batch.seconds > _LONG_SECONDS:
            self.size = max(1, self.size // 2)
        elif batch.seconds < _LONG_SECONDS / 4:
            self.size = min(_BATCH_SIZE, self.size * 2)

    def _run_chunks(self, inputs: Iterator[str]) -> Iterator[Batch]:
        try:
            yield from super()._run_chunks(inputs)
        finally:
            for worker in self._workers:
                worker.process.terminate()
            until = time.monotonic() + _ENDING_SECONDS
            for worker in self._workers:
                worker.process.join(max(0.0, until - time.monotonic()))


def fix_batches(
    inputs: Iterable[str], checker: FixChecker, *, in_process: bool
) -> Generator[Batch]:
    """Batches of answers in the order of ``inputs``; ``in_process`` starts no workers.

    Raises
    ------
    UnknownSelectorError, RepairError
        before anything is read, as :meth:`FixChecker.get_fixer` says.
    """
    checker.get_fixer()
    source = iter(inputs)
    jobs = 1 if in_process else checker.settings.jobs or _WORKERS_PER_CORE * (os.cpu_count() or 1)
    first = list(islice(source, PARALLEL_FROM)) if jobs > 1 else []
    if jobs == 1 or len(first) < PARALLEL_FROM:
        return _run_in_process(checker, chain(first, source))
    return FixWorkers(checker, jobs).run(chain(first, source))


def _run_in_process(checker: FixChecker, inputs: Iterator[str]) -> Generator[Batch]:
    with checker.timer:
        while chunk := list(islice(inputs, _BATCH_SIZE)):
            yield checker.check_batch(chunk)


def _render_result(reporter: Reporter, result: FixResult) -> str:
    if isinstance(reporter, FixReporter):
        return reporter.render_fix(result)
    report = _add_reason(result)
    is_unclean = report.findings or report.status != "ok" or report.truncated or report.limits_hit
    return reporter.render_file(report) if is_unclean or reporter.renders_clean_files else ""


def _add_reason(result: FixResult) -> FileReport:
    """What is left, with the reason why the file was not repaired."""
    if result.error is None:
        return result.after
    return replace(result.after, reason=result.after.reason or result.error)
