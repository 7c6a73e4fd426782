"""Reading and judging one input after another in one process, whatever an input holds."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, Protocol

from fitslint.config.settings import Limits, Settings
from fitslint.engine import models
from fitslint.engine.judge import Judge
from fitslint.engine.tally import Tally
from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport, Status
from fitslint.model.records import dataclass, field
from fitslint.source.files import read_file, read_stream
from fitslint.source.journals import cut_short, find_journal

STDIN = "-"
STDIN_NAME = "<stdin>"
Read = Callable[[str, Limits], FitsFile]
"""What turns a path into a file; it travels to worker processes."""


class Renderer(Protocol):
    """What turns a report into text where it was made, so that only text travels."""

    @property
    def clean(self) -> bool:
        """Whether files without findings have a text."""

    @property
    def separator(self) -> str:
        """What stands between the texts of two files."""

    def file(self, report: FileReport) -> str:
        """The text of one file."""


@dataclass(slots=True)
class Batch:
    """The answer for a run of inputs: counts, a text for each renderer, reports if asked for."""

    tally: Tally
    texts: tuple[str, ...] = ()
    reports: list[FileReport] = field(default_factory=list)
    seconds: float = 0.0


class FileTimeout(BaseException):
    """Raised by the watch inside whatever is being done; no ``except Exception`` may stop it."""


class Watch:
    """One repeating alarm a process that looks at how long the current file has been taking.

    Alarms reach the main thread only; elsewhere the watch never bites, and neither does it where
    the program around has an alarm of its own.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started = 0.0
        """When the current file was begun, on the monotonic clock; 0 between files."""
        self._before: Any = None

    def __enter__(self) -> Watch:
        if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
            free = signal.getsignal(signal.SIGALRM) in (signal.SIG_DFL, signal.SIG_IGN)
            if free and not any(signal.getitimer(signal.ITIMER_REAL)):
                self._before = signal.signal(signal.SIGALRM, self._look)
                pause = min(1.0, max(0.01, self.seconds / 8))
                signal.setitimer(signal.ITIMER_REAL, pause, pause)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            self._before = None

    def _look(self, _number: int, _frame: FrameType | None) -> None:
        if self.started and time.monotonic() - self.started > self.seconds:
            raise FileTimeout


class Checker:
    """Checks inputs with one set of settings and keeps a warm judge between them."""

    def __init__(
        self,
        settings: Settings,
        renderers: Sequence[Renderer] = (),
        *,
        keep: bool = False,
        read: Read | None = None,
    ) -> None:
        self.settings = settings
        self.renderers = tuple(renderers)
        self.keep = keep
        self.read = read
        self.watch = Watch(settings.limits.seconds)
        self._judge: Judge | None = None

    def __reduce__(self) -> tuple[object, ...]:
        # A judge does not travel: the process that is handed a checker makes its own.
        return _checker, (self.settings, self.renderers, self.keep, self.read)

    def warm(self) -> Judge:
        """The judge, made when first needed."""
        if self._judge is None:
            self._judge = Judge(self.settings)
        return self._judge

    def batch(self, inputs: Sequence[str]) -> Batch:
        """Check ``inputs`` in order."""
        begun = time.monotonic()
        result = Batch(Tally())
        tally = result.tally
        texts: list[list[str]] = [[] for _ in self.renderers]
        for path in inputs:
            report = self.check(path)
            tally.add(report)
            told = report.findings or report.status != "ok" or report.truncated or report.cut
            for renderer, parts in zip(self.renderers, texts, strict=True):
                if told or renderer.clean:
                    text = renderer.file(report)
                    if text:
                        parts.append(text)
            if self.keep:
                result.reports.append(report)
        result.texts = tuple(
            renderer.separator.join(parts)
            for renderer, parts in zip(self.renderers, texts, strict=True)
        )
        result.seconds = time.monotonic() - begun
        return result

    def check(self, path: str) -> FileReport:
        """The report of one input; never raises because of what it holds."""
        watch = self.watch
        try:
            watch.started = time.monotonic()
            judge = self._judge or self.warm()
            journal = find_journal(path) if path != STDIN else None
            if journal:
                watch.started = 0.0
                return self.failed(path, "unreadable", cut_short(path))
            if path.endswith(models.SUFFIXES) and (named := models.judge_named(path, judge)):
                watch.started = 0.0
                return named
            if path == STDIN:
                file = read_stream(sys.stdin.buffer, STDIN_NAME, self.settings.limits)
            else:
                file = (self.read or read_file)(path, self.settings.limits)
            report = judge.judge(file)
            watch.started = 0.0
        except FileTimeout:
            watch.started = 0.0
            # What was interrupted may have left a memo half written.
            self._judge = None
            seconds = f"{self.settings.limits.seconds:g}"
            return self.failed(path, "timeout", f"not judged within {seconds} s")
        except Exception as error:
            watch.started = 0.0
            if os.environ.get("FITSLINT_DEBUG"):
                raise
            self._judge = None
            sentence = f"internal error: {type(error).__name__}: {error}"
            return self.failed(path, "crashed", " ".join(sentence.split())[:300])
        return report

    def failed(self, path: str, status: Status, reason: str) -> FileReport:
        """The report of an input that could not be judged."""
        name = STDIN_NAME if path == STDIN else path
        return FileReport(name, status, "undetermined", self.settings.profile, reason=reason)


def _checker(
    settings: Settings, renderers: tuple[Renderer, ...], keep: bool, read: Read | None
) -> Checker:
    return Checker(settings, renderers, keep=keep, read=read)
