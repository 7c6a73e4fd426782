"""Bounds of a download, and attempts within them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fitslint.pipeline.fetch.errors import FetchError

Value = TypeVar("Value")
_PAUSE_GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much and how long.

    Attributes
    ----------
    file_bytes : int
        bytes of a file.
    page_bytes : int
        bytes of a listing.
    attempts : int
        connections for one file that bring nothing of it.
    unreachable_attempts : int
        of them in a row to a host that cannot be reached.
    redirects : int
        of one connection.
    connect, read : float
        seconds until a connection stands, and between two pieces of a body.
    page_seconds, total_seconds : float
        seconds that a page, and all of a download, may take.
    pause : float
        seconds before the second attempt; twice as long before each further one.
    longest_wait : float
        longest wait in seconds that a server may ask for.
    """

    file_bytes: int = 4 * 1024**3
    page_bytes: int = 2 * 1024**2
    attempts: int = 5
    unreachable_attempts: int = 3
    redirects: int = 10
    connect: float = 20.0
    read: float = 60.0
    page_seconds: float = 300.0
    total_seconds: float = 6 * 3600.0
    pause: float = 0.5
    longest_wait: float = 120.0


def retry(
    action: Callable[[], Value], limits: FetchLimits, get_size: Callable[[], int] = lambda: 0
) -> Value:
    """What ``action`` returns, tried again while its failures are of the kind that passes.

    Parameters
    ----------
    get_size : callable
        the bytes that are there already; failures that brought more do not count as attempts
        without success, of which there are ``limits.attempts``. Of all there are at most ten times
        as many.

    Raises
    ------
    FetchError
        the last failure, or one that does not pass.
    """
    pause, failed, most, calls = limits.pause, 0, -1, 0
    for left in range(10 * limits.attempts - 1, -1, -1):
        try:
            return action()
        except FetchError as error:
            now = get_size()
            pause, failed = (limits.pause, 1) if now > most else (pause * _PAUSE_GROWTH, failed + 1)
            most = max(most, now)
            calls = calls + 1 if error.reason == "unreachable" else 0
            wait = pause if error.wait is None else error.wait
            spent = not left or failed >= limits.attempts or calls >= limits.unreachable_attempts
            if spent or not error.is_transient or wait > limits.longest_wait:
                raise
            time.sleep(wait)
    raise ValueError("attempts are one or more")
