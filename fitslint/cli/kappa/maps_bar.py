"""How far maps have come, on standard error and only when that is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """A bar of the rows that are done; nothing in a pipe."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: Progress | None = None

    def __enter__(self) -> Bar:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(file=sys.stderr), transient=True)
            self._bar.add_task(self._title, total=None)
            self._bar.start()
        return self

    def __call__(self, done: int, rows: int) -> None:
        """Show ``done`` of ``rows``."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=rows)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
