"""Requests that are made again when a server or the way to it fails for a moment."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

ATTEMPTS = 4
_PAUSE_SECONDS = 0.25
_PAUSE_MAX = 10.0


class RemoteError(Exception):
    """A file cannot be read; one sentence says why.

    Attributes
    ----------
    is_gone : bool
        whether there is no such file.
    """

    def __init__(self, reason: str, *, is_gone: bool = False) -> None:
        super().__init__(reason)
        self.is_gone = is_gone


class PassingError(Exception):
    """Another attempt may do better; ``pause`` (seconds) is what the server asks for."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause


def try_again(attempt: Callable[[], Answer], deadline: float) -> Answer:
    """The answer of an attempt that succeeds.

    Between two attempts a random time passes that doubles on average, so that many readers of one
    server do not come back together.

    Parameters
    ----------
    deadline : float
        on the monotonic clock in seconds; after it nothing is tried again.

    Raises
    ------
    RemoteError
        when all have failed.
    """
    for count in range(1, ATTEMPTS + 1):
        try:
            return attempt()
        except PassingError as error:
            pause = max(error.pause, _PAUSE_SECONDS * 2**count * random.uniform(0.5, 1.5))
            pause = min(pause, _PAUSE_MAX)
            if count == ATTEMPTS or time.monotonic() + pause > deadline:
                raise RemoteError(f"{error} ({count} attempts)") from None
            time.sleep(pause)
    raise AssertionError("the last attempt answers or raises")
