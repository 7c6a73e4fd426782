"""Waiting without a clock: for what happens, however busy the machine is.

``HANG`` is no measure of speed: a process that takes so long does not end at all.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

HANG = 1800
_NEVER = Event()
_LOOKS = 100_000


def wait_for(happened: Callable[[], Any]) -> None:
    """Look again and again until something has happened."""
    for _ in range(_LOOKS):
        if happened():
            return
        _NEVER.wait(0.01)
    raise AssertionError("it did not happen")


def count_calls(work: Callable[[], Any]) -> tuple[int, Any]:
    """How many functions, Python's and built in, some work calls, and what it gives."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        result = work()
    finally:
        sys.setprofile(None)
    return calls, result


@contextmanager
def end_at_last(seconds: int = 60) -> Iterator[None]:
    """Fail what computes for ever; ``seconds`` of this process are thousands of times its need."""

    def give_up(_number: int, _frame: Any) -> None:
        raise AssertionError("it does not end")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
