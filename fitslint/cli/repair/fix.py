"""``fitslint fix``: from the options to repaired files and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from fitslint.cli.check import end_early, exit_code, find_coverage, write_batches
from fitslint.cli.errors import ExitCode, Usage
from fitslint.cli.given import load
from fitslint.cli.leftovers import tell_leftovers
from fitslint.cli.outputs import Sink, colour_on, open_sinks
from fitslint.cli.progress import Meter
from fitslint.cli.repair.asking import Asker
from fitslint.cli.repair.outcome import FixReport
from fitslint.cli.repair.telling import Diff, KeptCorrections, Lines, Sums
from fitslint.cli.repair.telling import closing as sentence
from fitslint.cli.repair.worker import FixChecker, Work, fix_batches
from fitslint.config.options import Value
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.checker import STDIN, Batch
from fitslint.engine.ruleset import UnknownSelector
from fitslint.engine.tally import Tally
from fitslint.model.finding import Severity
from fitslint.repair.access import restrict
from fitslint.repair.corrections import SCHEMA
from fitslint.repair.fixing import Writing
from fitslint.repair.log import Log
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from fitslint.report.format import Totals
from fitslint.source.walk import Walk

_HEAD = 200
"""Bytes in which a file says that it holds corrections."""


@dataclass(frozen=True, slots=True)
class Request:
    """A repair as it was asked for; ``options`` are those that configuration files have too."""

    paths: Sequence[str]
    fixes: FixOptions
    writing: Writing
    options: Mapping[str, Value] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    interactive: bool = False
    corrections: str | None = None
    emit: str | None = None
    """File that corrections are written to, instead of the files that they correct."""
    config: Path | None = None
    search: bool = True
    color: str = "auto"
    show_infos: bool = False
    only_fits: bool = False


def carry_out(request: Request) -> ExitCode:
    """Fix, tell what was done and what is left, and say how it ended.

    Raises
    ------
    Usage
        when the request makes no sense; nothing was touched then.
    """
    settings = load(request.options, request.config, search=request.search).settings
    if STDIN in request.paths:
        raise Usage("standard input cannot be fixed: there is no file to write; name one")
    with ExitStack() as stack:
        follow = request.writing.follow
        walk = Walk(
            request.paths,
            exclude=settings.exclude,
            follow_links=follow,
            only_fits=request.only_fits,
        )
        asker = Asker(colour=colour_on(request.color, sys.stderr)) if request.interactive else None
        fixes = replace(request.fixes, accept=asker.accept) if asker else request.fixes
        folders = tuple(path for path in request.paths if os.path.isdir(path))  # noqa: PTH112
        writing = replace(request.writing, named=folders)
        work = Work(settings, fixes, writing, request.corrections)
        try:
            if request.writing.log is not None:
                Log(request.writing.log)
            infos = request.show_infos or bool(settings.select) or settings.fail_on == "info"
            least: Severity = "info" if infos else "warning"
            sinks = _sinks(request, stack, least)
            formats = [sink.format for sink in sinks]
            checker = FixChecker(work, formats, asker.on_file if asker else None)
            batches = fix_batches(walk, checker, alone=asker is not None)
        except (UnknownSelector, DictionaryError, RepairError) as error:
            raise Usage(str(error)) from None
        sums, tally = Sums(), Tally()
        totals = Totals(tally, walk.skipped, find_coverage(settings) if request.outputs else None)

        def take(batch: Batch) -> None:
            for report in batch.reports:
                sums.add(report)
            for sink in sinks:
                if isinstance(sink.format, KeptCorrections):
                    _keep_private(sink, batch)

        with end_early(sinks, totals), closing(batches):
            write_batches(batches, sinks, tally, Meter(walk.again()), take)
        for sink in sinks:
            sink.finish(totals)
        tell_leftovers(walk.temporaries)
        _conclude(request, sums, totals, sinks, least)
    return exit_code(tally, settings)


def _sinks(request: Request, stack: ExitStack, least: Severity) -> list[Sink]:
    colour = colour_on(request.color, sys.stdout)
    sinks: list[Sink] = []
    if request.writing.diff:
        sinks.append(Sink(Diff(colour), sys.stdout))
    if request.outputs:
        sinks += open_sinks(request.outputs, request.color, stack, least)
        if sum(sink.stream is sys.stdout for sink in sinks) > 1:
            raise Usage("--diff and --output cannot both go to standard output; use FORMAT=FILE")
    elif not sinks:
        sinks.append(Sink(Lines(colour, least=least), sys.stdout))
    if request.emit is not None:
        # First: a file that it cannot speak of is told as one that failed.
        sinks.insert(0, _kept(request.emit, stack))
    return sinks


def _kept(name: str, stack: ExitStack) -> Sink:
    """The sink of --emit-corrections; only an older file of corrections gives way to a new one."""
    path, form = Path(name), KeptCorrections(False, name)
    try:
        if path.is_file():
            with path.open("rb") as old:
                head = old.read(_HEAD)
            if head and SCHEMA.encode() not in head:
                raise Usage(f"{name!r} is no file of corrections and is not overwritten")
        stream = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
    except OSError as error:
        raise Usage(f"cannot write {name!r}: {error.strerror}") from None
    stream.write(form.head())
    return Sink(form, stream)


def _keep_private(sink: Sink, batch: Batch) -> None:
    """Corrections hold cards of files: nobody may read them who may not read each of those."""
    for report in batch.reports:
        if isinstance(report, FixReport) and report.changed:
            restrict(sink.stream.fileno(), report.path)


def _conclude(
    request: Request, sums: Sums, totals: Totals, sinks: Sequence[Sink], least: Severity
) -> None:
    """The closing sentence, out of the way of a report for programs."""
    written = request.writing.mode != "none"
    told = sentence(sums, totals, written=written, options=request.fixes, least=least)
    lines = any(isinstance(sink.format, Lines) for sink in sinks)
    (sys.stdout if lines else sys.stderr).write(f"{told}\n")
