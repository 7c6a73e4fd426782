"""Processes that work apart, and the one that they are forked from.

On Linux that one is itself forked from the run, with all that the run has loaded, and loads the
rest while files are being listed. Elsewhere, and where threads run already, whose locks a fork
would copy, multiprocessing starts a server of its own.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

from fitslint.engine.signals import HELD_SIGNALS, hold_interrupts

Serve = Callable[[Connection], object]
"""What a process does at its end of the pipe; a function of a module."""

_PRELOAD = "fitslint.audit.preload"
_SERVE = "from fitslint.audit.nursery import serve_descriptor; serve_descriptor({})"
_DESCRIPTORS = "/proc/self/fd"
_CAN_FORK = os.path.isdir(_DESCRIPTORS)  # noqa: PTH112
"""Only of Linux: elsewhere libraries of the system do not bear it."""
_ORDER = struct.Struct("<q")
"""0: fork one for the pipe that comes along; else the process that is to be ended."""


class HelperProcess:
    """A process that does ``serve`` at the other end of :attr:`pipe`.

    Raises
    ------
    OSError
        when the system gives none.
    """

    def __init__(self, serve: Serve) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        with theirs:
            self._end = _start_process(theirs)
        self.send(serve)

    def send(self, something: object) -> None:
        """Send it; that the process is dead already is noticed when its answer is waited for."""
        with contextlib.suppress(OSError):
            self.pipe.send(something)

    def stop(self) -> None:
        """End the process."""
        self.pipe.close()
        self._end()


class _Nursery:
    """The process that others are forked from; it ends with this one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs, hold_interrupts():
            self._pid = os.fork()
            if not self._pid:
                try:
                    _serve_orders(theirs)
                finally:
                    os._exit(1)

    def start(self, pipe: Connection) -> int:
        """Fork a process for a pipe; its number."""
        with self._lock:
            socket.send_fds(self._socket, [_ORDER.pack(0)], [pipe.fileno()])
            return self._read_answer()

    def end(self, pid: int) -> None:
        """End a process, and wait until it is gone."""
        try:
            with self._lock:
                self._socket.send(_ORDER.pack(pid))
                self._read_answer()
        except OSError:  # the nursery itself was ended
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Let it end, where it has not been ended already."""
        self._socket.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def _read_answer(self) -> int:
        answer = self._socket.recv(_ORDER.size)
        if not answer:
            raise ConnectionResetError
        number: int = _ORDER.unpack(answer)[0]
        return number


_nurseries: list[_Nursery] = []
"""The one that there is, if any."""


def begin_nursery() -> None:
    """Begin to load what all processes need in the one that they are forked from."""
    if multiprocessing.current_process().daemon:  # as those of Dask are
        return
    if _nurseries:
        return
    if _CAN_FORK and _is_alone():
        _nurseries.append(_Nursery())
    else:
        multiprocessing.get_context("forkserver").set_forkserver_preload([_PRELOAD])
        forkserver.ensure_running()


def _is_alone() -> bool:
    """Whether a fork copies no lock that a thread has, and nobody will release."""
    return threading.active_count() == 1


def _start_process(pipe: Connection) -> Callable[[], object]:
    """Start a process for a pipe; what ends it."""
    if multiprocessing.current_process().daemon:
        descriptor = pipe.fileno()
        program = subprocess.Popen(
            [sys.executable, "-c", _SERVE.format(descriptor)],
            pass_fds=[descriptor], stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return partial(_end_process, program.kill, program.wait)
    with contextlib.suppress(OSError, IndexError):
        nursery = _nurseries[0]
        try:
            number = nursery.start(pipe)
        except OSError:
            _nurseries.clear()
            nursery.close()
            raise
        return partial(nursery.end, number)
    context: Any = multiprocessing.get_context("forkserver")
    process = context.Process(target=_serve_pipe, args=(pipe,), daemon=True)
    process.start()
    return partial(_end_process, process.kill, process.join)


def _end_process(kill: Callable[[], object], wait: Callable[[], object]) -> None:
    kill()
    wait()


def _serve_orders(orders: socket.socket) -> None:
    """Fork and end processes until nobody is left who could ask for it."""
    # Ctrl-C reaches the whole group; who asked decides, and the end of the pipe tells us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_SIGNALS)
    _close_others(orders.fileno())
    gc.freeze()  # what the run had open is closed: nothing may close it once more
    import_module(_PRELOAD)
    gc.freeze()
    processes: dict[int, Any] = {}
    while True:
        message, descriptors, *_ = socket.recv_fds(orders, _ORDER.size, 1)
        if not message:
            os._exit(0)
        number: int = _ORDER.unpack(message)[0]
        if number:
            if process := processes.pop(number, None):
                process.kill()
                process.join()
        else:
            context: Any = multiprocessing.get_context("fork")
            process = context.Process(target=_serve_forked, args=descriptors)
            process.start()
            number = process.pid
            processes[number] = process
            os.close(descriptors[0])
        orders.send(_ORDER.pack(number))


def _serve_forked(descriptor: int) -> None:
    _close_others(descriptor)
    serve_descriptor(descriptor)


def _close_others(kept: int) -> None:
    """Close what the process before had open: its locks and pipes end with it."""
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208
        descriptor = int(name)
        if descriptor > 2 and descriptor != kept:
            with contextlib.suppress(OSError):  # that of the listing itself
                os.close(descriptor)


def serve_descriptor(descriptor: int) -> None:
    """Do what is asked through an open pipe."""
    _serve_pipe(Connection(descriptor))


def _serve_pipe(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(EOFError, OSError):
        serve: Serve = pipe.recv()
        serve(pipe)
