"""``fitslint fix``: from the options to repaired files and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from fitslint.cli.check import decide_exit_code, end_early, find_coverage, write_batches
from fitslint.cli.errors import ExitCode, UsageError
from fitslint.cli.leftovers import report_leftovers
from fitslint.cli.outputs import ReportOutput, is_colour_on, open_outputs
from fitslint.cli.progress import FileCounter
from fitslint.cli.repair.fix_counts import FixCountsReport
from fitslint.cli.repair.fix_reporters import (
    CorrectionsReporter,
    DiffReporter,
    FixCounts,
    LineReporter,
)
from fitslint.cli.repair.fix_reporters import describe_fix_counts as sentence
from fitslint.cli.repair.fix_worker import FixChecker, FixJob, fix_batches
from fitslint.cli.repair.interactive import Prompt
from fitslint.cli.settings import load_settings
from fitslint.config.options import OptionValue
from fitslint.dictionary.load import DictionaryError
from fitslint.engine.checker import STDIN, Batch
from fitslint.engine.ruleset import UnknownSelector
from fitslint.engine.tally import Tally
from fitslint.model.finding import Severity
from fitslint.repair.access import restrict_permissions
from fitslint.repair.corrections import CORRECTIONS_SCHEMA
from fitslint.repair.fixer import WriteOptions
from fitslint.repair.log import Log
from fitslint.repair.model import RepairError
from fitslint.repair.options import FixOptions
from fitslint.report.reporter import Summary
from fitslint.source.walk import FileWalk

_HEAD_BYTES = 200
"""Bytes in which a file says that it holds corrections."""


@dataclass(frozen=True, slots=True)
class FixRequest:
    """A repair as it was asked for; ``options`` are those that configuration files have too."""

    paths: Sequence[str]
    fixes: FixOptions
    writing: WriteOptions
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    interactive: bool = False
    corrections: str | None = None
    corrections_output: str | None = None
    """File that corrections are written to, instead of the files that they correct."""
    config: Path | None = None
    search: bool = True
    color: str = "auto"
    show_infos: bool = False
    only_fits: bool = False


def run_fix(request: FixRequest) -> ExitCode:
    """Fix, tell what was done and what is left, and say how it ended.

    Raises
    ------
    Usage
        when the request makes no sense; nothing was touched then.
    """
    settings = load_settings(request.options, request.config, search=request.search).settings
    if STDIN in request.paths:
        raise UsageError("standard input cannot be fixed: there is no file to write; name one")
    with ExitStack() as stack:
        follow = request.writing.follow
        walk = FileWalk(
            request.paths,
            exclude=settings.exclude,
            follow_links=follow,
            only_fits=request.only_fits,
        )
        asker = (
            Prompt(colour=is_colour_on(request.color, sys.stderr)) if request.interactive else None
        )
        fixes = replace(request.fixes, accept=asker.accept) if asker else request.fixes
        folders = tuple(path for path in request.paths if os.path.isdir(path))  # noqa: PTH112
        writing = replace(request.writing, named_folders=folders)
        work = FixJob(settings, fixes, writing, request.corrections)
        try:
            if request.writing.log is not None:
                Log(request.writing.log)
            infos = request.show_infos or bool(settings.select) or settings.fail_on == "info"
            least: Severity = "info" if infos else "warning"
            sinks = _open_outputs(request, stack, least)
            formats = [sink.reporter for sink in sinks]
            checker = FixChecker(work, formats, asker.start_file if asker else None)
            batches = fix_batches(walk, checker, in_process=asker is not None)
        except (UnknownSelector, DictionaryError, RepairError) as error:
            raise UsageError(str(error)) from None
        sums, tally = FixCounts(), Tally()
        totals = Summary(tally, walk.skipped, find_coverage(settings) if request.outputs else None)

        def count_batch(batch: Batch) -> None:
            for report in batch.reports:
                sums.add(report)
            for sink in sinks:
                if isinstance(sink.reporter, CorrectionsReporter):
                    _keep_private(sink, batch)

        with end_early(sinks, totals), closing(batches):
            write_batches(batches, sinks, tally, FileCounter(walk.restart()), count_batch)
        for sink in sinks:
            sink.finish(totals)
        report_leftovers(walk.temporaries)
        _write_closing(request, sums, totals, sinks, least)
    return decide_exit_code(tally, settings)


def _open_outputs(request: FixRequest, stack: ExitStack, least: Severity) -> list[ReportOutput]:
    colour = is_colour_on(request.color, sys.stdout)
    sinks: list[ReportOutput] = []
    if request.writing.diff:
        sinks.append(ReportOutput(DiffReporter(colour), sys.stdout))
    if request.outputs:
        sinks += open_outputs(request.outputs, request.color, stack, least)
        if sum(sink.stream is sys.stdout for sink in sinks) > 1:
            raise UsageError(
                "--diff and --output cannot both go to standard output; use FORMAT=FILE"
            )
    elif not sinks:
        sinks.append(ReportOutput(LineReporter(colour, least=least), sys.stdout))
    if request.corrections_output is not None:
        # First: a file that it cannot speak of is told as one that failed.
        sinks.insert(0, _open_corrections(request.corrections_output, stack))
    return sinks


def _open_corrections(name: str, stack: ExitStack) -> ReportOutput:
    """The sink of --emit-corrections; only an older file of corrections gives way to a new one."""
    path, form = Path(name), CorrectionsReporter(False, name)
    try:
        if path.is_file():
            with path.open("rb") as old:
                head = old.read(_HEAD_BYTES)
            if head and CORRECTIONS_SCHEMA.encode() not in head:
                raise UsageError(f"{name!r} is no file of corrections and is not overwritten")
        stream = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
    except OSError as error:
        raise UsageError(f"cannot write {name!r}: {error.strerror}") from None
    stream.write(form.render_start())
    return ReportOutput(form, stream)


def _keep_private(output: ReportOutput, batch: Batch) -> None:
    """Corrections hold cards of files: nobody may read them who may not read each of those."""
    for report in batch.reports:
        if isinstance(report, FixCountsReport) and report.changed:
            restrict_permissions(output.stream.fileno(), report.path)


def _write_closing(
    request: FixRequest,
    counts: FixCounts,
    summary: Summary,
    outputs: Sequence[ReportOutput],
    least: Severity,
) -> None:
    """The closing sentence, out of the way of a report for programs."""
    written = request.writing.mode != "none"
    told = sentence(counts, summary, written=written, options=request.fixes, least=least)
    lines = any(isinstance(sink.reporter, LineReporter) for sink in outputs)
    (sys.stdout if lines else sys.stderr).write(f"{told}\n")
