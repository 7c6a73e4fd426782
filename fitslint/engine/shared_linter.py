"""A linter that the threads of a program share: it learns from every file, so one at a time."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from fitslint.engine.linter import Linter
from fitslint.engine.plain_linter import RuleGuard
from fitslint.model.file import FitsFile
from fitslint.model.finding import FileReport

if TYPE_CHECKING:
    from fitslint.rules.lens.model_file import ModelFile


class _LinterLock:
    """One lock for all linters, renewed in a forked child."""

    def __init__(self) -> None:
        self.renew()
        if hasattr(os, "register_at_fork"):
            # The lock may be held by a thread that the child does not have.
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.lock = threading.RLock()


linter_lock = _LinterLock()
"""Whose lock is held while anything is linted for a program."""


class SharedLinter(Linter):
    """A linter that takes the lock itself; files are read before, without it."""

    def lint(self, file: FitsFile, guard: RuleGuard | None = None) -> FileReport:
        """As :meth:`Linter.lint`, one thread at a time."""
        with linter_lock.lock:
            return super().lint(file, guard)

    def lint_model(self, model: ModelFile) -> FileReport:
        """As :meth:`Linter.lint_model`, one thread at a time."""
        with linter_lock.lock:
            return super().lint_model(model)
