"""Work that may go on beside other work: syncing while comparing, digesting while copying."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class BackgroundCall(Generic[T]):
    """A call, made in a thread of its own or at once.

    Small files are not worth a thread, and in tests the order of calls is then always the same.
    """

    def __init__(self, call: Callable[[], T], threaded: bool) -> None:
        self._call = call
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run) if threaded else None
        if self._thread is None:
            self._run()
        else:
            self._thread.start()

    def _run(self) -> None:
        try:
            self._results.append(self._call())
        except BaseException as error:
            self._error = error

    def wait(self) -> None:
        """Wait until it is over."""
        if self._thread is not None:
            self._thread.join()

    def get_result(self) -> T:
        """Wait for it and give its result, or raise what it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._results[0]
