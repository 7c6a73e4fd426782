"""How far a step has come, on standard error and only when that is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from fitslint.pipeline.progress import Progress as Advance


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
        bar = _build_bar()
        self._bar = bar
        task = bar.add_task(name, total=None)
        bar.start()

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return advance

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _build_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
