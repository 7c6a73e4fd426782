"""Reading and judging one input after another in one process, whatever an input holds."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import islice
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from fitslint.config.settings import Limits, Settings
from fitslint.engine import lens_models
from fitslint.engine.garbage import pause_collector
from fitslint.engine.linter import Linter
from fitslint.engine.tally import Tally
from fitslint.model.errors import NotCheckableError
from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport, Status
from fitslint.model.records import dataclass, field
from fitslint.source.files import read_file, read_stream
from fitslint.source.foreign_errors import is_foreign
from fitslint.source.journals import describe_journal, find_journal
from fitslint.syntax.scan_reader import ReadData
from fitslint.text import say

if TYPE_CHECKING:
    from fitslint.engine.cache import ReportCache

STDIN = "-"
STDIN_NAME = "<stdin>"
ReadFile = Callable[[str, Limits, ReadData | None], FitsFile]
"""What turns a path into a file; it travels to worker processes."""
ReadSource = Callable[[Any, Limits, ReadData | None], FitsFile]
"""What turns whatever a program hands over into a file."""


class Renderer(Protocol):
    """What turns a report into text where it was made, so that only text travels."""

    @property
    def renders_clean_files(self) -> bool:
        """Whether files without findings have a text."""

    @property
    def separator(self) -> str:
        """What stands between the texts of two files."""

    def render_file(self, report: FileReport) -> str:
        """The text of one file."""


class ReportFilter(Protocol):
    """What takes findings out of a report that somebody knows of; it travels to workers."""

    def apply(self, report: FileReport) -> None:
        """Move findings from ``report.findings`` to ``report.withheld``."""


@dataclass(slots=True)
class Batch:
    """The answer for a run of inputs: counts, a text for each renderer, reports if asked for."""

    tally: Tally
    texts: tuple[str, ...] = ()
    reports: list[FileReport] = field(default_factory=list)
    seconds: float = 0.0


class FileTimeout(BaseException):
    """Raised by the watch inside whatever is being done; no ``except Exception`` may stop it."""


class FileTimer:
    """One repeating alarm a process that looks at how long the current file has been taking.

    Alarms reach the main thread only; elsewhere the watch never bites, and neither does it where
    the program around has an alarm of its own.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started = 0.0
        """When the current file was begun, on the monotonic clock; 0 between files."""
        self._old_handler: Any = None

    def __enter__(self) -> FileTimer:
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
            free = signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, signal.SIG_IGN)
            if free and not any(signal.getitimer(signal.ITIMER_REAL)):
                self._old_handler = signal.signal(signal.SIGALRM, self._check_time)
                pause = min(1.0, max(0.01, self.seconds / 8))
                signal.setitimer(signal.ITIMER_REAL, pause, pause)
        return self

    def __exit__(self, *exc: object) -> None:
        self.started = 0.0  # an alarm that comes meanwhile finds nothing late
        if self._old_handler is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            # One on its way in another thread would end the process by the default handler.
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            signal.signal(signal.SIGALRM, self._old_handler)
            self._old_handler = None

    def _check_time(self, _number: int, _frame: FrameType | None) -> None:
        if self.started and time.monotonic() - self.started > self.seconds:
            raise FileTimeout


class FileChecker:
    """Checks inputs with one set of settings and keeps a warm linter between them.

    Parameters
    ----------
    renderers
        a batch brings the text of its reports by each of them.
    keep_reports
        a batch also brings its reports.
    read
        reads a path, with corrections; None reads it as it is.
    filters
        take findings out of the reports of a batch.
    cache
        remembers the reports of files that stay as they are.
    make_linter
        the linter of a program that has threads is another one.
    advance
        is told of bytes of data when they have been read, in this process.
    """

    def __init__(
        self,
        settings: Settings,
        renderers: Sequence[Renderer] = (),
        *,
        keep_reports: bool = False,
        read: ReadFile | None = None,
        filters: Sequence[ReportFilter] = (),
        cache: ReportCache | None = None,
        make_linter: Callable[[Settings], Linter] = Linter,
        advance: Callable[[int], object] | None = None,
    ) -> None:
        self.settings = settings
        self.renderers = tuple(renderers)
        self.keep_reports = keep_reports
        self.read = read
        self.filters = tuple(filters)
        self.cache = cache
        self.timer = FileTimer(settings.limits.seconds)
        self._make_linter = make_linter
        self._advance = advance
        self._linter: Linter | None = None

    def __reduce__(self) -> tuple[object, ...]:
        # A linter does not travel: the process that is handed a checker makes its own.
        rebuild = partial(
            FileChecker, keep_reports=self.keep_reports, read=self.read, filters=self.filters,
            cache=self.cache,
        )  # fmt: skip
        return rebuild, (self.settings, self.renderers)

    def get_linter(self) -> Linter:
        """The linter, made when first needed."""
        if self._linter is None:
            self._linter = self._make_linter(self.settings)
        return self._linter

    def check_batches(self, inputs: Iterator[str], size: int) -> Generator[Batch]:
        """Check ``inputs`` in this process, so many at a time, under its alarm."""
        with self.timer:
            while batch := list(islice(inputs, size)):
                yield self.check_batch(batch)

    def check_batch(self, inputs: Sequence[str]) -> Batch:
        """Check ``inputs`` in order."""
        begun = time.monotonic()
        result = Batch(Tally())
        tally = result.tally
        texts: list[list[str]] = [[] for _ in self.renderers]
        with pause_collector():
            for path in inputs:
                report = self.check(path)
                for report_filter in self.filters:
                    report_filter.apply(report)
                tally.add(report)
                told = (
                    report.findings or report.status != "ok" or report.truncated
                    or report.limits_hit or report.withheld
                )  # fmt: skip
                for renderer, parts in zip(self.renderers, texts, strict=True):
                    if told or renderer.renders_clean_files:
                        text = renderer.render_file(report)
                        if text:
                            parts.append(text)
                if self.keep_reports:
                    result.reports.append(report)
        if self.cache is not None:
            self.cache.save()
        result.texts = tuple(
            renderer.separator.join(parts)
            for renderer, parts in zip(self.renderers, texts, strict=True)
        )
        result.seconds = time.monotonic() - begun
        return result

    def check(self, path: str) -> FileReport:
        """The report of one input; never raises because of what it holds."""
        timer = self.timer
        try:
            timer.started = time.monotonic()
            report = self._find_other_report(path) if path != STDIN else None
            cache = self.cache if path != STDIN else None
            if report is None and cache is not None:
                stamp = cache.stamp(path)
                report = cache.find(path, stamp)
            if report is None:
                limits, read_data = self.settings.limits, self._get_data_reader()
                if path == STDIN:
                    file = read_stream(sys.stdin.buffer, STDIN_NAME, limits, read_data)
                else:
                    file = (self.read or read_file)(path, limits, read_data)
                report = (self._linter or self.get_linter()).lint(file)
                if cache is not None:
                    cache.add(path, stamp, report)
            timer.started = 0.0
        except FileTimeout:
            timer.started = 0.0
            # What was interrupted may have left a memo half written.
            self._linter = None
            if self.cache is not None:
                self.cache.forget()
            seconds = f"{self.settings.limits.seconds:g}"
            return self.report_failure(
                path, "timeout", say("not judged within {seconds} s", seconds=seconds)
            )
        except Exception as error:
            timer.started = 0.0
            return self._report_crash(path, error)
        return report

    def check_source(self, source: object, read: ReadSource) -> FileReport:
        """The report of whatever a program hands over.

        Raises
        ------
        Exception
            what ``read`` raises of :class:`NotCheckableError`, and what the program around raises
            meanwhile: its alarm, its threads.
        """
        try:
            report = self._find_other_report(source) if isinstance(source, str) else None
            if report is None:
                file = read(source, self.settings.limits, self._get_data_reader())
                report = self.get_linter().lint(file)
        except NotCheckableError:
            raise
        except Exception as error:
            if is_foreign(error):
                self._linter = None
                raise
            named = isinstance(source, str) or hasattr(source, "name")
            name = str(getattr(source, "name", source))[:200] if named else "<memory>"
            return self._report_crash(name, error)
        except BaseException:
            self._linter = None
            raise
        return report

    def _get_data_reader(self) -> ReadData | None:
        """What reads data units, where they are to be read."""
        if not self.settings.data:
            return None
        return self.get_linter().make_data_reader(self._note_progress)

    def _note_progress(self, count: int) -> None:
        """Data come in: the time of a file is that of its headers, and of data that do not."""
        if self.timer.started:
            self.timer.started = time.monotonic()
        if self._advance is not None:
            self._advance(count)

    def _find_other_report(self, path: str) -> FileReport | None:
        """The report of a path that is not to be read as FITS: left half repaired, or a model."""
        if find_journal(path):
            return self.report_failure(path, "unreadable", describe_journal(path))
        if path.endswith(lens_models.MODEL_SUFFIXES):
            return lens_models.lint_model_file(path, self.get_linter())
        return None

    def _report_crash(self, path: str, error: Exception) -> FileReport:
        if os.environ.get("FITSLINT_DEBUG"):
            raise error
        self._linter = None  # what was broken off may have left a memo half written
        sentence = say("internal error: {name}: {error}", name=type(error).__name__, error=error)
        return self.report_failure(path, "crashed", " ".join(sentence.split())[:300])

    def report_failure(self, path: str, status: Status, reason: str) -> FileReport:
        """The report of an input that could not be judged."""
        name = STDIN_NAME if path == STDIN else path
        return FileReport(name, status, "undetermined", self.settings.profile, reason=reason)
