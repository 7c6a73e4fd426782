"""Ctrl-C and SIGTERM around a fork."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

HELD_SIGNALS = {signal.SIGINT, signal.SIGTERM}


@contextlib.contextmanager
def hold_interrupts() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait: what is raised in the hooks that run around a fork is lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
