"""Processes that work on shards, and the watch over them.

Every shard is worked on in a process of its own kind, under Dask as well: a file that hangs or
kills its process is found out by its marker, passed over, and named.
"""

from __future__ import annotations

import gc
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fitslint._version import __version__
from fitslint.audit.job import AuditJob
from fitslint.audit.marker import mark_late, read_place
from fitslint.audit.nursery import HelperProcess
from fitslint.text import ENGLISH, choose_language

SHARDS_MAX = 64
"""Shards after which a process is replaced: whatever it has gathered goes with it."""
_RETRIES_MAX = 3
"""Deaths of a process in one shard, with no file to blame, after which the shard is given up."""
_GRACE_SECONDS = 10.0
"""Seconds beyond the time limit of a file after which its process is ended."""
_DATA_SECONDS = 86_400.0
"""The same where data are read."""
_POLL_SECONDS = 1.0


class ShardError(Exception):
    """A shard could not be finished; one sentence says why."""


class WorkerProcess(HelperProcess):
    """A process that works on the shards of a job, one at a time."""

    def __init__(self, job: AuditJob) -> None:
        super().__init__(serve_shards)
        self.job = job
        self.shards = 0
        self.send(job)

    def run(self, shard: int) -> dict[str, Any] | None:
        """What the shard says of itself; None when the process has died or was ended.

        Raises
        ------
        ShardError
            when its parts cannot be written.
        """
        self.shards += 1
        folder = Path(self.job.folder)
        settings = self.job.settings
        # How long data take nobody knows; the process watches itself whether they come in.
        limit = _DATA_SECONDS if settings.data else settings.limits.seconds + _GRACE_SECONDS
        try:
            self.pipe.send(shard)
            place, since = -1, time.monotonic()
            while not self.pipe.poll(_POLL_SECONDS):
                now = read_place(folder, shard)
                if now != place or now < 0:
                    place, since = now, time.monotonic()
                elif time.monotonic() - since > limit:
                    self.stop()
                    mark_late(folder, shard, place)
                    return None
            answer = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if isinstance(answer, str):
            raise ShardError(answer)
        found: dict[str, Any] = answer
        return found


_workers = threading.local()
_all_workers: set[WorkerProcess] = set()
_is_over = threading.Event()
"""Whether this process wants no more shards: its threads are not to begin another."""


def run_shard(job: AuditJob, shard: int) -> dict[str, Any]:
    """Work on a shard in the process that belongs to this thread; what the shard says of itself.

    Raises
    ------
    ShardError
        when its parts cannot be written, processes die of it again and again, or the run is of
        another fitslint.
    """
    own, other = __version__, job.version
    if own != other:
        raise ShardError(
            f"shard {shard}: a worker has fitslint {own} and the run has {other}; "
            "install one version on all machines"
        )
    deaths = 0
    while deaths < _RETRIES_MAX:
        if _is_over.is_set():
            raise ShardError(f"shard {shard}: the run was ended")
        worker = _get_worker(job)
        found = worker.run(shard)
        if found is not None:
            if worker.shards >= SHARDS_MAX:
                _drop_worker(worker)
            return found
        _drop_worker(worker)
        place = read_place(Path(job.folder), shard)
        deaths = 0 if place >= 0 else deaths + 1
    raise ShardError(f"shard {shard}: its process died {deaths} times")


def _get_worker(job: AuditJob) -> WorkerProcess:
    worker: WorkerProcess | None = getattr(_workers, "worker", None)
    if worker is not None and (worker.job != job or worker.pipe.closed):
        _drop_worker(worker)
        worker = None
    if worker is None:
        worker = _workers.worker = WorkerProcess(job)
        _all_workers.add(worker)
    return worker


def _drop_worker(worker: WorkerProcess) -> None:
    _workers.worker = None
    _all_workers.discard(worker)
    worker.stop()


def begin_work() -> None:
    """Let threads of this process work on shards."""
    _is_over.clear()


def stop_workers() -> None:
    """End all processes of this one; no thread begins another."""
    _is_over.set()
    while _all_workers:
        _all_workers.pop().stop()


def serve_shards(pipe: Connection) -> None:
    """Work on the shards of a job; the job comes first.

    Raises
    ------
    EOFError, OSError
        when the other end of the pipe is gone.
    """
    from fitslint.audit.shard import ShardChecker  # who only hands out shards does without

    choose_language(ENGLISH)  # what is stored can be said in any language later
    checker = ShardChecker(pipe.recv())
    gc.freeze()  # what is there already stays: no collection looks at it
    while True:
        shard = pipe.recv()
        try:
            answer: object = checker.run(shard)
        except OSError as error:
            answer = _describe_error(shard, error)
        pipe.send(answer)


def _describe_error(shard: int, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"shard {shard} cannot be written: {reason}"
