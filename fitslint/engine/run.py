"""Many inputs: in this process when they are few, else in worker processes; answers in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from fitslint.config.settings import Settings, count_cores
from fitslint.engine.checker import Batch, FileChecker, ReadFile, Renderer, ReportFilter
from fitslint.model.finding import FileReport

if TYPE_CHECKING:
    from fitslint.engine.cache import ReportCache

PARALLEL_FROM = 64
"""Below so many inputs, starting processes costs more than they save."""
_PARALLEL_FROM_WITH_DATA = 2
_BATCH_SIZE = 16
_WARM_UP_FILES = 8
"""Inputs that are checked here before processes are started."""


def check_all(inputs: Iterable[str], settings: Settings) -> Iterator[FileReport]:
    """The report of every input, in order.

    Parameters
    ----------
    inputs
        paths; ``-`` is standard input.
    settings
        ``settings.jobs`` worker processes, None meaning the cores; 1 stays in this process.
    """
    for batch in check_batches(inputs, settings, keep_reports=True):
        yield from batch.reports


def check_batches(
    inputs: Iterable[str],
    settings: Settings,
    renderers: Sequence[Renderer] = (),
    *,
    keep_reports: bool = False,
    read: ReadFile | None = None,
    filters: Sequence[ReportFilter] = (),
    cache: ReportCache | None = None,
    advance: Callable[[int], object] | None = None,
) -> Generator[Batch]:
    """Batches of answers in the order of ``inputs``, each with its counts and texts.

    Parameters
    ----------
    inputs, settings
        as for :func:`check_all`.
    renderers
        every batch brings the text of its files by each of them.
    keep_reports
        every batch also brings its reports.
    read
        reads a path, with corrections; None reads it as it is.
    filters
        take findings out of the reports.
    cache
        remembers the reports of files that stay as they are.
    advance
        is told of bytes of data that were read, where this process reads them.

    Raises
    ------
    UnknownSelectorError
        before anything is read, when the settings name a rule that does not exist.
    """
    checker = FileChecker(
        settings,
        renderers,
        keep_reports=keep_reports,
        read=read,
        filters=filters,
        cache=cache,
        advance=advance,
    )
    checker.get_linter()
    source = iter(inputs)
    jobs = settings.jobs or count_cores()
    worthwhile = PARALLEL_FROM if not settings.data else _PARALLEL_FROM_WITH_DATA
    first = list(islice(source, worthwhile)) if jobs > 1 else []
    if jobs == 1 or len(first) < worthwhile:
        return _run_in_process(checker, chain(first, source))
    return _run_in_workers(checker, jobs, first, source)


def _run_in_workers(
    checker: FileChecker, jobs: int, first: list[str], source: Iterator[str]
) -> Generator[Batch]:
    from fitslint.engine.workers import Workers

    # What the linter learns from a few files, its forked copies need not learn again; the data of
    # a few files may take longer than that.
    alone = 0 if checker.settings.data else _WARM_UP_FILES
    yield from _run_in_process(checker, iter(first[:alone]))
    yield from Workers(checker, jobs).run(chain(first[alone:], source))


def _run_in_process(checker: FileChecker, inputs: Iterator[str]) -> Generator[Batch]:
    return checker.check_batches(inputs, 1 if checker.settings.data else _BATCH_SIZE)
