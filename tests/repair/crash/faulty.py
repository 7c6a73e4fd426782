"""A system that fails, stops short or kills its process at the n-th call."""

from __future__ import annotations

import errno
import os
import signal
import site
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from fitslint.repair.write.system import System

_P = ParamSpec("_P")
_T = TypeVar("_T")

CALLS = [name for name, call in vars(System).items() if callable(call) and name[0] != "_"]
WRITES = {"write": 1, "pwrite": 1}
"""Position of the bytes among the arguments."""


@dataclass(frozen=True)
class Strike:
    """What happens: an error number, or death; after how many bytes; once or from then on."""

    error: int | None
    """None: the process is killed."""
    after: int | None = None
    """Bytes of a write that are done before; None: the call is not made at all."""
    done: bool = False
    """The call is made whole first."""
    for_good: bool = False

    def __str__(self) -> str:
        name = errno.errorcode[self.error] if self.error else "kill"
        bits = "" if self.after is None else f"-after-{self.after}"
        return name + bits + "-done" * self.done + "-for-good" * self.for_good

    def fall(self) -> None:
        if self.error is None:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self.error, os.strerror(self.error or 0))


class Faulty(System):
    """Counts its calls and lets the strike fall at call ``at`` (from 0)."""

    chunk = 5000
    extent = 5000

    def __init__(self, strike: Strike | None = None, at: int = -1) -> None:
        self.log: list[str] = []
        self.strike = strike
        self.at = at
        for name in CALLS:
            setattr(self, name, partial(self._call, name, getattr(super(), name)))

    def _call(self, name: str, call: Callable[..., Any], *given: Any) -> Any:
        number, strike = len(self.log), self.strike
        self.log.append(name)
        if strike is None or not (number == self.at or (strike.for_good and number > self.at)):
            return call(*given)
        if strike.done or name == "close":
            # A descriptor is closed even when closing it fails.
            result = call(*given)
            if strike.error is None:
                strike.fall()
            if name != "close":
                return result
        elif strike.after is not None:
            self._part(name, call, given, strike.after)
        return strike.fall()

    def _part(
        self, name: str, call: Callable[..., Any], given: tuple[Any, ...], count: int
    ) -> None:
        if name in WRITES:
            call(given[0], bytes(given[1])[:count], *given[2:])
        elif name == "copy_file_range":
            call(given[0], given[1], min(count, given[2]), given[3])


class Short(System):
    """Writes and copies at most so many bytes at once, as a system may."""

    def __init__(self, count: int) -> None:
        self.count = count

    def write(self, fd: int, data: bytes | memoryview) -> int:
        return super().write(fd, data[: self.count])

    def pwrite(self, fd: int, data: bytes | memoryview, offset: int) -> int:
        return super().pwrite(fd, data[: self.count], offset)

    def pread(self, fd: int, count: int, offset: int) -> bytes:
        return super().pread(fd, min(count, self.count), offset)

    def copy_file_range(self, source: int, target: int, count: int, start: int) -> int:
        return super().copy_file_range(source, target, min(count, self.count), start)


def in_child(work: Callable[[], Any]) -> int:
    """Do something in a child process; its exit status, or minus the signal that ended it."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@cache
def _open_small_process() -> ProcessPoolExecutor:
    # It has to find these modules by itself: pytest knows them without a path that leads to them.
    root = str(Path(__file__).parents[3])
    return ProcessPoolExecutor(
        1, mp_context=get_context("forkserver"), initializer=site.addsitedir, initargs=(root,)
    )


def call_in_small_process(work: Callable[_P, _T], *given: _P.args, **named: _P.kwargs) -> _T:
    """What a function of a module gives, called where forks cost little.

    A process that has collected all tests takes five times as long to fork.
    """
    return _open_small_process().submit(work, *given, **named).result()
