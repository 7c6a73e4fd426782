"""How far a long check has come, on standard error and only when that is a terminal."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_MOMENT = 1.0
"""Seconds that pass before anything is shown: most checks are over by then."""
_PAUSE = 0.1


class Meter:
    """Counts files; shows nothing when standard error is not a terminal or work is short."""

    def __init__(self) -> None:
        self._wanted = sys.stderr.isatty()
        self._shared = self._wanted and sys.stdout.isatty()
        self._next = time.monotonic() + _MOMENT
        self._files = 0
        self._bar: Progress | None = None

    def advance(self, files: int) -> None:
        """Count ``files`` more."""
        self._files += files
        now = time.monotonic()
        if not self._wanted or now < self._next:
            return
        self._next = now + _PAUSE
        if self._bar is None:
            self._bar = _bar()
        self._bar.update(self._bar.task_ids[0], completed=self._files, refresh=True)

    def clear(self) -> None:
        """Take the line away: a report is about to be written to the same terminal."""
        if self._bar is not None and self._shared:
            self.close()
            self._next = time.monotonic() + _PAUSE

    def close(self) -> None:
        """Take the line away for good."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,} files checked"),
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
