"""Ctrl-C and SIGTERM, which wait while a piece of a report is written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
"""The signals that end a command, with what stands there when nobody has asked for anything."""


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end; its number is the argument."""

    @property
    def exit_code(self) -> int:
        """How shells tell it: 128 and the number of the signal."""
        return 128 + int(self.args[0])


class _Patience:
    """What is held back while something is being written; a second signal does not wait."""

    def __init__(self) -> None:
        self.depth = 0
        self.waiting: int | None = None

    def take(self, number: int, _frame: FrameType | None) -> None:
        """The handler."""
        waits = self.depth and self.waiting is None
        # Also noted when it is raised: a hook of the interpreter (behind a fork, say) swallows it.
        self.waiting = number
        if not waits:
            raise Interrupted(number)

    def let_go(self) -> None:
        """Raise what waited, or was swallowed."""
        if self.waiting is not None:
            raise Interrupted(self.waiting)


_patience = _Patience()


@contextmanager
def catch_endings() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into :class:`Interrupted`, unless somebody has other plans."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.getsignal(one) for one in _ENDINGS}
    ours = [one for one, usual in _ENDINGS.items() if before[one] == usual]
    for one in ours:
        signal.signal(one, _patience.take)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, before[one])


def take_ending() -> None:
    """Say that the end is on its way, so that it is not asked for again."""
    _patience.waiting = None


@contextmanager
def hold_endings() -> Iterator[None]:
    """Let them wait until the block is done; the second of them does not."""
    _patience.depth += 1
    try:
        yield
    finally:
        _patience.depth -= 1
        if not _patience.depth:
            _patience.let_go()
