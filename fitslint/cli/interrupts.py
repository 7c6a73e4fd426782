"""Ctrl-C and SIGTERM, which wait while a piece of a report is written."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_END_SIGNALS = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
"""The signals that end a command, with what stands there when nobody has asked for anything."""


class Interruption(KeyboardInterrupt):
    """A signal asked for the end; its number is the argument."""

    @property
    def exit_code(self) -> int:
        """How shells tell it: 128 and the number of the signal."""
        return 128 + int(self.args[0])


class _SignalGate:
    """What is held back while something is being written; a second signal does not wait."""

    def __init__(self) -> None:
        self.depth = 0
        self.waiting: int | None = None

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """The handler."""
        waits = self.depth and self.waiting is None
        # Also noted when it is raised: a hook of the interpreter (behind a fork, say) swallows it.
        self.waiting = number
        if not waits:
            raise Interruption(number)

    def release(self) -> None:
        """Raise what waited, or was swallowed."""
        if self.waiting is not None:
            raise Interruption(self.waiting)


_signal_gate = _SignalGate()


@contextmanager
def catch_signals() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into :class:`Interruption`, unless somebody has other plans."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in _END_SIGNALS}
    ours = [number for number, usual in _END_SIGNALS.items() if handlers[number] == usual]
    tell = sys.unraisablehook
    # Raised where Python swallows it, it is noted, and raised again: nothing to speak of.
    sys.unraisablehook = lambda told: (
        None if isinstance(told.exc_value, Interruption) else tell(told)
    )
    for number in ours:
        signal.signal(number, _signal_gate.handle)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, handlers[number])
        sys.unraisablehook = tell


def acknowledge_signal() -> None:
    """Say that the end is on its way, so that it is not asked for again."""
    _signal_gate.waiting = None


@contextmanager
def hold_signals() -> Iterator[None]:
    """Let them wait until the block is done; the second of them does not."""
    _signal_gate.depth += 1
    try:
        yield
    finally:
        _signal_gate.depth -= 1
        if not _signal_gate.depth:
            _signal_gate.release()
