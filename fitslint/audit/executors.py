"""Where shards are worked on: processes of this machine, or a Dask cluster."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

from fitslint.audit.tables import AuditFolderError
from fitslint.audit.worker import stop_workers

LOCAL = "local"
"""A Dask cluster of this machine."""
_TIMEOUT_SECONDS = 30
_LOGGERS = ("distributed", "tornado", "asyncio")


class Crew(NamedTuple):
    """What works on shards."""

    executor: Executor
    is_idle: Callable[[], bool] = lambda: False
    """Whether it has nobody who works."""


@contextlib.contextmanager
def open_executor(jobs: int, dask: str | None) -> Iterator[Crew]:
    """What runs :func:`fitslint.audit.worker.run_shard`, ``jobs`` at a time.

    Parameters
    ----------
    jobs : int
        processes of this machine; of Dask those of its workers count.
    dask : str or None
        the address of a scheduler, ``local``, or None for no Dask.

    Raises
    ------
    AuditFolderError
        when there is no scheduler.
    """
    if dask is None:
        # A thread for each process: it waits for its answer and watches over it.
        executor = ThreadPoolExecutor(jobs, thread_name_prefix="audit")
        try:
            yield Crew(executor)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
            stop_workers()
        return
    with _connect(jobs, dask) as client:
        executor = client.get_executor(pure=False, retries=3)
        yield Crew(executor, partial(_has_no_workers, client))


def _has_no_workers(client: Any) -> bool:
    """Whether the scheduler answers and has nobody who works; one that is lost tells otherwise."""
    try:
        return client.status == "running" and not client.nthreads()
    except OSError:
        return False


@contextlib.contextmanager
def _connect(jobs: int, dask: str) -> Iterator[Any]:
    import distributed
    from dask import config

    client_type: Any = distributed.Client
    cluster_type: Any = distributed.LocalCluster
    with contextlib.ExitStack() as stack:
        stack.enter_context(_keep_quiet())
        stack.enter_context(config.set({"distributed.admin.log-format": "%(message)s"}))
        if dask == LOCAL:
            cluster = stack.enter_context(
                cluster_type(
                    n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None,
                    silence_logs=50,
                )
            )  # fmt: skip
            yield stack.enter_context(client_type(cluster))
            return
        try:
            client = client_type(dask, timeout=_TIMEOUT_SECONDS)
        except (OSError, ValueError, TimeoutError) as error:
            raise AuditFolderError(f"{dask}: no scheduler answers: {error}") from None
        yield stack.enter_context(client)


@contextlib.contextmanager
def _keep_quiet() -> Iterator[None]:
    """Let nobody write tracebacks of a lost scheduler: the run says which shards are not done."""
    # Below the loggers of a package there are some with levels of their own.
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in _LOGGERS]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
