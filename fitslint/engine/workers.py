"""Worker processes: chunks of inputs out, batches of answers back in order.

A worker that dies takes nobody with it: its inputs are tried again one by one, and the one that
kills its process again is reported as crashed.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import cast

from fitslint.engine.checker import STDIN, Batch, FileChecker
from fitslint.engine.signals import HELD_SIGNALS, hold_interrupts
from fitslint.engine.tally import Tally
from fitslint.model.finding import FileReport
from fitslint.text import say

_CHUNK_FIRST, _CHUNK_MIN, _CHUNK_MAX = 64, 8, 512
"""Inputs in a chunk: to begin with, at least and at most."""
_QUICK_SECONDS, _SLOW_SECONDS = 0.03, 0.3
"""A chunk that takes less time (seconds) makes the next ones longer, more makes them shorter."""
_DATA_SECONDS = 86_400.0
"""Patience with a worker that reads data: poll() counts milliseconds in 31 bits."""
_HEAVY_TEXT = 1 << 20
"""Characters of text in a batch from which chunks get shorter."""
_CHUNKS_AHEAD = 4
"""Chunks that may be out or waiting for their turn, for each worker."""
_FAULT_EXIT = 70
"""Exit of a worker that met a fault of ours, as sysexits.h has it."""
_GRACE_SECONDS = 10.0
"""Seconds beyond all time limits after which a silent worker is ended."""


class _Worker:
    """A process, our end of its pipe, and the chunk that it has."""

    def __init__(
        self, context: BaseContext, checker: FileChecker, others: list[Connection]
    ) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(  # type: ignore[attr-defined]
            target=_serve_chunks, args=(theirs, [*others, self.pipe], checker), daemon=True
        )
        with hold_interrupts():
            self.process.start()
        theirs.close()
        self.chunk: list[str] = []
        self.number = -1
        self.deadline = 0.0

    def send(self, number: int, chunk: list[str], seconds: float) -> None:
        self.number, self.chunk = number, chunk
        self.deadline = time.monotonic() + seconds
        # A worker that is already dead is noticed when its answer is waited for.
        with contextlib.suppress(OSError):
            self.pipe.send(chunk)

    def receive(self) -> Batch | None:
        """The batch, or None when the process has died."""
        try:
            return cast(Batch, self.pipe.recv())
        except (EOFError, OSError):
            return None

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


class Workers:
    """Runs a checker in ``jobs`` processes."""

    def __init__(self, checker: FileChecker, jobs: int) -> None:
        self.checker = checker
        self.jobs = jobs
        has_data = checker.settings.data
        self.chunk_size = 1 if has_data else _CHUNK_FIRST
        self._chunk_min = 1 if has_data else _CHUNK_MIN
        # How long data take nobody knows; a worker watches itself whether they come in.
        self.time_limit = _DATA_SECONDS if has_data else checker.settings.limits.seconds
        self._context = multiprocessing.get_context(_choose_start_method())
        self._workers: list[_Worker] = []
        self._finished_batches: dict[int, Batch] = {}

    def run(self, inputs: Iterator[str]) -> Generator[Batch]:
        """Check ``inputs``; batches come in their order."""
        gc.freeze()
        try:
            self._workers = []
            for _ in range(self.jobs):
                self._workers.append(self._start_worker())
            yield from self._run_chunks(inputs)
        finally:
            for worker in self._workers:
                worker.stop()
            gc.unfreeze()

    def _run_chunks(self, inputs: Iterator[str]) -> Iterator[Batch]:
        idle = deque(self._workers)
        sent, told = 0, 0
        more = True
        while more or told < sent:
            while more and idle and sent - told < self.jobs * _CHUNKS_AHEAD:
                chunk = list(islice(inputs, self.chunk_size))
                more = bool(chunk)
                if STDIN in chunk:  # workers have no standard input
                    self._finished_batches[sent] = self.checker.check_batch(chunk)
                    sent += 1
                elif chunk:
                    idle.popleft().send(sent, chunk, 4 * self.time_limit + _GRACE_SECONDS)
                    sent += 1
            idle.extend(
                self._wait_for_workers([worker for worker in self._workers if worker.chunk])
            )
            while told in self._finished_batches:
                yield self._finished_batches.pop(told)
                told += 1

    def _wait_for_workers(self, busy: list[_Worker]) -> Iterator[_Worker]:
        """Wait for an answer or a deadline; the workers that can be given another chunk."""
        if not busy:
            return
        patience = min(worker.deadline for worker in busy) - time.monotonic()
        ready = wait([worker.pipe for worker in busy], max(0.0, patience))
        for worker in busy:
            if worker.pipe in ready:
                batch = worker.receive()
            elif time.monotonic() > worker.deadline:
                batch = None
            else:
                continue
            if batch is None:
                yield self._replace_worker(worker)
            else:
                self._adapt_chunk_size(batch)
                self._finished_batches[worker.number] = batch
                worker.chunk = []
                yield worker

    def _adapt_chunk_size(self, batch: Batch) -> None:
        if batch.seconds > _SLOW_SECONDS or sum(map(len, batch.texts)) > _HEAVY_TEXT:
            self.chunk_size = max(self._chunk_min, self.chunk_size // 2)
        elif batch.seconds < _QUICK_SECONDS:
            self.chunk_size = min(_CHUNK_MAX, self.chunk_size * 2)

    def _replace_worker(self, dead: _Worker) -> _Worker:
        dead.stop()
        self._workers.remove(dead)
        self._finished_batches[dead.number] = self._check_one_by_one(dead.chunk)
        fresh = self._start_worker()
        self._workers.append(fresh)
        return fresh

    def _check_one_by_one(self, chunk: list[str]) -> Batch:
        """Try the inputs of a worker that died, each alone, to find the one that is to blame."""
        batches = []
        worker = self._start_worker()
        for path in chunk:
            worker.send(0, [path], self.time_limit + _GRACE_SECONDS)
            silent = not worker.pipe.poll(self.time_limit + _GRACE_SECONDS)
            batch = None if silent else worker.receive()
            if batch is None:
                batches.append(self._build_batch(self._report_death(path, worker, silent=silent)))
                worker.stop()
                worker = self._start_worker()
            else:
                batches.append(batch)
        worker.stop()
        return self._merge_batches(batches)

    def _report_death(self, path: str, worker: _Worker, *, silent: bool) -> FileReport:
        if silent:
            return self.checker.report_failure(
                path,
                "timeout",
                say("not judged within {time_limit:g} s", time_limit=self.time_limit),
            )
        worker.process.join(1.0)
        code = worker.process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
        return self.checker.report_failure(
            path, "crashed", say("the process that checked it died ({how})", how=how)
        )

    def _build_batch(self, report: FileReport) -> Batch:
        tally = Tally()
        tally.add(report)
        texts = tuple(renderer.render_file(report) for renderer in self.checker.renderers)
        return Batch(tally, texts, [report] if self.checker.keep_reports else [])

    def _merge_batches(self, batches: list[Batch]) -> Batch:
        whole = Batch(Tally())
        for batch in batches:
            whole.tally.update(batch.tally)
            whole.reports += batch.reports
        whole.texts = tuple(
            renderer.separator.join(text for batch in batches if (text := batch.texts[place]))
            for place, renderer in enumerate(self.checker.renderers)
        )
        return whole

    def _start_worker(self) -> _Worker:
        return _Worker(self._context, self.checker, [worker.pipe for worker in self._workers])


def _serve_chunks(pipe: Connection, others: list[Connection], checker: FileChecker) -> None:
    """Answer chunks until the other end is gone."""
    # Ctrl-C reaches the whole group; the parent decides, and its end of the pipe tells us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # An alarm of the program around stays with it: timers are not inherited, handlers are.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_SIGNALS)
    # A forked child holds copies of the parent's ends: they would keep its brothers waiting.
    for other in others:
        other.close()
    with checker.timer, contextlib.suppress(EOFError, OSError):
        while True:
            chunk = pipe.recv()
            try:
                answer = checker.check_batch(chunk)
            except Exception:
                if os.environ.get("FITSLINT_DEBUG"):
                    raise
                sys.exit(_FAULT_EXIT)
            pipe.send(answer)


def _choose_start_method() -> str:
    # A fork while other threads run may copy a lock that nobody will release.
    alone = threading.active_count() == 1
    return "fork" if alone and "fork" in multiprocessing.get_all_start_methods() else "spawn"
