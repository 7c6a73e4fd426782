"""How far long work has come, on standard error and only when that is a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from fitslint.cli.errors import print_error

if TYPE_CHECKING:
    from rich.progress import Progress

    from fitslint.pipeline.progress import Progress as Advance

_DELAY = 1.0
"""Seconds that pass before anything is shown: most checks are over by then."""
_PAUSE = 0.1
_COUNTING_SECONDS = 0.02
"""Seconds of a pause that may go into counting what is still to come."""
_COUNT_STEP = 64


class FileCounter:
    """Counts files; shows nothing when standard error is not a terminal or work is short.

    Parameters
    ----------
    inputs
        all that will be counted: a second walk, which is only taken, bit by bit, while the line is
        shown. None where there cannot be one; then no total is shown.
    """

    def __init__(self, inputs: Iterable[str] | None = None) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._shares_terminal = self._is_terminal and sys.stdout.isatty()
        self._next_update = time.monotonic() + _DELAY
        self._files = 0
        self._data_bytes = 0
        self._total = 0
        self._inputs_ahead: Iterator[str] | None = iter(inputs) if inputs is not None else None
        self._is_total_known = False
        self._bar: Progress | None = None

    def begin(self) -> None:
        """Work begins now: nothing is shown of one that is short."""
        self._next_update = time.monotonic() + _DELAY

    def advance(self, files: int) -> None:
        """Count ``files`` more."""
        self._files += files
        self._show()

    def advance_data(self, count: int) -> None:
        """Count bytes of data that were read."""
        self._data_bytes += count
        self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if not self._is_terminal or now < self._next_update:
            return
        self._count_ahead(now + _COUNTING_SECONDS)
        self._next_update = time.monotonic() + _PAUSE
        if self._bar is None:
            self._bar = _start_line()
        self._bar.update(
            self._bar.task_ids[0],
            description=self._describe_count(),
            completed=self._files,
            refresh=True,
        )

    def _count_ahead(self, until: float) -> None:
        """Count what is to come for a little while."""
        while self._inputs_ahead is not None and time.monotonic() < until:
            for _ in range(_COUNT_STEP):
                if next(self._inputs_ahead, None) is None:
                    self._inputs_ahead, self._is_total_known = None, True
                    break
                self._total += 1

    def _describe_count(self) -> str:
        if self._is_total_known:
            # Files may have come or gone since they were counted.
            total = f" of {max(self._total, self._files):,}"
        elif self._inputs_ahead is not None and self._total > self._files:
            total = f" of more than {self._total:,}"
        else:
            total = ""
        data = f", {self._data_bytes / 1e6:,.0f} MB of data read" if self._data_bytes else ""
        return f"{self._files:,}{total} files checked{data}"

    def clear(self) -> None:
        """Take the line away: a report is about to be written to the same terminal."""
        if self._bar is not None and self._shares_terminal:
            self.close()
            self._next_update = time.monotonic() + _PAUSE

    def close(self) -> None:
        """Take the line away for good."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _start_line() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=Console(file=sys.stderr),
        transient=True,
        # No thread of its own: workers are forked while the line is shown.
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bar.add_task("", total=None)
    bar.start()
    return bar


class ProgressBar:
    """A bar for the step that works; a context that takes it away at the end."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._bar: Progress | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clear()

    def begin(self, name: str) -> Advance:
        """Show the bar of a step; the answer moves it to so many parts done of all."""
        if not self._is_terminal:
            return lambda done, total: None
        bar = self._bar = _build_bar(in_bytes=False)
        task = bar.add_task(name, total=None)
        bar.start()

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return advance

    def tell(self, sentence: str) -> None:
        """Say something while the bar is there, above it; on standard error in any case."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()
        print_error(sentence)
        if bar is not None:
            bar.start()
            self._bar = bar

    def begin_download(self, name: str) -> Advance:
        """Show a bar of bytes with the first of them; a total of 0 is not known."""

        def advance(done: int, total: int) -> None:
            if not self._is_terminal:
                return
            # Not before the first byte: a password may be asked for until then.
            if self._bar is None:
                self._bar = _build_bar(in_bytes=True)
                self._bar.add_task(name, total=None)
                self._bar.start()
            self._bar.update(self._bar.task_ids[0], completed=done, total=total or None)

        return advance

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _build_bar(*, in_bytes: bool) -> Progress:
    from rich import progress
    from rich.console import Console

    title = progress.TextColumn("{task.description}", markup=False)
    columns: tuple[progress.ProgressColumn, ...]
    if in_bytes:
        columns = (
            title, progress.BarColumn(), progress.DownloadColumn(),
            progress.TransferSpeedColumn(), progress.TimeRemainingColumn(),
        )  # fmt: skip
    else:
        columns = (
            progress.SpinnerColumn(),
            title,
            progress.BarColumn(),
            progress.TimeElapsedColumn(),
        )
    return progress.Progress(
        *columns,
        console=Console(file=sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
